"""The screens of a change order: its page, the live preview, a conflict to settle."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Supply
from orders.entry.changes import services
from orders.entry.changes.forms import choices_from, wishes_from
from orders.entry.changes.models import ChangeReason, ChangeSet, ChangeState
from orders.entry.changes.selectors import change_of
from orders.entry.changes.showing import clashes_of, page_of
from orders.pricing.services.typed_prices import OVERRIDE

PAGE: Final = "orders/entry/changes/change.html"
CONFLICT: Final = "orders/entry/changes/conflict.html"
SPARE_ROWS: Final = 3


@require_POST
@allow("entry.write_order")
def start(request: HttpRequest, order_id: int) -> HttpResponse:
    """Open a change of a confirmed order, or go on with one's own."""
    try:
        change = services.open_change(order_id=order_id, actor=request.actor)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("core:order", args=[order_id]))
    return redirect("entry:change", change.pk)


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One's change of an order; POST keeps what is typed and saves it as the order."""
    found = change_of(change_id, request.actor)
    if request.method != "POST":
        return _show(request, found)
    try:
        written = _write(request, change_id)
        saved = services.save_change(
            change_id=change_id, tell_customer="tell_customer" in request.POST, actor=request.actor
        )
    except DomainError as refusal:
        return _show(request, change_of(change_id, request.actor), refusal)
    if saved.state == ChangeState.CONFLICTED:
        return redirect("entry:change", written.pk)
    messages.success(request, _("%(order)s is changed.") % {"order": saved.order})
    return redirect("core:order", saved.order_id)


@require_POST
@allow("entry.write_order")
def preview(request: HttpRequest, change_id: int) -> HttpResponse:
    """What saving would come to, from what is typed right now; kept on the way."""
    try:
        written = _write(request, change_id)
    except DomainError as refusal:
        return render(request, f"{PAGE}#preview", {"refusal": refusal}, status=200)
    return render(request, f"{PAGE}#preview", {"change": written, **_tried(request, written)})


@require_POST
@allow("entry.write_order")
def settle(request: HttpRequest, change_id: int) -> HttpResponse:
    """Mine or theirs, field by field; then back to the change, now on the order as it is."""
    try:
        services.settle_conflict(change_id=change_id, choices=choices_from(request.POST), actor=request.actor)
    except DomainError as refusal:
        return _show(request, change_of(change_id, request.actor), refusal)
    messages.success(request, _("Your change now stands on the order as it is. Look at it, and save."))
    return redirect("entry:change", change_id)


@require_POST
@allow("entry.write_order")
def withdraw(request: HttpRequest, change_id: int) -> HttpResponse:
    """Give the change up."""
    found = change_of(change_id, request.actor)

    def run() -> None:
        services.withdraw_change(change_id=change_id, actor=request.actor)
        messages.success(request, _("The change is withdrawn; the order is as it was."))

    return screens.perform(request, run, back_to=reverse("core:order", args=[found.order_id]))


def _write(request: HttpRequest, change_id: int) -> ChangeSet:
    revision = request.POST.get("revision", "")
    return services.write_change(
        change_id=change_id,
        wishes=wishes_from(request.POST),
        revision=int(revision) if revision.isdigit() else None,
        actor=request.actor,
    )


def _tried(request: HttpRequest, found: ChangeSet) -> dict[str, Any]:
    actor = request.actor
    context: dict[str, Any] = {
        "order": found.order,
        "may_see_price": actor.can("orders.view_price"),
        "may_see_cost": actor.can("orders.view_cost"),
        "may_override": actor.can(OVERRIDE),
    }
    if not found.edits.exists():
        return context
    try:
        context["outcome"] = services.preview_change(change_id=found.pk, actor=actor)
    except DomainError as refusal:
        context["refusal"] = refusal
    return context


def _show(request: HttpRequest, found: ChangeSet, refusal: DomainError | None = None) -> HttpResponse:
    actor, status = request.actor, 422 if refusal else 200
    mine = found.opened_by_id == actor.user_id
    context: dict[str, Any] = {"change": found, "order": found.order, "said": refusal, "mine": mine}
    context |= {"may_see_price": actor.can("orders.view_price"), "may_see_cost": actor.can("orders.view_cost")}
    if found.state == ChangeState.CONFLICTED and mine:
        context["clashes"], context["others"] = clashes_of(found)
        return render(request, CONFLICT, context, status=status)
    if found.is_open and mine:
        context |= {
            "page": page_of(found, actor, request.POST.dict() if refusal else None),
            "reasons": ChangeReason.choices,
            "supplies": Supply.choices,
            "may_override": actor.can(OVERRIDE),
            "stale": found.order.version != found.order_version,
        }
        context["spare"] = range(SPARE_ROWS if not context["page"].added else 1)
        if not refusal:
            context |= _tried(request, found)
    return render(request, PAGE, context, status=status)

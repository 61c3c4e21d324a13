"""Holds: the list of all that stand, and settling one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.errors import NotFound
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.models import Hold, HoldState
from orders.core.services import holds as services
from orders.core.services.hold_owners import assign_hold
from orders.core.views.lists import show_list
from orders.core.views.panels import panels_of


@require_GET
@allow("orders.view_order")
def holds(request: HttpRequest) -> HttpResponse:
    """Every unresolved hold of the company, the oldest first."""
    empty = {
        "title": _("Nothing is on hold"),
        "hint": _("Holds are placed from an order's page, or by rules when an order is submitted."),
    }
    return show_list(request, "holds", "orders/core/holds.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def settle(request: HttpRequest, hold_id: int, outcome: str) -> HttpResponse:
    """Lift a hold, or reject what is held, saying how the matter was settled."""
    hold = _hold_of(request, hold_id)
    verb = services.resolve_hold if outcome == "resolve" else services.reject_hold
    form = forms.ResolveForm(request.POST or None)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: verb(hold_id=hold_id, actor=request.actor, **data)
    ):
        return redirect("core:order", hold.order_id) if hold.order_id else redirect("core:holds")
    return _decision(request, hold, outcome, form, status=422 if request.method == "POST" else 200)


@require_POST
@allow("orders.view_order")
def assign(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Take a hold to decide, or hand it to a colleague who may."""
    hold = _hold_of(request, hold_id)
    form = forms.AssignHoldForm(
        request.POST, company_id=request.actor.company_id, permission=hold.hold_type.resolve_permission
    )
    if None is not screens.attempt(form, lambda **data: assign_hold(hold_id=hold_id, actor=request.actor, **data)):
        return redirect("core:resolve-hold", hold_id)
    return _decision(request, hold, "resolve", forms.ResolveForm(), assigning=form, status=422)


def _hold_of(request: HttpRequest, hold_id: int) -> Hold:
    hold = (
        Hold.objects.select_related(
            "hold_type", "owner", "placed_by", "resolved_by", "company", "line__product",
            "order__customer__facts", "order__company", "order__terms", "order__ship_to",
            "customer__facts", "customer__company",
        )
        .filter(pk=hold_id, company_id=request.actor.company_id)
        .first()
    )  # fmt: skip
    if hold is None:
        raise NotFound(f"There is no hold {hold_id}.")
    return hold


def _decision(
    request: HttpRequest,
    hold: Hold,
    outcome: str,
    form: forms.ResolveForm,
    *,
    assigning: forms.AssignHoldForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The hold with what one must know to decide it: the panels that stages show of a hold."""
    actor, permission = request.actor, hold.hold_type.resolve_permission
    context = {
        "form": form,
        "assigning": assigning
        or forms.AssignHoldForm(
            company_id=actor.company_id, permission=permission, initial={"owner_id": hold.owner_id or actor.user_id}
        ),
        "hold": hold,
        "outcome": outcome,
        "may_decide": actor.can(permission),
        "is_open": hold.status != HoldState.RESOLVED,
        "is_overdue": bool(hold.due_at and hold.status == HoldState.ACTIVE and hold.due_at < clock.now()),
        "panels": panels_of("hold", hold, actor),
        "may_see_price": actor.can("orders.view_price"),
    }
    return render(request, "orders/core/resolve.html", context, status=status)

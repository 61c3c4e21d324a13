"""The order list and the order page."""

import csv
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import registry
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.models import Attachment, Duty, HoldScope, Message, Note, Order, OrderState, Watch
from orders.core.selectors.holds import open_holds
from orders.core.selectors.orders import SORTS, hold_names, hops, lines_of, order_list, order_of
from orders.core.selectors.paging import capped_count, keyset
from orders.core.services import holds, notes
from orders.core.views.home import duty_url

PAGE = "orders/core/order.html"


def offered(subject: str, thing: Any, actor: Actor) -> list[dict[str, Any]]:
    """The registered actions that the actor may do on a thing as it stands; one is primary at most."""
    found: list[dict[str, Any]] = []
    for action in registry.actions:
        if action.subject == subject and actor.can(action.permission) and action.when(thing):
            primary = action.primary and not any(item["primary"] for item in found)
            found.append({"action": action, "url": action.url(thing), "primary": primary})
    return found


@require_GET
@allow("orders.view_order")
def orders(request: HttpRequest) -> HttpResponse:
    """Orders by filter and sort; everything that was asked stays in the address."""
    actor = request.actor
    form = forms.OrderFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    rows = order_list(actor, filters)
    page = keyset(rows, request.GET, order=SORTS.get(filters.get("sort") or "newest", SORTS["newest"]))
    held = hold_names([order.pk for order in page.rows])
    for order in page.rows:
        order.hold_names = held.get(order.pk, [])
    context = {
        "page": page,
        "count_text": capped_count(rows),
        "filters": form,
        "filtered": any(filters.get(key) for key in ("text", "state", "stage", "held")),
        "bulk_actions": [
            item for item in registry.bulk_actions if item.subject == "order" and actor.can(item.permission)
        ],
        "actions": offered("order_list", None, actor),
        "may_see_price": actor.can("orders.view_price"),
    }
    return render(request, "orders/core/orders.html#rows" if request.htmx else "orders/core/orders.html", context)


@require_GET
@allow("orders.view_order")
def orders_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV, with the columns that the actor may see."""
    actor = request.actor
    form = forms.OrderFilterForm(request.GET)
    rows = order_list(actor, form.cleaned_data if form.is_valid() else {}).order_by("-id")
    head = ["order", "state", "customer", "customer_po", "requested", "promise", "shipping", "billing", "claims"]
    if actor.can("orders.view_price"):
        head += ["currency", "net", "total"]
    if actor.can("orders.view_cost"):
        head += ["cost", "margin"]
    response = StreamingHttpResponse(_csv(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return response


class _Echo:
    def write(self, line: str) -> str:
        return line


def _csv(head: list[str], rows: QuerySet[Order]) -> Any:
    writer = csv.writer(_Echo())
    yield writer.writerow(head)
    values: dict[str, Callable[[Order], Any]] = {
        "order": str,
        "state": lambda order: order.state,
        "customer": lambda order: order.customer.code,
        "customer_po": lambda order: order.customer_po,
        "requested": lambda order: order.requested_date or "",
        "promise": lambda order: order.current_promise or "",
        "shipping": lambda order: order.shipping,
        "billing": lambda order: order.billing,
        "claims": lambda order: order.claims,
        "currency": lambda order: order.currency,
        "net": lambda order: order.net_amount,
        "total": lambda order: order.total_amount,
        "cost": lambda order: "" if order.cost_base is None else order.cost_base,
        "margin": lambda order: "" if order.margin_base is None else order.margin_base,
    }
    for order in rows.iterator(chunk_size=1000):
        yield writer.writerow([safe_cell(values[name](order)) for name in head])


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


@require_GET
@allow("orders.view_order")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Everything about one order on one page."""
    found = order_of(request.actor, order_id)
    return render(request, PAGE, _order_context(request, found))


def _order_context(request: HttpRequest, found: Order) -> dict[str, Any]:
    actor = request.actor
    lines = lines_of(found)
    for line in lines:
        line.actions = offered("order_line", line, actor)
    subject = {"subject_type": "order", "subject_id": found.pk}
    duties = list(
        Duty.objects.filter(order=found, closed_at__isnull=True).select_related("queue", "owner").order_by("stage")
    )
    for duty in duties:
        duty.url = duty_url(duty)
    panels = []
    for panel in sorted(registry.panels, key=lambda item: item.order):
        if panel.subject == "order" and (not panel.permission or actor.can(panel.permission)):
            context = panel.context(found, actor)
            if context is not None:
                panels.append({"panel": panel, "context": context})
    return {
        "order": found,
        "lines": lines,
        "holds": open_holds(found),
        "duties": duties,
        "hops": hops(found, actor),
        "is_open": found.state not in (OrderState.CLOSED, OrderState.CANCELLED, OrderState.ABANDONED),
        "now": clock.now(),
        "panels": panels,
        "actions": offered("order", found, actor),
        "notes": Note.objects.filter(**subject).select_related("author").order_by("-id")[:50],
        "note_form": forms.NoteForm(),
        "watching": Watch.objects.filter(**subject, user_id=actor.user_id).exists(),
        "messages_sent": Message.objects.filter(order=found).order_by("-id")[:20],
        "attachments": Attachment.objects.filter(**subject, message=None).order_by("-id")[:20],
        "may_see_price": actor.can("orders.view_price"),
        "may_see_cost": actor.can("orders.view_cost"),
    }


@require_http_methods(["GET", "POST"])
@allow("orders.place_hold")
def place_hold(request: HttpRequest, order_id: int) -> HttpResponse:
    """Stop an order, saying why."""
    found = order_of(request.actor, order_id)
    form = forms.HoldForm(request.POST or None, company_id=request.actor.company_id, scope=HoldScope.ORDER)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: holds.place_hold(order_id=order_id, actor=request.actor, **data)
    ):
        return redirect("core:order", order_id)
    return render(
        request,
        "orders/core/hold_form.html",
        {"form": form, "order": found},
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@allow("orders.write_note")
def write_note(request: HttpRequest, order_id: int) -> HttpResponse:
    """A note for colleagues."""
    found = order_of(request.actor, order_id)
    url = reverse("core:order", args=[order_id])
    form = forms.NoteForm(request.POST)
    if screens.attempt(
        form,
        lambda **data: notes.write_note(
            subject_type="order", subject_id=order_id, order_id=order_id, url=url, actor=request.actor, **data
        ),
    ):
        return redirect(f"{url}#notes")
    return render(request, PAGE, _order_context(request, found) | {"note_form": form}, status=422)


@require_POST
@allow("orders.view_order")
def watch(request: HttpRequest, order_id: int) -> HttpResponse:
    """Hear of it, or no more."""
    found = order_of(request.actor, order_id)
    if request.POST.get("stop"):
        notes.stop_watching(subject_type="order", subject_id=found.pk, actor=request.actor)
    else:
        notes.watch(subject_type="order", subject_id=found.pk, actor=request.actor)
    return redirect("core:order", order_id)


@require_POST
@allow("orders.view_order")
def bulk(request: HttpRequest, key: str) -> HttpResponse:
    """One verb on the chosen rows, each answered by itself."""
    action = registry.bulk_actions.get(key)
    ids = [int(value) for value in request.POST.getlist("id") if value.isdigit()][:1000]
    if action is None or not request.actor.can(action.permission) or not ids:
        return redirect(request.headers.get("Referer") or "core:orders")
    results = action.run(ids, request.actor.at("bulk"))
    done = [row for row, refusal in results if refusal is None]
    refusals = [(row, refusal) for row, refusal in results if refusal is not None]
    return render(
        request,
        "orders/core/bulk_result.html",
        {"action": action, "done": len(done), "refusals": refusals, "total": len(ids)},
        status=422 if refusals and not done else 200,
    )

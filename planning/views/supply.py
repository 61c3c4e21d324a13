"""Screens of supply orders."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.events import sentence_of
from orders.core import screens
from orders.core.access import allow
from orders.core.master.selectors import lacking
from orders.core.models import Product
from orders.core.views.lists import show_list
from orders.core.views.orders import offered
from planning import forms, services
from planning.documents import purchase_order_pdf
from planning.models import SupplyOrder, SupplyState
from planning.selectors import stock as reads
from planning.selectors.workdays import default_warehouse_id
from planning.services import SupplyInput
from planning.views.stock import number_of


@require_GET
@allow("planning.view_stock")
def supply_orders(request: HttpRequest) -> HttpResponse:
    """What is on order, the newest first."""
    empty = {"hint": _("Planners order supply; it appears here.")}
    if request.actor.can("planning.order_supply"):
        empty = {
            "hint": _("What is ordered from suppliers can be promised to customers."),
            "url": reverse("planning:new-supply"),
            "action": _("Order supply"),
        }
    return show_list(request, "supply-orders", "planning/supply_orders.html", empty=empty)


@require_GET
@allow("planning.view_stock")
def supply(request: HttpRequest, supply_id: int) -> HttpResponse:
    """One supply order: its lines and what became of them."""
    found = reads.supply_of(request.actor, supply_id)
    return render(request, "planning/supply.html", _context(request, found))


def _context(
    request: HttpRequest,
    found: SupplyOrder,
    form: forms.ReceiveSupplyForm | None = None,
    move: forms.MoveSupplyForm | None = None,
) -> dict[str, Any]:
    is_open = found.state in reads.OPEN_SUPPLY
    may_order = is_open and request.actor.can("planning.order_supply")
    lines = list(found.lines.all())
    events = [
        {"at": event.at, "sentence": sentence_of(event.type, event.data), "by": event.user or event.job}
        for event in reads.supply_events(found)
    ]
    return {
        "supply": found,
        "lines": lines,
        "form": form or forms.ReceiveSupplyForm(supply=found),
        "move": move or forms.MoveSupplyForm(initial={"expected_date": found.expected_date}),
        "actions": offered("supplyorder", found, request.actor),
        "has_unwanted": may_order and any(line.unwanted for line in lines),
        "is_open": is_open,
        "events": events,
        "now": clock.now() if is_open else None,
        "may_see_cost": request.actor.can("orders.view_cost"),
        "sent": reads.message_of_supply(found),
        "may_send": found.state != SupplyState.CANCELLED and request.actor.can("planning.order_supply"),
        "may_receive": is_open and found.ship_to_id is None and request.actor.can("planning.receive_stock"),
        "may_cancel": may_order,
    }


@require_POST
@allow("planning.receive_stock")
def receive_supply(request: HttpRequest, supply_id: int) -> HttpResponse:
    """Take in what arrived, line by line."""
    found = reads.supply_of(request.actor, supply_id)
    form = forms.ReceiveSupplyForm(request.POST, supply=found)

    def run(**data: Any) -> SupplyOrder:
        done: SupplyOrder = services.receive_supply(
            supply_id=supply_id, received=form.received(), reference=data["reference"], actor=request.actor
        )
        return done

    if screens.attempt(form, run) is None:
        return render(request, "planning/supply.html", _context(request, found, form), status=422)
    messages.success(request, _("Received. What is promised of it is decided by the next allocation run."))
    return redirect("planning:supply", supply_id)


@require_POST
@allow("planning.order_supply")
def cancel_supply(request: HttpRequest, supply_id: int) -> HttpResponse:
    """Expect nothing more of it."""
    return screens.perform(
        request,
        lambda: services.cancel_supply(supply_id=supply_id, actor=request.actor),
        back_to=reverse("planning:supply", args=[supply_id]),
    )


@require_GET
@allow("orders.view_cost")
def supply_pdf(request: HttpRequest, supply_id: int) -> HttpResponse:
    """The purchase order as the supplier receives it."""
    found = reads.supply_of(request.actor, supply_id)
    response = HttpResponse(purchase_order_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@require_POST
@allow("planning.order_supply")
def send_supply(request: HttpRequest, supply_id: int) -> HttpResponse:
    """The purchase order to the supplier, by mail."""

    def run() -> None:
        sent = services.send_supply_order(supply_id=supply_id, actor=request.actor)
        messages.success(request, _("It goes to %(address)s.") % {"address": sent.recipient})

    return screens.perform(request, run, back_to=reverse("planning:supply", args=[supply_id]))


@require_POST
@allow("planning.order_supply")
def move_supply(request: HttpRequest, supply_id: int) -> HttpResponse:
    """Another day, as the supplier says."""
    found = reads.supply_of(request.actor, supply_id)
    form = forms.MoveSupplyForm(request.POST)
    moved = screens.attempt(form, lambda **data: services.move_supply(supply_id=supply_id, actor=request.actor, **data))
    if moved is None:
        return render(request, "planning/supply.html", _context(request, found, move=form), status=422)
    messages.success(request, _("Noted. Orders that wait for it get the day that it makes possible."))
    return redirect("planning:supply", supply_id)


@require_POST
@allow("planning.order_supply")
def settle_supply(request: HttpRequest, supply_id: int) -> HttpResponse:
    """What becomes of what nobody wants any more."""
    return screens.perform(
        request,
        lambda: services.settle_unwanted(supply_id=supply_id, keep="keep" in request.POST, actor=request.actor),
        back_to=reverse("planning:supply", args=[supply_id]),
    )


@require_GET
@allow("planning.view_stock")
def specials(request: HttpRequest) -> HttpResponse:
    """What customers' orders want from suppliers."""
    empty = {
        "title": _("No special orders"),
        "hint": _("What a customer's order has to be bought for appears here once the order is confirmed."),
    }
    return show_list(request, "special-orders", "planning/specials.html", empty=empty)


@require_POST
@allow("planning.order_supply")
def order_specials(request: HttpRequest, order_id: int) -> HttpResponse:
    """Order what an order still lacks from its suppliers, also where it was cancelled before."""
    return screens.perform(
        request,
        lambda: services.follow_supply(order_id=order_id, actor=request.actor, again=True),
        back_to=reverse("core:order", args=[order_id]),
    )


@require_http_methods(["GET", "POST"])
@allow("planning.order_supply")
def new_supply(request: HttpRequest) -> HttpResponse:
    """Order goods from a supplier."""
    actor = request.actor
    more = "more" in request.POST
    data = forms.with_more_rows(request.POST) if more else request.POST or None
    shared = {"company_id": actor.company_id, "may_see_cost": actor.can("orders.view_cost")}
    form = forms.SupplyForm(data, initial={"warehouse": _warehouse(request)}, company_id=actor.company_id)
    rows = forms.SupplyRows(data, prefix="lines", initial=_asked_for(request), form_kwargs=shared)
    if request.method == "POST" and not more and all([form.is_valid(), rows.is_valid()]):
        made = screens.attempt(form, lambda **header: _order(request, rows, **header))
        if made is not None:
            return redirect("planning:supply", made.pk)
    context = {"form": form, "rows": rows, "may_see_cost": shared["may_see_cost"]}
    context["lacking"] = lacking(actor, "supplier", "warehouse", "product")
    status = 422 if request.method == "POST" and not more else 200
    return render(request, "planning/supply_form.html", context, status=status)


def _order(request: HttpRequest, rows: Any, supplier: Any, warehouse: Any, expected_date: Any) -> SupplyOrder:
    lines = [SupplyInput(row["product"].pk, row["quantity"], row.get("unit_cost")) for row in rows.filled()]
    made: SupplyOrder = services.order_supply(
        supplier_id=supplier.pk,
        warehouse_id=warehouse.pk,
        expected_date=expected_date,
        lines=lines,
        actor=request.actor,
    )
    return made


def _warehouse(request: HttpRequest) -> int | None:
    return number_of(request.GET.get("warehouse")) or default_warehouse_id(request.actor.company_id)


def _asked_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The item that a link from elsewhere asks to order, and how much."""
    pk = number_of(request.GET.get("product")) or 0
    product = Product.objects.filter(company_id=request.actor.company_id, pk=pk).first()
    return [{"product": product.sku, "quantity": request.GET.get("quantity", "")}] if product else []

"""The screen on which a supplier's shipment to a customer is confirmed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omc.lib import clock
from orders.core import screens
from orders.core.access import allow
from orders.fulfillment import selectors, services
from orders.fulfillment.forms import SupplierShipmentForm
from orders.fulfillment.models import Shipment
from planning.selectors.stock import supply_of


@require_http_methods(["GET", "POST"])
@allow("fulfillment.confirm_supplier_shipment")
def supplier_shipment(request: HttpRequest, supply_id: int) -> HttpResponse:
    """What a supplier sent to the customer, and when."""
    supply = supply_of(request.actor, supply_id)
    lines = [line for line in supply.lines.all() if line.open_quantity > line.unwanted]
    if not lines or not selectors.may_confirm(supply):
        return redirect("planning:supply", supply_id)
    start = {"sent_on": clock.today(supply.company.time_zone), "version": supply.event_seq}
    form = SupplierShipmentForm(request.POST or None, lines=lines, initial=start)

    def run(**data: Any) -> list[Shipment]:
        said = {name: data[name] for name in ("sent_on", "tracking_number", "version")}
        done: list[Shipment] = services.confirm_supplier_shipment(
            supply_id=supply_id, sent=form.sent(), actor=request.actor, **said
        )
        return done

    if request.method == "POST" and (shipments := screens.attempt(form, run)) is not None:
        messages.success(request, _("Confirmed. It may be invoiced, and the customer is told."))
        return redirect("fulfillment:shipment", shipments[0].pk)
    context = {"supply": supply, "form": form, "order": lines[0].order_line and lines[0].order_line.order}
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/fulfillment/supplier.html", context, status=status)

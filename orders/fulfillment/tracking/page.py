"""The customer's page of a shipment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orders.core.links.selectors import Opened
from orders.fulfillment.models import Shipment
from orders.fulfillment.tracking.selectors import followed


def show(request: HttpRequest, opened: Opened, shipment: Shipment) -> HttpResponse:
    """What is in it, where it is, when it is expected, and who took it."""
    context = {"house": opened.company, "opened": opened, "seen": followed(shipment)}
    return render(request, "orders/fulfillment/tracking/page.html", context)

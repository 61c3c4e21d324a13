"""Doors of a shipment on its way."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from orders.core import screens
from orders.core.access import allow
from orders.fulfillment import selectors
from orders.fulfillment.tracking import forms, services
from orders.fulfillment.views.shipments import show_shipment


@require_POST
@allow("fulfillment.confirm_delivery")
def report(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """It does not get through."""
    form = forms.ExceptionForm(request.POST)
    return _step(request, shipment_id, form, services.report_exception, "exception_form")


@require_POST
@allow("fulfillment.settle_exception")
def send_on(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The carrier brings it again."""
    return _press(request, shipment_id, services.send_on)


@require_POST
@allow("fulfillment.confirm_delivery")
def take_back(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The carrier brought it back."""
    return _press(request, shipment_id, services.take_back)


@require_POST
@allow("fulfillment.settle_exception")
def settle(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Somebody took care of what came back."""
    return _step(request, shipment_id, forms.SettleForm(request.POST), services.settle_returned, "settle_form")


def _press(request: HttpRequest, shipment_id: int, run: Any) -> HttpResponse:
    back = reverse("fulfillment:shipment", args=[shipment_id])
    return screens.perform(request, partial(run, shipment_id=shipment_id, actor=request.actor), back_to=back)


def _step(request: HttpRequest, shipment_id: int, form: Any, run: Any, name: str) -> HttpResponse:
    found = selectors.shipment_page(shipment_id, request.actor)
    if screens.attempt(form, partial(run, shipment_id=shipment_id, actor=request.actor)) is None:
        return show_shipment(request, found, way={name: form}, status=422)
    return redirect("fulfillment:shipment", shipment_id)

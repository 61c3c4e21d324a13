"""The packing bench."""

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from omc.lib.errors import DomainError
from orders.core.access import allow
from orders.fulfillment import selectors, services
from orders.fulfillment.parcels.forms import ParcelFormSet, with_another_count
from orders.fulfillment.views.shipments import show_shipment


@require_POST
@allow("fulfillment.pack")
def pack(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Which parcels it went into. "More" and "fewer" change the number of rows and pack nothing."""
    found = selectors.shipment_page(shipment_id, request.actor)
    lines = {"lines": selectors.shipment_lines(found)}
    for name, change in (("more", 1), ("fewer", -1)):
        if name in request.POST:
            rows = ParcelFormSet(with_another_count(request.POST, change), prefix="parcels", form_kwargs=lines)
            return show_shipment(request, found, parcels=rows)
    rows = ParcelFormSet(request.POST, prefix="parcels", form_kwargs=lines)
    form = django_forms.Form(request.POST)
    if form.is_valid() and rows.is_valid():
        try:
            services.pack_shipment(shipment_id=shipment_id, parcels=rows.parcels(), actor=request.actor)
        except DomainError as refusal:
            if not rows.add_error(refusal.field, refusal.message):
                form.add_error(None, refusal.message)
        else:
            return redirect("fulfillment:shipment", shipment_id)
    return show_shipment(request, found, form=form, parcels=rows, status=422)

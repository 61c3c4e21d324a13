"""Doors of carriers: labels of a shipment, what the carrier asked for, and what services charge."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError, NotFound
from orders.core import screens
from orders.core.access import allow
from orders.fulfillment import selectors
from orders.fulfillment.carriers import forms, services, terms
from orders.fulfillment.models import Parcel
from orders.fulfillment.views.shipments import show_shipment
from planning.models import CarrierService


@require_POST
@allow("fulfillment.ship")
def buy(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Buy the labels. With "look" only the prices are asked again."""
    found = selectors.shipment_page(shipment_id, request.actor)
    form = forms.LabelForm(request.POST)
    if "look" in request.POST:
        return show_shipment(request, found, label=form)
    bought = screens.attempt(form, partial(services.buy_labels, shipment_id=shipment_id, actor=request.actor))
    if bought is None:
        return show_shipment(request, found, label=form, status=422)
    return redirect("fulfillment:shipment", shipment_id)


@require_POST
@allow("fulfillment.ship")
def cancel(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Give the labels back."""
    run = partial(services.cancel_labels, shipment_id=shipment_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("fulfillment:shipment", args=[shipment_id]))


@require_POST
@allow("fulfillment.record_freight")
def freight(request: HttpRequest, shipment_id: int, position: int) -> HttpResponse:
    """What the carrier's invoice asks for a parcel."""
    found = selectors.shipment_page(shipment_id, request.actor)
    parcel = Parcel.objects.filter(shipment=found, position=position).first()
    if parcel is None:
        raise NotFound("There is no such parcel.")
    form = forms.FreightForm(request.POST)
    kept = screens.attempt(form, partial(services.record_freight, parcel_id=parcel.pk, actor=request.actor))
    if kept is None:
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    return redirect(reverse("fulfillment:shipment", args=[shipment_id]) + "#parcels")


@require_GET
@allow("fulfillment.view_freight")
def carriers(request: HttpRequest) -> HttpResponse:
    """The services of carriers, with where they go."""
    rows = CarrierService.objects.filter(company_id=request.actor.company_id).select_related("terms")
    context = {"services": rows.prefetch_related("zones").order_by("-is_active", "name", "id")[:200]}
    return render(request, "orders/fulfillment/carriers/carriers.html", context)


@require_http_methods(["GET", "POST"])
@allow("fulfillment.manage_carriers")
def carrier(request: HttpRequest, service_id: int | None = None) -> HttpResponse:
    """One service: its hour, its surcharges, its zones."""
    service = None
    if service_id is not None:
        service = CarrierService.objects.filter(pk=service_id, company_id=request.actor.company_id).first()
        if service is None:
            raise NotFound("There is no such service.")
    fields, zones = forms.shown(service)
    form = forms.ServiceForm(request.POST or None, initial=fields)
    rows = forms.ZoneRows(request.POST or None, prefix="zones", initial=zones)
    if request.method == "POST" and rows.is_valid() and form.is_valid():
        filled = [row for row in rows if row.is_filled]
        names = ("code", "name", "cut_off", "is_active", "adapter")
        said: dict[str, Any] = {name: form.cleaned_data[name] for name in names}
        try:
            terms.keep_carrier(
                surcharges=form.surcharges(),
                zones=[row.typed() for row in filled],
                service_id=service_id,
                actor=request.actor,
                **said,
            )
        except terms.WrongZone as wrong:
            filled[wrong.position - 1].add_error(wrong.field, wrong.message)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("fulfillment:carriers")
    status = 422 if request.method == "POST" else 200
    context = {"service": service, "form": form, "rows": rows}
    return render(request, "orders/fulfillment/carriers/carrier.html", context, status=status)

"""Screens of the warehouse."""

from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.master.countries import name_of
from orders.core.models import Order
from orders.core.selectors.holds import open_holds
from orders.core.selectors.orders import order_of
from orders.core.services.files import uploaded
from orders.core.views.lists import show_list
from orders.fulfillment import documents, forms, selectors, services
from orders.fulfillment.carriers.showing import label_context
from orders.fulfillment.checking.forms import CheckForm
from orders.fulfillment.checking.rules import wants_check
from orders.fulfillment.models import Shipment
from orders.fulfillment.models import ShipmentState as S
from orders.fulfillment.parcels.forms import ParcelFormSet
from orders.fulfillment.parcels.selectors import codes_of, packed_parcels
from orders.fulfillment.tracking.showing import way_context
from orders.generation.selectors import history_of

PAGE = "orders/fulfillment/shipment.html"


@require_GET
@allow("fulfillment.view_shipment")
def queue(request: HttpRequest) -> HttpResponse:
    """What waits to be picked, and what is on its way to the door."""
    form = forms.QueueFilterForm(request.GET, company_id=request.actor.company_id)
    warehouse = form.cleaned_data["warehouse"] if form.is_valid() else None
    underway = selectors.underway(request.actor, warehouse_id=warehouse.pk if warehouse else None)
    empty = {
        "title": _("Nothing to pick"),
        "hint": _("Planned shipments appear here once they are released to the warehouse."),
    }
    template = "orders/fulfillment/queue.html"
    response = show_list(request, "to-pick", template, empty=empty, underway=underway)
    if request.htmx and response.status_code == 200:  # what is under way follows the filter, beside the rows
        response.content += render(request, f"{template}#underway", {"underway": underway, "beside": True}).content
    return response


@require_POST
@allow("fulfillment.pick")
def start(request: HttpRequest, planned_id: int) -> HttpResponse:
    """Take a planned shipment from the queue, and go to its shipment."""
    try:
        shipment = services.start_picking(planned_id=planned_id, actor=request.actor)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to="/fulfillment/")
    return redirect("fulfillment:shipment", shipment.pk)


@require_GET
@allow("fulfillment.view_shipment")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """From an order to what the warehouse has of it: its one running shipment, else the list of all."""
    found = order_of(request.actor, order_id)
    running = [item.pk for item in selectors.shipments_of_order(found) if item.state in selectors.AT_THE_WAREHOUSE]
    waiting = selectors.pick_queue(request.actor).filter(order=found).exists()
    if len(running) == 1 and not waiting:
        return redirect("fulfillment:shipment", running[0])
    return render(request, "orders/fulfillment/order.html", order_context(found, request))


def order_context(found: Order, request: HttpRequest) -> dict[str, Any]:
    return {
        "order": found,
        "holds": open_holds(found),
        "panel": {
            "shipments": selectors.shipments_of_order(found),
            "waiting": list(selectors.pick_queue(request.actor).filter(order=found).order_by("slot_date", "id")),
        },
    }


@require_GET
@allow("fulfillment.view_shipment")
def shipments(request: HttpRequest) -> HttpResponse:
    """All shipments by filter, the newest first."""
    empty = {
        "title": _("No shipments yet"),
        "hint": _("A shipment begins when somebody starts to pick."),
        "url": reverse("fulfillment:queue"),
        "action": _("See what is to pick"),
    }
    return show_list(request, "shipments", "orders/fulfillment/shipments.html", empty=empty)


@require_GET
@allow("fulfillment.view_shipment")
def shipment(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """One shipment, with the form of its next step."""
    return show_shipment(request, selectors.shipment_page(shipment_id, request.actor))


@require_POST
@allow("fulfillment.pick")
def pick(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """What was taken from the shelves."""
    found = selectors.shipment_page(shipment_id, request.actor)
    form = forms.PickForm(request.POST, lines=selectors.shipment_lines(found))
    return _step(
        request,
        found,
        form,
        lambda **_: services.pick_shipment(
            shipment_id=shipment_id, picked=form.picked(), reasons=form.reasons(), actor=request.actor
        ),
    )


@require_POST
@allow("fulfillment.ship")
def ship(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Hand it to the carrier."""
    return _step(
        request,
        selectors.shipment_page(shipment_id, request.actor),
        forms.ShipForm(request.POST),
        lambda **data: services.ship_shipment(shipment_id=shipment_id, actor=request.actor, **data),
    )


@require_POST
@allow("fulfillment.confirm_delivery")
def deliver(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """It arrived."""
    return _step(
        request,
        selectors.shipment_page(shipment_id, request.actor),
        forms.DeliverForm(request.POST, request.FILES),
        lambda received_by, arrived_at, proof: services.deliver_shipment(
            shipment_id=shipment_id,
            received_by=received_by,
            arrived_at=arrived_at,
            proof=[uploaded(proof)] if proof else (),
            actor=request.actor,
        ),
    )


@require_POST
@allow("fulfillment.ship")
def hand_over(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The customer fetched it."""
    return _step(
        request,
        selectors.shipment_page(shipment_id, request.actor),
        forms.HandOverForm(request.POST),
        lambda **data: services.hand_over(shipment_id=shipment_id, actor=request.actor, **data),
    )


@require_POST
@allow("fulfillment.unpick")
def unpick(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Put everything back."""
    found = selectors.shipment_page(shipment_id, request.actor)
    form = forms.UnpickForm(request.POST)
    done = screens.attempt(
        form, lambda **data: services.unpick_shipment(shipment_id=shipment_id, actor=request.actor, **data)
    )
    return redirect("fulfillment:queue") if done else show_shipment(request, found, unpick=form, status=422)


@require_GET
@allow("fulfillment.view_shipment")
def pick_list(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The pick list to print."""
    return _pdf(documents.pick_list_pdf(selectors.shipment_page(shipment_id, request.actor)))


@require_GET
@allow("fulfillment.view_shipment")
def packing_slip(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The packing slip for the box."""
    return _pdf(documents.packing_slip_pdf(selectors.shipment_page(shipment_id, request.actor)))


@require_GET
@allow("fulfillment.view_shipment")
def parcel_slip(request: HttpRequest, shipment_id: int, position: int) -> HttpResponse:
    """The packing slip of one parcel."""
    return _pdf(documents.packing_slip_pdf(selectors.shipment_page(shipment_id, request.actor), position))


@require_GET
@allow("fulfillment.view_shipment")
def delivery_note(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The note that is signed at the door."""
    return _pdf(documents.delivery_note_pdf(selectors.shipment_page(shipment_id, request.actor)))


@require_GET
@allow("fulfillment.view_shipment")
def carton_labels(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The labels of all parcels."""
    return _pdf(documents.carton_labels_pdf(selectors.shipment_page(shipment_id, request.actor)))


def _pdf(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": "inline"})


def _step(request: HttpRequest, found: Shipment, form: Any, run: Any) -> HttpResponse:
    """Take the step and show the next one, or the same page with what stands against it."""
    if screens.attempt(form, run) is None:
        return show_shipment(request, found, form=form, status=422)
    return redirect("fulfillment:shipment", found.pk)


def show_shipment(
    request: HttpRequest,
    found: Shipment,
    *,
    form: Any = None,
    parcels: Any = None,
    unpick: Any = None,
    label: Any = None,
    way: Any = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a shipment with the form of its next step, or with one that was refused."""
    actor = request.actor
    lines = selectors.shipment_lines(found)
    step, permission = _NEXT.get(S(found.state), ("", ""))
    if step == "ship" and found.is_collected:
        step = "hand_over"
    elif step == "pack" and wants_check(found):
        step, permission = "check", "fulfillment.check"
    if not (step and actor.can(permission)):
        step = ""
    carrier = label_context(found, actor, label) if step == "ship" else {}
    if step == "pack" and parcels is None:
        parcels = ParcelFormSet(prefix="parcels", form_kwargs={"lines": lines})
    if form is None and step:
        form = _FORMS[step](lines=lines) if step in ("pick", "check") else _FORMS[step]()
    return render(
        request,
        PAGE,
        {
            "shipment": found,
            "country": name_of(found.ship_to.country) if found.ship_to else "",
            "lines": lines,
            "step": step,
            "form": form,
            "parcels": parcels,
            "codes": codes_of(found, lines) if step == "pack" else {},
            "packed": packed_parcels(found, lines),
            "unpick_form": unpick or forms.UnpickForm(),
            "may_unpick": found.state in selectors.AT_THE_WAREHOUSE and actor.can("fulfillment.unpick"),
            "holds": open_holds(found.order),
            "history": history_of(found, at_work=(S.PICKING,)),
            "may_see_freight": actor.can("fulfillment.view_freight"),
            "may_record_freight": actor.can("fulfillment.record_freight"),
            **carrier,
            **way_context(found, actor, way),
        },
        status=status,
    )


_NEXT = {
    S.PICKING: ("pick", "fulfillment.pick"),
    S.PICKED: ("pack", "fulfillment.pack"),
    S.CHECKED: ("pack", "fulfillment.pack"),
    S.PACKED: ("ship", "fulfillment.ship"),
    S.SHIPPED: ("deliver", "fulfillment.confirm_delivery"),
    S.IN_TRANSIT: ("deliver", "fulfillment.confirm_delivery"),
    S.EXCEPTION: ("deliver", "fulfillment.confirm_delivery"),
}
_FORMS: dict[str, Any] = {
    "pick": forms.PickForm,
    "check": CheckForm,
    "pack": django_forms.Form,
    "ship": forms.ShipForm,
    "hand_over": forms.HandOverForm,
    "deliver": forms.DeliverForm,
}

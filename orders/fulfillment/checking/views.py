"""The door of the check."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from orders.core import screens
from orders.core.access import allow
from orders.fulfillment import selectors
from orders.fulfillment.checking.forms import CheckForm
from orders.fulfillment.checking.services import check_shipment
from orders.fulfillment.views.shipments import show_shipment


@require_POST
@allow("fulfillment.check")
def check(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """What a second person counted."""
    found = selectors.shipment_page(shipment_id, request.actor)
    form = CheckForm(request.POST, lines=selectors.shipment_lines(found))
    done = screens.attempt(
        form, lambda **_: check_shipment(shipment_id=shipment_id, counted=form.counted(), actor=request.actor)
    )
    return (
        redirect("fulfillment:shipment", shipment_id) if done else show_shipment(request, found, form=form, status=422)
    )

"""The screen of promises at risk."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orders.core.access import allow
from orders.core.views.lists import show_list
from orders.fulfillment.radar.selectors import is_measured


@require_GET
@allow("fulfillment.view_shipment")
def radar(request: HttpRequest) -> HttpResponse:
    """What will leave too late, before it does, and what helps most."""
    if is_measured(request.actor):
        empty = {
            "title": _("Every promise is on track"),
            "hint": _("What may leave too late appears here before it does."),
            "url": f"{reverse('fulfillment:radar')}?level=all",
            "action": _("See all that has to leave"),
        }
    else:
        empty = {
            "title": _("Not enough has left yet to measure by"),
            "hint": _(
                "From 20 shipments on, the radar knows how long each step takes here. It is measured every night."
            ),
        }
    return show_list(request, "radar", "orders/fulfillment/radar.html", empty=empty)

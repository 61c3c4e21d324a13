"""What the page of a shipment shows of its way."""

from typing import Any

from omc.lib.actor import Actor
from orders.core.links.selectors import link_panel
from orders.core.models import Duty
from orders.fulfillment.messages import PAGE
from orders.fulfillment.models import Shipment, ShipmentState
from orders.fulfillment.models.shipments import GONE
from orders.fulfillment.tracking.forms import ExceptionForm, SettleForm
from orders.fulfillment.tracking.selectors import place_in_order, still_to_come
from orders.fulfillment.tracking.services import UNDERWAY


def way_context(shipment: Shipment, actor: Actor, refused: dict[str, Any] | None) -> dict[str, Any]:
    """Which of the order's shipments it is and what is still to come; once it left, its events, doors and link."""
    context: dict[str, Any] = {"story": place_in_order(shipment), "to_come": still_to_come(shipment)}
    if shipment.state not in GONE:
        return context
    settles = actor.can("fulfillment.settle_exception")
    returned = shipment.state == ShipmentState.RETURNED
    duty = Duty.objects.filter(subject_type="shipment", subject_id=shipment.pk, stage=7, closed_at=None)
    return context | {
        "tracking": list(shipment.tracking.select_related("parcel").order_by("at", "id")),  # type: ignore[attr-defined]
        "may_except": shipment.state in UNDERWAY and actor.can("fulfillment.confirm_delivery"),
        "may_send_on": shipment.state == ShipmentState.EXCEPTION and settles,
        "may_take_back": shipment.state == ShipmentState.EXCEPTION and actor.can("fulfillment.confirm_delivery"),
        "may_settle": returned and settles and duty.exists(),
        "exception_form": ExceptionForm(),
        "settle_form": SettleForm(),
        "panel": link_panel(PAGE, shipment.pk, actor),
        **(refused or {}),
    }

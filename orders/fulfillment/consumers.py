"""What fulfillment does when it hears of its own shipments: the customer is told."""

from decimal import Decimal
from typing import Final

from omc.lib.actor import system
from orders.core.links.services import issue_link
from orders.core.models import Event, Message
from orders.core.services.messages import tell_customer
from orders.fulfillment.messages import PAGE, RELATED
from orders.fulfillment.models import Shipment, ShipmentState

TOLD: Final = {
    "shipment_picked": "short", "shipment_packed": "ready", "shipment_shipped": "shipped",
    "shipment_delivered": "delivered",
}  # fmt: skip


def tell(event: Event) -> Message | None:
    """One message per shipment and fact: what is missing, that it waits to be collected, that it left, that it arrived."""
    kind = TOLD[event.type]
    if kind == "short" and not Decimal(event.data["short_units"]):
        return None
    shipment = Shipment.objects.select_related(*RELATED).get(pk=event.subject_id, company_id=event.company_id)
    if shipment.state == ShipmentState.CANCELLED or not _concerns(kind, shipment):
        return None
    if kind == "shipped":
        issue_link(PAGE, shipment, actor=system("shipment message", event.company_id), contact=shipment.order.contact)
    message: Message | None = tell_customer(
        kind=kind,
        key=f"shipment:{shipment.pk}:{kind}",
        about=shipment,
        customer=shipment.customer,
        contact=shipment.order.contact,
        order_id=shipment.order_id,
        actor=system("shipment message", event.company_id),
    )
    return message


def _concerns(kind: str, shipment: Shipment) -> bool:
    """Whoever collects goods is told that they wait, and was there when they left."""
    return kind == "short" or (kind == "ready") == shipment.is_collected

"""What fulfillment does when it hears of its own shipments: the customer is told."""

from decimal import Decimal
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.money import plain
from orders.core.links.services import issue_link
from orders.core.models import Event, Message, Notification
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


def tell_csr(event: Event) -> None:
    """Whoever looks after the customer hears that goods were short; what the customer is told stands on the order."""
    if not Decimal(event.data["short_units"]):
        return
    shipment = Shipment.objects.select_related("order__customer").get(pk=event.subject_id, company_id=event.company_id)
    user_id = shipment.order.customer.csr_id or shipment.order.created_by_id
    if user_id is None:
        return
    text = _("%(units)s units were short in %(shipment)s of %(order)s: they are planned again.") % {
        "units": plain(Decimal(event.data["short_units"])),
        "shipment": shipment,
        "order": shipment.order,
    }
    url = reverse("core:order", args=[shipment.order_id])
    Notification.objects.create(
        company_id=event.company_id, user_id=user_id, text=text, url=url, created_at=clock.now()
    )


def _concerns(kind: str, shipment: Shipment) -> bool:
    """Whoever collects goods is told that they wait, and was there when they left."""
    return kind == "short" or (kind == "ready") == shipment.is_collected

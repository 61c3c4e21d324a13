from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core import progress
from orders.core.services.files import keep_files
from orders.core.services.messages.writing import File
from orders.fulfillment.events import ShipmentDelivered
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentState
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment, per_order_line, post


@verb(events=(ShipmentDelivered,))
def deliver_shipment(
    *,
    shipment_id: int,
    received_by: str,
    actor: Actor,
    arrived_at: datetime | None = None,
    proof: Sequence[File] = (),
) -> Shipment:
    """Record that the goods arrived, who took them and when, with a photo or a signed paper as proof.

    Raises: InvalidInput without a name, for a moment before it left or to come, or a file that is none,
        IllegalTransition, ShipmentNotFound
    Events: shipment_delivered; order_delivered once everything arrived
    """
    require(actor, "fulfillment.confirm_delivery")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.DELIVERED)
    if not received_by.strip():
        raise InvalidInput("Say who took the goods.", field="received_by")
    now = clock.now()
    if arrived_at is not None and arrived_at > now:
        raise InvalidInput("It cannot have arrived in time to come.", field="arrived_at")
    if arrived_at is not None and shipment.shipped_at is not None and arrived_at < shipment.shipped_at:
        raise InvalidInput("It cannot have arrived before it left.", field="arrived_at")
    arrive(shipment, received_by, actor, arrived_at)
    if proof:
        keep_files(subject_type="shipment", subject_id=shipment.pk, files=proof, actor=actor)
    return shipment


def arrive(shipment: Shipment, received_by: str, actor: Actor, at: datetime | None = None) -> Shipment:
    """A locked shipment that left is in the hands of somebody, by name.

    Events: shipment_delivered; order_delivered once everything arrived
    """
    lines = lines_of(shipment)
    changes = post(shipment, lines, {"delivered": per_order_line(lines, "shipped")})
    shipment.delivered_at, shipment.received_by = at or clock.now(), received_by.strip()[:80]
    shipment.save(update_fields=["delivered_at", "received_by"])
    event = ShipmentDelivered(shipment=shipment.number, units=sum((line.shipped for line in lines), Decimal(0)))
    advance(shipment, ShipmentState.DELIVERED, event, actor=actor, lines=changes)
    progress.follow(shipment.order, actor=actor)
    return shipment

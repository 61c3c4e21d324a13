from decimal import Decimal

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.models import Order, OrderState
from orders.fulfillment.carriers.labels import give_back_labels
from orders.fulfillment.events import OrderUnpicked, ShipmentUnpicked, WaveCancelled, WaveDone
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentState
from orders.fulfillment.models.shipments import GONE
from orders.fulfillment.selectors import AT_THE_WAREHOUSE
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment, per_order_line, post
from orders.fulfillment.services.takes import put_takes_back
from orders.fulfillment.waves.following import follow_wave
from orders.scheduling.services import give_back


@verb(events=(ShipmentUnpicked, OrderUnpicked, WaveDone, WaveCancelled))
def unpick_shipment(*, shipment_id: int, reason: str, actor: Actor) -> Shipment:
    """Put everything back to its place: the planned shipment is released again and waits to be picked anew.

    Raises: InvalidInput without a reason, CarrierError when it does not take its labels back,
        IllegalTransition once it has left, ShipmentNotFound
    Events: shipment_unpicked; order_unpicked when nothing else of the order is picked or shipped; wave_done or
        wave_cancelled when nothing of its wave is to be picked any more
    """
    require(actor, "fulfillment.unpick")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.CANCELLED)
    if not reason.strip():
        raise InvalidInput("Say why the goods go back.", field="reason")
    lines = lines_of(shipment)
    back = {
        column: {line_id: -quantity for line_id, quantity in per_order_line(lines, column).items()}
        for column in ("picked", "packed")
    }
    changes = post(shipment, lines, back)
    event = ShipmentUnpicked(
        shipment=shipment.number, units=sum((line.picked for line in lines), Decimal(0)), reason=reason.strip()
    )
    if shipment.labels_at is not None:
        give_back_labels(shipment, list(shipment.parcels.order_by("position")))
    put_takes_back(shipment, lines)
    shipment.lines.update(picked=0, packed=0, taken=0)
    advance(shipment, ShipmentState.CANCELLED, event, actor=actor, lines=changes)
    give_back(planned=shipment.planned, actor=actor)
    if shipment.wave_id:
        follow_wave(shipment.wave_id, actor)
    order = shipment.order
    if order.state == OrderState.IN_FULFILLMENT and not _goods_on_their_way(order):
        lifecycle.advance(order, OrderState.RELEASED, OrderUnpicked(shipment=shipment.number), actor=actor)
    return shipment


def _goods_on_their_way(order: Order) -> bool:
    """Something else of the order is being picked, or has left."""
    return Shipment.objects.filter(order=order, state__in=[*AT_THE_WAREHOUSE, *GONE]).exists()

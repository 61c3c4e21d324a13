from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from omc.lib.writing import insert
from orders.fulfillment.events import ShipmentPacked
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Parcel, Shipment, ShipmentLine, ShipmentState
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment, per_order_line, post, take_whole


@dataclass(frozen=True)
class ParcelInput:
    """One box as it stands on the bench. Units: kilograms; None is not weighed."""

    weight_kg: Decimal | None = None
    tracking_number: str = ""


@verb(events=(ShipmentPacked,))
def pack_shipment(*, shipment_id: int, parcels: Sequence[ParcelInput], actor: Actor) -> Shipment:
    """Put all that was picked into these parcels.

    Raises: InvalidInput without a parcel or with a weight that is none, IllegalTransition, ShipmentNotFound
    Events: shipment_packed
    """
    require(actor, "fulfillment.pack")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.PACKED)
    if not parcels:
        raise InvalidInput("Goods travel in at least one parcel.", field="parcels")
    for position, parcel in enumerate(parcels, start=1):
        if parcel.weight_kg is not None and parcel.weight_kg <= 0:
            raise InvalidInput(f"Parcel {position} weighs more than nothing.", field="parcels", parcel=position)
    lines = lines_of(shipment)
    changes = post(shipment, lines, {"packed": per_order_line(lines, "picked")})
    take_whole(shipment, "packed")
    insert(
        Parcel(
            shipment=shipment,
            position=position,
            weight_kg=parcel.weight_kg,
            tracking_number=parcel.tracking_number.strip(),
        )
        for position, parcel in enumerate(parcels, start=1)
    )
    _go_where_they_are_wanted(shipment, lines)
    event = ShipmentPacked(
        shipment=shipment.number, units=sum((line.picked for line in lines), Decimal(0)), parcels=len(parcels)
    )
    advance(shipment, ShipmentState.PACKED, event, actor=actor, lines=changes, stamp={"packed_at": clock.now()})
    return shipment


def _go_where_they_are_wanted(shipment: Shipment, lines: Sequence[ShipmentLine]) -> None:
    """The customer may have named another address since picking began; from now on the label stands."""
    if shipment.is_collected:
        return
    places = {line.order_line.ship_to_id or shipment.order.ship_to_id for line in lines}
    if len(places) == 1 and (place := places.pop()) and place != shipment.ship_to_id:
        shipment.ship_to_id = place
        shipment.save(update_fields=["ship_to"])

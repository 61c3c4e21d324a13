from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from omc.lib.writing import insert
from orders.fulfillment.checking.rules import refuse_unchecked
from orders.fulfillment.events import ShipmentPacked
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Parcel, ParcelContent, Shipment, ShipmentLine, ShipmentState
from orders.fulfillment.parcels.numbering import next_ssccs
from orders.fulfillment.parcels.rules import content_problem
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment, per_order_line, post, take_whole


class PackRefused(DomainError):
    """What lies in the parcels is not what was picked."""

    code = "pack_refused"


@dataclass(frozen=True)
class ParcelInput:
    """One box as it stands on the bench. Units: kilograms and centimeters; None is not weighed, not measured.

    ``contents`` is the quantity per shipment line, in the stock unit; None: nobody said.
    """

    weight_kg: Decimal | None = None
    tracking_number: str = ""
    length_cm: Decimal | None = None
    width_cm: Decimal | None = None
    height_cm: Decimal | None = None
    contents: Mapping[int, Decimal] | None = None


@verb(events=(ShipmentPacked,))
def pack_shipment(*, shipment_id: int, parcels: Sequence[ParcelInput], actor: Actor) -> Shipment:
    """Put all that was picked into these parcels. Where contents are said, they are what was picked, no more and no less.

    Raises: InvalidInput without a parcel or with a weight or size that is none, PackRefused naming the line, NotChecked,
        NoParcelNumber, IllegalTransition, ShipmentNotFound
    Events: shipment_packed
    """
    require(actor, "fulfillment.pack")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.PACKED)
    refuse_unchecked(shipment)
    _refuse_strange(parcels)
    lines = lines_of(shipment)
    _refuse_contents(lines, parcels)
    changes = post(shipment, lines, {"packed": per_order_line(lines, "picked")})
    take_whole(shipment, "packed")
    _keep(shipment, parcels)
    _go_where_they_are_wanted(shipment, lines)
    event = ShipmentPacked(
        shipment=shipment.number, units=sum((line.picked for line in lines), Decimal(0)), parcels=len(parcels)
    )
    advance(shipment, ShipmentState.PACKED, event, actor=actor, lines=changes, stamp={"packed_at": clock.now()})
    return shipment


def _refuse_strange(parcels: Sequence[ParcelInput]) -> None:
    if not parcels:
        raise InvalidInput("Goods travel in at least one parcel.", field="parcels")
    for position, parcel in enumerate(parcels, start=1):
        if parcel.weight_kg is not None and parcel.weight_kg <= 0:
            raise InvalidInput(f"Parcel {position} weighs more than nothing.", field="parcels", parcel=position)
        sizes = (parcel.length_cm, parcel.width_cm, parcel.height_cm)
        if any(size is not None and size <= 0 for size in sizes):
            raise InvalidInput(f"Parcel {position} is larger than nothing.", field="parcels", parcel=position)


def _refuse_contents(lines: Sequence[ShipmentLine], parcels: Sequence[ParcelInput]) -> None:
    problem = content_problem(
        {line.pk: line.picked for line in lines},
        [parcel.contents for parcel in parcels],
        {line.pk: f"{line.order_line.position} {line.order_line.product}" for line in lines},
    )
    if problem:
        message, line_id = problem
        raise PackRefused(message, field=f"line_{line_id}" if line_id else None, line_id=line_id)


def _keep(shipment: Shipment, parcels: Sequence[ParcelInput]) -> None:
    """One statement for the parcels; what lies in them is written only where there are several."""
    numbers = next_ssccs(shipment.company_id, len(parcels))
    kept = insert(
        Parcel(
            shipment=shipment,
            position=position,
            weight_kg=parcel.weight_kg,
            length_cm=parcel.length_cm,
            width_cm=parcel.width_cm,
            height_cm=parcel.height_cm,
            tracking_number=parcel.tracking_number.strip(),
            sscc=number,
        )
        for position, (parcel, number) in enumerate(zip(parcels, numbers, strict=True), start=1)
    )
    if len(kept) > 1:
        insert(
            ParcelContent(parcel=row, line_id=line_id, quantity=quantity)
            for row, parcel in zip(kept, parcels, strict=True)
            for line_id, quantity in (parcel.contents or {}).items()
            if quantity
        )


def _go_where_they_are_wanted(shipment: Shipment, lines: Sequence[ShipmentLine]) -> None:
    """The customer may have named another address since picking began; from now on the label stands."""
    if shipment.is_collected:
        return
    places = {line.order_line.ship_to_id or shipment.order.ship_to_id for line in lines}
    if len(places) == 1 and (place := places.pop()) and place != shipment.ship_to_id:
        shipment.ship_to_id = place
        shipment.save(update_fields=["ship_to"])

"""What becomes of a shipment on its way: by what its carrier says, or by what a person knows."""

from decimal import Decimal
from typing import Final

import structlog

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.models import Duty, Membership, Notification
from orders.core.services.everywhere import everywhere
from orders.fulfillment.carriers.adapters import CarrierError, Scan, carrier_of
from orders.fulfillment.events import (
    ReturnedShipmentSettled,
    ShipmentDelivered,
    ShipmentExcepted,
    ShipmentOnItsWay,
    ShipmentReturned,
)
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import (
    CarrierTerms,
    ExceptionReason,
    Shipment,
    ShipmentState,
    TrackingEvent,
    TrackingKind,
)
from orders.fulfillment.services.deliver_shipment import arrive
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment

BY_CARRIER: Final = "As the carrier reported"
AT_ONCE: Final = 500
UNDERWAY: Final = (ShipmentState.SHIPPED, ShipmentState.IN_TRANSIT)
_MOVES: Final = (TrackingKind.IN_TRANSIT, TrackingKind.OUT_FOR_DELIVERY)
_log = structlog.get_logger("omc.tracking")


def follow_everywhere() -> int:
    """Ask the carriers of every company about what is under way; returns how many shipments had news."""
    return everywhere("tracking", follow_shipments)


def follow_shipments(*, actor: Actor) -> int:
    """Ask about every shipment under way whose labels a carrier sold. One that fails does not stop the others."""
    rows = Shipment.objects.filter(company_id=actor.company_id, state__in=UNDERWAY, labels_at__isnull=False)
    news = 0
    for shipment_id in rows.order_by("shipped_at", "id").values_list("pk", flat=True)[:AT_ONCE]:
        try:
            news += take_scans(shipment_id=shipment_id, actor=actor)
        except CarrierError as failure:
            _log.warning("carrier not asked", shipment=shipment_id, why=failure.message)
    return news


@verb(events=(ShipmentOnItsWay, ShipmentDelivered, ShipmentExcepted))
def take_scans(*, shipment_id: int, actor: Actor) -> bool:
    """Keep what the carrier says of a shipment, and move it on; whether there was anything new. As often as one likes.

    Raises: CarrierError, ShipmentNotFound
    Events: shipment_on_its_way, shipment_excepted, shipment_delivered once all parcels arrived
    """
    require(actor, "fulfillment.confirm_delivery")
    shipment = lock_shipment(shipment_id, actor)
    terms = CarrierTerms.objects.filter(service_id=shipment.service_id).first()
    if shipment.state not in UNDERWAY or shipment.labels_at is None or terms is None:
        return False
    scans = carrier_of(terms.adapter).track(shipment.pk, clock.now())
    if not _keep(shipment, scans):
        return False
    said = {scan.kind for scan in scans}
    arrived = {scan.tracking_number for scan in scans if scan.kind == TrackingKind.DELIVERED}
    if shipment.state == ShipmentState.SHIPPED and said & {*_MOVES, TrackingKind.DELIVERED}:
        advance(shipment, ShipmentState.IN_TRANSIT, ShipmentOnItsWay(shipment=shipment.number), actor=actor)
    if shipment.parcels.exclude(tracking_number__in=arrived).exists():
        wrong = next((scan for scan in reversed(scans) if scan.kind == TrackingKind.EXCEPTION), None)
        if wrong is not None:
            _except(shipment, wrong.words, actor)
    else:
        last = max(scan.at for scan in scans if scan.kind == TrackingKind.DELIVERED)
        arrive(shipment, BY_CARRIER, actor, last)
    return True


def _keep(shipment: Shipment, scans: list[Scan]) -> bool:
    parcels = {parcel.tracking_number: parcel for parcel in shipment.parcels.all()}
    there = set(TrackingEvent.objects.filter(shipment=shipment).values_list("parcel_id", "kind", "at"))
    fresh = [
        TrackingEvent(
            shipment=shipment,
            parcel=parcels[scan.tracking_number],
            kind=scan.kind,
            at=scan.at,
            place=scan.place,
            words=str(ExceptionReason(scan.words).label) if scan.words in ExceptionReason.values else scan.words,
        )
        for scan in scans
        if scan.tracking_number in parcels and (parcels[scan.tracking_number].pk, scan.kind, scan.at) not in there
    ]
    TrackingEvent.objects.bulk_create(fresh, ignore_conflicts=True)
    return bool(fresh)


@verb(events=(ShipmentExcepted,))
def report_exception(*, shipment_id: int, reason: str, actor: Actor) -> Shipment:
    """Say that a shipment does not get through, and why; customer service hears of it.

    Raises: InvalidInput for a reason that is none, IllegalTransition, ShipmentNotFound
    Events: shipment_excepted
    """
    require(actor, "fulfillment.confirm_delivery")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.EXCEPTION)
    if reason not in ExceptionReason.values:
        raise InvalidInput("Say why it does not get through.", field="reason", allowed=ExceptionReason.values)
    _except(shipment, reason, actor)
    return shipment


def _except(shipment: Shipment, reason: str, actor: Actor) -> None:
    known = ExceptionReason(reason) if reason in ExceptionReason.values else ExceptionReason.OTHER
    event = ShipmentExcepted(shipment=shipment.number, reason=str(known.label).lower())
    advance(shipment, ShipmentState.EXCEPTION, event, actor=actor, stamp={"exception_reason": known.value})
    shipment.exception_reason = known.value
    csr_id = shipment.order.customer.csr_id
    if csr_id and Membership.objects.filter(company_id=shipment.company_id, user_id=csr_id).exists():
        Notification.objects.create(
            company_id=shipment.company_id,
            user_id=csr_id,
            text=f"{shipment} to {shipment.order.customer} did not get through: {str(known.label).lower()}"[:200],
            url=f"/fulfillment/shipments/{shipment.pk}/",
            created_at=clock.now(),
        )


@verb(events=(ShipmentOnItsWay,))
def send_on(*, shipment_id: int, actor: Actor) -> Shipment:
    """What went wrong is put right: the carrier brings it again.

    Raises: IllegalTransition, ShipmentNotFound
    Events: shipment_on_its_way
    """
    require(actor, "fulfillment.settle_exception")
    shipment = lock_shipment(shipment_id, actor)
    advance(shipment, ShipmentState.IN_TRANSIT, ShipmentOnItsWay(shipment=shipment.number), actor=actor)
    return shipment


@verb(events=(ShipmentReturned,))
def take_back(*, shipment_id: int, actor: Actor) -> Shipment:
    """The carrier brought it back to our dock. Stock and bill do not move: that is the matter of a return.

    Raises: IllegalTransition, ShipmentNotFound
    Events: shipment_returned
    """
    require(actor, "fulfillment.confirm_delivery")
    shipment = lock_shipment(shipment_id, actor)
    units = sum((line.shipped for line in lines_of(shipment)), Decimal(0))
    event = ShipmentReturned(shipment=shipment.number, units=units)
    advance(shipment, ShipmentState.RETURNED, event, actor=actor)
    return shipment


@verb(events=(ReturnedShipmentSettled,))
def settle_returned(*, shipment_id: int, how: str, actor: Actor) -> Shipment:
    """Somebody took care of a shipment that came back: a return was entered, or it was sent anew.

    Raises: InvalidInput without words or when it did not come back or is settled, ShipmentNotFound
    Events: returned_shipment_settled
    """
    require(actor, "fulfillment.settle_exception")
    shipment = lock_shipment(shipment_id, actor)
    if shipment.state != ShipmentState.RETURNED:
        raise InvalidInput(f"{shipment} did not come back.", field="how")
    if not Duty.objects.filter(subject_type="shipment", subject_id=shipment.pk, stage=7, closed_at=None).exists():
        raise InvalidInput(f"{shipment} is settled already.", field="how")
    if not how.strip():
        raise InvalidInput("Say how it was settled.", field="how")
    record(shipment, ReturnedShipmentSettled(shipment=shipment.number, how=how.strip()[:160]), actor=actor)
    return shipment

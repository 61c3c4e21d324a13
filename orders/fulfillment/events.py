"""What stage 7 records: a shipment from the start of picking to the customer's door, and the ways back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class PickingStarted(Event):
    name = "picking_started"
    stage = 7
    sentence = "Picking of {shipment} started in {warehouse}: {units} units in {lines} lines"
    shipment: str
    warehouse: str
    lines: int
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class FulfillmentStarted(Event):
    """On the order: its first goods are being picked, or a supplier sent them."""

    name = "fulfillment_started"
    stage = 7
    sentence = "In fulfillment with {shipment}"
    shipment: str


@dataclass(frozen=True, kw_only=True)
class ShipmentPicked(Event):
    """``short_units`` left the shipment and wait to be planned again."""

    name = "shipment_picked"
    stage = 7
    sentence = "{shipment} picked: {units} units[, {short_units} short]"
    shipment: str
    units: Decimal
    short_units: Decimal


@dataclass(frozen=True, kw_only=True)
class ShipmentChecked(Event):
    """``wrong_lines`` held something else than was reported as picked; they were put right."""

    name = "shipment_checked"
    stage = 7
    sentence = "{shipment} checked: {lines} lines[, {wrong_lines} of them were wrong and put right]"
    shipment: str
    lines: int
    wrong_lines: int


@dataclass(frozen=True, kw_only=True)
class ShipmentPacked(Event):
    name = "shipment_packed"
    stage = 7
    sentence = "{shipment} packed: {units} units in {parcels} parcels"
    shipment: str
    units: Decimal
    parcels: int


@dataclass(frozen=True, kw_only=True)
class LabelsBought(Event):
    """``choice`` says whether it was the proposed one, or in place of which. What it costs stands on the parcels."""

    name = "labels_bought"
    stage = 7
    sentence = "Labels for {shipment} bought: {service}, {choice}"
    shipment: str
    service: str
    labels: int
    choice: str
    arrives: date | None = None


@dataclass(frozen=True, kw_only=True)
class LabelsGivenBack(Event):
    name = "labels_given_back"
    stage = 7
    sentence = "Labels of {shipment} given back to the carrier"
    shipment: str
    labels: int


@dataclass(frozen=True, kw_only=True)
class FreightRecorded(Event):
    """The carrier's invoice for a parcel was entered; its amount stands on the parcel."""

    name = "freight_recorded"
    stage = 7
    sentence = "The carrier's price for parcel {parcel} of {shipment} was entered"
    shipment: str
    parcel: int


@dataclass(frozen=True, kw_only=True)
class ShipmentShipped(Event):
    """``open_units`` the order still waits for, ``left_to_ship`` of them already lie with the warehouse;
    ``to_invoice`` is what may now be billed."""

    name = "shipment_shipped"
    stage = 7
    sentence = "{shipment} shipped: {units} units[; {open_units} units of the order are still open]"
    shipment: str
    shipment_id: int
    units: Decimal
    open_units: Decimal
    left_to_ship: Decimal
    to_invoice: Decimal


@dataclass(frozen=True, kw_only=True)
class ShipmentUnpicked(Event):
    name = "shipment_unpicked"
    stage = 7
    sentence = "{shipment} put back: {units} units returned to their place; {reason}"
    shipment: str
    units: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderUnpicked(Event):
    """On the order: nothing of it is picked any more."""

    name = "order_unpicked"
    stage = 7
    sentence = "Back to released: {shipment} was put back"
    shipment: str


@dataclass(frozen=True, kw_only=True)
class ShipmentDelivered(Event):
    name = "shipment_delivered"
    stage = 7
    sentence = "{shipment} delivered: {units} units"
    shipment: str
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class WaveMade(Event):
    name = "wave_made"
    stage = 7
    sentence = "{shipments} shipments to pick on one walk, {minutes} min of work"
    shipments: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class WaveStarted(Event):
    name = "wave_started"
    stage = 7
    sentence = "The walk has begun"


@dataclass(frozen=True, kw_only=True)
class WaveDone(Event):
    name = "wave_done"
    stage = 7
    sentence = "{shipments} shipments picked"
    shipments: int


@dataclass(frozen=True, kw_only=True)
class WaveCancelled(Event):
    name = "wave_cancelled"
    stage = 7
    sentence = "Everything was put back"


@dataclass(frozen=True, kw_only=True)
class ShipmentOnItsWay(Event):
    """The carrier moves it."""

    name = "shipment_on_its_way"
    stage = 7
    sentence = "{shipment} is on its way"
    shipment: str


@dataclass(frozen=True, kw_only=True)
class ShipmentExcepted(Event):
    """Something went wrong on the way; ``reason`` is one of ExceptionReason."""

    name = "shipment_excepted"
    stage = 7
    sentence = "{shipment} did not get through: {reason}"
    shipment: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ShipmentReturned(Event):
    """The carrier brought it back. What becomes of the goods and of the bill is a return's matter."""

    name = "shipment_returned"
    stage = 7
    sentence = "{shipment} came back: {units} units lie at our dock"
    shipment: str
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class ReturnedShipmentSettled(Event):
    """Somebody took care of what came back."""

    name = "returned_shipment_settled"
    stage = 7
    sentence = "{shipment}, which came back, is settled: {how}"
    shipment: str
    how: str

"""Stage 7: shipments, waves, what was picked and packed into which parcel, and proof that it arrived."""

from orders.fulfillment.models.carriers import CarrierTerms, CarrierZone
from orders.fulfillment.models.parcels import Parcel, ParcelContent
from orders.fulfillment.models.radar import Help, RiskLevel, ShipRisk, Step, StepTime
from orders.fulfillment.models.shipments import ExceptionReason, Shipment, ShipmentLine, ShipmentState, ShortReason
from orders.fulfillment.models.tracking import TrackingEvent, TrackingKind
from orders.fulfillment.models.waves import PickTake, Wave, WaveState

__all__ = [
    "CarrierTerms",
    "CarrierZone",
    "ExceptionReason",
    "Help",
    "Parcel",
    "ParcelContent",
    "PickTake",
    "RiskLevel",
    "ShipRisk",
    "Shipment",
    "ShipmentLine",
    "ShipmentState",
    "ShortReason",
    "Step",
    "StepTime",
    "TrackingEvent",
    "TrackingKind",
    "Wave",
    "WaveState",
]

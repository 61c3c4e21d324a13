"""Stage 7: shipments, what was picked and packed into which parcel, and proof that it arrived."""

from orders.fulfillment.models.shipments import Parcel, Shipment, ShipmentLine, ShipmentState, ShortReason

__all__ = ["Parcel", "Shipment", "ShipmentLine", "ShipmentState", "ShortReason"]

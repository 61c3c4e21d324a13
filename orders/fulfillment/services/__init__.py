"""Stage 7 writes: pick, pack, ship and deliver, and put back."""

from orders.fulfillment.services.confirm_supplier_shipment import NotWaiting, confirm_supplier_shipment
from orders.fulfillment.services.deliver_shipment import deliver_shipment
from orders.fulfillment.services.hand_over import NotCollected, hand_over
from orders.fulfillment.services.pack_shipment import PackRefused, ParcelInput, pack_shipment
from orders.fulfillment.services.pick_shipment import PickRefused, pick_shipment
from orders.fulfillment.services.ship_shipment import IsCollected, ship_shipment
from orders.fulfillment.services.start_picking import start_picking
from orders.fulfillment.services.unpick_shipment import unpick_shipment

__all__ = [
    "IsCollected",
    "NotCollected",
    "NotWaiting",
    "PackRefused",
    "ParcelInput",
    "PickRefused",
    "confirm_supplier_shipment",
    "deliver_shipment",
    "hand_over",
    "pack_shipment",
    "pick_shipment",
    "ship_shipment",
    "start_picking",
    "unpick_shipment",
]

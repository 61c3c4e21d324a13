"""Stage 7 writes: pick, pack, ship and deliver, and put back."""

from orders.fulfillment.services.confirm_supplier_shipment import NotWaiting, confirm_supplier_shipment
from orders.fulfillment.services.deliver_shipment import deliver_shipment
from orders.fulfillment.services.hand_over import NotCollected, hand_over
from orders.fulfillment.services.pack_shipment import PackRefused, ParcelInput, pack_shipment
from orders.fulfillment.services.pick_shipment import finish_picking, pick_shipment
from orders.fulfillment.services.report_short import report_short
from orders.fulfillment.services.ship_shipment import IsCollected, ship_shipment
from orders.fulfillment.services.start_picking import start_picking
from orders.fulfillment.services.takes import PickRefused, take_item
from orders.fulfillment.services.unpick_shipment import unpick_shipment
from orders.fulfillment.waves.services import NothingToPick, WaveFilter, cancel_wave, make_wave

__all__ = [
    "IsCollected",
    "NotCollected",
    "NotWaiting",
    "NothingToPick",
    "PackRefused",
    "ParcelInput",
    "PickRefused",
    "WaveFilter",
    "cancel_wave",
    "confirm_supplier_shipment",
    "deliver_shipment",
    "finish_picking",
    "hand_over",
    "make_wave",
    "pack_shipment",
    "pick_shipment",
    "report_short",
    "ship_shipment",
    "start_picking",
    "take_item",
    "unpick_shipment",
]

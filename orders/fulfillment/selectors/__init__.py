"""Stage 7 reads."""

from orders.fulfillment.selectors.shipments import (
    AT_THE_WAREHOUSE,
    left_to_ship,
    may_confirm,
    pick_queue,
    pick_queue_of_order,
    shipment_lines,
    shipment_page,
    shipments_list,
    shipments_of_order,
    to_be_picked,
    underway,
)

__all__ = [
    "AT_THE_WAREHOUSE",
    "left_to_ship",
    "may_confirm",
    "pick_queue",
    "pick_queue_of_order",
    "shipment_lines",
    "shipment_page",
    "shipments_list",
    "shipments_of_order",
    "to_be_picked",
    "underway",
]

"""What scheduling does when it hears an event: bring the order's plan in line with its promises."""

from omc.lib.actor import system
from orders.core.models import Event
from orders.scheduling.services import NotPlannable, plan_order

PLANNING_EVENTS = (
    "order_ranked",
    "shipment_picked",
    "shipment_unpicked",
    "shipment_shipped",
    "backorder_filled",
    "promise_changed",
    "rest_cancelled",
    "order_cancelled",
)


def plan_again(event: Event) -> None:
    """Plan the event's order. One that was never confirmed is left alone."""
    if event.order_id is None:
        return
    try:
        plan_order(order_id=event.order_id, actor=system("scheduling", event.company_id))
    except NotPlannable:
        return

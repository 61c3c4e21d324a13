"""What scheduling does when it hears an event: bring the order's plan in line with its promises."""

from collections.abc import Sequence

from omc.lib.actor import system
from orders.core.models import Event
from orders.scheduling.services import NotPlannable, plan_order, plan_orders

PLANNING_EVENTS = (
    "order_ranked",
    "shipment_picked",
    "shipment_unpicked",
    "shipment_shipped",
    "backorder_filled",
    "promise_changed",
    "special_late",
    "order_changed",
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


def plan_many_again(events: Sequence[Event]) -> None:
    """The same for the orders of many events of one company.

    Raises: the refusal of any that should have been planned
    """
    wanted = [event.order_id for event in events if event.order_id is not None]
    for planning in plan_orders(order_ids=wanted, actor=system("scheduling", events[0].company_id)):
        if planning.refusal and not isinstance(planning.refusal, NotPlannable):
            raise planning.refusal

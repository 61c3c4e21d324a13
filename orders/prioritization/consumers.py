"""What ranking does when it hears an event: look at the order as it is now."""

from collections.abc import Sequence

from omc.lib.actor import system
from orders.core.models import Event
from orders.prioritization.services import NotRankable, rank_order, rank_orders

RANKING_EVENTS = (
    "order_confirmed",
    "hold_placed",
    "hold_resolved",
    "promise_changed",
    "shipment_shipped",
    "order_changed",
    "rest_cancelled",
    "order_cancelled",
)


def rank_again(event: Event) -> None:
    """Rank the event's order, or close its rank. An order that never competed is left alone."""
    if event.order_id is None:
        return
    try:
        rank_order(order_id=event.order_id, actor=system("ranking", event.company_id))
    except NotRankable:
        return


def rank_many_again(events: Sequence[Event]) -> None:
    """The same for the orders of many events of one company."""
    wanted = [event.order_id for event in events if event.order_id is not None]
    rank_orders(order_ids=wanted, actor=system("ranking", events[0].company_id))

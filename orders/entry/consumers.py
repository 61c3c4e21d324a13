"""What order entry does when it hears of confirmations and new dates: the customer is told, outside the stock locks."""

from typing import Any

from omc.lib.actor import system
from orders.entry.services import acknowledge_order, tell_new_dates


def tell(event: Any) -> None:
    """One after the other per order, so that new dates are told after the first. What moved at once is told at once:
    the first of several events finds all of it, the others find nothing new."""
    actor = system("order acknowledgement", event.company_id)
    if event.type == "order_confirmed":
        acknowledge_order(order_id=event.order_id, actor=actor)
    else:
        tell_new_dates(order_id=event.order_id, cause=event.pk, actor=actor)

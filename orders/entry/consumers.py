"""What order entry does when it hears of its own confirmations: the customer is told, outside the stock locks."""

from typing import Any

from omc.lib.actor import system
from orders.entry.services import acknowledge_order


def acknowledge(event: Any) -> None:
    acknowledge_order(order_id=event.order_id, actor=system("order acknowledgement", event.company_id))

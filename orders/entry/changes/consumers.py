"""A changed order is told to the customer, outside the locks of the change."""

from typing import Any

from omc.lib.actor import system
from orders.entry.changes.services import tell_change


def tell(event: Any) -> None:
    """Unless whoever saved the change tells the customer themselves."""
    if event.data.get("tell_customer", True):
        version = int(event.data["order_version"])
        tell_change(order_id=event.order_id, version=version, actor=system("order changes", event.company_id))

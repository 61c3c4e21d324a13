"""How some of the demo's customers are billed: in instalments, with freight by value, with a deposit, once a week."""

from collections.abc import Sequence
from decimal import Decimal

from billing.methods.services import set_customer_billing
from omc.lib.actor import Actor
from orders.core.models import Customer

TOGETHER = 20
# The place of a customer among all, and what is agreed with it.
AGREED = (
    (11, {"freight": "by_value"}),
    (14, {"instalments": [["50", 30], ["50", 60]]}),
    (17, {"deposit_percent": Decimal(30), "deposit_holds": False}),
    (TOGETHER, {"method": "consolidated", "every": "week"}),
)


def agree(customers: Sequence[Customer], actor: Actor) -> None:
    for place, values in AGREED:
        if place < len(customers):
            set_customer_billing(customer_id=customers[place].pk, values=values, actor=actor)

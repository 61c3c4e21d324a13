"""What happens at the demo company: orders and all that surrounds them, acted by the people whose work it is.

A story stops where its ``until`` says, so that every state of every document has something in it.
"""

from omc.demo.stories.after import REASONS
from omc.demo.stories.again import AgainTales
from omc.demo.stories.answers import AnswerTales
from omc.demo.stories.calls import CallTales
from omc.demo.stories.costs import CostTales
from omc.demo.stories.deliveries import DeliveryTales
from omc.demo.stories.money import MoneyTales
from omc.demo.stories.orders import STEPS


class Tales(AgainTales, AnswerTales, CallTales, CostTales, DeliveryTales, MoneyTales):
    """All stories share the house and one seeded source of chance."""


__all__ = ["REASONS", "STEPS", "Tales"]

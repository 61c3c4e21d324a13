"""What everybody at the demo shares at work: whose turn it is, how long ago, and that a refusal is part of life."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from omc.demo.house import House
from omc.demo.stories import Tales
from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core.models import Order
from returns.postsales.models import Case

AT_ONCE: Final = 40  # of one kind of work in one round
NAMED: Final = ("The invoice nobody pays",)


class BaseStaff:
    """Who acts, in which company."""

    def __init__(self, house: House, rng: random.Random, *, live: bool = False, seeding: bool = False) -> None:
        """``live``: somebody watches, so what takes minutes takes minutes; else it is over when the round is.

        ``seeding``: the stories tell when a cost rises.
        """
        self.house, self.rng, self.live, self.seeding = house, rng, live, seeding
        self.zone = ZoneInfo(house.company.time_zone)
        self.tales = Tales(house, rng)
        self.done = 0
        self.stories = set(
            Case.objects.filter(company=house.company, subject__startswith=NAMED[0]).values_list("order_id", flat=True)
        )

    def _rows(self, model: Any, **where: object) -> Any:
        rows = model.objects.filter(company=self.house.company, **where).order_by("pk")
        if not self.house.told:
            return rows
        if model is Order:
            return rows.exclude(pk__in=self.house.told)
        return rows.exclude(order_id__in=self.house.told) if hasattr(model, "order_id") else rows

    def _ago(self, **span: float) -> Any:
        return clock.now() - timedelta(**span)

    def _count(self, act: Callable[..., int], **said: Any) -> None:
        self.done += act(**said)

    def _try(self, act: Callable[..., object], *given: Any, **said: Any) -> None:
        """Do it, unless the services say no: then it lies where it lies, as in life."""
        try:
            act(*given, **said)
            self.done += 1
        except DomainError:
            pass

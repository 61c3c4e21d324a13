"""Giving stock to promises that wait for it, and taking promises back."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from planning.rules.availability import ZERO

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Open:
    """An open promise: of ``quantity`` still to ship, so much is allocated, so much was tried for in vain."""

    quantity: Decimal
    allocated: Decimal
    backordered: Decimal

    @property
    def waiting(self) -> Decimal:
        return self.quantity - self.allocated

    def given(self, asked: Decimal, free: Decimal) -> "Open":
        """After asking for ``asked`` (never more than waits) while ``free`` was there.

        What was asked for in vain is backordered; a backorder that nobody asked for stays one.
        """
        asked = min(asked, self.waiting)
        got = max(ZERO, min(asked, free))
        return Open(self.quantity, self.allocated + got, max(asked, self.backordered) - got)

    def without(self, quantity: Decimal) -> "Open":
        """After cancelling ``quantity``: first what is backordered, then what waits, last what is allocated."""
        quantity = min(quantity, self.quantity)
        rest = self.quantity - quantity
        allocated = min(self.allocated, rest)
        backordered = max(ZERO, self.backordered - quantity)
        return Open(rest, allocated, min(backordered, rest - allocated))

    def freed(self, quantity: Decimal) -> "Open":
        """After taking ``quantity`` of what is allocated back; it waits again."""
        return Open(self.quantity, max(ZERO, self.allocated - quantity), self.backordered)

    def shipped(self, quantity: Decimal) -> "Open":
        """After shipping ``quantity`` of what is allocated."""
        return Open(self.quantity - quantity, self.allocated - quantity, self.backordered)


@dataclass(frozen=True, slots=True)
class Ask(Generic[K]):
    """Somebody asks for ``quantity`` for a promise; ``key`` is the stock it comes from, None is no stock of ours."""

    promise_id: int
    key: K | None
    quantity: Decimal
    promise: Open


def give(asks: Sequence[Ask[K]], free: MutableMapping[K, Decimal]) -> dict[int, Open]:
    """Serve the asks in their order from what is free (which is used up); answers each promise as it is then."""
    served: dict[int, Open] = {}
    for ask in asks:
        there = ask.quantity if ask.key is None else free.get(ask.key, ZERO)
        served[ask.promise_id] = after = ask.promise.given(ask.quantity, there)
        if ask.key is not None:
            free[ask.key] = there - (after.allocated - ask.promise.allocated)
    return served

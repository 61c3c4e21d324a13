"""Prices typed by hand: what they were typed over, and when they have to be looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.pricing.rules.prices import overrides


@dataclass(frozen=True, slots=True)
class Again:
    """The price in force that a typed price was set over, and the one by now. Units: per stock unit."""

    was: Decimal
    now: Decimal


def asks_again(steps: Sequence[Mapping[str, object]]) -> Again | None:
    """Whether a typed price is to be looked at again: the price that it was typed over is another by now.

    Quantity or date changed what the lists give. It is settled by keeping the price (it stands over the new one from
    then on) or by taking the one in force. Where the lists give the typed price by now, there is nothing to ask.

    >>> steps = [{"step": "list", "price": "9"}, {"step": "manual", "price": "8", "instead_of": "10"}]
    >>> asks_again(steps)
    Again(was=Decimal('10'), now=Decimal('9'))
    >>> asks_again([steps[0], {"step": "manual", "price": "8", "instead_of": "9"}]) is None
    True
    """
    if not overrides(steps):
        return None
    before, last = steps[-2], steps[-1]
    was, now = last.get("instead_of"), Decimal(str(before["price"]))
    if was is None or Decimal(str(was)) == now or now == Decimal(str(last["price"])):
        return None
    return Again(Decimal(str(was)), now)

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


def in_force(steps: Sequence[Mapping[str, object]]) -> Decimal | None:
    """The price that stood before any was typed, one over the other; None where nothing else gave one.

    >>> in_force([{"step": "list", "price": "9"}, {"step": "manual", "price": "8"}, {"step": "manual", "price": "7"}])
    Decimal('9')
    """
    found = next((step for step in reversed(steps) if step.get("step") != "manual"), None)
    return None if found is None else Decimal(str(found["price"]))


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
    last = steps[-1]
    was, now = last.get("instead_of"), in_force(steps)
    if was is None or now is None or Decimal(str(was)) == now or now == Decimal(str(last["price"])):
        return None
    return Again(Decimal(str(was)), now)

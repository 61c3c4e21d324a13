"""Whom an order would take stock from: those who stand before it and have not got theirs yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Claim:
    """An open promise that waits for stock it was not given. Units: stock unit."""

    order_id: int
    wanted: Decimal


def displaced(there: Decimal, taken: Decimal, claims: Sequence[Claim]) -> list[tuple[Claim, Decimal]]:
    """What is taken from each claim, when stock would otherwise go to the claims in their order.

    ``there`` can be given today; ``claims`` are those that stand before the order, the first one first. What is left
    after them harms nobody; then the last of them loses first.

    >>> first, second = Claim(1, Decimal(30)), Claim(2, Decimal(50))
    >>> [(claim.order_id, lost) for claim, lost in displaced(Decimal(100), Decimal(40), [first, second])]
    [(2, Decimal('20'))]
    """
    with_us, without_us = max(there - taken, ZERO), there
    lost = []
    for claim in claims:
        before, after = min(claim.wanted, without_us), min(claim.wanted, with_us)
        without_us, with_us = without_us - before, with_us - after
        if before > after:
            lost.append((claim, before - after))
    return lost

"""Which of an item's costs counts. Zero is unknown, never a margin of 100 %."""

from decimal import Decimal
from typing import Final

USUAL: Final = "usual"
BASES: Final = (USUAL, "average", "standard", "last", "replacement")


def unit_cost(
    basis: str,
    *,
    average: Decimal | None,
    standard: Decimal | None,
    last: Decimal | None,
    replacement: Decimal | None,
) -> Decimal | None:
    """The cost in force, None when it is missing or zero. The usual one is the average, else standard, else last.

    >>> unit_cost("usual", average=None, standard=Decimal(6), last=Decimal(7), replacement=None)
    Decimal('6')
    >>> unit_cost("replacement", average=Decimal(5), standard=None, last=None, replacement=Decimal(0)) is None
    True
    """
    if basis == USUAL:
        return average or standard or last or None
    costs = {"average": average, "standard": standard, "last": last, "replacement": replacement}
    return costs[basis] or None

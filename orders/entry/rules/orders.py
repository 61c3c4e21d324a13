"""Kits that are begun, and prices that stand by word."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Final

ZERO: Final = Decimal(0)


def kits_begun(per_kit: Mapping[int, Decimal], picked: Mapping[int, Decimal]) -> Decimal:
    """How many kits must be made to use up what is picked of the components, by component.

    >>> kits_begun({1: Decimal(2), 2: Decimal(1)}, {1: Decimal(3), 2: Decimal(1)})
    Decimal('2')
    """
    return max(
        (
            (picked.get(line, ZERO) / each).to_integral_value(ROUND_CEILING)
            for line, each in per_kit.items()
            if each > 0
        ),
        default=ZERO,
    )


def fixes_price(steps: Sequence[Mapping[str, object]]) -> bool:
    """Whether a line's price stands by word (typed, or quoted) and is to be kept when the order is priced again.

    >>> fixes_price([{"step": "list"}, {"step": "quote"}]), fixes_price([{"step": "list"}])
    (True, False)
    """
    return any(step.get("step") in ("manual", "quote") for step in steps)

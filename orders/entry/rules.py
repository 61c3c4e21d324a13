"""What order entry decides without a database: purchase order numbers, credit, unusual quantities, kits."""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from statistics import median
from typing import Final

ZERO: Final = Decimal(0)
ENOUGH_HISTORY: Final = 5
_NOISE = re.compile(r"[^A-Z0-9]")


def normal_po(text: str) -> str:
    """A purchase order number as it is compared: letters and digits only, upper case.

    >>> normal_po(" po-00 12/a ")
    'PO0012A'
    """
    return _NOISE.sub("", text.upper())


def credit_used(receivable: Decimal, unbilled: Decimal, this_order: Decimal) -> Decimal:
    """What the customer would owe with this order. Units: company currency. Source: SPEC §5.d."""
    return receivable + unbilled + this_order


def credit_percent(used: Decimal, limit: Decimal) -> int | None:
    """How much of the limit is used, rounded up; None when the limit is zero.

    >>> credit_percent(Decimal("1000.01"), Decimal(1000))
    101
    """
    if limit <= 0:
        return None
    return int((used / limit * 100).to_integral_value(ROUND_CEILING))


def is_unusual(quantity: Decimal, history: Sequence[Decimal]) -> bool:
    """Whether a quantity is far above what this customer ordered of the item before.

    Far is three robust deviations (1.4826 × the median absolute deviation, at least the median itself) above the
    median; fewer than five earlier orders say nothing. Source: SPEC §5.c.

    >>> is_unusual(Decimal(100), [Decimal(10)] * 5), is_unusual(Decimal(40), [Decimal(10)] * 5)
    (True, False)
    """
    if len(history) < ENOUGH_HISTORY:
        return False
    middle = median(history)
    deviation = median([abs(value - middle) for value in history]) * Decimal("1.4826")
    return quantity > middle + 3 * max(deviation, middle)


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

"""Decimal arithmetic of money and quantity: rounding once, splits that sum to the whole."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
PRICE_STEP = Decimal("0.0001")
QUANTITY_STEP = Decimal("0.000001")
ZERO = Decimal(0)


def round_amount(value: Decimal) -> Decimal:
    """Rounds: half-up to 2 places.

    >>> round_amount(Decimal("2.675")), round_amount(Decimal("-2.675"))
    (Decimal('2.68'), Decimal('-2.68'))
    """
    return value.quantize(CENT, ROUND_HALF_UP)


def round_price(value: Decimal) -> Decimal:
    """Rounds: half-up to 4 places."""
    return value.quantize(PRICE_STEP, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """A number as people write it: no idle zeros, no exponent.

    >>> plain(Decimal("12.500000")), plain(Decimal("100")), plain(Decimal("0.000000")), plain(Decimal("1E+3"))
    ('12.5', '100', '0', '1000')
    """
    return f"{value.normalize():f}"


def spread(total: Decimal, weights: Sequence[Decimal], step: Decimal = CENT) -> list[Decimal]:
    """Split ``total`` in proportion to ``weights`` so that the parts sum to it exactly.

    Rounds: down to ``step``; the rest goes to the largest remainders, first come first on a tie.

    >>> [str(part) for part in spread(Decimal("10.00"), [Decimal(3333), Decimal(3333), Decimal(3334)])]
    ['3.33', '3.33', '3.34']
    """
    whole = sum(weights, ZERO)
    if not weights:
        return []
    if whole == 0:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    sign = -1 if total < 0 else 1
    exact = [abs(total) * weight / whole for weight in weights]
    parts = [value.quantize(step, ROUND_DOWN) for value in exact]
    missing = int(((abs(total) - sum(parts, ZERO)) / step).to_integral_value(ROUND_HALF_UP))
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(exact[i] - parts[i]), i))
    for i in by_remainder[:missing]:
        parts[i] += step
    return [sign * part for part in parts]


def margin_percent(net: Decimal, cost: Decimal | None) -> Decimal | None:
    """Margin in percent of the net amount; None when the cost is zero or unknown, never 100 %.

    >>> margin_percent(Decimal(100), Decimal(80)), margin_percent(Decimal(100), Decimal(0))
    (Decimal('20.00'), None)
    """
    if not cost or not net:
        return None
    return ((net - cost) / net * 100).quantize(CENT, ROUND_HALF_UP)

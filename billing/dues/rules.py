"""Due days and their amounts, and what paying early saves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from omc.lib.money import round_amount, spread

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Instalment:
    """So many percent of an invoice, so many days after its date."""

    percent: Decimal
    days: int


def parts_due(total: Decimal, on: date, net_days: int, plan: Sequence[Instalment] = ()) -> list[tuple[date, Decimal]]:
    """The due days of an invoice and what is due on each, the earliest first; they sum to its total.

    Rounds: to cents by largest remainder.

    >>> thirds = [Instalment(Decimal("33.33"), days) for days in (30, 60, 90)]
    >>> [str(amount) for _, amount in parts_due(Decimal("100.00"), date(2026, 1, 1), 0, thirds)]
    ['33.34', '33.33', '33.33']
    >>> parts_due(Decimal("100.00"), date(2026, 1, 1), 30)
    [(datetime.date(2026, 1, 31), Decimal('100.00'))]
    """
    if not plan or not total:
        return [(on + timedelta(days=net_days), total)]
    ordered = sorted(plan, key=lambda part: part.days)
    amounts = spread(total, [part.percent for part in ordered])
    return [(on + timedelta(days=part.days), amount) for part, amount in zip(ordered, amounts, strict=True)]


def early_discount(total: Decimal, on: date, percent: Decimal, days: int) -> tuple[Decimal, date | None]:
    """What may be taken off when it is paid by the last day of the discount; nothing where the terms give none.

    Rounds: half-up to 2 places.

    >>> early_discount(Decimal("1234.55"), date(2026, 1, 1), Decimal(2), 10)
    (Decimal('24.69'), datetime.date(2026, 1, 11))
    """
    if percent <= 0 or total <= 0:
        return ZERO, None
    return round_amount(total * percent / 100), on + timedelta(days=days)


def open_parts(amounts: Sequence[Decimal], open_amount: Decimal) -> list[Decimal]:
    """What is open of each part when so much of all is: the earliest parts are settled first.

    >>> [str(part) for part in open_parts([Decimal(40), Decimal(30), Decimal(30)], Decimal(50))]
    ['0', '20', '30']
    """
    settled = sum(amounts, ZERO) - open_amount
    parts = []
    for amount in amounts:
        taken = min(max(settled, ZERO), amount)
        settled -= taken
        parts.append(amount - taken)
    return parts

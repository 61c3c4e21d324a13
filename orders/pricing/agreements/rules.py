"""Which line draws on which agreement, and whether the customer takes what was agreed as fast as planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

ZERO: Final = Decimal(0)
BLANKET: Final = "blanket"  # the source of the price, in a line's steps
_TENTH: Final = Decimal("0.1")
SETTLING: Final = Decimal("0.1")  # in the first tenth of the term nothing is said about the pace


def drawn_item(steps: Sequence[Mapping[str, Any]]) -> int | None:
    """The item of an agreement that a line draws on: the one whose price stands, by its frozen steps.

    A typed or quoted price that is another one stands for itself, and draws on nothing.

    >>> blanket = {"step": "blanket", "source": "blanket", "amount": "-1", "break_id": 7}
    >>> quoted = {"step": "quote", "source": "QU-1", "amount": "0"}
    >>> drawn_item([blanket]), drawn_item([blanket, quoted]), drawn_item([blanket, {**quoted, "amount": "-2"}])
    (7, 7, None)
    """
    for step in reversed(steps):
        if step.get("source") == BLANKET:
            item: int | None = step.get("break_id")
            return item
        if step.get("step") not in ("manual", "quote") or Decimal(step["amount"]):
            return None
    return None


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is taken, beside a plan that is a straight line from the first day to the last.

    Units: whatever ``agreed`` counts in. ``of_plan`` is what is taken in percent of what was planned by now, None
    before anything was.
    """

    planned: Decimal
    taken: Decimal
    of_plan: Decimal | None
    is_behind: bool


def pace_of(agreed: Decimal, taken: Decimal, first: date, last: date, today: date, least_percent: Decimal) -> Pace:
    """Whether what is taken keeps up with the plan; behind is under ``least_percent`` of it.

    Rounds: half-up to a tenth of a percent. In the first tenth of the term nobody is behind.

    >>> year = (date(2026, 1, 1), date(2026, 12, 31))
    >>> pace = pace_of(Decimal(1000), Decimal(300), *year, date(2026, 7, 2), Decimal(80))
    >>> pace.of_plan, pace.is_behind
    (Decimal('59.8'), True)
    """
    days, gone = (last - first).days + 1, (min(today, last) - first).days + 1
    share = Decimal(max(gone, 0)) / days
    planned = agreed * share
    of_plan = (taken / planned * 100).quantize(_TENTH, ROUND_HALF_UP) if planned > 0 else None
    is_behind = of_plan is not None and share > SETTLING and of_plan < least_percent
    return Pace(planned, taken, of_plan, is_behind)


def burn_down(agreed: Decimal, draws: Sequence[tuple[date, Decimal]], days: Sequence[date]) -> list[Decimal]:
    """What was left at the end of each of these days. ``draws`` are (day, how much).

    >>> burn_down(Decimal(10), [(date(2026, 1, 2), Decimal(4))], [date(2026, 1, 1), date(2026, 1, 3)])
    [Decimal('10'), Decimal('6')]
    """
    return [agreed - sum((amount for day, amount in draws if day <= until), ZERO) for until in days]


def plan_line(agreed: Decimal, first: date, last: date, days: Sequence[date]) -> list[Decimal]:
    """What the plan leaves at the end of each of these days.

    >>> plan_line(Decimal(10), date(2026, 1, 1), date(2026, 1, 10), [date(2026, 1, 5), date(2026, 2, 1)])
    [Decimal('5'), Decimal('0')]
    """
    whole = (last - first).days + 1
    left = [max(whole - max((day - first).days + 1, 0), 0) for day in days]
    return [agreed * days_left / whole for days_left in left]


def marks(first: date, last: date, count: int = 12) -> list[date]:
    """Evenly spread days over a term, the first and the last among them.

    >>> marks(date(2026, 1, 1), date(2026, 1, 3), 12)
    [datetime.date(2026, 1, 1), datetime.date(2026, 1, 2), datetime.date(2026, 1, 3)]
    """
    whole = (last - first).days
    steps = min(count, whole) or 1
    return sorted({first + timedelta(days=round(whole * step / steps)) for step in range(steps + 1)})

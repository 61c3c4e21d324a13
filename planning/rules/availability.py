"""Available-to-promise: what of an item can still be promised, and from when on. Source: SPEC §7.d."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)
Dated = tuple[date, Decimal]


@dataclass(frozen=True, slots=True)
class Step:
    """From ``day`` until the next step: what would lie there, and how much of it can be promised.

    Units: stock unit. ``projected`` is on hand less all demand due plus all supply due, and may be negative.
    """

    day: date
    demand: Decimal
    supply: Decimal
    projected: Decimal
    available: Decimal


def timeline(today: date, usable: Decimal, demand: Iterable[Dated], supply: Iterable[Dated]) -> list[Step]:
    """The steps from today on. What is due before today counts today.

    ``available`` on a day is the least that is projected on that day or any later one, never below zero, so that a
    new promise cannot eat what an older, later one needs.
    """
    due: dict[date, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    due[today] = [ZERO, ZERO]
    for day, quantity in demand:
        due[max(day, today)][0] += quantity
    for day, quantity in supply:
        due[max(day, today)][1] += quantity
    projected, level = [], usable
    days = sorted(due)
    for day in days:
        level += due[day][1] - due[day][0]
        projected.append(level)
    available, lowest = [ZERO] * len(days), projected[-1]
    for index in range(len(days) - 1, -1, -1):
        lowest = min(lowest, projected[index])
        available[index] = max(ZERO, lowest)
    return [Step(day, due[day][0], due[day][1], projected[index], available[index]) for index, day in enumerate(days)]


def available_on(steps: list[Step], day: date) -> Decimal:
    """What can be promised for ``day``."""
    found = steps[0].available
    for step in steps:
        if step.day > day:
            break
        found = step.available
    return found


def earliest(steps: list[Step], quantity: Decimal) -> date | None:
    """The first day on which all of ``quantity`` can be promised; None when not within what is known."""
    return next((step.day for step in steps if step.available >= quantity), None)


def split(steps: list[Step], quantity: Decimal, since: date) -> list[Dated]:
    """As much as can be promised for ``since``, then more as it becomes available; what never does is left out.

    The available quantity never falls from step to step, so each step adds what it has beyond the one before.
    """
    taken = min(quantity, available_on(steps, since))
    parts = [(since, taken)] if taken else []
    for step in steps:
        if step.day > since and step.available > taken and taken < quantity:
            more = min(quantity, step.available) - taken
            parts.append((step.day, more))
            taken += more
    return parts


def counted_on(expected: date, today: date, *, fence_days: int, receiving_days: int = 0) -> date | None:
    """The day on which an open supply counts: overdue supply tomorrow, and not at all when later than the fence.

    >>> str(counted_on(date(2026, 11, 18), date(2026, 11, 20), fence_days=5))
    '2026-11-21'
    >>> counted_on(date(2026, 11, 10), date(2026, 11, 20), fence_days=5) is None
    True
    """
    if expected >= today:
        return expected + timedelta(days=receiving_days)
    if (today - expected).days > fence_days:
        return None
    return today + timedelta(days=1)

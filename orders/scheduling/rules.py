"""How an order is cut into shipments, how much work each is, why it is late. Values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

ZERO: Final = Decimal(0)
GREEN_PERCENT: Final = 85  # the load up to which a day is fine


@dataclass(frozen=True, slots=True)
class Minutes:
    """The time equation: ``base + per_line × lines + per_unit × units``. Source: SPEC §7.d."""

    base: Decimal
    per_line: Decimal
    per_unit: Decimal

    def of(self, lines: int, units: Decimal) -> int:
        """Rounds: up to whole minutes.

        >>> Minutes(Decimal(3), Decimal(2), Decimal("0.05")).of(10, Decimal(25))
        25
        """
        exact = self.base + self.per_line * lines + self.per_unit * units
        return int(exact.to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Part:
    """Units of a promise that are to leave. ``line`` is its order line, ``kit`` the kit that the line belongs to."""

    promise: int
    line: int
    warehouse: int
    ship_to: int | None
    ship_date: date
    units: Decimal
    kit: int | None = None
    drop_ship: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What leaves together: from where, to where, when, and whether we or a supplier send it."""

    warehouse: int
    ship_to: int | None
    due: date
    drop_ship: bool = False


def places(parts: Sequence[Part], ship_rule: str) -> dict[int, Place]:
    """Where each promise leaves, by the order's ship rule.

    A complete order leaves once per warehouse, on its latest date; a complete line, and a kit kept together, leave on
    their own latest date; everything else leaves when it can.
    """
    latest: dict[tuple[str, int], date] = {}
    for part in parts:
        bundle = _bundle(part, ship_rule)
        latest[bundle] = max(part.ship_date, latest.get(bundle, part.ship_date))
    return {
        part.promise: Place(part.warehouse, part.ship_to, latest[_bundle(part, ship_rule)], part.drop_ship)
        for part in parts
    }


def _bundle(part: Part, ship_rule: str) -> tuple[str, int]:
    if ship_rule == "ship_complete_order":
        return ("order", 0)
    if ship_rule == "ship_complete_line":
        return ("line", part.line)
    if ship_rule == "kit_together" and part.kit is not None:
        return ("kit", part.kit)
    return ("promise", part.promise)


def unplanned(wanted: Mapping[int, Decimal], planned: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Units per promise that no shipment carries yet.

    >>> unplanned({1: Decimal(5), 2: Decimal(4)}, {1: Decimal(5), 2: Decimal(1)})
    {2: Decimal('3')}
    """
    rest = {promise: units - planned.get(promise, ZERO) for promise, units in wanted.items()}
    return {promise: units for promise, units in rest.items() if units > 0}


@dataclass(frozen=True, slots=True)
class Carried:
    """Units of a promise on one line of a plan. ``rank`` orders who gives up first, the lowest."""

    line: int
    promise: int
    units: Decimal
    rank: tuple[int, int]


def surplus(
    wanted: Mapping[int, Decimal], fixed: Mapping[int, Decimal], carried: Iterable[Carried]
) -> dict[int, Decimal]:
    """How many units each plan line must give up so that no promise is carried more than it is wanted.

    ``fixed`` units (with the warehouse) are never given up.
    """
    over: dict[int, Decimal] = dict(fixed)
    rows = list(carried)
    for row in rows:
        over[row.promise] = over.get(row.promise, ZERO) + row.units
    over = {promise: units - wanted.get(promise, ZERO) for promise, units in over.items()}
    given_up: dict[int, Decimal] = {}
    for row in sorted(rows, key=lambda item: item.rank):
        give = min(row.units, max(over[row.promise], ZERO))
        if give:
            given_up[row.line] = give
            over[row.promise] -= give
    return given_up


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A plan line at release: so much is planned, so much of it has stock. ``bundle`` goes complete or not at all."""

    line: int
    units: Decimal
    stocked: Decimal
    bundle: tuple[str, int] | None = None


def releasable(lines: Sequence[ReleaseLine]) -> dict[int, Decimal]:
    """Units per line that may go now.

    >>> five = Decimal(5)
    >>> lines = [ReleaseLine(1, five, five, ("line", 1)), ReleaseLine(2, five, Decimal(3), ("line", 2))]
    >>> releasable(lines)
    {1: Decimal('5'), 2: Decimal('0')}
    """
    broken = {line.bundle for line in lines if line.bundle is not None and line.stocked < line.units}
    return {line.line: ZERO if line.bundle in broken else min(line.units, line.stocked) for line in lines}


def late_reason(due: date, first: date, first_working: date, slot: date) -> str:
    """Why a slot lies after the day that the promise asks for: exactly one reason, empty when it is not late.

    ``first`` is the first day that anything can leave, ``first_working`` the first working day from there or from due.

    >>> late_reason(date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 23))
    'capacity'
    """
    if slot <= due:
        return ""
    if slot > first_working:
        return "capacity"
    return "cut_off" if first > due else "calendar"


def load_percent(used: int, capacity: int) -> int | None:
    """Rounds: up. None where a day has no capacity.

    >>> load_percent(408, 480), load_percent(1, 0)
    (85, None)
    """
    return -(-used * 100 // capacity) if capacity > 0 else None


def load_meaning(percent: int | None) -> str:
    """Up to 85 % is fine, up to 100 % is tight, above is overtime."""
    if percent is None:
        return ""
    return "ok" if percent <= GREEN_PERCENT else "wait" if percent <= 100 else "risk"

"""Which promises a confirmed order gets: from stock, from dated supply, else after the item's lead time.

Inside the allocation horizon, what lies there is allocated at once, and what cannot be had for the ship date is short:
a backorder, or a refusal where the ship rule wants everything. Outside the horizon nothing is short.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from planning.rules.availability import ZERO, Dated, available_on, split, timeline
from planning.rules.workdays import WorkingDays

Key = tuple[int, int]  # product, warehouse
STOCK, SUPPLY, LEAD_TIME, SPECIAL = "stock", "supply", "lead_time", "special"


@dataclass(frozen=True, slots=True)
class Want:
    """So much of an item for a line on a ship date. Wants of one ``group`` leave together."""

    line_id: int
    key: Key
    quantity: Decimal
    ship_date: date
    lead_time_days: int
    group: int | None = None
    from_stock: bool = True


@dataclass(slots=True)
class Position:
    """An item in a warehouse as it stands: what is free to allocate now, and all that is due."""

    usable: Decimal
    free: Decimal
    demand: list[Dated] = field(default_factory=list)
    supply: list[Dated] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """One promise: of ``quantity``, ``allocated`` is taken from stock now and ``backordered`` could not be."""

    line_id: int
    key: Key
    quantity: Decimal
    allocated: Decimal
    backordered: Decimal
    ship_date: date
    source: str


@dataclass(frozen=True, slots=True)
class Horizon:
    """Ship dates up to ``until`` are allocated at confirm. ``first`` is the first day on which anything can leave."""

    today: date
    first: date
    until: date
    workdays: WorkingDays


def plan(wants: Sequence[Want], positions: Mapping[Key, Position], horizons: Mapping[int, Horizon]) -> list[Part]:
    """The promises for all wants of an order, in their order; each sees what the ones before it took.

    ``positions`` are consumed; ``horizons`` go by warehouse.
    """
    parts: list[Part] = []
    for want in _aligned(wants, horizons):
        horizon = horizons[want.key[1]]
        found = _from_stock(want, positions[want.key], horizon) if want.from_stock else _ordered_for_it(want, horizon)
        parts += found
    return _leaving_together(parts, wants)


def _aligned(wants: Sequence[Want], horizons: Mapping[int, Horizon]) -> list[Want]:
    """Nothing leaves before its warehouse's first day; a group leaves with its latest."""
    ready = [
        replace(want, ship_date=horizons[want.key[1]].workdays.on_or_after(max(want.ship_date, first)))
        for want in wants
        for first in [horizons[want.key[1]].first]
    ]
    latest: dict[int | None, date] = {}
    for want in ready:
        latest[want.group] = max(want.ship_date, latest.get(want.group, want.ship_date))
    return [want if want.group is None else replace(want, ship_date=latest[want.group]) for want in ready]


def _from_stock(want: Want, position: Position, horizon: Horizon) -> list[Part]:
    steps = timeline(horizon.today, position.usable, position.demand, position.supply)
    inside = want.ship_date <= horizon.until
    rest = want.quantity
    parts: list[Part] = []
    lying = min(rest, available_on(steps, horizon.today))
    if lying:
        given = min(lying, max(ZERO, position.free)) if inside else ZERO
        parts.append(
            Part(want.line_id, want.key, lying, given, lying - given if inside else ZERO, want.ship_date, STOCK)
        )
        position.free -= given
        rest -= lying
    for day, quantity in split(steps, want.quantity, want.ship_date):
        on_time = day == want.ship_date
        coming = quantity - lying if on_time else quantity
        if coming:
            short = coming if inside and not on_time else ZERO
            ship_date = horizon.workdays.on_or_after(day)
            parts.append(Part(want.line_id, want.key, coming, ZERO, short, ship_date, SUPPLY))
            rest -= coming
    if rest:
        parts += _after_lead_time(replace(want, quantity=rest), horizon, backordered=inside)
    position.demand += [(part.ship_date, part.quantity) for part in parts]
    return parts


def _after_lead_time(want: Want, horizon: Horizon, *, backordered: bool = False) -> list[Part]:
    day = max(want.ship_date, horizon.today + timedelta(days=want.lead_time_days))
    short = want.quantity if backordered else ZERO
    ship_date = horizon.workdays.on_or_after(day)
    return [Part(want.line_id, want.key, want.quantity, ZERO, short, ship_date, LEAD_TIME)]


def _ordered_for_it(want: Want, horizon: Horizon) -> list[Part]:
    return [replace(part, source=SPECIAL) for part in _after_lead_time(want, horizon)]


def _leaving_together(parts: list[Part], wants: Sequence[Want]) -> list[Part]:
    groups = {want.line_id: want.group for want in wants}
    latest: dict[int | None, date] = {}
    for part in parts:
        group = groups[part.line_id]
        latest[group] = max(part.ship_date, latest.get(group, part.ship_date))
    return [
        part if groups[part.line_id] is None else replace(part, ship_date=latest[groups[part.line_id]])
        for part in parts
    ]


def complete_on(parts: Sequence[Part]) -> dict[int, date]:
    """The day on which each line has all of it."""
    days: dict[int, date] = {}
    for part in parts:
        days[part.line_id] = max(part.ship_date, days.get(part.line_id, part.ship_date))
    return days


def short_of(parts: Sequence[Part]) -> dict[int, Decimal]:
    """How much each line is short by; lines that are not are left out."""
    short: dict[int, Decimal] = defaultdict(Decimal)
    for part in parts:
        if part.backordered:
            short[part.line_id] += part.backordered
    return dict(short)

"""What is there, what of it is spoken for, and from when on something can be promised."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from omc.lib.kept import Kept
from orders.core.models import Company, Product
from orders.core.selectors.companies import settings_in_force
from planning.models import StockLevel
from planning.rules.availability import ZERO, Dated, Step, available_on, counted_on, timeline
from planning.rules.promising import STOCK, Horizon, Key, Part, Position, Want, plan
from planning.selectors.sources import sources_of
from planning.selectors.workdays import HORIZON_DAYS, horizons

FENCE_DAYS = "planning.overdue_supply_fence_days"
RECEIVING_DAYS = "planning.receiving_days"

_DEMAND = Kept("""
SELECT product_id, warehouse_id, ship_date, sum(CASE source WHEN 'special' THEN allocated ELSE quantity END)
FROM planning_promise WHERE is_open AND (source NOT IN ('special', 'drop_ship') OR source = 'special' AND allocated > 0)
    AND (product_id, warehouse_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
GROUP BY 1, 2, 3
""")
_SUPPLY = Kept("""
SELECT l.product_id, s.warehouse_id, l.expected_date, sum(l.quantity - l.received)
FROM planning_supplyline l JOIN planning_supplyorder s ON s.id = l.supply_id
WHERE s.state IN ('ordered', 'part_received') AND l.received < l.quantity AND l.order_line_id IS NULL
    AND (l.product_id, s.warehouse_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
GROUP BY 1, 2, 3
""")


@dataclass(frozen=True, slots=True)
class Availability:
    """An item in a warehouse at a glance.

    Units: stock unit. ``free`` is not allocated; ``promised`` is all open demand, allocated or not; ``available`` can
    be promised today.
    """

    on_hand: Decimal = ZERO
    allocated: Decimal = ZERO
    unavailable: Decimal = ZERO
    reserved: Decimal = ZERO
    promised: Decimal = ZERO
    available: Decimal = ZERO
    next_supply: date | None = None
    next_supply_quantity: Decimal = ZERO

    @property
    def free(self) -> Decimal:
        return self.on_hand - self.allocated - self.unavailable - self.reserved


@dataclass(frozen=True, slots=True)
class Enquired:
    """So much of an item from a warehouse, wanted to leave on a date (None: as soon as possible).

    Not ``from_stock``: ordered from the supplier for it, after his lead time, else the item's.
    """

    product_id: int
    warehouse_id: int
    quantity: Decimal
    ship_date: date | None = None
    from_stock: bool = True


@dataclass(frozen=True, slots=True)
class Earliest:
    """When all of it could leave, how much of it lies there now, and where the last of it would come from."""

    ship_date: date
    in_stock: Decimal
    source: str


def open_demand(keys: Iterable[Key]) -> dict[Key, list[Dated]]:
    """What is promised and not shipped, by item and warehouse: (ship date, quantity).

    A special order counts with what came for it: the rest comes from its supplier and takes nothing from others.
    """
    return _dated(_DEMAND, keys)


def open_supply(keys: Iterable[Key]) -> dict[Key, list[Dated]]:
    """What is ordered for stock and not received, by item and warehouse: (expected date, quantity)."""
    return _dated(_SUPPLY, keys)


def _dated(sql: str, keys: Iterable[Key]) -> dict[Key, list[Dated]]:
    pairs = sorted(set(keys))
    found: dict[Key, list[Dated]] = {key: [] for key in pairs}
    with connection.cursor() as cursor:
        cursor.execute(sql, [[product for product, _ in pairs], [warehouse for _, warehouse in pairs]])
        for product_id, warehouse_id, day, quantity in cursor.fetchall():
            found[product_id, warehouse_id].append((day, quantity))
    return found


def positions(
    levels: Mapping[Key, StockLevel], keys: Iterable[Key], days: Mapping[int, Horizon], settings: Mapping[str, int]
) -> dict[Key, Position]:
    """Each item and warehouse as it stands now; where no level is, nothing lies."""
    wanted = set(keys)
    demand, supply = open_demand(wanted), open_supply(wanted)
    found = {}
    for key in wanted:
        level = levels.get(key)
        counted = [
            (day, quantity)
            for expected, quantity in supply[key]
            if (
                day := counted_on(
                    expected,
                    days[key[1]].today,
                    fence_days=int(settings[FENCE_DAYS]),
                    receiving_days=int(settings[RECEIVING_DAYS]),
                )
            )
        ]
        found[key] = Position(
            usable=level.on_hand - level.unavailable - level.reserved if level else ZERO,
            free=level.free if level else ZERO,
            demand=demand[key],
            supply=counted,
        )
    return found


def planning_settings(company_id: int) -> dict[str, int]:
    """The company's settings that promising reads, in one query."""
    return settings_in_force(company_id, [HORIZON_DAYS, FENCE_DAYS, RECEIVING_DAYS])


def levels_of(
    company_id: int, product_ids: Iterable[int], warehouse_ids: Iterable[int] | None = None
) -> dict[Key, StockLevel]:
    rows = StockLevel.objects.filter(company_id=company_id, product_id__in=set(product_ids))
    if warehouse_ids is not None:
        rows = rows.filter(warehouse_id__in=set(warehouse_ids))
    return {(level.product_id, level.warehouse_id): level for level in rows}


def availability(
    company_id: int, product_ids: Iterable[int], warehouse_ids: Iterable[int] | None = None
) -> dict[Key, Availability]:
    """Items at a glance, by (item, warehouse), where there ever was any. A constant number of queries."""
    levels = levels_of(company_id, product_ids, warehouse_ids)
    if not levels:
        return {}
    company = Company.objects.get(pk=company_id)
    settings = planning_settings(company_id)
    days = horizons(company, {warehouse for _, warehouse in levels}, settings[HORIZON_DAYS])
    found = {}
    for key, position in positions(levels, levels, days, settings).items():
        today = days[key[1]].today
        steps = timeline(today, position.usable, position.demand, position.supply)
        coming = sorted(position.supply)
        level = levels[key]
        found[key] = Availability(
            on_hand=level.on_hand,
            allocated=level.allocated,
            unavailable=level.unavailable,
            reserved=level.reserved,
            promised=sum((quantity for _, quantity in position.demand), ZERO),
            available=min(available_on(steps, today), max(ZERO, level.free)),
            next_supply=coming[0][0] if coming else None,
            next_supply_quantity=coming[0][1] if coming else ZERO,
        )
    return found


def availability_timeline(company: Company, product_id: int, warehouse_id: int) -> list[Step]:
    """An item's projected stock and available-to-promise, step by step from today on."""
    key = (product_id, warehouse_id)
    settings = planning_settings(company.pk)
    days = horizons(company, [warehouse_id], settings[HORIZON_DAYS])
    if warehouse_id not in days:
        return []
    position = positions(levels_of(company.pk, [product_id], [warehouse_id]), [key], days, settings)[key]
    return timeline(days[warehouse_id].today, position.usable, position.demand, position.supply)


def earliest_dates(company_id: int, enquired: Sequence[Enquired]) -> list[Earliest]:
    """When each could leave if all were confirmed now, in their order. A constant number of queries, nothing locked."""
    if not enquired:
        return []
    company = Company.objects.get(pk=company_id)
    settings = planning_settings(company_id)
    keys = {(item.product_id, item.warehouse_id) for item in enquired}
    days = horizons(company, {warehouse for _, warehouse in keys}, settings[HORIZON_DAYS])
    levels = levels_of(company_id, {product for product, _ in keys})
    lead_times = dict(
        Product.objects.filter(company_id=company_id, pk__in={product for product, _ in keys}).values_list(
            "pk", "lead_time_days"
        )
    )
    sources = sources_of({item.product_id for item in enquired if not item.from_stock})
    wants = [
        Want(
            line_id=index,
            key=(item.product_id, item.warehouse_id),
            quantity=item.quantity,
            ship_date=item.ship_date or days[item.warehouse_id].first,
            lead_time_days=lead_times[item.product_id]
            if item.from_stock or item.product_id not in sources
            else sources[item.product_id].lead_time_days,
            from_stock=item.from_stock,
        )
        for index, item in enumerate(enquired)
    ]
    parts: dict[int, list[Part]] = defaultdict(list)
    for part in plan(wants, positions(levels, keys, days, settings), days):
        parts[part.line_id].append(part)
    return [
        Earliest(
            ship_date=max(part.ship_date for part in parts[want.line_id]),
            in_stock=sum((part.quantity for part in parts[want.line_id] if part.source == STOCK), ZERO),
            source=parts[want.line_id][-1].source,
        )
        for want in wants
    ]

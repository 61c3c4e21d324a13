"""Confirming an order makes promises: which stock or supply each line gets, and when it can leave."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.kept import Kept
from omc.lib.prepared import Prepared
from orders.core import eventlog
from orders.core.ledger import Move
from orders.core.models import Address, LineKind, Order, OrderLine, Product, ShipRule, Supply
from planning.events import OrderBackordered, SpecialWanted
from planning.models import Promise, PromiseSource
from planning.rules.availability import ZERO
from planning.rules.promising import Horizon, Key, Part, Want, complete_on, plan, short_of
from planning.selectors.availability import planning_settings, positions
from planning.selectors.sources import Source, sources_of
from planning.selectors.workdays import HORIZON_DAYS, default_warehouse_id, horizons, transits
from planning.services.levels import LevelChange, change_levels, lock_levels

# By hand, because everybody who wants one of these items waits meanwhile.
_PROMISE = Kept("""
INSERT INTO planning_promise (company_id, order_id, is_open, created_at, line_id, product_id, warehouse_id, quantity,
    allocated, backordered, ship_date, source)
SELECT %s, %s, true, %s, part.* FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[],
    %s::numeric[], %s::date[], %s::text[]) AS part
""")
_COUNTRIES = Prepared(lambda gaps: Address.objects.filter(pk__in=[gaps.places]).values_list("pk", "country"))
_PROMISED = Prepared(
    lambda gaps: (
        Promise.objects.filter(order_id=gaps.order, is_open=True)
        .values("line_id")
        .annotate(total=Sum("quantity"))
        .values_list("line_id", "total")
    )
)
WANTS_ALL = (ShipRule.SHIP_COMPLETE_ORDER, ShipRule.SHIP_COMPLETE_LINE, ShipRule.KIT_TOGETHER)


class ShortStock(DomainError):
    """The ship rule wants everything for the requested date, and not everything is there."""

    code = "short_stock"


@dataclass
class PromiseResult:
    """What confirming must still do with the promises: post ``moves`` to the ledger, and tell the customer the dates.

    ``promise_dates`` are days of arrival, by line; a kit's is that of its last component.
    """

    moves: list[Move] = field(default_factory=list)
    promise_dates: dict[int, date] = field(default_factory=dict)
    backordered_units: Decimal = ZERO


def promise_order(order: Order, lines: Sequence[OrderLine], actor: Actor) -> PromiseResult:
    """Promise every goods line of a locked order, all of them or none. Inside another verb, after its own checks.

    What is promised already is left alone, so lines that were added later can be promised by the same call.

    Raises: ShortStock naming every short line, InvalidInput when a line has no item or there is no warehouse
    Events: order_backordered, when anything could not be had for its ship date; special_wanted, when suppliers must
        send anything for it
    """
    goods = [line for line in lines if line.kind in (LineKind.GOODS, LineKind.COMPONENT) and line.open_quantity > 0]
    quantities = _unpromised(order, goods)
    goods = [line for line in goods if quantities[line.pk] > 0]
    if not goods:
        return PromiseResult()
    keys = _keys(order, goods)
    settings = planning_settings(order.company_id)
    days = horizons(order.company, {warehouse for _, warehouse in keys.values()}, settings[HORIZON_DAYS])
    ways = _ways(order, goods, keys)
    products = _products(goods)
    bought = [line for line in goods if line.supply != Supply.STOCK]
    sources = sources_of({line.product_id for line in bought if line.product_id})
    wants = [
        Want(
            line_id=line.pk,
            key=keys[line.pk],
            quantity=quantities[line.pk],
            ship_date=_ship_date(order, line, days[keys[line.pk][1]], ways[line.pk]),
            lead_time_days=_lead_time(line, products[line.product_id or 0], sources),
            group=_group(order, line),
            from_stock=line.supply == Supply.STOCK,
        )
        for line in goods
    ]
    # Nothing is decided before the levels are locked: what is promised and allocated is read after that.
    stocked = {want.key for want in wants if want.from_stock}
    levels = lock_levels(order.company_id, stocked)
    parts = plan(wants, positions(levels, stocked, days, settings), days)
    short = short_of(parts)
    if short and order.ship_rule in WANTS_ALL:
        raise _short_stock(order, goods, products, quantities, short, parts)
    _write(order, goods, parts)
    changes: dict[Key, LevelChange] = defaultdict(LevelChange)
    moves: dict[int, Decimal] = defaultdict(Decimal)
    for part in parts:
        if part.allocated:
            changes[part.key] += LevelChange(allocated=part.allocated)
            moves[part.line_id] += part.allocated
    change_levels(levels, changes)
    backordered = sum(short.values(), ZERO)
    if backordered:
        first = min(part.ship_date for part in parts if part.backordered)
        eventlog.record(order, OrderBackordered(units=backordered, ship_date=first), actor=actor)
    if bought:
        units = sum((quantities[line.pk] for line in bought), ZERO)
        eventlog.record(order, SpecialWanted(units=units, lines=len(bought)), actor=actor)
    return PromiseResult(
        moves=[(line_id, "allocated", quantity) for line_id, quantity in moves.items()],
        promise_dates=_arrivals(goods, parts, days, ways),
        backordered_units=backordered,
    )


def _unpromised(order: Order, lines: Sequence[OrderLine]) -> dict[int, Decimal]:
    promised = dict(_PROMISED.rows(order=order.pk))
    return {line.pk: line.open_quantity - promised.get(line.pk, ZERO) for line in lines}


def _products(lines: Sequence[OrderLine]) -> dict[int, Product]:
    """The lines' items, read only where the lines came without them."""
    read = OrderLine._meta.get_field("product").is_cached
    known = {line.product_id: line.product for line in lines if read(line) and line.product_id and line.product}
    return known | Product.objects.in_bulk({line.product_id for line in lines if line.product_id} - set(known))


def _lead_time(line: OrderLine, product: Product, sources: Mapping[int, Source]) -> int:
    """Calendar days until it could be had: of what is bought for the line the supplier's, else the item's."""
    source = sources.get(product.pk) if line.supply != Supply.STOCK else None
    return source.lead_time_days if source else product.lead_time_days


def _keys(order: Order, lines: Sequence[OrderLine]) -> dict[int, Key]:
    """Which item from which warehouse, by line."""
    fallback = order.warehouse_id
    if fallback is None and any(line.warehouse_id is None for line in lines):
        fallback = default_warehouse_id(order.company_id)
    keys = {}
    for line in lines:
        warehouse_id = line.warehouse_id or fallback
        if line.product_id is None:
            raise InvalidInput(f"Line {line.position} has no item.", field="product_id", position=line.position)
        if warehouse_id is None:
            raise InvalidInput("The company has no warehouse yet.", field="warehouse_id", position=line.position)
        keys[line.pk] = (line.product_id, warehouse_id)
    return keys


def _ways(order: Order, lines: Sequence[OrderLine], keys: Mapping[int, Key]) -> dict[int, int]:
    """Working days on the way to the customer, by line; 0 where nothing is known of it."""
    places = {line.pk: line.ship_to_id or order.ship_to_id for line in lines}
    countries = dict(_COUNTRIES.rows(places=list({place for place in places.values() if place})))
    if order.is_collected:
        return {line.pk: 0 for line in lines}
    known = transits({warehouse for _, warehouse in keys.values()})
    return {line.pk: known.get((keys[line.pk][1], countries.get(places[line.pk] or 0, "")), 0) for line in lines}


def _ship_date(order: Order, line: OrderLine, horizon: Horizon, days_on_the_way: int) -> date:
    requested = line.requested_date or order.requested_date
    return horizon.first if requested is None else horizon.workdays.before(requested, days_on_the_way)


def _group(order: Order, line: OrderLine) -> int | None:
    """Lines of one group leave on one day."""
    if order.ship_rule == ShipRule.SHIP_COMPLETE_ORDER:
        return 0
    if order.ship_rule == ShipRule.SHIP_COMPLETE_LINE:
        return line.pk
    if order.ship_rule == ShipRule.KIT_TOGETHER:
        return line.parent_id or line.pk
    return None


def _short_stock(
    order: Order,
    lines: Sequence[OrderLine],
    products: Mapping[int, Product],
    wanted: Mapping[int, Decimal],
    short: Mapping[int, Decimal],
    parts: Sequence[Part],
) -> ShortStock:
    complete = complete_on(parts)
    rows = [
        {
            "position": line.position,
            "sku": products[line.product_id or 0].sku,
            "wanted": _plain(wanted[line.pk]),
            "available": _plain(wanted[line.pk] - short[line.pk]),
            "short_by": _plain(short[line.pk]),
            "earliest": complete[line.pk].isoformat(),
        }
        for line in lines
        if line.pk in short
    ]
    said = "; ".join(f"line {row['position']} ({row['sku']}) is short by {row['short_by']}" for row in rows)
    return ShortStock(
        f"{order} must ship complete, and {said}. Complete from {max(str(row['earliest']) for row in rows)}.",
        lines=rows,
    )


def _write(order: Order, lines: Sequence[OrderLine], parts: Sequence[Part]) -> None:
    drop_ship = {line.pk for line in lines if line.supply == Supply.DROP_SHIP}
    rows = [
        (
            part.line_id, *part.key, part.quantity, part.allocated, part.backordered, part.ship_date,
            PromiseSource.DROP_SHIP if part.line_id in drop_ship else part.source,
        )
        for part in parts
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, [order.company_id, order.pk, clock.now(), *map(list, zip(*rows, strict=True))])


def _arrivals(
    lines: Sequence[OrderLine], parts: Sequence[Part], days: Mapping[int, Horizon], ways: Mapping[int, int]
) -> dict[int, date]:
    leaves = complete_on(parts)
    warehouses = {part.line_id: part.key[1] for part in parts}
    arrivals: dict[int, date] = {}
    for line in lines:
        arrival = days[warehouses[line.pk]].workdays.after(leaves[line.pk], ways[line.pk])
        arrivals[line.pk] = arrival
        if line.parent_id:
            arrivals[line.parent_id] = max(arrival, arrivals.get(line.parent_id, arrival))
    return arrivals


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"

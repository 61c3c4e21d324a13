"""Bring what an order wants from suppliers and what is ordered for it in line. It may be called any number of times.

What is wanted and not ordered is ordered from the item's supplier; what came is given to the promise it came for; what
nobody wants any more is told to the buyer; and a promise that its supply cannot keep moves.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core import eventlog, ledger, lifecycle
from orders.core.events import PromiseChanged
from orders.core.models import Address, Order, OrderLine, Supplier
from orders.core.selectors.holds import holds_blocking
from planning.events import SpecialCame, SpecialLate, SpecialOrdered, SupplyOrdered, SupplyUnwanted
from planning.models import FROM_SUPPLIER, Promise, PromiseSource, SupplyLine, SupplyOrder, SupplyState
from planning.rules.allocation import Open
from planning.rules.availability import ZERO
from planning.selectors.availability import RECEIVING_DAYS, planning_settings
from planning.selectors.sources import Source, sources_of
from planning.selectors.workdays import HORIZON_DAYS, horizons, transits
from planning.services.levels import LevelChange, change_levels, lock_levels
from planning.services.promises import as_open, change_promises
from planning.services.supply import SupplyInput, order_supply

OPEN = (SupplyState.ORDERED, SupplyState.PART_RECEIVED)


@dataclass
class _Bought:
    """One order line that suppliers have to send something for: its promises, and what is ordered for it."""

    line: OrderLine
    promises: list[Promise] = field(default_factory=list)
    supply: list[SupplyLine] = field(default_factory=list)
    was_cancelled: bool = False

    @property
    def wanted(self) -> Decimal:
        return sum((promise.quantity - promise.allocated for promise in self.promises), ZERO)

    @property
    def coming(self) -> Decimal:
        return sum((line.open_quantity for line in self.open_supply), ZERO)

    @property
    def open_supply(self) -> list[SupplyLine]:
        return [line for line in self.supply if line.supply.state in OPEN and line.open_quantity > 0]


@verb(events=(SupplyOrdered, SpecialOrdered, SpecialCame, SpecialLate, SupplyUnwanted, PromiseChanged))
def follow_supply(*, order_id: int, actor: Actor, again: bool = False) -> Order:
    """Look at what an order wants from suppliers as it stands now, and do what is missing.

    Nothing is ordered while a hold keeps the order from being released, nor again where a buyer has cancelled what
    was ordered: that waits among the special orders until somebody says ``again``.

    Raises: OrderNotFound, PermissionRefused
    Events: supply_ordered and special_ordered, special_came, supply_unwanted, promise_changed or special_late, each where it
        is so
    """
    require(actor, "planning.order_supply")
    order = lifecycle.lock(order_id, actor)
    bought = _bought(order)
    if not bought:
        return order
    _give_what_came(order, bought, actor)
    _order_what_is_missing(order, bought, actor, again=again)
    _note_orders(order, bought, actor)
    _tell_buyers(order, bought, actor)
    _move_promises(order, bought, actor)
    return order


def _bought(order: Order) -> list[_Bought]:
    """What is bought for the locked order, by line. Locks the supply orders, which come after their orders."""
    found: dict[int, _Bought] = {}
    promises = Promise.objects.filter(order=order, is_open=True, source__in=FROM_SUPPLIER)
    for promise in promises.select_related("line", "product").order_by("line__position", "ship_date", "id"):
        found.setdefault(promise.line_id, _Bought(promise.line)).promises.append(promise)
    ordered = SupplyLine.objects.filter(order_line__order=order)
    locked = SupplyOrder.objects.select_for_update(of=("self",)).filter(pk__in=ordered.values("supply_id"))
    orders = {supply.pk: supply for supply in locked.select_related("supplier").order_by("pk")}
    for row in ordered.select_related("order_line", "product").order_by("expected_date", "id"):
        row.supply = orders[row.supply_id]
        line = cast(OrderLine, row.order_line)
        one = found.setdefault(line.pk, _Bought(line))
        one.supply.append(row)
        one.was_cancelled = one.was_cancelled or row.supply.state == SupplyState.CANCELLED
    return list(found.values())


def _give_what_came(order: Order, bought: Sequence[_Bought], actor: Actor) -> None:
    """Stock that came for a line goes to its promises, the earliest first; what they do not want is free."""
    came = [one for one in bought if any(row.reserved for row in one.supply)]
    if not came:
        return
    levels = lock_levels(
        order.company_id, {(row.product_id, row.supply.warehouse_id) for one in came for row in one.supply}
    )
    after: dict[int, Open] = {}
    changed: list[Promise] = []
    freed: dict[tuple[int, int], LevelChange] = defaultdict(LevelChange)
    for one in came:
        for row in one.supply:
            freed[row.product_id, row.supply.warehouse_id] += LevelChange(reserved=-row.reserved)
            left, row.reserved = row.reserved, ZERO
            for promise in one.promises:
                here = (promise.product_id, promise.warehouse_id) == (row.product_id, row.supply.warehouse_id)
                stands = after.get(promise.pk, as_open(promise))
                given = min(left, stands.waiting) if here and promise.source == PromiseSource.SPECIAL else ZERO
                if given:
                    after[promise.pk] = stands.given(given, given)
                    promise.supply_line, left = row, left - given
                    changed.append(promise)
    SupplyLine.objects.bulk_update([row for one in came for row in one.supply], ["reserved"])
    change_levels(levels, freed)
    if not changed:
        return
    given_units = sum((after[pk].allocated - promise.allocated for pk, promise in _by_pk(changed).items()), ZERO)
    ledger.post(order.pk, change_promises(list(_by_pk(changed).values()), after, order.company_id, levels))
    Promise.objects.bulk_update(_by_pk(changed).values(), ["supply_line"])
    for promise in _by_pk(changed).values():
        promise.allocated = after[promise.pk].allocated
    eventlog.record(order, SpecialCame(units=given_units, open_units=_lacking(order)), actor=actor)


def _by_pk(promises: Sequence[Promise]) -> dict[int, Promise]:
    return {promise.pk: promise for promise in promises}


def _lacking(order: Order) -> Decimal:
    """Units of the order that suppliers have to send still, or that are back-ordered."""
    rows = Promise.objects.filter(order=order, is_open=True)
    return sum((row.quantity - row.allocated if row.source in FROM_SUPPLIER else row.backordered for row in rows), ZERO)


def _order_what_is_missing(order: Order, bought: Sequence[_Bought], actor: Actor, *, again: bool) -> None:
    missing = [one for one in bought if one.wanted > one.coming and (again or not one.was_cancelled)]
    if not missing or holds_blocking([order.pk], "release"):
        return
    sources = sources_of({one.promises[0].product_id for one in missing})
    today = clock.today(order.company.time_zone)
    together: dict[tuple[int, int, int | None], list[tuple[_Bought, Source]]] = defaultdict(list)
    for one in missing:
        if source := sources.get(one.promises[0].product_id):
            place = (one.line.ship_to_id or order.ship_to_id) if _is_drop_ship(one) else None
            together[source.supplier_id, one.promises[0].warehouse_id, place].append((one, source))
    for (supplier_id, warehouse_id, place), rows in together.items():
        lines = []
        for one, source in rows:
            product_id, units = one.promises[0].product_id, one.wanted - one.coming
            day = today + timedelta(days=source.lead_time_days)
            lines.append(SupplyInput(product_id, units, source.unit_cost, day, one.line.pk))
            if not place and (more := source.lot(units) - units):
                lines.append(SupplyInput(product_id, more, source.unit_cost, day))  # a whole lot: the rest is stock
        made = order_supply(
            supplier_id=supplier_id,
            warehouse_id=warehouse_id,
            expected_date=max(line.expected_date or today for line in lines),
            lines=lines,
            ship_to_id=place,
            actor=actor,
        )
        for row in made.lines.exclude(order_line=None):
            row.supply = made
            next(one for one, _ in rows if one.line.pk == row.order_line_id).supply.append(row)


def _is_drop_ship(one: _Bought) -> bool:
    return any(promise.source == PromiseSource.DROP_SHIP for promise in one.promises)


def _note_orders(order: Order, bought: Sequence[_Bought], actor: Actor) -> None:
    """Tell the order of what is ordered for it and was not told yet: its promises name the supply they wait for."""
    told: dict[SupplyOrder, Decimal] = defaultdict(Decimal)
    noted = []
    for one in bought:
        coming = one.open_supply
        stands = {row.pk for row in one.supply if row.supply.state != SupplyState.CANCELLED}
        for promise in one.promises if coming else ():
            if promise.supply_line_id not in stands:
                promise.supply_line = coming[-1]
                noted.append(promise)
                told[coming[-1].supply] += promise.quantity - promise.allocated
    if not noted:
        return
    Promise.objects.bulk_update(noted, ["supply_line"])
    names = dict(Supplier.objects.filter(pk__in={supply.supplier_id for supply in told}).values_list("pk", "name"))
    for supply, units in told.items():
        event = SpecialOrdered(
            supply=supply.number,
            supplier=names[supply.supplier_id],
            units=units,
            expected_date=supply.expected_date,
        )
        eventlog.record(order, event, actor=actor)


def _tell_buyers(order: Order, bought: Sequence[_Bought], actor: Actor) -> None:
    """Keep on every supply line how much of it nobody wants any more, and tell its order where that is more now."""
    changed: list[SupplyLine] = []
    more: dict[SupplyOrder, Decimal] = defaultdict(Decimal)
    for one in bought:
        over = max(one.coming - one.wanted, ZERO)
        for row in reversed(one.open_supply):
            unwanted = min(over, row.open_quantity)
            over -= unwanted
            if unwanted != row.unwanted:
                more[row.supply] += unwanted - row.unwanted
                row.unwanted = unwanted
                changed.append(row)
    SupplyLine.objects.bulk_update(changed, ["unwanted"])
    for supply, units in more.items():
        if units > 0:
            eventlog.record(supply, SupplyUnwanted(order=str(order), units=units), actor=actor)


def _move_promises(order: Order, bought: Sequence[_Bought], actor: Actor) -> None:
    """A promise that its supply cannot keep moves to the day that it can; one that stays possible stays."""
    late = [(promise, one) for one in bought if one.open_supply for promise in one.promises if _waits(promise)]
    if not late:
        return
    warehouses = {promise.warehouse_id for promise, _ in late}
    settings = planning_settings(order.company_id)
    days = horizons(order.company, warehouses, settings[HORIZON_DAYS])
    places = {one.line.ship_to_id or order.ship_to_id for _, one in late}
    countries = dict(Address.objects.filter(pk__in={place for place in places if place}).values_list("pk", "country"))
    ways = {} if order.is_collected else transits(warehouses)
    moved: list[Promise] = []
    arrivals: dict[int, date] = {}
    why = ""
    for promise, one in late:
        row = max(one.open_supply, key=lambda line: line.expected_date)
        away = 0 if promise.source == PromiseSource.DROP_SHIP else int(settings[RECEIVING_DAYS])
        workdays = days[promise.warehouse_id].workdays
        possible = workdays.on_or_after(row.expected_date + timedelta(days=away))
        if possible <= promise.ship_date:
            continue
        promise.ship_date, why = possible, row.supply.number
        moved.append(promise)
        country = countries.get(one.line.ship_to_id or order.ship_to_id or 0, "")
        arrival = workdays.after(possible, ways.get((promise.warehouse_id, country), 0))
        for pk in filter(None, (one.line.pk, one.line.parent_id)):
            arrivals[pk] = max(arrival, arrivals.get(pk, arrival))
    if moved:
        Promise.objects.bulk_update(moved, ["ship_date"])
        _promise_later(order, arrivals, why, actor)


def _waits(promise: Promise) -> bool:
    return bool(promise.quantity > promise.allocated)


def _promise_later(order: Order, arrivals: dict[int, date], supply: str, actor: Actor) -> None:
    lines = list(OrderLine.objects.filter(pk__in=arrivals).order_by("id"))
    for line in lines:
        line.current_promise = max(arrivals[line.pk], line.current_promise or arrivals[line.pk])
    OrderLine.objects.bulk_update(lines, ["current_promise"])
    before = order.current_promise
    after = max([*arrivals.values(), *([before] if before else [])])
    if after == before:
        late = SpecialLate(supply=supply, lines=len(lines), arrives=max(arrivals.values()))
        eventlog.record(order, late, actor=actor)
        return
    event = PromiseChanged(
        before=before,
        after=after,
        reason=f"{supply} comes later",
        days=(after - before).days if before else 0,
    )
    eventlog.record(order, event, actor=actor, stamp={"current_promise": after})

"""Tell the warehouse to send: one planned shipment, some of a list, or all whose day has come.

However many there are, the orders are locked first, holds are asked once, stock is allocated once, states move
together; a row that may not go is named with its reason and nothing of it is written.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, IllegalTransition, StaleVersion
from omc.lib.money import plain
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.models import Company, LineKind, Order, OrderLine, OrderState, ShipRule, Warehouse
from orders.core.selectors.companies import setting
from orders.core.selectors.holds import blocked, holds_blocking
from orders.prioritization.rules import Want, share_out
from orders.scheduling.events import OrderReleased, ShipmentPlanned, ShipmentReleased
from orders.scheduling.machines import PLANNED_SHIPMENT
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.rules import Place, ReleaseLine, releasable
from orders.scheduling.selectors.in_hand import in_hand
from orders.scheduling.selectors.plans import due_ids
from orders.scheduling.services.plans import OPEN_ORDER, PlanNotFound, advance, publish, say_when_due, shrink
from orders.scheduling.services.slots import Wanted, make_plans
from planning.models import Promise, PromiseSource
from planning.selectors.availability import levels_of
from planning.selectors.workdays import horizons
from planning.services import allocate_promises

ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)
DAYS_AHEAD = "scheduling.release_days_ahead"
MOST_AT_ONCE = 500

_ORDERS = Prepared(
    lambda gaps: PlannedShipment.objects.filter(pk__in=[gaps.plans], company_id=gaps.company).values_list(
        "order_id", flat=True
    )
)
_PLANS = Prepared(
    lambda gaps: (
        PlannedShipment.objects.select_for_update(of=("self",))
        .select_related("warehouse")
        .filter(pk__in=[gaps.plans], company_id=gaps.company)
        .order_by("pk")
    )
)
_LINES = Prepared(
    lambda gaps: (
        PlannedLine.objects.filter(planned_id__in=[gaps.plans])
        .select_related("order_line__product", "promise")
        .order_by("order_line__position", "id")
    )
)
_PROMISES = Prepared(
    lambda gaps: Promise.objects.filter(order_id__in=[gaps.orders], is_open=True).select_related("line__product")
)
_RELEASED = Prepared(
    lambda gaps: (
        PlannedLine.objects.filter(planned__order_id__in=[gaps.orders], planned__state=PlanState.RELEASED)
        .values("promise_id")
        .annotate(units=Sum("quantity"))
        .values_list("promise_id", "units")
    )
)


class ShortStock(DomainError):
    """What the shipment needs is not there: nothing of it, or not all where it must leave complete."""

    code = "short_stock"


class NotReleasable(DomainError):
    """The order is not one that the warehouse may get."""

    code = "not_releasable"


@dataclass
class Candidate:
    """One plan on its way to the warehouse. ``have`` is what has stock, per plan line."""

    planned: PlannedShipment
    order: Order
    lines: list[PlannedLine]
    have: dict[int, Decimal] = field(default_factory=dict)
    refusal: DomainError | None = None
    short_units: Decimal = ZERO

    @property
    def units(self) -> Decimal:
        return sum(self.have.values(), ZERO)


@dataclass(frozen=True)
class Standing:
    """The open promises of locked orders, and the units of each that the warehouse has: released, or taken over."""

    promises: dict[int, Promise]
    at_warehouse: dict[int, Decimal]

    def spare(self) -> dict[int, Decimal]:
        """Allocated units per promise that no shipment at the warehouse counts on."""
        return {
            pk: max(promise.allocated - self.at_warehouse.get(pk, ZERO), ZERO) for pk, promise in self.promises.items()
        }

    def unreleased(self) -> dict[int, Decimal]:
        """Units of each order that the warehouse does not have."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for pk, promise in self.promises.items():
            found[promise.order_id] += promise.quantity - self.at_warehouse.get(pk, ZERO)
        return found


@verb(events=(ShipmentReleased, OrderReleased, ShipmentPlanned))
def release_shipment(*, planned_id: int, actor: Actor, version: int | None = None) -> PlannedShipment:
    """Release a planned shipment to the warehouse: what lacks stock gets it now, as far as there is any.

    What stays short leaves the shipment and is planned for a later day, unless it must leave complete.

    Raises: HoldBlocks with the hold's name; ShortStock naming every short line; NotReleasable; IllegalTransition;
        StaleVersion; PlanNotFound
    Events: shipment_released; order_released for the first of an order; shipment_planned for a rest
    """
    require(actor, "scheduling.release_shipment")
    found = _release([planned_id], actor, version=version)
    if not found:
        raise PlanNotFound(f"There is no planned shipment {planned_id}.", planned_id=planned_id)
    if refusal := found[0].refusal:
        raise refusal
    return found[0].planned


@verb(events=(ShipmentReleased, OrderReleased, ShipmentPlanned))
def release_due(*, actor: Actor, planned_ids: Sequence[int] | None = None) -> list[Candidate]:
    """Release every shipment whose day has come (or these), the best-ranked first; answers each with its refusal.

    Units: at most 500 shipments at a time; call it again for more.
    Events: shipment_released, order_released, shipment_planned
    """
    require(actor, "scheduling.release_shipment")
    if planned_ids is None:
        planned_ids = due_ids(actor, _until(actor))
    return _release(list(planned_ids)[:MOST_AT_ONCE], actor)


def _until(actor: Actor) -> date:
    """The last day whose shipments are due now."""
    company = Company.objects.get(pk=actor.company_id)
    days_ahead = int(setting(company.pk, DAYS_AHEAD))
    days = horizons(company, Warehouse.objects.filter(company=company).values_list("pk", flat=True), days_ahead)
    return max((horizon.until for horizon in days.values()), default=clock.today(company.time_zone))


def _release(planned_ids: Sequence[int], actor: Actor, *, version: int | None = None) -> list[Candidate]:
    candidates = _candidates(planned_ids, actor)
    _refuse_what_may_not_go(candidates, version)
    standing = _standing(sorted({item.order.pk for item in candidates if item.refusal is None}))
    _give_stock([item for item in candidates if item.refusal is None], standing, actor)
    going = [item for item in candidates if item.refusal is None]
    if going:
        _split_off_rests(going, actor)
        _move(going, standing, actor)
    return candidates


def _candidates(planned_ids: Sequence[int], actor: Actor) -> list[Candidate]:
    """The plans in the order asked, locked after their orders."""
    asked: dict[str, Any] = {"plans": list(planned_ids), "company": actor.company_id}
    orders = {order.pk: order for order in lifecycle.lock_many(sorted(set(_ORDERS.rows(**asked))), actor)}
    plans = {planned.pk: planned for planned in _PLANS.rows(**asked)}
    lines: dict[int, list[PlannedLine]] = defaultdict(list)
    for line in _LINES.rows(plans=list(plans)):
        lines[line.planned_id].append(line)
    found = []
    for pk in dict.fromkeys(planned_ids):
        if planned := plans.get(pk):
            planned.order = orders[planned.order_id]
            found.append(Candidate(planned, orders[planned.order_id], lines[pk]))
    return found


def _refuse_what_may_not_go(candidates: Sequence[Candidate], version: int | None) -> None:
    held = holds_blocking(sorted({item.order.pk for item in candidates}), "release")
    for item in candidates:
        planned, order = item.planned, item.order
        if hold := held.get(order.pk):
            item.refusal = blocked(order, hold, "release")
        elif order.state not in OPEN_ORDER:
            word = order.get_state_display().lower()
            item.refusal = NotReleasable(
                f"{order} is {word}; it cannot be released.", order=str(order), state=order.state
            )
        elif version is not None and planned.event_seq != version:
            item.refusal = StaleVersion(
                f"Somebody has changed {planned} meanwhile. Look at it again.", seen=version, current=planned.event_seq
            )
        else:
            try:
                PLANNED_SHIPMENT.check(planned, PlanState.RELEASED)
            except IllegalTransition as refusal:
                item.refusal = refusal


def _give_stock(candidates: Sequence[Candidate], standing: Standing, actor: Actor) -> None:
    """Allocate what the plans lack, in their order; say no to those that have nothing then, or not enough.

    What will be given is reckoned first, so that nothing is asked for a plan that cannot go.
    """
    if not candidates:
        return
    promises, spare = standing.promises, standing.spare()
    wants = _wants(candidates, promises, spare)
    levels = levels_of(actor.company_id, {promises[pk].product_id for pk, _ in wants})
    free: dict[Hashable, Decimal] = {key: level.free for key, level in levels.items()}
    expected = share_out([want for _, want in wants], free | _endless(wants))
    could = {pk: got for (pk, _), got in zip(wants, expected, strict=True)}
    lying = share_out([replace(want, bundle=None) for _, want in wants], free | _endless(wants))
    there = {pk: spare[pk] + got for (pk, _), got in zip(wants, lying, strict=True)}
    _judge(candidates, promises, spare, could, there)
    going = [item for item in candidates if item.refusal is None]
    asked = {
        pk: want.units if want.bundle is None else could[pk]
        for pk, want in _wants(going, promises, spare)
        if want.bundle is None or could[pk]
    }
    given = (
        allocate_promises(wanted=asked, orders=sorted({item.order.pk for item in candidates}), actor=actor)
        if asked
        else {}
    )
    _judge(going, promises, spare, given, there)


def _standing(order_ids: Sequence[int]) -> Standing:
    at_warehouse: dict[int, Decimal] = defaultdict(Decimal, in_hand(order_ids))
    for promise_id, units in _RELEASED.rows(orders=list(order_ids)):
        at_warehouse[promise_id] += units
    return Standing({promise.pk: promise for promise in _PROMISES.rows(orders=list(order_ids))}, at_warehouse)


def _bundle(promise: Promise, order: Order) -> tuple[str, int] | None:
    if order.ship_rule == ShipRule.SHIP_COMPLETE_ORDER:
        return ("order", order.pk)
    if order.ship_rule == ShipRule.SHIP_COMPLETE_LINE:
        return ("line", promise.line_id)
    if order.ship_rule == ShipRule.KIT_TOGETHER and promise.line.kind == LineKind.COMPONENT:
        return ("kit", promise.line.parent_id or 0)
    return None


def _wants(
    candidates: Sequence[Candidate], promises: dict[int, Promise], spare: dict[int, Decimal]
) -> list[tuple[int, Want]]:
    """What each promise lacks, order by order; of an order that leaves complete, all its promises."""
    needed: dict[int, Decimal] = defaultdict(Decimal)
    for item in candidates:
        for line in item.lines:
            needed[line.promise_id] += line.quantity
    wants = []
    for order in {item.order.pk: item.order for item in candidates}.values():
        rows = [promise for promise in promises.values() if promise.order_id == order.pk]
        for promise in sorted(rows, key=lambda row: (str(_bundle(row, order)), row.line.position, row.pk)):
            lacks = promise.quantity - promise.allocated
            if order.ship_rule != ShipRule.SHIP_COMPLETE_ORDER:
                lacks = min(lacks, needed.get(promise.pk, ZERO) - spare[promise.pk])
            if lacks > 0:
                wants.append((promise.pk, Want(_pool(promise), lacks, _bundle(promise, order))))
    return wants


def _pool(promise: Promise) -> tuple[Hashable, ...]:
    """Where its stock lies; what a supplier ships has no stock of ours to wait for."""
    if promise.source == PromiseSource.DROP_SHIP:
        return ("supplier", promise.pk)
    return (promise.product_id, promise.warehouse_id)


def _endless(wants: Sequence[tuple[int, Want]]) -> dict[Hashable, Decimal]:
    return {want.pool: want.units for _, want in wants if isinstance(want.pool, tuple) and want.pool[0] == "supplier"}


def _judge(
    candidates: Sequence[Candidate],
    promises: dict[int, Promise],
    spare: dict[int, Decimal],
    given: dict[int, Decimal],
    there: dict[int, Decimal],
) -> None:
    """Set what each plan has and is short of, or its refusal, when the promises got so much.

    ``there`` is what lies in stock for each promise, whether or not it may go.
    """
    left = {pk: units + given.get(pk, ZERO) for pk, units in spare.items()}
    for item in candidates:
        rows = []
        for line in item.lines:
            promise = promises.get(line.promise_id)
            stocked = ZERO if promise is None else min(line.quantity, left[promise.pk])
            bundle = None if promise is None else _bundle(promise, item.order)
            rows.append(ReleaseLine(line.pk, line.quantity, stocked, bundle))
        item.have = releasable(rows)
        item.short_units = sum((line.quantity for line in item.lines), ZERO) - item.units
        missing = _missing_elsewhere(item, promises, given)
        if item.units == 0 or missing:
            item.refusal = _short(item, missing, spare | there)
            continue
        for line in item.lines:
            if line.promise_id in left:
                left[line.promise_id] -= item.have[line.pk]


def _missing_elsewhere(item: Candidate, promises: dict[int, Promise], given: dict[int, Decimal]) -> list[Promise]:
    """Promises on other shipments of an order that must leave complete, which lack stock."""
    if item.order.ship_rule != ShipRule.SHIP_COMPLETE_ORDER:
        return []
    here = {line.promise_id for line in item.lines}
    return [
        promise
        for promise in promises.values()
        if promise.order_id == item.order.pk
        and promise.pk not in here
        and promise.allocated + given.get(promise.pk, ZERO) < promise.quantity
    ]


def _short(item: Candidate, missing: Sequence[Promise], there: dict[int, Decimal]) -> ShortStock:
    """The refusal, naming every order line that is short, once."""
    wanted: dict[OrderLine, Decimal] = defaultdict(Decimal)
    found: dict[OrderLine, Decimal] = defaultdict(Decimal)
    for line in item.lines:
        wanted[line.order_line] += line.quantity
        found[line.order_line] += min(line.quantity, there.get(line.promise_id, ZERO))
    for promise in missing:
        wanted[promise.line] += promise.quantity
        found[promise.line] += min(promise.quantity, there.get(promise.pk, promise.allocated))
    rows = [
        {
            "position": line.position,
            "sku": str(line.product),
            "wanted": plain(units),
            "available": plain(found[line]),
            "short_by": plain(units - found[line]),
        }
        for line, units in sorted(wanted.items(), key=lambda pair: pair[0].position)
        if found[line] < units
    ]
    said = "; ".join(f"line {row['position']} ({row['sku']}) is short by {row['short_by']}" for row in rows)
    complete = item.order.ship_rule == ShipRule.SHIP_COMPLETE_ORDER
    words = "must leave complete, and" if complete else "cannot leave:"
    return ShortStock(f"{item.planned} {words} {said}.", planned=item.planned.number, lines=rows)


def _split_off_rests(going: Sequence[Candidate], actor: Actor) -> None:
    """What is short leaves its shipment and goes on the board anew, the day after at the earliest."""
    short = [item for item in going if item.short_units > 0]
    rests = []
    for item in short:
        rest = []
        for line in item.lines:
            if missing := line.quantity - item.have[line.pk]:
                rest.append((line.order_line_id, line.promise_id, missing))
                line.quantity = item.have[line.pk]
        planned = item.planned
        drop_ship = item.lines[0].promise.source == PromiseSource.DROP_SHIP
        place = Place(planned.warehouse_id, planned.ship_to_id, planned.due_date, drop_ship)
        rests.append(Wanted(item.order, place, rest, planned.slot_date + ONE_DAY, late_because="stock"))
    make_plans(rests, actor=actor)
    changed = [line for item in short for line in item.lines]
    PlannedLine.objects.filter(pk__in=[line.pk for line in changed if line.quantity == 0]).delete()
    PlannedLine.objects.bulk_update([line for line in changed if line.quantity > 0], ["quantity"])
    for item in short:
        shrink([item.planned], item.order)
    if short:
        publish(*{item.order.pk: item.order for item in short}.values())


def _move(going: Sequence[Candidate], standing: Standing, actor: Actor) -> None:
    """States of plans and orders, in as many statements as there are states."""
    open_units = standing.unreleased()
    plans = [item.planned for item in going]
    going_now: dict[int, Decimal] = defaultdict(Decimal)
    for item in going:
        going_now[item.order.pk] += item.units
    events = [
        ShipmentReleased(
            planned=item.planned.number,
            warehouse=item.planned.warehouse.code,
            units=item.units,
            short_units=item.short_units,
            unreleased_units=max(open_units[item.order.pk] - going_now[item.order.pk], ZERO),
        )
        for item in going
    ]
    advance(plans, PlanState.RELEASED, events, actor=actor, stamp={"released_at": clock.now()})
    if rest := {item.order.pk for item, fact in zip(going, events, strict=True) if fact.unreleased_units}:
        waiting = PlannedShipment.objects.filter(order__in=rest, state__in=[PlanState.PLANNED, PlanState.FROZEN])
        say_when_due(waiting.select_related("warehouse__calendar", "warehouse__company__calendar"))
    first = {item.order.pk: item for item in going if item.order.state == OrderState.CONFIRMED}
    lifecycle.advance_many(
        [item.order for item in first.values()],
        OrderState.RELEASED,
        [OrderReleased(planned=item.planned.number) for item in first.values()],
        actor=actor,
    )

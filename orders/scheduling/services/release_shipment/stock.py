"""Stock for the plans that may go: what they lack is given in their order; those that stay short are refused."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Sum

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.money import plain
from omc.lib.prepared import Prepared
from orders.core.models import LineKind, Order, OrderLine, ShipRule
from orders.prioritization.rules import Want, share_out
from orders.scheduling.models import PlannedLine, PlanState
from orders.scheduling.rules import ReleaseLine, releasable
from orders.scheduling.selectors.in_hand import in_hand
from orders.scheduling.services.release_shipment.candidates import ZERO, Candidate
from planning.models import Promise, PromiseSource
from planning.selectors.availability import levels_of
from planning.services import allocate_promises

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
        """Units of each order that we send and the warehouse does not have."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for pk, promise in self.promises.items():
            if is_ours(promise):
                found[promise.order_id] += promise.quantity - self.at_warehouse.get(pk, ZERO)
        return found


def give_stock(candidates: Sequence[Candidate], standing: Standing, actor: Actor) -> None:
    """Allocate what the plans lack, in their order; say no to those that have nothing then, or not enough.

    What will be given is reckoned first, so that nothing is asked for a plan that cannot go.
    """
    if not candidates:
        return
    promises, spare = standing.promises, standing.spare()
    wants = _wants(candidates, promises, spare)
    levels = levels_of(actor.company_id, {promises[pk].product_id for pk, _ in wants})
    free: dict[Hashable, Decimal] = {key: level.free for key, level in levels.items()}
    expected = share_out([want for _, want in wants], free)
    could = {pk: got for (pk, _), got in zip(wants, expected, strict=True)}
    lying = share_out([replace(want, bundle=None) for _, want in wants], free)
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


def standing_of(order_ids: Sequence[int]) -> Standing:
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
    """What each promise lacks, order by order; of an order that leaves complete, all that we send of it."""
    needed: dict[int, Decimal] = defaultdict(Decimal)
    for item in candidates:
        for line in item.lines:
            needed[line.promise_id] += line.quantity
    wants = []
    for order in {item.order.pk: item.order for item in candidates}.values():
        rows = [promise for promise in promises.values() if promise.order_id == order.pk and is_ours(promise)]
        for promise in sorted(rows, key=lambda row: (str(_bundle(row, order)), row.line.position, row.pk)):
            lacks = promise.quantity - promise.allocated
            if order.ship_rule != ShipRule.SHIP_COMPLETE_ORDER:
                lacks = min(lacks, needed.get(promise.pk, ZERO) - spare[promise.pk])
            if lacks > 0:
                wants.append((promise.pk, Want(_pool(promise), lacks, _bundle(promise, order))))
    return wants


def is_ours(promise: Promise) -> bool:
    """We send it; the supplier sends a drop shipment, and nothing of ours waits for it."""
    return promise.source != PromiseSource.DROP_SHIP


def _pool(promise: Promise) -> tuple[Hashable, ...]:
    """Where its stock lies. What is ordered for it alone gets nothing of what lies there: only what came for it."""
    if promise.source == PromiseSource.SPECIAL:
        return ("special", promise.pk)
    return (promise.product_id, promise.warehouse_id)


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
        and is_ours(promise)
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

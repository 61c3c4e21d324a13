"""Bring the plans of orders in line with their promises. It may be called any number of times, for one or for many.

However many there are, promises and plans are read once and what each order wants is reckoned in memory, order by
order; the days' minutes are taken by one statement, and what changed is written by a few.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.eventlog import record_many
from orders.core.models import Order, OrderState
from orders.scheduling.events import PlanCancelled, PlanCut, ShipmentPlanned
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.rules import Carried, Part, Place, places, surplus, unplanned
from orders.scheduling.selectors.in_hand import in_hand
from orders.scheduling.services.plans import ON_THE_BOARD, OPEN_ORDER, NoCapacity, Work, advance, publish
from orders.scheduling.services.slots import Placed, Slots, Wanted
from planning.models import Promise, PromiseSource

ZERO = Decimal(0)
_PROMISES = Prepared(
    lambda gaps: (
        Promise.objects.filter(order_id__in=[gaps.orders], is_open=True)
        .select_related("line")
        .order_by("line__position", "ship_date", "id")
    )
)
_LINES = Prepared(
    lambda gaps: (
        PlannedLine.objects.filter(planned__order_id__in=[gaps.orders], planned__state__in=ON_THE_BOARD)
        .select_related("planned")
        .order_by("id")
    )
)
# Who gives up first what nobody wants any more.
_GIVES_UP = {PlanState.PLANNED: 0, PlanState.FROZEN: 1, PlanState.RELEASED: 2}


class NotPlannable(DomainError):
    """Only a confirmed order with open promises can be planned."""

    code = "not_plannable"


@dataclass
class Planning:
    """What planning does to one order: its new shipments, or why there are none."""

    order_id: int
    made: list[PlannedShipment] = field(default_factory=list)
    refusal: DomainError | None = None


@verb(events=(ShipmentPlanned, PlanCut, PlanCancelled))
def plan_order(*, order_id: int, actor: Actor) -> list[PlannedShipment]:
    """Put what the order's open promises want and no shipment carries yet on the board; take off what is not wanted.

    Raises: NotPlannable for an order that was never confirmed; NoCapacity, OrderNotFound
    Events: shipment_planned for each new shipment, plan_cut and plan_cancelled for what went
    """
    require(actor, "scheduling.plan_shipment")
    [outcome] = _plan([order_id], actor)
    if outcome.refusal:
        raise outcome.refusal
    return outcome.made


@verb(events=(ShipmentPlanned, PlanCut, PlanCancelled))
def plan_orders(*, order_ids: Sequence[int], actor: Actor) -> list[Planning]:
    """Plan many orders as if one after the other, in the order asked; each answers with its shipments or its refusal.

    Events: shipment_planned for each new shipment, plan_cut and plan_cancelled for what went
    """
    require(actor, "scheduling.plan_shipment")
    return _plan(list(dict.fromkeys(order_ids)), actor)


@dataclass
class _Draft:
    """What one locked order's board should become; nothing of it is written yet."""

    order: Order
    lines: list[PlannedLine]
    wanted: list[Wanted]
    moved: set[int]  # plans whose day or place is no longer the promise's
    empty: set[int]  # plans of which nothing is wanted
    gone: dict[int, Decimal]  # units that each plan line gives up
    placed: list[Placed] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        return bool(self.wanted or self.moved or self.gone)

    def ended(self) -> list[PlannedShipment]:
        plans = {line.planned_id: line.planned for line in self.lines}
        return [plans[pk] for pk in sorted(self.moved | self.empty)]

    def cut(self) -> dict[PlannedShipment, list[PlannedLine]]:
        """Plans that go on with less, with all of their lines."""
        fewer = {line.planned_id for line in self.lines if line.pk in self.gone} - self.empty
        found: dict[PlannedShipment, list[PlannedLine]] = defaultdict(list)
        for line in self.lines:
            if line.planned_id in fewer:
                found[line.planned].append(line)
        return found

    def left(self, line: PlannedLine) -> Decimal:
        quantity: Decimal = line.quantity
        return quantity - self.gone.get(line.pk, ZERO)

    def spare_minutes(self, work: Work) -> dict[PlannedShipment, int]:
        """Minutes that plans which end or shrink no longer need."""
        spare = {planned: planned.work_minutes for planned in self.ended()}
        for planned, lines in self.cut().items():
            spare[planned] = work.no_longer_needed(planned, [left for line in lines if (left := self.left(line)) > 0])
        return {planned: minutes for planned, minutes in spare.items() if minutes > 0}


def _plan(order_ids: Sequence[int], actor: Actor) -> list[Planning]:
    orders = {order.pk: order for order in lifecycle.lock_many(sorted(order_ids), actor)}
    outcomes = {pk: Planning(pk, refusal=_refusal(pk, orders.get(pk))) for pk in order_ids}
    drafts = _drafts([orders[pk] for pk, outcome in outcomes.items() if outcome.refusal is None])
    warehouses = {one.place.warehouse for draft in drafts for one in draft.wanted}
    slots = Slots(actor.company_id, warehouses) if drafts else None
    while slots and drafts:
        for draft in drafts:
            outcomes[draft.order.pk].refusal = _take_days(draft, slots)
        if slots.days.write():
            break
        slots.days.forget()  # somebody was quicker
    going = [draft for draft in drafts if outcomes[draft.order.pk].refusal is None]
    if slots and going:
        _take_off(going, slots.work, actor)
        for planned in slots.write([one for draft in going for one in draft.placed], actor=actor):
            outcomes[planned.order_id].made.append(planned)
        publish(*[draft.order for draft in going])
    return list(outcomes.values())


def _refusal(order_id: int, order: Order | None) -> DomainError | None:
    if order is None:
        return lifecycle.OrderNotFound(f"There is no order {order_id}.", order_id=order_id)
    if order.state in (OrderState.DRAFT, OrderState.PENDING, OrderState.ABANDONED):
        return NotPlannable(f"{order} is {order.get_state_display().lower()}; only confirmed orders are planned.")
    return None


def _drafts(orders: Sequence[Order]) -> list[_Draft]:
    """What planning would change, of those orders where it would change anything."""
    promises: dict[int, list[Promise]] = defaultdict(list)
    for promise in _PROMISES.rows(orders=[order.pk for order in orders if order.state in OPEN_ORDER]):
        promises[promise.order_id].append(promise)
    # The orders' locks keep everybody else from their plans.
    lines: dict[int, list[PlannedLine]] = defaultdict(list)
    for line in _LINES.rows(orders=[order.pk for order in orders]):
        lines[line.planned.order_id].append(line)
    at_work = [order.pk for order in orders if order.state == OrderState.IN_FULFILLMENT and promises[order.pk]]
    hand = in_hand(at_work) if at_work else {}
    drafts = [_draft(order, promises[order.pk], lines[order.pk], hand) for order in orders]
    return [draft for draft in drafts if draft.changes]


def _draft(order: Order, promises: Sequence[Promise], lines: list[PlannedLine], hand: dict[int, Decimal]) -> _Draft:
    targets = places([_part(promise, order) for promise in promises], order.ship_rule)
    moved = {line.planned_id for line in lines if _must_move(line, targets)}
    wanted = {promise.pk: promise.quantity for promise in promises}
    here = {promise_id: units for promise_id, units in hand.items() if promise_id in wanted}
    staying = [line for line in lines if line.planned_id not in moved]
    gone = surplus(
        wanted,
        here,
        [
            Carried(line.pk, line.promise_id, line.quantity, (_GIVES_UP[PlanState(line.planned.state)], -line.pk))
            for line in staying
        ],
    )
    kept = {line.planned_id for line in staying if line.quantity > gone.get(line.pk, ZERO)}
    carried: dict[int, Decimal] = defaultdict(Decimal, here)
    for line in staying:
        carried[line.promise_id] += line.quantity - gone.get(line.pk, ZERO)
    rest = unplanned(wanted, carried)
    loads: dict[Place, list[tuple[int, int, Decimal]]] = defaultdict(list)
    for promise in promises:
        if promise.pk in rest:
            loads[targets[promise.pk]].append((promise.line_id, promise.pk, rest[promise.pk]))
    return _Draft(
        order=order,
        lines=lines,
        wanted=sorted(Wanted(order, place, load) for place, load in loads.items()),
        moved=moved,
        empty={line.planned_id for line in staying} - kept,
        gone=gone,
    )


def _part(promise: Promise, order: Order) -> Part:
    return Part(
        promise=promise.pk,
        line=promise.line_id,
        warehouse=promise.warehouse_id,
        ship_to=_ship_to(promise, order),
        ship_date=promise.ship_date,
        units=promise.quantity,
        kit=promise.line.parent_id,
        drop_ship=promise.source == PromiseSource.DROP_SHIP,
    )


def _ship_to(promise: Promise, order: Order) -> int | None:
    """Where it goes; nowhere when the customer collects it. What a supplier sends goes to the customer in any case."""
    if order.is_collected and promise.source != PromiseSource.DROP_SHIP:
        return None
    return promise.line.ship_to_id or order.ship_to_id


def _must_move(line: PlannedLine, targets: dict[int, Place]) -> bool:
    """Nobody has fixed the plan, and its promise asks for another day or place."""
    planned, target = line.planned, targets.get(line.promise_id)
    if target is None or planned.state != PlanState.PLANNED or planned.is_pinned:
        return False
    seen = Place(planned.warehouse_id, planned.ship_to_id, planned.due_date, planned.supplier_ships)
    return seen != target


def _take_days(draft: _Draft, slots: Slots) -> NoCapacity | None:
    """Give back and take the order's minutes; when there are not enough, leave the days as they were and say so."""
    before = slots.days.mark()
    for planned, minutes in draft.spare_minutes(slots.work).items():
        slots.days.give_back(planned.warehouse_id, planned.slot_date, minutes)
    try:
        draft.placed = [slots.place(one) for one in draft.wanted]
    except NoCapacity as refusal:
        slots.days.back_to(before)
        return refusal
    return None


def _take_off(drafts: Sequence[_Draft], work: Work, actor: Actor) -> None:
    """Cancel plans whose day or place is no longer the promise's, and cut what is not wanted."""
    ended = [(draft, planned) for draft in drafts for planned in draft.ended()]
    cut = [(draft, planned, lines) for draft in drafts for planned, lines in draft.cut().items()]
    spare = {planned: minutes for draft in drafts for planned, minutes in draft.spare_minutes(work).items()}
    advance(
        [planned for _, planned in ended],
        PlanState.CANCELLED,
        [
            PlanCancelled(
                planned=planned.number,
                reason="the promise has another date" if planned.pk in draft.moved else "nothing of it is wanted",
            )
            for draft, planned in ended
        ],
        actor=actor,
    )
    if not cut:
        return
    record_many(
        [planned for _, planned, _ in cut],
        [
            PlanCut(planned=planned.number, units=sum((draft.gone.get(line.pk, ZERO) for line in lines), ZERO))
            for draft, planned, lines in cut
        ],
        actor=actor,
    )
    changed = []
    for draft, planned, lines in cut:
        planned.work_minutes -= spare.get(planned, 0)
        for line in lines:
            if line.pk in draft.gone:
                line.quantity = draft.left(line)
                changed.append(line)
    # An emptied plan keeps its lines, as the record of what it was to carry; of a cut one they go.
    PlannedLine.objects.filter(pk__in=[line.pk for line in changed if line.quantity == 0]).delete()
    PlannedLine.objects.bulk_update([line for line in changed if line.quantity > 0], ["quantity"])
    PlannedShipment.objects.bulk_update([planned for _, planned, _ in cut if planned in spare], ["work_minutes"])

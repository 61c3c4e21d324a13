"""Bring the plan of an order in line with its promises. It may be called any number of times."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.eventlog import record_many
from orders.core.models import Order, OrderState
from orders.scheduling.events import PlanCancelled, PlanCut, ShipmentPlanned
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.rules import Carried, Part, Place, places, surplus, unplanned
from orders.scheduling.selectors.in_hand import in_hand
from orders.scheduling.services.plans import (
    ON_THE_BOARD,
    OPEN_ORDER,
    advance,
    give_back_minutes,
    make_plans,
    publish,
    work_of,
)
from planning.models import Promise, PromiseSource

ZERO = Decimal(0)
# Who gives up first what nobody wants any more.
_GIVES_UP = {PlanState.PLANNED: 0, PlanState.FROZEN: 1, PlanState.RELEASED: 2}


class NotPlannable(DomainError):
    """Only a confirmed order with open promises can be planned."""

    code = "not_plannable"


@verb(events=(ShipmentPlanned, PlanCut, PlanCancelled))
def plan_order(*, order_id: int, actor: Actor) -> list[PlannedShipment]:
    """Put what the order's open promises want and no shipment carries yet on the board; take off what is not wanted.

    Raises: NotPlannable for an order that was never confirmed; NoCapacity
    Events: shipment_planned for each new shipment, plan_cut and plan_cancelled for what went
    """
    require(actor, "scheduling.plan_shipment")
    order = lifecycle.lock(order_id, actor)
    if order.state in (OrderState.DRAFT, OrderState.PENDING, OrderState.ABANDONED):
        raise NotPlannable(f"{order} is {order.get_state_display().lower()}; only confirmed orders are planned.")
    promises = _open_promises(order) if order.state in OPEN_ORDER else []
    lines = _planned_lines(order)
    if not promises and not lines:
        return []
    hand = in_hand([order.pk]) if order.state == OrderState.IN_FULFILLMENT else {}
    targets = places([_part(promise, order) for promise in promises], order.ship_rule)
    lines, changed = _take_off(order, lines, promises, hand, targets, actor)
    carried: dict[int, Decimal] = defaultdict(Decimal, hand)
    for line in lines:
        carried[line.promise_id] += line.quantity
    rest = unplanned({promise.pk: promise.quantity for promise in promises}, carried)
    plans = make_plans(order, _grouped(promises, rest, targets), actor=actor)
    if plans or changed:
        publish(order)
    return plans


def _open_promises(order: Order) -> list[Promise]:
    return list(
        Promise.objects.filter(order=order, is_open=True)
        .select_related("line")
        .order_by("line__position", "ship_date", "id")
    )


def _planned_lines(order: Order) -> list[PlannedLine]:
    """Lines of the plans on the board; the order's lock keeps everybody else from them."""
    return list(
        PlannedLine.objects.filter(planned__order=order, planned__state__in=ON_THE_BOARD)
        .select_related("planned", "planned__warehouse")
        .order_by("id")
    )


def _part(promise: Promise, order: Order) -> Part:
    return Part(
        promise=promise.pk,
        line=promise.line_id,
        warehouse=promise.warehouse_id,
        ship_to=promise.line.ship_to_id or order.ship_to_id,
        ship_date=promise.ship_date,
        units=promise.quantity,
        kit=promise.line.parent_id,
        drop_ship=promise.source == PromiseSource.DROP_SHIP,
    )


def _grouped(
    promises: Sequence[Promise], rest: dict[int, Decimal], targets: dict[int, Place]
) -> list[tuple[Place, list[tuple[int, int, Decimal]]]]:
    groups: dict[Place, list[tuple[int, int, Decimal]]] = defaultdict(list)
    for promise in promises:
        if promise.pk in rest:
            groups[targets[promise.pk]].append((promise.line_id, promise.pk, rest[promise.pk]))
    return list(groups.items())


def _take_off(
    order: Order,
    lines: Sequence[PlannedLine],
    promises: Sequence[Promise],
    hand: dict[int, Decimal],
    targets: dict[int, Place],
    actor: Actor,
) -> tuple[list[PlannedLine], bool]:
    """Cancel plans whose day is no longer the promise's, and cut what is not wanted; answers the lines that stay."""
    moved = {line.planned_id for line in lines if _must_move(line, targets)}
    wanted = {promise.pk: promise.quantity for promise in promises}
    staying = [line for line in lines if line.planned_id not in moved]
    gone = surplus(
        wanted,
        hand,
        [
            Carried(line.pk, line.promise_id, line.quantity, (_GIVES_UP[PlanState(line.planned.state)], -line.pk))
            for line in staying
        ],
    )
    for line in staying:
        line.quantity -= gone.get(line.pk, ZERO)
    empty = {line.planned_id for line in staying} - {line.planned_id for line in staying if line.quantity > 0}
    _write(staying, gone, empty)
    _tell(lines, gone, moved, empty, order, actor)
    return [line for line in staying if line.quantity > 0], bool(moved or gone)


def _must_move(line: PlannedLine, targets: dict[int, Place]) -> bool:
    """Nobody has fixed the plan, and its promise asks for another day or place."""
    planned, target = line.planned, targets.get(line.promise_id)
    if target is None or planned.state != PlanState.PLANNED or planned.is_pinned:
        return False
    return (planned.warehouse_id, planned.ship_to_id, planned.due_date) != (
        target.warehouse,
        target.ship_to,
        target.due,
    )


def _write(lines: Sequence[PlannedLine], gone: dict[int, Decimal], empty: set[int]) -> None:
    """Cut lines keep what is left. An emptied plan keeps its lines, as the record of what it was to carry."""
    cut = [line for line in lines if line.pk in gone and line.planned_id not in empty]
    PlannedLine.objects.filter(pk__in=[line.pk for line in cut if line.quantity == 0]).delete()
    PlannedLine.objects.bulk_update([line for line in cut if line.quantity > 0], ["quantity"])


def _tell(
    lines: Sequence[PlannedLine],
    gone: dict[int, Decimal],
    moved: set[int],
    empty: set[int],
    order: Order,
    actor: Actor,
) -> None:
    plans = {line.planned_id: line.planned for line in lines}
    ended = [plans[pk] for pk in sorted(moved | empty)]
    for planned in ended:
        give_back_minutes(planned)
    reasons = [
        "the promise has another date" if planned.pk in moved else "nothing of it is wanted" for planned in ended
    ]
    advance(
        ended,
        PlanState.CANCELLED,
        [PlanCancelled(planned=planned.number, reason=reason) for planned, reason in zip(ended, reasons, strict=True)],
        actor=actor,
    )
    units: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.pk in gone and line.planned_id not in empty:
            units[line.planned_id] += gone[line.pk]
    cut = [plans[pk] for pk in units]
    if cut:
        shrink(cut, order)
    record_many(cut, [PlanCut(planned=plan.number, units=units[plan.pk]) for plan in cut], actor=actor)


def shrink(plans: Sequence[PlannedShipment], order: Order) -> None:
    """Give back the minutes that the plans' remaining lines no longer need."""
    work = work_of(order.company_id)
    quantities: dict[int, list[Decimal]] = defaultdict(list)
    for planned_id, quantity in PlannedLine.objects.filter(planned__in=plans).values_list("planned_id", "quantity"):
        quantities[planned_id].append(quantity)
    changed = []
    for planned in plans:
        needed = work.of(quantities[planned.pk]) if planned.work_minutes else 0
        if needed < planned.work_minutes:
            give_back_minutes(planned, planned.work_minutes - needed)
            planned.work_minutes = needed
            changed.append(planned)
    PlannedShipment.objects.bulk_update(changed, ["work_minutes"])

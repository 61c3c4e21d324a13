"""What a supplier sent to the customer leaves the board: each plan keeps what was sent of it, the rest waits anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import lifecycle
from orders.core.models import Order, OrderState
from orders.scheduling.events import OrderReleased, PlanSent
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.rules import Place
from orders.scheduling.services.plans import advance, publish
from orders.scheduling.services.release_shipment.stock import standing_of
from orders.scheduling.services.slots import Wanted, make_plans
from planning.models import SupplyOrder
from planning.services import Sent

ZERO = Decimal(0)


def plans_sent(order: Order, supply: SupplyOrder, sent: Sequence[Sent], actor: Actor) -> list[PlannedShipment]:
    """The plans that carry exactly what a supplier sent of a locked order, done; an order that only waited is released.

    What no plan carried yet (nobody has planned the order so far) gets one of its own.

    Events: plan_sent for each, shipment_planned for each new one; order_released for the first of an order
    """
    units = {one.promise.pk: one.units for one in sent}
    lines = list(
        PlannedLine.objects.filter(
            planned__order=order,
            planned__supplier_ships=True,
            planned__state__in=[PlanState.PLANNED, PlanState.FROZEN],
            promise__in=list(units),
        )
        .select_related("planned__warehouse")
        .order_by("planned__slot_date", "id")
    )
    going: dict[int, Decimal] = {}
    for line in lines:
        going[line.pk] = min(line.quantity, units[line.promise_id])
        units[line.promise_id] -= going[line.pk]
    plans = _keep_what_goes(order, [line for line in lines if going[line.pk]], going, actor)
    plans += _for_the_unplanned(order, supply, sent, units, actor)
    rest = standing_of([order.pk]).unreleased().get(order.pk, ZERO)
    carried = _units_of(plans)
    events = [PlanSent(planned=plan.number, units=carried[plan.pk], unreleased_units=rest) for plan in plans]
    advance(plans, PlanState.DONE, events, actor=actor, stamp={"released_at": clock.now()})
    if order.state == OrderState.CONFIRMED:
        lifecycle.advance(order, OrderState.RELEASED, OrderReleased(planned=plans[0].number), actor=actor)
    publish(order)
    return plans


def _keep_what_goes(
    order: Order, lines: Sequence[PlannedLine], going: Mapping[int, Decimal], actor: Actor
) -> list[PlannedShipment]:
    plans = {line.planned_id: line.planned for line in lines}
    rests, gone = [], []
    for plan in plans.values():
        plan.order = order
        rest = []
        for line in PlannedLine.objects.filter(planned=plan).order_by("id"):
            stays = going.get(line.pk, ZERO)
            if line.quantity > stays:
                rest.append((line.order_line_id, line.promise_id, line.quantity - stays))
                line.quantity = stays
                gone.append(line)
        if rest:
            place = Place(plan.warehouse_id, plan.ship_to_id, plan.due_date, drop_ship=True)
            tomorrow = clock.today(order.company.time_zone) + timedelta(days=1)
            rests.append(Wanted(order, place, rest, max(plan.slot_date, tomorrow), late_because="stock"))
    PlannedLine.objects.filter(pk__in=[line.pk for line in gone if not line.quantity]).delete()
    PlannedLine.objects.bulk_update([line for line in gone if line.quantity], ["quantity"])
    make_plans(rests, actor=actor)
    return list(plans.values())


def _for_the_unplanned(
    order: Order, supply: SupplyOrder, sent: Sequence[Sent], units: Mapping[int, Decimal], actor: Actor
) -> list[PlannedShipment]:
    loads: dict[int, list[tuple[int, int, Decimal]]] = defaultdict(list)
    for one in sent:
        if rest := units[one.promise.pk]:
            loads[one.promise.warehouse_id].append((one.promise.line_id, one.promise.pk, rest))
    today = clock.today(order.company.time_zone)
    return make_plans(
        [
            Wanted(order, Place(warehouse, supply.ship_to_id, today, drop_ship=True), load)
            for warehouse, load in sorted(loads.items())
        ],
        actor=actor,
    )


def _units_of(plans: Sequence[PlannedShipment]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    for plan_id, quantity in PlannedLine.objects.filter(planned__in=plans).values_list("planned_id", "quantity"):
        found[plan_id] += quantity
    return found

"""Plans that go: what is short of them stays on the board, and their states and their orders' move."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import lifecycle
from orders.core.models import OrderState
from orders.scheduling.events import OrderReleased, ShipmentReleased
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.rules import Place
from orders.scheduling.services.plans import advance, publish, say_when_due, shrink
from orders.scheduling.services.release_shipment.candidates import ZERO, Candidate
from orders.scheduling.services.release_shipment.stock import Standing
from orders.scheduling.services.slots import Wanted, make_plans

ONE_DAY = timedelta(days=1)


def split_off_rests(going: Sequence[Candidate], actor: Actor) -> None:
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
        place = Place(planned.warehouse_id, planned.ship_to_id, planned.due_date, planned.supplier_ships)
        rests.append(Wanted(item.order, place, rest, planned.slot_date + ONE_DAY, late_because="stock"))
    make_plans(rests, actor=actor)
    changed = [line for item in short for line in item.lines]
    PlannedLine.objects.filter(pk__in=[line.pk for line in changed if line.quantity == 0]).delete()
    PlannedLine.objects.bulk_update([line for line in changed if line.quantity > 0], ["quantity"])
    for item in short:
        shrink([item.planned], item.order)
    if short:
        publish(*{item.order.pk: item.order for item in short}.values())


def move(going: Sequence[Candidate], standing: Standing, actor: Actor) -> None:
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

"""Building blocks of the verbs of stage 6: the locked plan, its work, its day, its new siblings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, NotFound
from orders.core import lifecycle, numbers
from orders.core.eventlog import record_many
from orders.core.models import Order, OrderState, Warehouse
from orders.core.selectors.companies import settings_in_force
from orders.core.services.facts import publish_order_facts
from orders.core.services.search import Findable, index
from orders.scheduling.events import ShipmentPlanned
from orders.scheduling.machines import PLANNED_SHIPMENT
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.rules import Minutes, Place, late_reason
from planning.rules.promising import Horizon
from planning.selectors.workdays import horizons, transits, working_days
from planning.services import release_capacity, reserve_capacity
from planning.services.capacity import MINUTES_PER_DAY

SEARCHED_DAYS: Final = 90
BASE, PER_LINE, PER_UNIT = "scheduling.minutes_base", "scheduling.minutes_per_line", "scheduling.minutes_per_unit"
ON_THE_BOARD: Final = (PlanState.PLANNED, PlanState.FROZEN, PlanState.RELEASED)
OPEN_ORDER: Final = (OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT)


class PlanNotFound(NotFound):
    code = "plan_not_found"


class NoCapacity(DomainError):
    """The warehouse has not that many minutes left on the day."""

    code = "no_capacity"


@dataclass(frozen=True)
class Work:
    """The company's time equation, and the longest that one shipment counts."""

    minutes: Minutes
    longest: int

    def of(self, quantities: Iterable[Decimal]) -> int:
        """Minutes of work; a shipment of more than a day's work takes one whole day."""
        rows = list(quantities)
        return min(self.minutes.of(len(rows), sum(rows, Decimal(0))), self.longest)


def work_of(company_id: int) -> Work:
    """The settings in force, in one query."""
    found = settings_in_force(company_id, [BASE, PER_LINE, PER_UNIT, MINUTES_PER_DAY])
    minutes = Minutes(*(Decimal(str(found[key])) for key in (BASE, PER_LINE, PER_UNIT)))
    return Work(minutes, int(found[MINUTES_PER_DAY]))


def lock_plan(planned_id: int, actor: Actor) -> tuple[Order, PlannedShipment]:
    """The plan of the actor's company and its order, both locked, the order first.

    Raises: PlanNotFound
    """
    order_id = (
        PlannedShipment.objects.filter(pk=planned_id, company_id=actor.company_id)
        .values_list("order_id", flat=True)
        .first()
    )
    if order_id is None:
        raise PlanNotFound(f"There is no planned shipment {planned_id}.", planned_id=planned_id)
    order = lifecycle.lock(order_id, actor)
    planned = (
        PlannedShipment.objects.select_for_update(of=("self",))
        .select_related("warehouse", "ship_to")
        .get(pk=planned_id)
    )
    planned.order = order
    return order, planned


def advance(
    plans: Sequence[PlannedShipment],
    to: str,
    events: Sequence[Any],
    *,
    actor: Actor,
    stamp: Mapping[str, Any] | None = None,
) -> None:
    """Move locked plans, whatever state each is in, and set further columns, or raise IllegalTransition for all."""
    pairs = list(zip(plans, events, strict=True))
    for planned, _ in pairs:
        PLANNED_SHIPMENT.check(planned, to)
    for state in dict.fromkeys(planned.state for planned, _ in pairs):
        some = [pair for pair in pairs if pair[0].state == state]
        PLANNED_SHIPMENT.advance_many(
            [planned for planned, _ in some],
            to,
            [event for _, event in some],
            actor=actor,
            record=record_many,
            stamp=stamp,
        )


def take_slot(place: Place, minutes: int, horizon: Horizon) -> date:
    """The first working day on or after the date with that many minutes left; they are taken.

    Raises: NoCapacity when there is none within three months
    """
    day = horizon.workdays.on_or_after(max(place.due, horizon.first))
    for _ in range(SEARCHED_DAYS):
        if place.drop_ship or reserve_capacity(place.warehouse, day, minutes):
            return day
        day = horizon.workdays.on_or_after(day + timedelta(days=1))
    raise NoCapacity(
        f"No day before {day:%d %b %Y} has {minutes} minutes left.", minutes=minutes, until=day.isoformat()
    )


def make_plans(
    order: Order,
    wanted: Sequence[tuple[Place, list[tuple[int, int, Decimal]]]],
    *,
    actor: Actor,
    late_because: str = "",
    not_before: date | None = None,
) -> list[PlannedShipment]:
    """Put new shipments of a locked order on the board: (place, [(order line, promise, units), …]) each.

    Events: shipment_planned for each
    """
    if not wanted:
        return []
    wanted = sorted(wanted, key=lambda item: _order(item[0]))
    warehouses = Warehouse.objects.in_bulk({place.warehouse for place, _ in wanted})
    days = horizons(order.company, warehouses, 0)
    work = work_of(order.company_id)
    given = numbers.next_numbers(order.company_id, "plan", len(wanted))
    plans: list[PlannedShipment] = []
    for number, (place, lines) in zip(given, wanted, strict=True):
        horizon = days[place.warehouse]
        asked = place if not_before is None else replace(place, due=max(place.due, not_before))
        minutes = 0 if place.drop_ship else work.of(units for _, _, units in lines)
        slot = take_slot(asked, minutes, horizon)
        earliest = horizon.workdays.on_or_after(max(place.due, horizon.first))
        reason = late_reason(place.due, horizon.first, earliest, slot)
        plans.append(
            PlannedShipment(
                company_id=order.company_id,
                number=number,
                order=order,
                customer_id=order.customer_id,
                warehouse=warehouses[place.warehouse],
                ship_to_id=place.ship_to,
                slot_date=slot,
                due_date=place.due,
                work_minutes=minutes,
                late_reason=(late_because or reason) if reason else "",
                created_at=clock.now(),
            )
        )
    PlannedShipment.objects.bulk_create(plans)
    carried = [lines for _, lines in wanted]
    PlannedLine.objects.bulk_create(
        PlannedLine(planned=planned, order_line_id=line, promise_id=promise, quantity=units)
        for planned, lines in zip(plans, carried, strict=True)
        for line, promise, units in lines
    )
    facts = [_planned(planned, lines) for planned, lines in zip(plans, carried, strict=True)]
    record_many(plans, facts, actor=actor, to_state=PLANNED_SHIPMENT.initial)
    index(order.company_id, [findable(planned, order) for planned in plans])
    return plans


def _order(place: Place) -> tuple[int, date, int, bool]:
    """Capacity days are taken in one order everywhere: warehouse, then day."""
    return (place.warehouse, place.due, place.ship_to or 0, place.drop_ship)


def _planned(planned: PlannedShipment, lines: Sequence[tuple[int, int, Decimal]]) -> ShipmentPlanned:
    return ShipmentPlanned(
        planned=planned.number,
        warehouse=planned.warehouse.code,
        units=sum((units for _, _, units in lines), Decimal(0)),
        lines=len(lines),
        slot_date=planned.slot_date,
        due_date=planned.due_date,
        late_reason=planned.late_reason,
    )


def findable(planned: PlannedShipment, order: Order) -> Findable:
    return Findable(
        kind="plannedshipment",
        object_id=planned.pk,
        title=f"{planned.number} · {order.customer.name}",
        url=f"/scheduling/shipments/{planned.pk}/",
        words=[order.number or ""],
        permission="scheduling.view_plan",
    )


def give_back_minutes(planned: PlannedShipment, minutes: int | None = None) -> None:
    """Return the plan's minutes (all of them, or so many) to its day."""
    back = planned.work_minutes if minutes is None else minutes
    if back > 0:
        release_capacity(planned.warehouse_id, planned.slot_date, back)


def publish(order: Order) -> None:
    """Tell earlier stages when the order leaves: its next slot, whether that is frozen, and when the last arrives."""
    plans = list(
        PlannedShipment.objects.filter(order=order, state__in=ON_THE_BOARD)
        .select_related("ship_to", "warehouse__calendar", "warehouse__company__calendar")
        .order_by("slot_date", "id")
    )
    eta: date | None = None
    if plans:
        ways = transits({planned.warehouse_id for planned in plans})
        arrivals = [
            working_days(planned.warehouse.calendar or planned.warehouse.company.calendar).after(
                planned.slot_date, days
            )
            for planned in plans
            if planned.ship_to and (days := ways.get((planned.warehouse_id, planned.ship_to.country))) is not None
        ]
        eta = max(arrivals) if len(arrivals) == len(plans) else None
    values = {
        "slot_date": plans[0].slot_date if plans else None,
        "is_frozen": any(planned.state == PlanState.FROZEN for planned in plans) if plans else None,
        "eta_date": eta,
    }
    publish_order_facts("schedule", "scheduling", {order.pk: values})

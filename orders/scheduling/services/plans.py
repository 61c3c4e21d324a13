"""Building blocks of the verbs of stage 6: the locked plan, its work, and what others are told of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from omc.lib.actor import Actor
from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Prepared
from orders.core import lifecycle
from orders.core.duties import due_by
from orders.core.eventlog import record_many
from orders.core.models import Order, OrderState
from orders.core.selectors.companies import settings_in_force
from orders.core.services.facts import publish_order_facts
from orders.core.services.search import Findable
from orders.scheduling.machines import PLANNED_SHIPMENT
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.rules import Minutes
from planning.selectors.workdays import transits, working_days
from planning.services import release_capacity
from planning.services.capacity import MINUTES_PER_DAY

BASE, PER_LINE, PER_UNIT = "scheduling.minutes_base", "scheduling.minutes_per_line", "scheduling.minutes_per_unit"
RELEASE: Final = 6  # the stage of the duty to hand an order to the warehouse
ON_THE_BOARD: Final = (PlanState.PLANNED, PlanState.FROZEN, PlanState.RELEASED)
OPEN_ORDER: Final = (OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT)

_BOARDS = Prepared(
    lambda gaps: (
        PlannedShipment.objects.filter(order_id__in=[gaps.orders], state__in=ON_THE_BOARD)
        .select_related("ship_to", "warehouse__calendar", "warehouse__company__calendar")
        .order_by("slot_date", "id")
    )
)


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

    def no_longer_needed(self, planned: PlannedShipment, quantities: Iterable[Decimal]) -> int:
        """Minutes of a plan that these, its remaining quantities, do not need."""
        return max(0, planned.work_minutes - self.of(quantities)) if planned.work_minutes else 0


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


def shrink(plans: Sequence[PlannedShipment], order: Order) -> None:
    """Give back the minutes that the plans' remaining lines no longer need."""
    work = work_of(order.company_id)
    quantities: dict[int, list[Decimal]] = defaultdict(list)
    for planned_id, quantity in PlannedLine.objects.filter(planned__in=plans).values_list("planned_id", "quantity"):
        quantities[planned_id].append(quantity)
    changed = []
    for planned in plans:
        if spare := work.no_longer_needed(planned, quantities[planned.pk]):
            give_back_minutes(planned, spare)
            planned.work_minutes -= spare
            changed.append(planned)
    PlannedShipment.objects.bulk_update(changed, ["work_minutes"])


def publish(*orders: Order) -> None:
    """Tell earlier stages when orders leave: the next slot, whether that is frozen, and when the last arrives."""
    boards: dict[int, list[PlannedShipment]] = {order.pk: [] for order in orders}
    for planned in _BOARDS.rows(orders=list(boards)):
        boards[planned.order_id].append(planned)
    warehouses = {planned.warehouse_id for plans in boards.values() for planned in plans}
    ways = transits(warehouses) if warehouses else {}
    collected = {order.pk for order in orders if order.is_collected}
    values = {
        order_id: {
            "slot_date": plans[0].slot_date if plans else None,
            "is_frozen": any(planned.state == PlanState.FROZEN for planned in plans) if plans else None,
            "eta_date": _arrival(plans, ways, collected=order_id in collected),
        }
        for order_id, plans in boards.items()
    }
    publish_order_facts("schedule", "scheduling", values)
    say_when_due(planned for plans in boards.values() for planned in plans if planned.state != PlanState.RELEASED)


def say_when_due(plans: Iterable[PlannedShipment]) -> None:
    """An order must go to the warehouse by the cut-off of its next slot; ``plans`` are those that wait for it."""
    moments: dict[int, datetime] = {}
    for planned in plans:
        calendar = planned.warehouse.calendar or planned.warehouse.company.calendar
        zone = ZoneInfo(calendar.time_zone if calendar else planned.warehouse.company.time_zone)
        moment = datetime.combine(planned.slot_date, planned.warehouse.cut_off, zone)
        moments[planned.order_id] = min(moment, moments.get(planned.order_id, moment))
    due_by(RELEASE, moments)


def _arrival(plans: Sequence[PlannedShipment], ways: Mapping[tuple[int, str], int], *, collected: bool) -> date | None:
    """When the last of an order's shipments arrives, or is there to be collected; None where a way is not known."""
    arrivals = []
    for planned in plans:
        days = 0 if collected and planned.ship_to is None else None
        if planned.ship_to:
            days = ways.get((planned.warehouse_id, planned.ship_to.country))
        if days is not None:
            calendar = working_days(planned.warehouse.calendar or planned.warehouse.company.calendar)
            arrivals.append(calendar.after(planned.slot_date, days))
    return max(arrivals) if arrivals and len(arrivals) == len(plans) else None

"""Another day for a planned shipment, and days that nobody may change."""

from datetime import date

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, StaleVersion
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.scheduling.events import ShipmentFrozen, ShipmentMoved, ShipmentUnfrozen
from orders.scheduling.models import PlannedShipment, PlanState
from orders.scheduling.services.plans import NoCapacity, advance, give_back_minutes, lock_plan, publish
from planning.selectors.workdays import horizons
from planning.services import reserve_capacity


class MoveRefused(DomainError):
    """The shipment cannot leave on that day, or nobody may move it any more."""

    code = "move_refused"


@verb(events=(ShipmentMoved,))
def move_shipment(*, planned_id: int, slot_date: date, actor: Actor, version: int | None = None) -> PlannedShipment:
    """Give a planned shipment another day, by hand; it stays there (pinned) when the order is planned anew.

    ``version`` is the plan's ``event_seq`` as the planner saw it.

    Raises: MoveRefused, NoCapacity, StaleVersion, PlanNotFound
    Events: shipment_moved
    """
    require(actor, "scheduling.plan_shipment")
    order, planned = lock_plan(planned_id, actor)
    refuse_stale(planned, version)
    if planned.state != PlanState.PLANNED:
        raise MoveRefused(
            f"{planned} is {planned.get_state_display().lower()}; only a planned shipment can be moved.",
            field="slot_date",
            state=planned.state,
        )
    horizon = horizons(order.company, [planned.warehouse_id], 0)[planned.warehouse_id]
    if slot_date < horizon.first:
        raise MoveRefused(f"Nothing can leave before {horizon.first:%d %b %Y} any more.", field="slot_date")
    if not horizon.workdays.works(slot_date):
        raise MoveRefused(f"{planned.warehouse} does not work on {slot_date:%d %b %Y}.", field="slot_date")
    if slot_date == planned.slot_date:
        raise MoveRefused(f"{planned} is on that day already.", field="slot_date")
    before = planned.slot_date
    give_back_minutes(planned)
    if planned.work_minutes and not reserve_capacity(planned.warehouse_id, slot_date, planned.work_minutes):
        raise NoCapacity(
            f"{planned.warehouse} has no {planned.work_minutes} minutes left on {slot_date:%d %b %Y}.",
            field="slot_date",
            minutes=planned.work_minutes,
            day=slot_date.isoformat(),
        )
    late_reason = "moved" if slot_date > planned.due_date else ""
    record(
        planned,
        ShipmentMoved(planned=planned.number, before=before, after=slot_date),
        actor=actor,
        stamp={"slot_date": slot_date, "is_pinned": True, "late_reason": late_reason},
    )
    publish(order)
    return planned


@verb(events=(ShipmentFrozen,))
def freeze_shipment(*, planned_id: int, actor: Actor, version: int | None = None) -> PlannedShipment:
    """Keep a planned shipment on its day; nobody moves it until it is unfrozen.

    Raises: IllegalTransition, StaleVersion, PlanNotFound
    Events: shipment_frozen
    """
    require(actor, "scheduling.plan_shipment")
    order, planned = lock_plan(planned_id, actor)
    refuse_stale(planned, version)
    frozen = ShipmentFrozen(planned=planned.number, slot_date=planned.slot_date)
    advance([planned], PlanState.FROZEN, [frozen], actor=actor)
    publish(order)
    return planned


@verb(events=(ShipmentUnfrozen,))
def unfreeze_shipment(*, planned_id: int, actor: Actor, version: int | None = None) -> PlannedShipment:
    """Let a frozen shipment be moved again.

    Raises: MoveRefused when it is not frozen, StaleVersion, PlanNotFound
    Events: shipment_unfrozen
    """
    require(actor, "scheduling.plan_shipment")
    order, planned = lock_plan(planned_id, actor)
    refuse_stale(planned, version)
    if planned.state != PlanState.FROZEN:
        raise MoveRefused(f"{planned} is not frozen.", state=planned.state)
    advance([planned], PlanState.PLANNED, [ShipmentUnfrozen(planned=planned.number)], actor=actor)
    publish(order)
    return planned


def refuse_stale(planned: PlannedShipment, version: int | None) -> None:
    """Raises: StaleVersion when somebody has changed the plan since it was looked at."""
    if version is not None and planned.event_seq != version:
        raise StaleVersion(
            f"Somebody has changed {planned} meanwhile. Look at it again.",
            seen=version,
            current=planned.event_seq,
        )

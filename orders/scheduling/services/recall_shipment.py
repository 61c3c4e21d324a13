"""The ways back: recall from the warehouse, cancel a plan, and the hand-over to stage 7."""

from decimal import Decimal

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.models import OrderState
from orders.scheduling.events import (
    OrderRecalled,
    PlanCancelled,
    PlanGivenBack,
    PlanTakenOver,
    ShipmentRecalled,
)
from orders.scheduling.machines import PLANNED_SHIPMENT
from orders.scheduling.models import PlannedShipment, PlanState
from orders.scheduling.selectors.in_hand import in_hand
from orders.scheduling.selectors.plans import released_units
from orders.scheduling.services.move_shipment import MoveRefused, refuse_stale
from orders.scheduling.services.plans import advance, give_back_minutes, lock_plan, publish


@verb(events=(ShipmentRecalled, OrderRecalled))
def recall_shipment(*, planned_id: int, actor: Actor, reason: str = "", version: int | None = None) -> PlannedShipment:
    """Take a released shipment back from the warehouse, before it is picked. Its stock stays allocated.

    Raises: MoveRefused when it is not released (any more), StaleVersion, PlanNotFound
    Events: shipment_recalled; order_recalled when the warehouse has nothing else of the order
    """
    require(actor, "scheduling.recall_shipment")
    order, planned = lock_plan(planned_id, actor)
    refuse_stale(planned, version)
    if planned.state != PlanState.RELEASED:
        word = planned.get_state_display().lower()
        raise MoveRefused(f"{planned} is {word}; only a released shipment can be recalled.", state=planned.state)
    others = released_units(order.pk, except_plan=planned.pk) + sum(in_hand([order.pk]).values(), Decimal(0))
    recalled = ShipmentRecalled(
        planned=planned.number, reason=reason.strip() or "no reason given", released_left=others
    )
    advance([planned], PlanState.PLANNED, [recalled], actor=actor, stamp={"released_at": None})
    if order.state == OrderState.RELEASED and not others:
        lifecycle.advance(order, OrderState.CONFIRMED, OrderRecalled(), actor=actor)
    publish(order)
    return planned


@verb(events=(PlanCancelled,))
def cancel_plan(*, planned_id: int, reason: str, actor: Actor, version: int | None = None) -> PlannedShipment:
    """Take a planned shipment off the board. Its units wait until the order is planned again.

    Raises: MoveRefused when the warehouse has it, InvalidInput without a reason, StaleVersion, PlanNotFound
    Events: plan_cancelled
    """
    require(actor, "scheduling.plan_shipment")
    order, planned = lock_plan(planned_id, actor)
    refuse_stale(planned, version)
    if planned.state == PlanState.RELEASED:
        raise MoveRefused(f"The warehouse has {planned}; recall it first.", state=planned.state)
    PLANNED_SHIPMENT.check(planned, PlanState.CANCELLED)
    if not reason.strip():
        raise InvalidInput("Say why it is cancelled.", field="reason")
    give_back_minutes(planned)
    cancelled = PlanCancelled(planned=planned.number, reason=reason.strip()[:200])
    advance([planned], PlanState.CANCELLED, [cancelled], actor=actor)
    publish(order)
    return planned


def take_over(planned: PlannedShipment, actor: Actor) -> None:
    """The warehouse makes a shipment of a released plan. Inside stage 7's verb, on a locked order and plan.

    Raises: IllegalTransition. Events: plan_taken_over
    """
    advance([planned], PlanState.DONE, [PlanTakenOver(planned=planned.number)], actor=actor)


def give_back(planned: PlannedShipment, actor: Actor) -> None:
    """The warehouse put everything back: the plan is released and waits to be picked again. On a locked order.

    What was short and has been planned again meanwhile is cut when the order is planned next.

    Raises: IllegalTransition. Events: plan_given_back
    """
    advance([planned], PlanState.RELEASED, [PlanGivenBack(planned=planned.number)], actor=actor)

"""Tell the warehouse to send: one planned shipment, some of a list, or all whose day has come.

However many there are, the orders are locked first, holds are asked once, stock is allocated once, states move
together; a row that may not go is named with its reason and nothing of it is written.
"""

from collections.abc import Sequence
from datetime import date

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.events import HoldPlaced
from orders.core.models import Company, Warehouse
from orders.core.selectors.companies import setting
from orders.scheduling.events import OrderReleased, ShipmentPlanned, ShipmentReleased
from orders.scheduling.models import PlannedShipment
from orders.scheduling.selectors.plans import due_ids
from orders.scheduling.services.plans import PlanNotFound
from orders.scheduling.services.release_shipment.candidates import (
    Candidate,
    NotReleasable,
    candidates_of,
    orders_and_credit,
    refuse_what_may_not_go,
    refuse_without_credit,
)
from orders.scheduling.services.release_shipment.leaving import move, split_off_rests
from orders.scheduling.services.release_shipment.stock import ShortStock, give_stock, standing_of
from planning.selectors.workdays import horizons

__all__ = ["DAYS_AHEAD", "Candidate", "NotReleasable", "ShortStock", "release_due", "release_shipment"]

DAYS_AHEAD = "scheduling.release_days_ahead"
MOST_AT_ONCE = 500


def release_shipment(*, planned_id: int, actor: Actor, version: int | None = None) -> PlannedShipment:
    """Release a planned shipment to the warehouse: what lacks stock gets it now, as far as there is any.

    What stays short leaves the shipment and is planned for a later day, unless it must leave complete. The refusal is
    said after the transaction: a hold that was placed because the credit is gone stands, for somebody to decide.

    Raises: HoldBlocks with the hold's name; ShortStock naming every short line; NotReleasable; IllegalTransition;
        StaleVersion; PlanNotFound
    Events: shipment_released; order_released for the first of an order; shipment_planned for a rest; hold_placed
    """
    found = _release_one(planned_id=planned_id, actor=actor, version=version)
    if found.refusal is not None:
        raise found.refusal
    return found.planned


@verb(events=(ShipmentReleased, OrderReleased, ShipmentPlanned, HoldPlaced))
def _release_one(*, planned_id: int, actor: Actor, version: int | None) -> Candidate:
    require(actor, "scheduling.release_shipment")
    found = _release([planned_id], actor, version=version)
    if not found:
        raise PlanNotFound(f"There is no planned shipment {planned_id}.", planned_id=planned_id)
    return found[0]


@verb(events=(ShipmentReleased, OrderReleased, ShipmentPlanned, HoldPlaced))
def release_due(*, actor: Actor, planned_ids: Sequence[int] | None = None) -> list[Candidate]:
    """Release every shipment whose day has come (or these), the best-ranked first; answers each with its refusal.

    Units: at most 500 shipments at a time; call it again for more.
    Events: shipment_released, order_released, shipment_planned, hold_placed
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
    order_ids, credit = orders_and_credit(planned_ids, actor)
    candidates = candidates_of(planned_ids, order_ids, actor)
    refuse_what_may_not_go(candidates, version)
    refuse_without_credit(candidates, credit, actor)
    standing = standing_of(sorted({item.order.pk for item in candidates if item.refusal is None}))
    give_stock([item for item in candidates if item.refusal is None], standing, actor)
    going = [item for item in candidates if item.refusal is None]
    if going:
        split_off_rests(going, actor)
        move(going, standing, actor)
    return candidates

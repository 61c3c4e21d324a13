"""The plans that are asked to go, locked after their orders, and what keeps one from going before stock is looked at."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from omc.lib.actor import Actor
from omc.lib.errors import DomainError, IllegalTransition, StaleVersion
from omc.lib.prepared import Prepared
from orders.core import lifecycle
from orders.core.models import Order
from orders.core.selectors.holds import blocked, holds_blocking
from orders.entry.services.credit_again import DEBTS, Credit, hold_without_credit, lock_credit
from orders.scheduling.machines import PLANNED_SHIPMENT
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.services.plans import OPEN_ORDER

ZERO = Decimal(0)

_ORDERS = Prepared(
    lambda gaps: PlannedShipment.objects.filter(pk__in=[gaps.plans], company_id=gaps.company).values_list(
        "order_id", *DEBTS
    )
)
_PLANS = Prepared(
    lambda gaps: (
        PlannedShipment.objects.select_for_update(of=("self",))
        .select_related("warehouse")
        .filter(pk__in=[gaps.plans], company_id=gaps.company)
        .order_by("pk")
    )
)
_LINES = Prepared(
    lambda gaps: (
        PlannedLine.objects.filter(planned_id__in=[gaps.plans])
        .select_related("order_line__product", "promise")
        .order_by("order_line__position", "id")
    )
)


class NotReleasable(DomainError):
    """The order is not one that the warehouse may get."""

    code = "not_releasable"


@dataclass
class Candidate:
    """One plan on its way to the warehouse. ``have`` is what has stock, per plan line."""

    planned: PlannedShipment
    order: Order
    lines: list[PlannedLine]
    have: dict[int, Decimal] = field(default_factory=dict)
    refusal: DomainError | None = None
    short_units: Decimal = ZERO

    @property
    def units(self) -> Decimal:
        return sum(self.have.values(), ZERO)


def orders_and_credit(planned_ids: Sequence[int], actor: Actor) -> tuple[list[int], Credit]:
    """The orders of these plans, and their customers' credit, locked before the orders."""
    asked = _ORDERS.rows(plans=list(planned_ids), company=actor.company_id)
    credit = lock_credit([row[1:] for row in asked], actor.company_id)
    return sorted({row[0] for row in asked}), credit


def candidates_of(planned_ids: Sequence[int], order_ids: Sequence[int], actor: Actor) -> list[Candidate]:
    """The plans in the order asked, locked after their orders."""
    asked: dict[str, Any] = {"plans": list(planned_ids), "company": actor.company_id}
    orders = {order.pk: order for order in lifecycle.lock_many(order_ids, actor)}
    plans = {planned.pk: planned for planned in _PLANS.rows(**asked)}
    lines: dict[int, list[PlannedLine]] = defaultdict(list)
    for line in _LINES.rows(plans=list(plans)):
        lines[line.planned_id].append(line)
    found = []
    for pk in dict.fromkeys(planned_ids):
        if planned := plans.get(pk):
            planned.order = orders[planned.order_id]
            found.append(Candidate(planned, orders[planned.order_id], lines[pk]))
    return found


def refuse_what_may_not_go(candidates: Sequence[Candidate], version: int | None) -> None:
    held = holds_blocking(sorted({item.order.pk for item in candidates}), "release")
    for item in candidates:
        planned, order = item.planned, item.order
        if hold := held.get(order.pk):
            item.refusal = blocked(order, hold, "release")
        elif order.state not in OPEN_ORDER:
            word = order.get_state_display().lower()
            item.refusal = NotReleasable(
                f"{order} is {word}; it cannot be released.", order=str(order), state=order.state
            )
        elif planned.supplier_ships:
            item.refusal = NotReleasable(
                f"The supplier sends {planned}. It leaves when he confirms what he sent.", planned=planned.number
            )
        elif version is not None and planned.event_seq != version:
            item.refusal = StaleVersion(
                f"Somebody has changed {planned} meanwhile. Look at it again.", seen=version, current=planned.event_seq
            )
        else:
            try:
                PLANNED_SHIPMENT.check(planned, PlanState.RELEASED)
            except IllegalTransition as refusal:
                item.refusal = refusal


def refuse_without_credit(candidates: Sequence[Candidate], credit: Credit, actor: Actor) -> None:
    """Credit is looked at again; an order that lacks it is held, and none of its shipments goes."""
    going = {item.order.pk: item.order for item in candidates if item.refusal is None}
    held = hold_without_credit(list(going.values()), credit, actor=actor)
    for item in candidates:
        if item.refusal is None and (hold := held.get(item.order.pk)):
            item.refusal = blocked(item.order, hold, "release")

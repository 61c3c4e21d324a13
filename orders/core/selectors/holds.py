"""Which holds stand, and what they block."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.prepared import Prepared
from orders.core.models import Hold, HoldState, Order


class HoldBlocks(DomainError):
    """An unresolved hold stops this step. The same code at every door."""

    code = "hold_blocks"


_OPEN = Prepared(
    lambda gaps: (
        Hold.objects.exclude(status=HoldState.RESOLVED)
        .filter(Q(order=gaps.order) | Q(customer_id=gaps.customer))
        .select_related("hold_type", "owner", "placed_by", "line")
        .order_by("placed_at")
    )
)


def open_holds(order: Order) -> list[Hold]:
    """Unresolved holds on the order, its lines and its customer."""
    return _OPEN.rows(order=order.pk, customer=order.customer_id)


def holds_blocking(order_ids: Sequence[int], step: str) -> dict[int, Hold]:
    """The oldest unresolved hold per order that blocks ``step``; one query for any number of orders."""
    found: dict[int, Hold] = {}
    for hold in _of_many(step).rows(orders=list(order_ids)):
        found.setdefault(hold.held_order, hold)
    return found


def refuse_if_held(order: Order, step: str) -> None:
    """Raise unless no unresolved hold on the locked order, its lines or its customer blocks ``step``.

    Raises: HoldBlocks with the hold's name; the same at every door.
    """
    hold = _of_one(step).first(order=order.pk, customer=order.customer_id)
    if hold is not None:
        raise blocked(order, hold, step)


def _blocking(step: str) -> QuerySet[Hold]:
    return (
        Hold.objects.exclude(status=HoldState.RESOLVED)
        .filter(hold_type__blocks__contains=[step])
        .select_related("hold_type")
        .order_by("placed_at", "id")
    )


@cache
def _of_one(step: str) -> Prepared[Hold]:
    return Prepared(lambda gaps: _blocking(step).filter(Q(order=gaps.order) | Q(customer_id=gaps.customer))[:1])


@cache
def _of_many(step: str) -> Prepared[Any]:
    held_order = Coalesce("order_id", "customer__orders")
    return Prepared(lambda gaps: _blocking(step).annotate(held_order=held_order).filter(held_order__in=[gaps.orders]))


def blocked(order: Order, hold: Hold, step: str) -> HoldBlocks:
    return HoldBlocks(
        f"{order} cannot {step}: the hold “{hold.hold_type.name}” is on it ({hold.reason}).",
        order=str(order),
        step=step,
        hold=hold.hold_type.name,
        hold_code=hold.hold_type.code,
        hold_id=hold.pk,
    )


def holds_list(actor: Actor) -> QuerySet[Hold]:
    """Every unresolved hold of the company, the oldest first."""
    return (
        Hold.objects.filter(company_id=actor.company_id)
        .exclude(status=HoldState.RESOLVED)
        .select_related("hold_type", "order", "order__customer", "customer", "owner", "placed_by")
        .order_by("placed_at", "id")
    )

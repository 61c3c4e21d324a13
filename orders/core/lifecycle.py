"""Where an order may go, and the only code that moves it."""

from collections.abc import Mapping, Sequence
from typing import Any

from omc.lib.actor import Actor
from omc.lib.errors import NotFound, StaleVersion
from omc.lib.events import Event
from omc.lib.machine import Machine
from omc.lib.prepared import Prepared
from orders.core import eventlog
from orders.core.models import Order
from orders.core.models import OrderState as S

_LOCKED = Prepared(
    lambda gaps: (
        Order.objects.select_for_update(of=("self",))
        .select_related("customer", "company")
        .filter(pk__in=[gaps.orders], company_id=gaps.company)
        .order_by("pk")
    )
)


class OrderNotFound(NotFound):
    code = "order_not_found"


def _has_picked(order: Order) -> str | None:
    if order.lines.filter(picked__gt=0).exists():
        return f"{order} has picked goods; un-pick them first."
    return None


MACHINE = Machine(
    name="order",
    initial=S.DRAFT,
    graph={
        S.DRAFT: frozenset({S.PENDING, S.ABANDONED}),
        S.PENDING: frozenset({S.CONFIRMED, S.DRAFT, S.CANCELLED}),
        # An order without goods goes straight to delivered.
        S.CONFIRMED: frozenset({S.RELEASED, S.CANCELLED, S.DELIVERED}),
        S.RELEASED: frozenset({S.IN_FULFILLMENT, S.CONFIRMED, S.CANCELLED}),
        S.IN_FULFILLMENT: frozenset({S.SHIPPED, S.RELEASED}),
        S.SHIPPED: frozenset({S.DELIVERED, S.IN_FULFILLMENT}),
        S.DELIVERED: frozenset({S.CLOSED}),
        S.CLOSED: frozenset({S.DELIVERED}),
        S.CANCELLED: frozenset(),
        S.ABANDONED: frozenset(),
    },
    guards={(S.RELEASED, S.CANCELLED): _has_picked, (S.CONFIRMED, S.CANCELLED): _has_picked},
)


def lock(order_id: int, actor: Actor, *, version: int | None = None) -> Order:
    """Fetch the order of the actor's company and hold its row until the transaction ends.

    Raises: OrderNotFound; StaleVersion when ``version`` is given and is no longer the order's.
    """
    order = _LOCKED.first(orders=order_id, company=actor.company_id)
    if order is None:
        raise OrderNotFound(f"There is no order {order_id}.", order_id=order_id)
    if version is not None and order.version != version:
        raise StaleVersion(
            f"{order} was changed meanwhile: you saw version {version}, it is now {order.version}.",
            seen=version,
            current=order.version,
        )
    return order


def lock_many(order_ids: Sequence[int], actor: Actor) -> list[Order]:
    """The orders of the actor's company by id, locked in that order. Those of other companies are left out."""
    return _LOCKED.rows(orders=list(order_ids), company=actor.company_id)


def advance(order: Order, to: str, event: Event, *, actor: Actor, stamp: Mapping[str, Any] | None = None) -> None:
    """Move a locked order and write its event, or raise IllegalTransition. ``stamp`` sets columns with the move."""
    MACHINE.advance(order, to, event, actor=actor, record=eventlog.record_many, stamp=stamp)


def advance_many(orders: Sequence[Order], to: str, events: Sequence[Event], *, actor: Actor) -> None:
    """Move locked orders of one state, in one statement, or raise for all."""
    MACHINE.advance_many(orders, to, events, actor=actor, record=eventlog.record_many)

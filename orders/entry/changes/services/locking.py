"""The change in hand with its order, held until the transaction ends; and how it ends."""

from datetime import timedelta
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, system
from omc.lib.errors import DomainError, NotFound, PermissionRefused, StaleVersion
from omc.lib.events import Event
from orders.core import eventlog, lifecycle
from orders.core.models import Hold, HoldState, Order
from orders.core.selectors.companies import setting
from orders.core.services.holds import resolve_hold
from orders.entry.changes.machines import CHANGE, STANDING
from orders.entry.changes.models import ChangeSet
from orders.entry.changes.rules import CHANGEABLE

OPEN_MINUTES: Final = "entry.change_minutes"
HOLD: Final = "pending_change"


class NotChangeable(DomainError):
    """The order is not confirmed yet, or everything of it has left."""

    code = "not_changeable"


class ChangeOver(DomainError):
    """The change was saved, withdrawn or has run out."""

    code = "change_over"


def lock(change_id: int, actor: Actor, *, revision: int | None = None, anybody: bool = False) -> ChangeSet:
    """A standing change of the actor's company, its order locked before it.

    ``anybody``: not only whoever opened it. ``revision``: the one that the caller saw.

    Raises: NotFound, PermissionRefused, ChangeOver, StaleVersion
    """
    order_id = (
        ChangeSet.objects.filter(pk=change_id, company_id=actor.company_id).values_list("order_id", flat=True).first()
    )
    if order_id is None:
        raise NotFound(f"There is no change order {change_id}.", change_id=change_id)
    order = lifecycle.lock(order_id, actor)
    change = ChangeSet.objects.select_for_update(of=("self",)).select_related("opened_by").get(pk=change_id)
    change.order = order
    if not anybody and change.opened_by_id != actor.user_id:
        raise PermissionRefused(f"{change.opened_by} is changing {order} here. Open a change of your own.")
    if change.state not in STANDING:
        raise ChangeOver(f"This change is over: {change.get_state_display().lower()}.", state=change.state)
    if revision is not None and revision != change.revision:
        raise StaleVersion(
            "This change was edited in another window meanwhile. Look at it again.",
            seen=revision,
            current=change.revision,
        )
    return change


def refuse_unchangeable(order: Order) -> None:
    """Raises: NotChangeable"""
    if order.state not in CHANGEABLE:
        word = order.get_state_display().lower()
        raise NotChangeable(
            f"{order} is {word}; only a confirmed order that has not left is changed.", state=order.state
        )


def refuse_run_out(change: ChangeSet) -> None:
    """Raises: ChangeOver, when its time is up and nobody has closed it yet"""
    if change.expires_at <= clock.now():
        raise ChangeOver("This change has run out. Open the order and change it again.", state="expired")


def touch(change: ChangeSet) -> None:
    """The clock runs from the last edit."""
    change.expires_at = clock.now() + timedelta(minutes=setting(change.company_id, OPEN_MINUTES))


def move(change: ChangeSet, to: str, event: Event, actor: Actor, **stamp: object) -> None:
    """Move a locked change and write its event."""
    CHANGE.advance(change, to, event, actor=actor, record=eventlog.record_many, stamp=stamp)


def close(change: ChangeSet, to: str, event: Event, actor: Actor, said: str) -> None:
    """End a locked change, whatever came of it, and let its order go."""
    move(change, to, event, actor, closed_at=clock.now())
    hold = Hold.objects.filter(pk=change.hold_id).first() if change.hold_id else None
    if hold is not None and hold.status != HoldState.RESOLVED:
        resolve_hold(hold_id=hold.pk, resolution=said, actor=system("change orders", change.company_id))

"""Open a change, say what is wanted, take it back; and the clock that takes it back for you."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, PermissionRefused
from omc.lib.service import verb
from orders.core import eventlog, lifecycle
from orders.core.events import HoldPlaced, HoldResolved
from orders.core.models import Order, OrderLine
from orders.core.selectors.companies import setting
from orders.core.services.holds import place_on
from orders.entry.changes.events import ChangeExpired, ChangeOpened, ChangeRebased, ChangeWithdrawn
from orders.entry.changes.machines import CHANGE, STANDING
from orders.entry.changes.models import ChangeEdit, ChangeSet, ChangeState
from orders.entry.changes.selectors import differences_of
from orders.entry.changes.services.locking import (
    HOLD,
    OPEN_MINUTES,
    close,
    lock,
    move,
    refuse_run_out,
    refuse_unchangeable,
    touch,
)
from orders.entry.changes.services.wishes import Wishes, edits_of, snapshot


@verb(events=(ChangeOpened, HoldPlaced))
def open_change(*, order_id: int, actor: Actor) -> ChangeSet:
    """Start to change a confirmed order. It is not released meanwhile. One that the actor has open is gone on with.

    Raises: NotChangeable, OrderNotFound
    Events: change_opened, hold_placed
    """
    require(actor, "entry.write_order")
    if actor.user_id is None:
        raise PermissionRefused("A change order belongs to a person.")
    order = lifecycle.lock(order_id, actor)
    refuse_unchangeable(order)
    at = clock.now()
    mine = ChangeSet.objects.filter(order=order, opened_by_id=actor.user_id, state__in=STANDING)
    standing = mine.select_for_update(of=("self",)).first()
    if standing is not None:
        standing.order = order
        if standing.expires_at > at:
            return standing
        _run_out(standing, actor)
    [hold] = place_on(order, [(HOLD, "Somebody is changing the order.")], actor=actor, owner_id=actor.user_id)
    change = ChangeSet.objects.create(
        company_id=order.company_id,
        order=order,
        order_version=order.version,
        seen=snapshot(order, _lines(order)),
        hold=hold,
        opened_by_id=actor.user_id,
        opened_at=at,
        expires_at=at + timedelta(minutes=setting(order.company_id, OPEN_MINUTES)),
    )
    opened = ChangeOpened(order_version=order.version)
    eventlog.record(change, opened, actor=actor, order_id=order.pk, to_state=CHANGE.initial)
    return change


@verb(silent="edits of a change are nobody's business yet; saving it writes the event")
def write_change(*, change_id: int, wishes: Wishes, actor: Actor, revision: int | None = None) -> ChangeSet:
    """Keep what is wanted as it is on somebody's screen; the clock starts again.

    Raises: ChangeOver, StaleVersion, InvalidInput and NotFound naming the field
    """
    require(actor, "entry.write_order")
    change = lock(change_id, actor, revision=revision)
    refuse_run_out(change)
    if change.state != ChangeState.OPEN:
        raise InvalidInput("Settle what both of you changed first.", field=None)
    edits = edits_of(change, wishes, change.order.customer_id)
    if _as_rows(edits) != _as_rows(change.edits.all()):
        change.edits.all().delete()
        ChangeEdit.objects.bulk_create(edits)
        change.revision += 1
    touch(change)
    change.save(update_fields=["revision", "expires_at"])
    return change


@verb(events=(ChangeRebased,))
def settle_conflict(
    *, change_id: int, choices: Mapping[tuple[int, str], str], actor: Actor, revision: int | None = None
) -> ChangeSet:
    """Choose, for every field that both changed, "mine" or "theirs"; the change then stands on the order as it is.

    Raises: InvalidInput for a field that nobody chose, ChangeOver, IllegalTransition
    Events: change_rebased
    """
    require(actor, "entry.write_order")
    change = lock(change_id, actor, revision=revision)
    refuse_run_out(change)
    CHANGE.check(change, ChangeState.OPEN)
    order = change.order
    refuse_unchangeable(order)
    now = snapshot(order, _lines(order))
    mine = theirs = 0
    for edit, rows in differences_of(change, now):
        kept: dict[str, Any] = dict(edit.fields)
        for row in rows:
            choice = choices.get((edit.pk, row.field))
            if row.is_conflict and choice not in ("mine", "theirs"):
                raise InvalidInput("Choose yours or theirs wherever both were changed.", field="choices")
            if row.mine == row.theirs or choice == "theirs":
                kept.pop(row.field)
        mine, theirs = mine + len(kept), theirs + len(edit.fields) - len(kept)
        edit.fields = kept
        if kept:
            edit.save(update_fields=["fields"])
        else:
            edit.delete()
    touch(change)
    move(
        change,
        ChangeState.OPEN,
        ChangeRebased(order_version=order.version, mine=mine, theirs=theirs),
        actor,
        order_version=order.version,
        expires_at=change.expires_at,
        revision=change.revision + 1,
    )
    change.seen = now
    change.save(update_fields=["seen"])
    return change


@verb(events=(ChangeWithdrawn, HoldResolved))
def withdraw_change(*, change_id: int, actor: Actor) -> ChangeSet:
    """Give a change up; the order goes on as it was. Others' changes only by who may lift holds.

    Raises: ChangeOver, PermissionRefused, NotFound
    Events: change_withdrawn, hold_resolved
    """
    require(actor, "entry.write_order")
    change = lock(change_id, actor, anybody=actor.can("orders.resolve_hold"))
    close(change, ChangeState.WITHDRAWN, ChangeWithdrawn(), actor, "The change was withdrawn.")
    return change


@verb(events=(ChangeExpired, HoldResolved))
def expire_changes(*, actor: Actor) -> int:
    """Close every change of the company whose time is up and let its order go. Answers how many.

    Events: change_expired, hold_resolved
    """
    require(actor, "entry.write_order")
    due = ChangeSet.objects.filter(company_id=actor.company_id, state__in=STANDING, expires_at__lte=clock.now())
    orders = {
        order.pk: order for order in lifecycle.lock_many(sorted(set(due.values_list("order_id", flat=True))), actor)
    }
    # Read again under the locks: somebody may have gone on with it, or saved it, meanwhile.
    changes = list(due.filter(order__in=orders).order_by("order_id", "pk").select_for_update(of=("self",)))
    for change in changes:
        change.order = orders[change.order_id]
        _run_out(change, actor)
    return len(changes)


def _run_out(change: ChangeSet, actor: Actor) -> None:
    idle = setting(change.company_id, OPEN_MINUTES)
    close(change, ChangeState.EXPIRED, ChangeExpired(idle_minutes=idle), actor, "The change ran out.")


def _lines(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("position"))


def _as_rows(edits: Any) -> list[tuple[Any, ...]]:
    return [(edit.what, edit.line_id, edit.position, edit.fields, edit.reason) for edit in edits]

"""Try a change, and save it: all of it or nothing, on the version that it was written against."""

from collections.abc import Sequence

from django.db import transaction

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, StaleVersion
from omc.lib.service import verb
from orders.core import progress
from orders.core.eventlog import record
from orders.core.events import HoldPlaced, HoldResolved, PromiseChanged
from orders.core.models import Customer, Touched
from orders.core.services.holds import place_on, place_on_change
from orders.entry.changes.events import ChangeApplied, ChangeConflicted, OrderChanged
from orders.entry.changes.models import ChangeEdit, ChangeSet, ChangeState
from orders.entry.changes.services.carry_out import carry_out
from orders.entry.changes.services.judging import ask_approval
from orders.entry.changes.services.locking import close, lock, move, refuse_run_out, refuse_unchangeable
from orders.entry.changes.services.outcome import Outcome
from orders.entry.selectors.checks import unresolved_holds
from orders.entry.services.submit_order import lock_customer
from orders.pricing.agreements.services.releasing import record_releases
from orders.pricing.guidelines.events import DiscountRequested, DiscountVoided


class NothingToChange(DomainError):
    """Nothing is wanted otherwise, or nothing would be left of the order."""

    code, status = "nothing_to_change", 422


class ReasonMissing(DomainError):
    """Every changed line says why."""

    code, status = "reason_missing", 422


@verb(silent="the change is tried and taken back; nothing of it stays")
def preview_change(*, change_id: int, actor: Actor) -> Outcome:
    """What saving would come to: the very change, carried out and rolled back, so that it cannot say otherwise.

    Raises: whatever saving would refuse, except that reasons may still be missing
    """
    require(actor, "entry.write_order")
    customer = _lock_customer(change_id, actor)
    change = lock(change_id, actor)
    refuse_run_out(change)
    _refuse_conflicted(change)
    edits = _edits(change)
    with transaction.atomic():
        outcome = carry_out(change.order, customer, edits, actor, preview=True)
        _refuse_empty(outcome)
        transaction.set_rollback(True)
    return outcome


@verb(
    events=(
        OrderChanged, ChangeApplied, ChangeConflicted, PromiseChanged, HoldPlaced, HoldResolved, DiscountRequested,
        DiscountVoided,
    )
)  # fmt: skip
def save_change(*, change_id: int, actor: Actor, tell_customer: bool = True, revision: int | None = None) -> ChangeSet:
    """Make the order what the change wants. Where somebody saved the order meanwhile nothing is written, and the
    change answers ``conflicted``: settle it, and save again.

    Raises: ChangeRefused, ReasonMissing, NothingToChange, ChangeOver, NotChangeable, InvalidLines, NoPrice, ShortStock
    Events: order_changed and change_applied, promise_changed where the date is another, or change_conflicted;
        discount_requested where prices go too far, discount_voided where approved ones are others now
    """
    require(actor, "entry.write_order")
    customer = _lock_customer(change_id, actor)
    change = lock(change_id, actor, revision=revision)
    refuse_run_out(change)
    order = change.order
    refuse_unchangeable(order)
    if order.version != change.order_version:
        if change.state == ChangeState.OPEN:
            event = ChangeConflicted(seen=change.order_version, now=order.version)
            move(change, ChangeState.CONFLICTED, event, actor)
        return change
    edits = _edits(change)
    _refuse_unsaid(edits)
    outcome = carry_out(order, customer, edits, actor)
    _refuse_empty(outcome)
    changed = [row for line in outcome.lines for row in line.changes()]
    record(order, outcome.event(tell_customer=tell_customer), actor=actor, lines=changed)
    _tell_promise(outcome, actor)
    standing = {hold.hold_type.code for hold in unresolved_holds(order)}
    place_on(order, [found for found in outcome.holds if found[0] not in standing], actor=actor)
    place_on_change(order, _touched(edits), actor=actor)
    record_releases(order, list(order.lines.all()), again=True)
    ask_approval(outcome, actor)
    close(change, ChangeState.APPLIED, ChangeApplied(order_version=order.version), actor, "The change was saved.")
    progress.follow(order, actor=actor)
    return change


def _lock_customer(change_id: int, actor: Actor) -> Customer:
    """What a customer may owe changes with the order, so the customer is locked before it."""
    order_id = ChangeSet.objects.filter(pk=change_id, company_id=actor.company_id).values_list("order_id", flat=True)
    return lock_customer(order_id[0] if order_id else 0, actor)


def _refuse_conflicted(change: ChangeSet) -> None:
    if change.state == ChangeState.CONFLICTED or change.order.version != change.order_version:
        raise StaleVersion(
            f"Somebody saved {change.order} meanwhile. Save to see both, and choose.",
            seen=change.order_version,
            current=change.order.version,
        )
    refuse_unchangeable(change.order)


def _edits(change: ChangeSet) -> list[ChangeEdit]:
    edits = list(change.edits.select_related("line").order_by("id"))
    if not edits:
        raise NothingToChange("Nothing is changed yet.")
    return edits


def _touched(edits: Sequence[ChangeEdit]) -> set[str]:
    added = {Touched.ADDED.value} if any(edit.what == ChangeEdit.What.ADDED for edit in edits) else set()
    return added.union(*(edit.fields for edit in edits if edit.what != ChangeEdit.What.ADDED))


def _refuse_unsaid(edits: Sequence[ChangeEdit]) -> None:
    unsaid = [edit for edit in edits if not edit.reason]
    if unsaid:
        first = unsaid[0]
        where = f"line {first.line.position}" if first.line else "the new line" if first.position else "the order"
        raise ReasonMissing(
            f"Say why {where} changes.",
            field="reason",
            lines=[{"line_id": edit.line_id, "added": edit.position or None} for edit in unsaid],
        )


def _refuse_empty(outcome: Outcome) -> None:
    order = outcome.order
    if not any(line.ordered > line.cancelled for line in order.lines.exclude(kind="text")):
        raise NothingToChange(f"Nothing of {order} would be left. Cancel the order instead.")


def _tell_promise(outcome: Outcome, actor: Actor) -> None:
    before, after = outcome.promise_before, outcome.promise_after
    if before != after:
        days = (after - before).days if before and after else 0
        event = PromiseChanged(before=before, after=after, reason="the order was changed", days=days)
        record(outcome.order, event, actor=actor)

"""Give stock to waiting promises in rank order: first a proposal, then what still holds of it."""

from collections.abc import Sequence
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.eventlog import record, record_many
from orders.core.models import Company, Order
from orders.core.selectors.holds import holds_blocking
from orders.prioritization.events import (
    AllocationApplied,
    AllocationDiscarded,
    AllocationProposed,
    OrderAllocated,
)
from orders.prioritization.machines import ALLOCATION_RUN
from orders.prioritization.models import AllocationRow, AllocationRun, AllocationRunState
from orders.prioritization.rules import Want, share_out
from orders.prioritization.selectors.waiting import ALLOCATABLE, bundle_of, waiting_promises
from planning.models import Promise
from planning.selectors.availability import levels_of
from planning.services import allocate_promises

ZERO = Decimal(0)


class NothingWaits(DomainError):
    """No promise that ships soon or is back-ordered waits for stock."""

    code = "nothing_waits"


@verb(events=(AllocationProposed,))
def run_allocation(*, actor: Actor) -> AllocationRun:
    """Propose who gets what is free, in rank order; nothing is given yet.

    Raises: NothingWaits
    Events: allocation_proposed
    """
    require(actor, "prioritization.run_allocation")
    company = Company.objects.get(pk=actor.company_id)
    promises = waiting_promises(company)
    if not promises:
        raise NothingWaits("Nothing that ships soon or is back-ordered waits for stock.")
    levels = levels_of(company.pk, {promise.product_id for promise in promises})
    wants = [
        Want((promise.product_id, promise.warehouse_id), promise.quantity - promise.allocated, bundle_of(promise))
        for promise in promises
    ]
    given = share_out(wants, {key: level.free for key, level in levels.items()})
    run = AllocationRun.objects.create(company=company, started_by_id=actor.user_id, created_at=clock.now())
    AllocationRow.objects.bulk_create(
        [
            AllocationRow(
                run=run,
                position=position,
                promise=promise,
                order_id=promise.order_id,
                wanted=want.units,
                before=promise.allocated,
                after=promise.allocated + got,
                reason=_reason(want, got),
            )
            for position, (promise, want, got) in enumerate(zip(promises, wants, given, strict=True), start=1)
        ],
        batch_size=2000,
    )
    proposed = AllocationProposed(
        orders=len({promise.order_id for promise, got in zip(promises, given, strict=True) if got}),
        units=sum(given, ZERO),
        wanted_units=sum((want.units for want in wants), ZERO),
    )
    record(run, proposed, actor=actor)
    return run


def _reason(want: Want, got: Decimal) -> str:
    if got == want.units:
        return "All of it is free"
    if want.bundle is not None:
        return "Must leave complete, and not all of it is free"
    return f"Only {plain(got)} of {plain(want.units)} are free" if got else "Nothing is free"


@verb(events=(AllocationApplied, OrderAllocated))
def apply_allocation(*, run_id: int, actor: Actor) -> AllocationRun:
    """Give what a proposal says, row by row where nothing has changed since; the others are skipped and named.

    Raises: NotFound, IllegalTransition
    Events: order_allocated per order, allocation_applied; backorder_filled by planning
    """
    require(actor, "prioritization.run_allocation")
    run = _lock(run_id, actor)
    ALLOCATION_RUN.check(run, AllocationRunState.APPLIED)
    rows = [row for row in run.rows.order_by("position") if row.after > row.before]
    orders = {order.pk: order for order in lifecycle.lock_many(sorted({row.order_id for row in rows}), actor)}
    _skip_changed(rows, orders)
    wanted = {row.promise_id: row.after - row.before for row in rows if not row.skipped}
    given = allocate_promises(wanted=wanted, orders=_orders_of(rows), actor=actor) if wanted else {}
    for row in rows:
        if not row.skipped and given.get(row.promise_id, ZERO) < wanted[row.promise_id]:
            got = given.get(row.promise_id, ZERO)
            row.skipped = f"Only {plain(got)} of {plain(wanted[row.promise_id])} were still free"
            row.after = row.before + got
    skipped = [row for row in rows if row.skipped]
    AllocationRow.objects.bulk_update(skipped, ["skipped", "after"], batch_size=2000)
    _record_orders(run, rows, orders, given, actor)
    applied = AllocationApplied(units=sum(given.values(), ZERO), skipped_rows=len(skipped))
    stamp = {"applied_at": clock.now()}
    ALLOCATION_RUN.advance(run, AllocationRunState.APPLIED, applied, actor=actor, record=record_many, stamp=stamp)
    return run


def _skip_changed(rows: Sequence[AllocationRow], orders: dict[int, Order]) -> None:
    """Name what has changed since the proposal; the orders are locked, so their promises cannot move."""
    promises = Promise.objects.in_bulk([row.promise_id for row in rows])
    held = holds_blocking(list(orders), "allocate")
    for row in rows:
        order, promise = orders[row.order_id], promises[row.promise_id]
        if order.state not in ALLOCATABLE:
            row.skipped = f"{order} is {order.get_state_display().lower()} now"
        elif hold := held.get(order.pk):
            row.skipped = f"The hold “{hold.hold_type.name}” is on it now"
        elif promise.allocated != row.before:
            row.skipped = f"It has {plain(promise.allocated)} by now"
        elif promise.quantity - promise.allocated != row.wanted:
            row.skipped = f"It wants {promise.quantity - promise.allocated:f} by now"
        if row.skipped:
            row.skipped, row.after = row.skipped[:160], row.before


def _orders_of(rows: Sequence[AllocationRow]) -> list[int]:
    return sorted({row.order_id for row in rows if not row.skipped})


def _record_orders(
    run: AllocationRun,
    rows: Sequence[AllocationRow],
    orders: dict[int, Order],
    given: dict[int, Decimal],
    actor: Actor,
) -> None:
    units: dict[int, Decimal] = {}
    for row in rows:
        if got := given.get(row.promise_id, ZERO):
            units[row.order_id] = units.get(row.order_id, ZERO) + got
    facts = [OrderAllocated(run_id=run.pk, units=units[order_id]) for order_id in units]
    record_many([orders[order_id] for order_id in units], facts, actor=actor)


@verb(events=(AllocationDiscarded,))
def discard_allocation(*, run_id: int, actor: Actor) -> AllocationRun:
    """Throw a proposal away.

    Raises: NotFound, IllegalTransition
    Events: allocation_discarded
    """
    require(actor, "prioritization.run_allocation")
    run = _lock(run_id, actor)
    ALLOCATION_RUN.advance(run, AllocationRunState.DISCARDED, AllocationDiscarded(), actor=actor, record=record_many)
    return run


def _lock(run_id: int, actor: Actor) -> AllocationRun:
    found = AllocationRun.objects.select_for_update().filter(pk=run_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    return found

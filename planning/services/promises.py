"""What becomes of promises: stock is allocated to them, they are shipped, or nobody wants them any more.

These are building blocks of other stages' verbs. The caller has locked the orders; a promise changes only under the
lock of its order, a level only under its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import F, Sum

from omc.lib.actor import Actor
from omc.lib.kept import Kept
from omc.lib.money import plain
from omc.lib.prepared import Prepared
from orders.core import eventlog, ledger
from orders.core.ledger import Move
from orders.core.models import Order
from planning.events import BackorderFilled, OrderBackordered, SpecialDropped
from planning.models import FROM_SUPPLIER, MovementKind, Promise, PromiseSource, StockLevel, SupplyLine
from planning.places.units import Taken
from planning.rules.allocation import Ask, Open, give
from planning.rules.availability import ZERO
from planning.rules.promising import Key
from planning.services.levels import (
    LevelChange,
    Movement,
    StockRefused,
    change_levels,
    lock_levels,
    write_movements,
)

_WRITE = Kept(
    "UPDATE planning_promise p SET quantity = d.quantity, allocated = d.allocated, backordered = d.backordered,"
    " is_open = d.quantity > 0"
    " FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS d(id, quantity, allocated, backordered)"
    " WHERE p.id = d.id"
)
_LEAVING = Prepared(
    lambda gaps: (
        Promise.objects.filter(pk__in=[gaps.promises], order_id=gaps.order, is_open=True)
        .select_related("product")
        .order_by("id")
    )
)


def release_promises(order: Order, line_quantities: Mapping[int, Decimal] | None, actor: Actor) -> list[Move]:
    """Give up promises of a locked order: all of them, or so much per line. Answers the ledger moves to post.

    What is back-ordered goes first, then what waits, and allocated stock last; the latest ship dates before the others.

    Events: special_dropped, when suppliers were to send any of it; backorder_filled, when part of the order goes on
        and nothing of it is back-ordered any more
    """
    promises = list(Promise.objects.filter(order=order, is_open=True).order_by("allocated", "-ship_date", "-id"))
    rest = dict(line_quantities) if line_quantities is not None else None
    after: dict[int, Open] = {}
    for promise in promises:
        quantity = promise.quantity if rest is None else min(promise.quantity, rest.get(promise.line_id, ZERO))
        if quantity > 0:
            after[promise.pk] = as_open(promise).without(quantity)
            if rest is not None:
                rest[promise.line_id] -= quantity
    before = {promise.pk: as_open(promise) for promise in promises}
    was, now = _backordered(before), _backordered({**before, **after})
    moves = change_promises([promise for promise in promises if promise.pk in after], after, order.company_id)
    bought = [promise for promise in promises if promise.source in FROM_SUPPLIER]
    dropped = sum((promise.quantity - after[promise.pk].quantity for promise in bought if promise.pk in after), ZERO)
    coming = sum((after.get(promise.pk, before[promise.pk]).waiting for promise in bought), ZERO)
    if was and not now and any(row.quantity for row in {**before, **after}.values()):
        eventlog.record(order, BackorderFilled(units=was, how="no longer wanted", open_units=coming), actor=actor)
    if dropped:
        eventlog.record(order, SpecialDropped(units=dropped, open_units=now + coming), actor=actor)
    return moves


def still_coming(order_ids: Sequence[int]) -> dict[int, Decimal]:
    """Units of each order that suppliers have to send still; orders without any are left out."""
    rows = Promise.objects.filter(order_id__in=list(order_ids), is_open=True, source__in=FROM_SUPPLIER)
    sums = rows.values("order_id").annotate(units=Sum(F("quantity") - F("allocated")))
    return dict(sums.values_list("order_id", "units"))


def allocate_promises(wanted: Mapping[int, Decimal], orders: Sequence[int], actor: Actor) -> dict[int, Decimal]:
    """Give stock to promises of locked orders, in the order asked, never more than asked or than is free.

    Answers what each got. Posts the ledger itself. What was asked for in vain is back-ordered from now on. A special
    order gets nothing here: it waits for what was ordered for it (``follow_supply``).

    Events: backorder_filled, order_backordered, where that changes
    """
    promises = {
        promise.pk: promise
        for promise in Promise.objects.filter(pk__in=list(wanted), order_id__in=list(orders), is_open=True).exclude(
            source=PromiseSource.SPECIAL
        )
    }
    asked = {pk: quantity for pk, quantity in wanted.items() if pk in promises and quantity > 0}
    if not asked:
        return dict.fromkeys(wanted, ZERO)
    levels = lock_levels(actor.company_id, {key for pk in asked if (key := _key(promises[pk]))})
    asks = [Ask(pk, _key(promises[pk]), quantity, as_open(promises[pk])) for pk, quantity in asked.items()]
    served = give(asks, {key: max(ZERO, level.free) for key, level in levels.items()})
    given = {pk: after.allocated - promises[pk].allocated for pk, after in served.items()}
    changed = [promises[pk] for pk, after in served.items() if after != as_open(promises[pk])]
    if changed:
        before = _backordered_by_order(orders)
        moves = change_promises(changed, served, actor.company_id, levels)
        ledger.post(orders, moves)
        _tell(before, changed, served, actor)
    return {pk: given.get(pk, ZERO) for pk in wanted}


def issue_stock(
    order: Order, issues: Sequence[tuple[int, Decimal]], reference: str, actor: Actor, taken: Taken | None = None
) -> list[Move]:
    """Goods of a locked order leave: from on hand, from allocated, from the promise. Answers the ledger moves to post.

    ``taken`` tells from which units they were picked; it is asked only where something lies in bins.

    Raises: StockRefused when more should leave than is allocated
    """
    leaving: dict[int, Decimal] = defaultdict(Decimal)
    for promise_id, quantity in issues:
        leaving[promise_id] += quantity
    promises = _LEAVING.rows(promises=list(leaving), order=order.pk)
    if len(promises) != len(leaving):
        raise StockRefused(f"{order} no longer has all of the promises that should leave.")
    for promise in promises:
        if leaving[promise.pk] > promise.allocated:
            raise StockRefused(
                f"{promise.product.sku}: {plain(leaving[promise.pk])} should leave, but only"
                f" {plain(promise.allocated)} are allocated.",
                sku=promise.product.sku,
                line_id=promise.line_id,
            )
    after = {promise.pk: as_open(promise).shipped(leaving[promise.pk]) for promise in promises}
    levels = lock_levels(order.company_id, {key for promise in promises if (key := _key(promise))})
    moves = change_promises(promises, after, order.company_id, levels, on_hand=leaving, taken=taken)
    write_movements(
        MovementKind.SHIP,
        [
            Movement(key, -leaving[promise.pk], promise.product.cost, promise.line_id)
            for promise in promises
            if (key := _key(promise))
        ],
        actor=actor,
        reference=reference,
    )
    return moves


def _key(promise: Promise) -> Key | None:
    """Which level a promise takes from; None when the supplier ships."""
    if promise.source == PromiseSource.DROP_SHIP:
        return None
    return promise.product_id, promise.warehouse_id


def as_open(promise: Promise) -> Open:
    return Open(promise.quantity, promise.allocated, promise.backordered)


def change_promises(
    promises: Sequence[Promise],
    after: Mapping[int, Open],
    company_id: int,
    levels: Mapping[Key, StockLevel] | None = None,
    on_hand: Mapping[int, Decimal] | None = None,
    taken: Taken | None = None,
) -> list[Move]:
    """Write promises as they are now, and their levels; answers what that is for the ledger.

    What came for a special order and is not shipped stays reserved until ``follow_supply`` says whose it is.
    """
    if not promises:
        return []
    changes: dict[Key, LevelChange] = defaultdict(LevelChange)
    moves: dict[int, Decimal] = defaultdict(Decimal)
    reserved: dict[Promise, Decimal] = {}
    for promise in promises:
        delta = after[promise.pk].allocated - promise.allocated
        moves[promise.line_id] += delta
        if key := _key(promise):
            gone = on_hand[promise.pk] if on_hand else ZERO
            back = -delta if on_hand is None and promise.source == PromiseSource.SPECIAL and delta < 0 else ZERO
            changes[key] += LevelChange(on_hand=-gone, allocated=delta, reserved=back)
            if back:
                reserved[promise] = back
    if levels is None:
        levels = lock_levels(company_id, [key for key, change in changes.items() if change.allocated])
    change_levels(levels, changes, taken)
    for promise, units in reserved.items():
        _reserve_again(promise, units)
    rows = [(promise.pk, after[promise.pk]) for promise in promises]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                [pk for pk, _ in rows],
                [row.quantity for _, row in rows],
                [row.allocated for _, row in rows],
                [row.backordered for _, row in rows],
            ],
        )
    return [(line_id, "allocated", delta) for line_id, delta in moves.items() if delta]


def _reserve_again(promise: Promise, units: Decimal) -> None:
    """Put units back to the supply lines that they came with."""
    came = SupplyLine.objects.filter(
        order_line_id=promise.line_id,
        supply__warehouse_id=promise.warehouse_id,
        supply__ship_to=None,
        received__gt=F("reserved"),
    )
    for line in came.order_by("-id"):
        back = min(units, line.received - line.reserved)
        SupplyLine.objects.filter(pk=line.pk).update(reserved=F("reserved") + back)
        units -= back


def _backordered(promises: Mapping[int, Open]) -> Decimal:
    return sum((row.backordered for row in promises.values()), ZERO)


def _backordered_by_order(orders: Sequence[int]) -> dict[int, Decimal]:
    rows = Promise.objects.filter(order_id__in=list(orders), is_open=True).values("order_id")
    return dict(rows.annotate(total=Sum("backordered")).values_list("order_id", "total"))


def _tell(before: Mapping[int, Decimal], changed: Sequence[Promise], after: Mapping[int, Open], actor: Actor) -> None:
    """Record which orders became short, or are so no longer."""
    now = dict(before)
    for promise in changed:
        now[promise.order_id] += after[promise.pk].backordered - promise.backordered
    filled = [pk for pk in now if before[pk] and not now[pk]]
    short = [pk for pk in now if now[pk] > before[pk]]
    if not filled and not short:
        return
    orders = Order.objects.in_bulk([*filled, *short])
    coming = still_coming(filled) if filled else {}
    eventlog.record_many(
        [orders[pk] for pk in filled],
        [BackorderFilled(units=before[pk], how="allocated", open_units=coming.get(pk, ZERO)) for pk in filled],
        actor=actor,
    )
    leaves: dict[int, date] = {}
    for promise in changed:
        if after[promise.pk].backordered:
            leaves[promise.order_id] = min(promise.ship_date, leaves.get(promise.order_id, promise.ship_date))
    eventlog.record_many(
        [orders[pk] for pk in short],
        [OrderBackordered(units=now[pk], ship_date=leaves.get(pk)) for pk in short],
        actor=actor,
    )

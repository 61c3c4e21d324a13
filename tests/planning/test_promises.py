"""Promises get stock, ship, or are given up; levels, ledger and duties follow."""

import random

import pytest

from omc.lib.actor import system
from orders.core import ledger, lifecycle
from orders.core.models import Duty, Event, Order, OrderLine
from planning.models import Promise, StockMovement
from planning.selectors.reconcile import stock_differences
from planning.services import StockRefused, allocate_promises, issue_stock, release_promises
from tests.planning.factories import D, Yard

pytestmark = pytest.mark.django_db


def promise_of(order: Order) -> Promise:
    return Promise.objects.filter(order=order, is_open=True).latest("id")


def types(order: Order) -> list[str]:
    return list(Event.objects.filter(order=order).order_by("id").values_list("type", flat=True))


def ship(order: Order, line: OrderLine, quantity: object, actor) -> list:
    """As fulfillment does it: pick, pack and ship in one posting."""
    moves = issue_stock(order, [(promise_of(order).pk, D(quantity))], "SH-1", actor)
    done = [(line.pk, column, D(quantity)) for column in ("picked", "packed", "shipped")]
    ledger.post(order.pk, [*moves, *done])
    return moves


def test_a_backorder_gets_what_comes_in_and_its_duty_ends() -> None:
    yard = Yard(BOLT=4)
    order = yard.order([("BOLT", 10)])
    yard.promise(order)
    short = promise_of(order)
    yard.receive("BOLT", 5)

    assert allocate_promises({short.pk: D(6)}, [order.pk], yard.planner) == {short.pk: 5}
    assert types(order) == ["order_backordered"]
    yard.receive("BOLT", 5)
    assert allocate_promises({short.pk: D(1)}, [order.pk], yard.planner) == {short.pk: 1}

    assert types(order) == ["order_backordered", "backorder_filled"]
    assert Event.objects.latest("id").data == {"units": "1", "how": "allocated", "open_units": "0"}
    assert not Duty.objects.filter(order=order, closed_at=None).exists()
    assert (order.lines.get().allocated, yard.level("BOLT").allocated) == (10, 10)


def test_stock_goes_to_promises_in_the_order_asked() -> None:
    yard = Yard(BOLT=0)
    orders = [yard.order([("BOLT", 6)]) for _ in range(3)]
    for order in orders:
        yard.promise(order)
    promises = [promise_of(order).pk for order in orders]
    yard.receive("BOLT", 10)

    given = allocate_promises({pk: D(6) for pk in reversed(promises)}, [o.pk for o in orders], yard.planner)

    assert [given[pk] for pk in promises] == [0, 4, 6]
    assert yard.level("BOLT").allocated == 10


def test_asking_in_vain_backorders_what_waited() -> None:
    yard = Yard(BOLT=0)
    order = yard.order([("BOLT", 6)], requested=None)
    order.requested_date = "2099-01-05"
    order.save()
    yard.promise(order)
    waiting = promise_of(order)
    assert (waiting.backordered, types(order)) == (0, [])

    assert allocate_promises({waiting.pk: D(6)}, [order.pk], yard.planner) == {waiting.pk: 0}

    waiting.refresh_from_db()
    assert waiting.backordered == 6
    assert types(order) == ["order_backordered"]


def test_promises_of_orders_that_were_not_named_get_nothing() -> None:
    yard = Yard(BOLT=0)
    order, other = yard.order([("BOLT", 6)]), yard.order([("BOLT", 6)])
    yard.promise(order)
    yard.receive("BOLT", 10)

    assert allocate_promises({promise_of(order).pk: D(6)}, [other.pk], yard.planner) == {promise_of(order).pk: 0}
    assert yard.level("BOLT").allocated == 0


def test_shipping_takes_from_on_hand_allocated_and_the_promise() -> None:
    yard = Yard(BOLT=10)
    order = yard.order([("BOLT", 6)])
    yard.promise(order)
    line = order.lines.get()

    ship(order, line, 4, yard.planner)

    level, promise = yard.level("BOLT"), promise_of(order)
    assert (level.on_hand, level.allocated) == (6, 2)
    assert (promise.quantity, promise.allocated, promise.is_open) == (2, 2, True)
    assert OrderLine.objects.get(pk=line.pk).allocated == 2
    moved = StockMovement.objects.get(kind="ship")
    assert (moved.quantity, moved.unit_cost, moved.order_line_id, moved.reference) == (-4, 6, line.pk, "SH-1")
    ship(order, line, 2, yard.planner)
    assert not Promise.objects.filter(is_open=True).exists()
    assert stock_differences(yard.company.pk) == []


def test_no_more_ships_than_is_allocated() -> None:
    yard = Yard(BOLT=4)
    order = yard.order([("BOLT", 6)])
    yard.promise(order)
    first = Promise.objects.filter(order=order).earliest("id")

    with pytest.raises(StockRefused, match="5 should leave, but only 4"):
        issue_stock(order, [(first.pk, D(3)), (first.pk, D(2))], "SH-1", yard.planner)

    assert (yard.level("BOLT").on_hand, StockMovement.objects.filter(kind="ship").count()) == (4, 0)


def test_drop_shipments_leave_without_our_stock() -> None:
    yard = Yard(BOLT=4)
    order = yard.order([("BOLT", 6)])
    order.lines.update(supply="drop_ship")
    yard.promise(order)
    promise = promise_of(order)

    assert allocate_promises({promise.pk: D(6)}, [order.pk], yard.planner) == {promise.pk: 6}
    ship(order, order.lines.get(), 6, yard.planner)

    assert (yard.level("BOLT").on_hand, yard.level("BOLT").allocated) == (4, 0)
    assert not StockMovement.objects.filter(kind="ship").exists()
    assert stock_differences(yard.company.pk) == []


def test_cancelling_everything_frees_everything() -> None:
    yard = Yard(BOLT=4)
    order = yard.order([("BOLT", 6)])
    yard.promise(order)

    moves = release_promises(order, None, yard.planner)
    ledger.post(order.pk, [*moves, (order.lines.get().pk, "cancelled", D(6))])

    assert yard.level("BOLT").allocated == 0
    assert not Promise.objects.filter(is_open=True).exists()
    assert types(order) == ["order_backordered"]  # the event of the cancelling closes the duty
    assert stock_differences(yard.company.pk) == []


def test_cancelling_the_backordered_part_leaves_the_rest_and_ends_the_duty() -> None:
    yard = Yard(BOLT=4)
    order = yard.order([("BOLT", 6)])
    yard.promise(order)

    assert release_promises(order, {order.lines.get().pk: D(2)}, yard.planner) == []

    promise = promise_of(order)
    assert (promise.quantity, promise.allocated, yard.level("BOLT").allocated) == (4, 4, 4)
    assert types(order) == ["order_backordered", "backorder_filled"]


@pytest.mark.slow
def test_three_hundred_random_steps_keep_levels_ledgers_and_promises_equal() -> None:
    dice = random.Random(7)
    yard = Yard(A=20, B=5, C=0)
    orders: list[Order] = []
    actor = system("test", yard.company.pk)
    for _step in range(300):
        step = dice.randrange(6)
        if step == 0 or len(orders) < 3:
            lines = [(dice.choice("ABC"), dice.randint(1, 6)) for _ in range(dice.randint(1, 3))]
            order = yard.order(lines)
            yard.promise(order)
            orders.append(order)
            continue
        order = lifecycle.lock(dice.choice(orders).pk, actor)
        promises = list(Promise.objects.filter(order=order, is_open=True))
        if step == 1:
            yard.receive(dice.choice("ABC"), dice.randint(1, 5))
        elif step == 2 and promises:
            asked = {p.pk: D(dice.randint(1, 6)) for p in promises}
            given = allocate_promises(asked, [order.pk], actor)
            assert all(given[pk] <= quantity for pk, quantity in asked.items())
        elif step == 3 and any(p.allocated for p in promises):
            leaving = [p for p in promises if p.allocated]
            moves = issue_stock(order, [(p.pk, p.allocated) for p in leaving], "SH", actor)
            shipped = [(p.line_id, c, p.allocated) for p in leaving for c in ("picked", "packed", "shipped")]
            ledger.post(order.pk, [*moves, *shipped])
        elif step == 4 and promises:
            line = dice.choice(promises)
            most = sum(p.quantity for p in promises if p.line_id == line.line_id)
            gone = min(D(dice.randint(1, 4)), most)
            moves = release_promises(order, {line.line_id: gone}, actor)
            ledger.post(order.pk, [*moves, (line.line_id, "cancelled", gone)])
    assert stock_differences(yard.company.pk) == []
    for promised in OrderLine.objects.filter(order__in=orders):
        left = sum(Promise.objects.filter(line=promised).values_list("quantity", flat=True), D(0))
        assert left == promised.open_quantity

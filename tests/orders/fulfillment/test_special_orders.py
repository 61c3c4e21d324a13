"""What is bought for one customer's line: ordered from the supplier, kept for that line, told to the buyer when dropped."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from django.db import connection

from omc.lib.errors import DomainError
from orders.core.inputs import LineInput
from orders.core.models import Duty, Event, Message
from orders.core.services.holds import place_hold, resolve_hold
from orders.entry.services import cancel_order
from orders.prioritization.services import run_allocation
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import ShortStock, release_shipment
from planning.models import Promise, StockLevel, SupplyLine, SupplyOrder
from planning.selectors.reconcile import stock_differences
from planning.services import (
    SupplyRefused,
    adjust_stock,
    cancel_supply,
    follow_supply,
    move_supply,
    receive_supply,
    settle_unwanted,
)
from tests.orders.entry.changes.factories import changed, wish
from tests.orders.fulfillment.suppliers import Trade, special

D = Decimal
pytestmark = pytest.mark.django_db


def level(trade: Trade, item) -> tuple[Decimal, Decimal, Decimal]:
    row = StockLevel.objects.get(product=item, warehouse=trade.warehouse)
    return row.on_hand, row.allocated, row.reserved


@pytest.mark.slow
def test_confirming_orders_it_from_the_cheapest_supplier_for_that_line() -> None:
    trade = Trade()
    item = trade.bought_item(stock=50)

    order = trade.ordered(special(item, 4))

    [line] = trade.supply().lines.all()
    assert (line.order_line, line.quantity, line.unit_cost) == (order.lines.get(), 4, D("6.0000"))
    assert line.expected_date == trade.today + timedelta(days=5)
    promise = Promise.objects.get()
    assert (promise.source, promise.allocated, promise.supply_line) == ("special", 0, line)
    assert Duty.objects.get(order=order, stage=1).closed_at is None


def test_a_whole_lot_is_ordered_and_the_rest_is_stock() -> None:
    trade = Trade()
    trade.ordered(special(trade.bought_item(multiple=10), 4))
    rows = trade.supply().lines.order_by("id")
    assert [(row.quantity, row.order_line_id is None) for row in rows] == [(4, False), (6, True)]


@pytest.mark.slow
def test_it_waits_for_its_own_receipt_whatever_lies_there() -> None:
    trade = Trade()
    item = trade.bought_item(stock=50)
    order = trade.ordered(special(item, 4))
    planned = PlannedShipment.objects.get(order=order)

    with pytest.raises(ShortStock, match="short by 4"):
        release_shipment(planned_id=planned.pk, actor=trade.ops)
    assert level(trade, item) == (50, 0, 0)

    trade.came(4)
    assert level(trade, item) == (54, 4, 0)
    assert release_shipment(planned_id=planned.pk, actor=trade.ops).state == "released"
    assert Duty.objects.get(order=order, stage=1).closed_at


def test_what_came_is_kept_from_others_until_its_line_has_it() -> None:
    trade = Trade()
    item = trade.bought_item()
    trade.ordered(special(item, 4))
    supply = trade.supply()
    receive_supply(supply_id=supply.pk, received={supply.lines.get().pk: D(4)}, actor=trade.buyer)

    other = trade.confirmed((item, 3))
    run_allocation(actor=trade.ops)

    assert level(trade, item) == (4, 0, 4)
    assert Promise.objects.get(order=other).allocated == 0
    with pytest.raises(DomainError):
        adjust_stock(
            product_id=item.pk, warehouse_id=trade.warehouse.pk, delta=D(-1), reason="counted", actor=trade.ops
        )
    assert stock_differences(trade.company.pk) == []


@pytest.mark.slow
def test_a_later_day_of_the_supplier_moves_the_promise_and_an_earlier_one_does_not() -> None:
    trade = Trade()
    order = trade.ordered(special(trade.bought_item(), 4))
    before = order.current_promise

    move_supply(
        supply_id=trade.supply().pk,
        expected_date=trade.today + timedelta(days=40),
        reason="the mill is late",
        actor=trade.buyer,
    )
    trade.drain()

    order.refresh_from_db()
    assert before is not None
    assert order.current_promise >= trade.today + timedelta(days=40)
    assert order.original_promise == before
    later = order.current_promise
    move_supply(supply_id=trade.supply().pk, expected_date=trade.today, reason="he was quicker", actor=trade.buyer)
    trade.drain()
    order.refresh_from_db()
    assert order.current_promise == later


@pytest.mark.slow
def test_a_line_that_is_late_but_not_the_last_is_planned_anew_and_told_too() -> None:
    trade = Trade()
    quick, slow = trade.bought_item(), trade.bought_item()
    far = trade.today + timedelta(days=60)
    late = LineInput(product_id=slow.pk, quantity=D(1), supply="special", requested_date=far)
    order = trade.ordered(special(quick, 4), late)
    last, told = order.current_promise, Message.objects.filter(order=order).count()
    supply = SupplyOrder.objects.get(lines__product=quick, state="ordered")

    move_supply(
        supply_id=supply.pk,
        expected_date=trade.today + timedelta(days=20),
        reason="the mill is late",
        actor=trade.buyer,
    )
    trade.drain()

    order.refresh_from_db()
    promise = Promise.objects.get(product=quick)
    assert order.current_promise == last
    assert promise.ship_date >= trade.today + timedelta(days=20)
    assert PlannedShipment.objects.get(lines__promise=promise, state="planned").due_date == promise.ship_date
    assert Message.objects.filter(order=order).count() == told + 1


@pytest.mark.slow
def test_cancelling_the_order_tells_the_buyer_who_keeps_it_or_not() -> None:
    trade = Trade()
    item = trade.bought_item()
    order = trade.ordered(special(item, 4))

    cancel_order(order_id=order.pk, reason="changed his mind", actor=trade.ops)
    trade.drain()

    [line] = SupplyLine.objects.all()
    assert (line.unwanted, Event.objects.get(type="supply_unwanted").data["units"]) == (4, "4")
    settle_unwanted(supply_id=line.supply_id, keep=True, actor=trade.buyer)
    line.refresh_from_db()
    assert (line.unwanted, line.order_line) == (0, None)
    with pytest.raises(SupplyRefused):
        settle_unwanted(supply_id=line.supply_id, keep=True, actor=trade.buyer)


@pytest.mark.slow
def test_a_change_orders_what_is_more_and_tells_of_what_is_less() -> None:
    trade = Trade()
    order = trade.ordered(special(trade.bought_item(), 4))
    desk = SimpleNamespace(csr=trade.desk)

    order = changed(desk, order, wish(order, 1, quantity="6"))
    trade.drain()
    assert list(SupplyLine.objects.order_by("id").values_list("quantity", "unwanted")) == [(4, 0), (2, 0)]

    changed(desk, order, wish(order, 1, quantity="3", requested_date=(trade.today + timedelta(days=30)).isoformat()))
    trade.drain()
    assert list(SupplyLine.objects.order_by("id").values_list("quantity", "unwanted")) == [(4, 1), (2, 2)]
    assert Promise.objects.get(is_open=True).quantity == 3


@pytest.mark.slow
def test_what_came_and_is_no_longer_wanted_is_free_for_others() -> None:
    trade = Trade()
    item = trade.bought_item()
    order = trade.ordered(special(item, 4))
    trade.came(4)

    cancel_order(order_id=order.pk, reason="changed his mind", actor=trade.ops)
    trade.drain()

    assert level(trade, item) == (4, 0, 0)
    assert stock_differences(trade.company.pk) == []


@pytest.mark.slow
def test_nothing_is_ordered_while_a_hold_stops_the_order() -> None:
    trade = Trade()
    order = trade.confirmed(special(trade.bought_item(), 4))
    hold = place_hold(order_id=order.pk, code="manual", reason="wait", actor=trade.ops)
    trade.drain()
    assert not SupplyOrder.objects.exists()

    resolve_hold(hold_id=hold.pk, resolution="go on", actor=trade.ops)
    trade.drain()
    assert trade.supply().lines.get().quantity == 4


def test_what_a_buyer_cancelled_is_ordered_again_only_by_hand() -> None:
    trade = Trade()
    order = trade.ordered(special(trade.bought_item(), 4))
    cancel_supply(supply_id=trade.supply().pk, actor=trade.buyer)
    trade.drain()
    assert SupplyOrder.objects.count() == 1

    follow_supply(order_id=order.pk, actor=trade.buyer, again=True)

    again = SupplyOrder.objects.latest("id")
    assert (again.state, Promise.objects.get().supply_line) == ("ordered", again.lines.get())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_receipt_and_a_cancellation_at_once_leave_one_truth() -> None:
    trade = Trade()
    item = trade.bought_item()
    order = trade.ordered(special(item, 4))
    supply = trade.supply()
    line = supply.lines.get()
    start, outcomes = Barrier(2), []

    def run(act) -> None:
        start.wait()
        try:
            act()
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    acts = [
        lambda: receive_supply(supply_id=supply.pk, received={line.pk: D(4)}, actor=trade.buyer),
        lambda: cancel_order(order_id=order.pk, reason="changed his mind", actor=trade.ops),
    ]
    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trade.drain()

    assert outcomes == []
    line.refresh_from_db()
    assert (line.received, line.reserved, line.unwanted) == (4, 0, 0)
    assert level(trade, item) == (4, 0, 0)
    assert stock_differences(trade.company.pk) == []

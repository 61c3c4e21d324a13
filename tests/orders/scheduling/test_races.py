"""Two at once: nothing is released, moved or taken twice, and the sums stay right."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import pairwise
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core.models import Event, Order, OrderState
from orders.core.services.holds import place_hold
from orders.entry.services import cancel_order
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import (
    freeze_shipment,
    move_shipment,
    plan_order,
    plan_orders,
    recall_shipment,
    release_due,
    release_shipment,
)
from planning.models import CapacityDay, Promise, StockLevel
from tests.orders.scheduling.factories import Dock, carried

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FAR = (
    date(2026, 11, 23),
    date(2026, 11, 24),
    date(2026, 11, 25),
    date(2026, 11, 26),
    date(2026, 12, 7),
)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run all at the same moment; each answers "done" or its refusal's code."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            with clock.stopped_at(NOW):
                start.wait(10)
                act()
            return "done"
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def dock():
    with clock.stopped_at(NOW):
        yield Dock(BOLT=100)


def test_two_planners_release_one_shipment_once(dock):
    [planned] = dock.planned([("BOLT", 10)])
    outcome = at_once(*[lambda: release_shipment(planned_id=planned.pk, actor=dock.ops)] * 4)
    assert sorted(outcome) == ["done", "illegal_transition", "illegal_transition", "illegal_transition"]
    assert Event.objects.filter(type="shipment_released").count() == 1
    assert Event.objects.filter(type="order_released").count() == 1


def test_two_planners_who_saw_the_same_board_move_one_shipment_once(dock):
    [planned] = dock.planned([("BOLT", 10)], requested=TUESDAY)
    seen = planned.event_seq
    outcome = at_once(
        lambda: move_shipment(planned_id=planned.pk, slot_date=WEDNESDAY, actor=dock.ops, version=seen),
        lambda: move_shipment(planned_id=planned.pk, slot_date=THURSDAY, actor=dock.ops, version=seen),
    )
    assert sorted(outcome) == ["done", "stale_version"]
    planned.refresh_from_db()
    used = {row.day: row.used_minutes for row in CapacityDay.objects.filter(used_minutes__gt=0)}
    assert used == {planned.slot_date: planned.work_minutes}


def test_moves_in_both_directions_end_with_the_right_minutes(dock):
    [one] = dock.planned([("BOLT", 10)], requested=TUESDAY)
    [two] = dock.planned([("BOLT", 10)], requested=WEDNESDAY)
    outcome = at_once(
        lambda: move_shipment(planned_id=one.pk, slot_date=WEDNESDAY, actor=dock.ops),
        lambda: move_shipment(planned_id=two.pk, slot_date=TUESDAY, actor=dock.ops),
    )
    assert outcome == ["done", "done"]
    used = {row.day: row.used_minutes for row in CapacityDay.objects.filter(used_minutes__gt=0)}
    assert used == {TUESDAY: two.work_minutes, WEDNESDAY: one.work_minutes}


def test_the_last_minutes_of_a_day_go_to_one_of_two(dock):
    plans = [dock.planned([("BOLT", 10)], requested=TUESDAY)[0] for _ in range(2)]
    dock.capacity(WEDNESDAY, plans[0].work_minutes)
    outcome = at_once(
        *[lambda pk=plan.pk: move_shipment(planned_id=pk, slot_date=WEDNESDAY, actor=dock.ops) for plan in plans]
    )
    assert sorted(outcome) == ["done", "no_capacity"]
    assert (dock.used(TUESDAY), dock.used(WEDNESDAY)) == (plans[0].work_minutes, plans[0].work_minutes)


@pytest.mark.parametrize("round_", range(4))
def test_release_against_a_hold_never_ends_with_a_release_after_the_hold(dock, round_):
    [planned] = dock.planned([("BOLT", 10)])
    outcome = at_once(
        lambda: release_shipment(planned_id=planned.pk, actor=dock.ops),
        lambda: place_hold(order_id=planned.order_id, code="manual", reason="Stop", actor=dock.ops),
    )
    assert outcome[1] == "done"
    events = list(
        Event.objects.filter(type__in=["shipment_released", "hold_placed"])
        .order_by("id")
        .values_list("type", flat=True)
    )
    planned.refresh_from_db()
    if outcome[0] == "done":
        assert (events, planned.state) == (["shipment_released", "hold_placed"], "released")
    else:
        assert (outcome[0], events, planned.state) == ("hold_blocks", ["hold_placed"], "planned")


@pytest.mark.parametrize("round_", range(4))
def test_release_against_cancel_leaves_no_released_shipment_of_a_cancelled_order(dock, round_):
    [planned] = dock.planned([("BOLT", 10)], requested=FAR)
    outcome = at_once(
        lambda: release_shipment(planned_id=planned.pk, actor=dock.ops),
        lambda: cancel_order(order_id=planned.order_id, reason="Changed their mind", actor=dock.ops),
    )
    with clock.stopped_at(NOW):
        plan_order(order_id=planned.order_id, actor=dock.ops)  # as the consumer of order_cancelled does
    planned.refresh_from_db()
    order = Order.objects.get()
    if outcome[1] == "done":
        assert (order.state, planned.state) == ("cancelled", "cancelled")
        assert StockLevel.objects.get().allocated == 0
    else:
        assert (order.state, planned.state) == ("released", "released")
    assert outcome[0] in ("done", "not_releasable")


def test_recall_and_freeze_and_release_at_once_leave_one_sound_state(dock):
    [planned] = dock.planned([("BOLT", 10)])
    at_once(
        lambda: release_shipment(planned_id=planned.pk, actor=dock.ops),
        lambda: freeze_shipment(planned_id=planned.pk, actor=dock.ops),
        lambda: recall_shipment(planned_id=planned.pk, actor=dock.ops),
    )
    planned.refresh_from_db()
    order = Order.objects.get()
    assert (planned.state == "released") is (order.state == OrderState.RELEASED)
    chain = list(
        Event.objects.filter(subject_type="plannedshipment").order_by("seq").values_list("from_state", "to_state")
    )
    assert all(before[1] == after[0] for before, after in pairwise(chain))


def test_an_order_is_planned_once_however_many_ask(dock):
    order = dock.promised([("BOLT", 10)])
    outcome = at_once(*[lambda: plan_order(order_id=order.pk, actor=dock.ops)] * 5)
    assert outcome == ["done"] * 5
    assert carried(PlannedShipment.objects.get()) == {"BOLT": 10}


def test_two_sets_with_the_same_orders_plan_each_order_once(dock):
    orders = [dock.promised([("BOLT", 2)]).pk for _ in range(8)]
    outcome = at_once(
        lambda: plan_orders(order_ids=orders, actor=dock.ops),
        lambda: plan_orders(order_ids=orders[::-1], actor=dock.ops),
        lambda: plan_order(order_id=orders[3], actor=dock.ops),
    )
    assert outcome == ["done"] * 3
    plans = list(PlannedShipment.objects.all())
    assert sorted(plan.order_id for plan in plans) == sorted(orders)
    used = CapacityDay.objects.filter(used_minutes__gt=0).values_list("used_minutes", flat=True)
    assert sum(used) == sum(plan.work_minutes for plan in plans)


@pytest.mark.parametrize("round_", range(3))
def test_two_sets_that_fill_one_day_never_fill_it_over(dock, round_):
    dock.capacity(MONDAY, 40)
    ours, theirs = ([dock.promised([("BOLT", 2)]).pk for _ in range(6)] for _ in range(2))  # six minutes each
    outcome = at_once(
        lambda: plan_orders(order_ids=ours, actor=dock.ops), lambda: plan_orders(order_ids=theirs, actor=dock.ops)
    )
    assert outcome == ["done", "done"]
    by_day = Counter(PlannedShipment.objects.values_list("slot_date", flat=True))
    assert by_day == {MONDAY: 6, TUESDAY: 6}
    assert (dock.used(MONDAY), dock.used(TUESDAY)) == (36, 36)


def test_two_bulk_releases_of_the_same_shipments_give_each_stock_once(dock):
    plans = [dock.planned([("BOLT", 15)], requested=FAR)[0].pk for _ in range(8)]  # 120 of 100
    found: list[Any] = []

    def release(ids):
        found.extend(release_due(actor=dock.ops, planned_ids=ids))

    assert at_once(lambda: release(plans), lambda: release(plans[::-1])) == ["done", "done"]
    assert Event.objects.filter(type="shipment_released").count() == 7
    level = StockLevel.objects.get()
    assert level.allocated == 100 == sum(Promise.objects.values_list("allocated", flat=True))

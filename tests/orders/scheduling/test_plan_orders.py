"""Planning many orders at once is planning them one after the other, in that order."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omc.lib import clock
from omc.lib.errors import DomainError, PermissionRefused
from omc.lib.registry import registry
from orders.core import outbox
from orders.core.models import Event, OrderFacts, OrderState
from orders.prioritization.services import rank_order
from orders.scheduling.models import PlannedLine, PlannedShipment
from orders.scheduling.services import freeze_shipment, move_shipment, plan_order, plan_orders
from planning.models import CapacityDay, Promise
from tests.factories import OrderFactory, ProductFactory, make_actor
from tests.orders.scheduling.factories import D, Dock

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.stopped_at(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))):
        yield


class _Undo(Exception):
    pass


# Each order: (units per line, ship days from today, ship rule, warehouse per line, planned before, what happened since)
ORDERS = st.lists(
    st.tuples(
        st.lists(st.sampled_from([1, 30, 150, 400]), min_size=1, max_size=3),
        st.integers(0, 3),
        st.sampled_from(["back_order", "ship_complete_order", "ship_complete_line"]),
        st.lists(st.sampled_from(["MAIN", "WEST"]), min_size=3, max_size=3),
        st.sampled_from(["", "planned", "pinned", "frozen"]),
        st.sampled_from(["", "later", "fewer", "cancelled", "pending"]),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(orders=ORDERS, minutes=st.sampled_from([0, 8, 20, 40]), searched=st.sampled_from([2, 90]))
def test_a_set_is_planned_as_if_one_by_one(full_dock, orders, minutes, searched, monkeypatch):
    monkeypatch.setattr("orders.scheduling.services.slots.SEARCHED_DAYS", searched)
    _undone(lambda: _compare(full_dock, orders, minutes))


def _compare(dock: Dock, orders: Any, minutes: int) -> None:
    ids = _told(dock, orders, minutes)
    once = _undone(lambda: _one_by_one(dock, ids))
    many = _undone(lambda: [(one.order_id, _refused(one.refusal)) for one in _all(dock, ids)])
    assert many == once


def _told(dock: Dock, orders: Any, minutes: int) -> list[int]:
    west = dock.second_warehouse()
    dock.receive("BOLT", 100_000, west)
    houses = {"MAIN": dock.warehouse, "WEST": west}
    ids = []
    for units, days, rule, places, before, since in orders:
        order = dock.promised(
            [("BOLT", one) for one in units],
            requested=MONDAY + timedelta(days=days),
            warehouses=[houses[place] for place in places],
            ship_rule=rule,
        )
        ids.append(order.pk)
        for planned in plan_order(order_id=order.pk, actor=dock.ops) if before else []:
            if before == "frozen":
                freeze_shipment(planned_id=planned.pk, actor=dock.ops)
            if before == "pinned":
                day = date(2026, 11, 24) if planned.slot_date != date(2026, 11, 24) else date(2026, 11, 25)
                move_shipment(planned_id=planned.pk, slot_date=day, actor=dock.ops)
        promises = Promise.objects.filter(order=order, is_open=True)
        if since == "later":
            promises.update(ship_date=date(2026, 11, 26))
        if since == "fewer":
            promises.filter(quantity__gt=10).update(quantity=10, allocated=0, backordered=0)
        if since == "cancelled":
            promises.update(quantity=0, allocated=0, backordered=0, is_open=False)
        if since in ("cancelled", "pending"):
            type(order).objects.filter(pk=order.pk).update(state=since)
    for house in houses.values():
        for offset in range(3):
            day = MONDAY + timedelta(days=offset)
            used = CapacityDay.objects.filter(warehouse=house, day=day).values_list("used_minutes", flat=True).first()
            dock.capacity(day, max(minutes, used or 0), house)
    return ids


def _one_by_one(dock: Dock, ids: list[int]) -> list[tuple[int, str]]:
    answers = []
    for pk in ids:
        try:
            with transaction.atomic():
                plan_order(order_id=pk, actor=dock.ops)
            answers.append((pk, ""))
        except DomainError as refusal:
            answers.append((pk, _refused(refusal)))
    return answers


def _all(dock: Dock, ids: list[int]) -> Any:
    return plan_orders(order_ids=ids, actor=dock.ops)


def _refused(refusal: DomainError | None) -> str:
    return f"{refusal.code}: {refusal.message}" if refusal else ""


def _undone(act: Any) -> Any:
    """What it answers and what it wrote, undone again."""
    found: Any = None
    before = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    try:
        with transaction.atomic():
            answer = act()
            found = (answer, _board(), _facts(), _events(before))
            raise _Undo
    except _Undo:
        return found


def _board() -> Any:
    lines = list(
        PlannedLine.objects.order_by("planned__id", "promise_id").values_list(
            "planned__order_id",
            "planned__warehouse__code",
            "planned__state",
            "planned__due_date",
            "planned__slot_date",
            "planned__work_minutes",
            "planned__late_reason",
            "promise_id",
            "quantity",
        )
    )
    days = list(
        CapacityDay.objects.filter(used_minutes__gt=0)
        .order_by("warehouse_id", "day")
        .values_list("warehouse__code", "day", "used_minutes")
    )
    return lines, days


def _facts() -> Any:
    return list(OrderFacts.objects.order_by("order_id").values_list("order_id", "slot_date", "is_frozen", "eta_date"))


def _events(after: int) -> Any:
    """What was recorded of each order, without the numbers, which a sequence gives anew."""
    rows = Event.objects.filter(id__gt=after).order_by("order_id", "type", "subject_id", "seq")
    return [
        (event.order_id, event.type, event.seq, {k: v for k, v in event.data.items() if k != "planned"})
        for event in rows
    ]


def test_each_answers_with_its_shipments_or_its_refusal(dock_of_two):
    dock, first, second = dock_of_two
    pending = OrderFactory(company=dock.company, state=OrderState.PENDING, items=[(ProductFactory(), 1, "5.00")])
    strange = Dock(BOLT=1).promised([("BOLT", 1)])
    found = plan_orders(order_ids=[second.pk, pending.pk, strange.pk, first.pk], actor=dock.ops)
    assert [one.order_id for one in found] == [second.pk, pending.pk, strange.pk, first.pk]
    assert [one.refusal and one.refusal.code for one in found] == [None, "not_plannable", "order_not_found", None]
    assert [[plan.order_id for plan in one.made] for one in found] == [[second.pk], [], [], [first.pk]]
    assert PlannedShipment.objects.count() == 2


def test_orders_chosen_on_a_list_are_planned_and_each_says_why_not(dock_of_two):
    dock, first, _second = dock_of_two
    pending = OrderFactory(company=dock.company, state=OrderState.PENDING, items=[(ProductFactory(), 1, "5.00")])
    answers = dict(registry.bulk_actions["plan-orders"].run([pending.pk, first.pk], dock.ops))
    assert answers[first.pk] is None
    assert "only confirmed orders are planned" in answers[pending.pk]
    assert [plan.order_id for plan in PlannedShipment.objects.all()] == [first.pk]


def test_who_may_not_plan_is_refused(dock_of_two):
    dock, first, _second = dock_of_two
    with pytest.raises(PermissionRefused):
        plan_orders(order_ids=[first.pk], actor=make_actor(dock.company, "csr"))
    assert not PlannedShipment.objects.exists()


@pytest.mark.slow
def test_twenty_orders_take_as_many_statements_as_two(dock_of_two):
    dock, first, second = dock_of_two
    plan_orders(order_ids=[first.pk, second.pk], actor=dock.ops)  # today has its capacity row now
    few = [dock.promised([("BOLT", 1)]).pk for _ in range(2)]
    many = [dock.promised([("BOLT", 1)]).pk for _ in range(20)]
    counts = []
    for ids in (few, many):
        with CaptureQueriesContext(connection) as captured:
            plan_orders(order_ids=ids, actor=dock.ops)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def test_orders_that_were_ranked_are_planned_together(dock_of_two):
    dock, first, second = dock_of_two
    for order in (first, second):
        rank_order(order_id=order.pk, actor=dock.ops)
    assert outbox.drain("scheduling.plan") == 2
    assert {plan.order_id: plan.lines.get().quantity for plan in PlannedShipment.objects.all()} == {
        first.pk: D(4),
        second.pk: D(5),
    }


@pytest.fixture
def full_dock():
    return Dock(BOLT=100_000)


@pytest.fixture
def dock_of_two():
    dock = Dock(BOLT=100)
    return dock, dock.promised([("BOLT", 4)]), dock.promised([("BOLT", 5)])

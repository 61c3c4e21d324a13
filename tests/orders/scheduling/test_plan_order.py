"""Promises become shipments with a day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from omc.lib import clock
from omc.lib.errors import NotFound, PermissionRefused
from orders.core import ledger, lifecycle, outbox
from orders.core.models import Department, Duty, Event, Order, OrderFacts
from orders.prioritization.services import rank_order
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import (
    NoCapacity,
    NotPlannable,
    freeze_shipment,
    move_shipment,
    plan_order,
    release_shipment,
)
from planning.models import Promise
from planning.services import release_promises
from tests.factories import AddressFactory, OrderFactory, ProductFactory, make_actor
from tests.orders.scheduling.factories import D, Dock, carried

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, WEDNESDAY, FRIDAY = (date(2026, 11, day) for day in (23, 24, 25, 27))


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.stopped_at(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))):
        yield


@pytest.fixture
def dock():
    return Dock(BOLT=100, NUT=100)


def test_an_order_from_stock_becomes_one_shipment_on_its_day(dock):
    order = dock.promised([("BOLT", 10), ("NUT", 4)], requested=WEDNESDAY)
    [planned] = plan_order(order_id=order.pk, actor=dock.ops)
    assert (planned.slot_date, planned.due_date, planned.late_reason) == (WEDNESDAY, WEDNESDAY, "")
    assert carried(planned) == {"BOLT": 10, "NUT": 4}
    # 3 + 2 x 2 lines + 0.05 x 14 units = 7.7, rounded up
    assert (planned.work_minutes, dock.used(WEDNESDAY)) == (8, 8)
    event = Event.objects.get(type="shipment_planned")
    assert (event.order_id, event.data["units"], event.data["slot_date"]) == (order.pk, "14", "2026-11-25")
    facts = OrderFacts.objects.get(order=order)
    assert (facts.slot_date, facts.is_frozen) == (WEDNESDAY, False)


def test_an_order_must_go_to_the_warehouse_by_the_cut_off_of_its_next_slot(dock):
    order = dock.promised(
        [("BOLT", 1), ("NUT", 2)], requested=WEDNESDAY, warehouses=[dock.warehouse, dock.second_warehouse()]
    )
    duty = Duty.objects.create(
        company=order.company, subject_type="order", subject_id=order.pk, order=order, stage=6,
        name="Release to warehouse", queue=Department.objects.filter(company=order.company).first(), opened_at=clock.now(),
    )  # fmt: skip
    first, second = plan_order(order_id=order.pk, actor=dock.ops)
    move_shipment(planned_id=second.pk, slot_date=FRIDAY, actor=dock.ops)
    duty.refresh_from_db()
    assert duty.due_at == datetime(2026, 11, 25, 15, tzinfo=ZoneInfo("UTC"))

    with clock.stopped_at(datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("UTC"))):
        release_shipment(planned_id=first.pk, actor=dock.ops)
    duty.refresh_from_db()
    assert duty.due_at == datetime(2026, 11, 27, 15, tzinfo=ZoneInfo("UTC"))


def test_planning_again_changes_nothing(dock):
    order = dock.promised([("BOLT", 10)])
    plan_order(order_id=order.pk, actor=dock.ops)
    events = Event.objects.count()
    assert plan_order(order_id=order.pk, actor=dock.ops) == []
    assert (PlannedShipment.objects.count(), Event.objects.count()) == (1, events)


def test_two_warehouses_and_two_addresses_are_three_shipments(dock):
    west = dock.second_warehouse()
    order = dock.promised([("BOLT", 1), ("NUT", 2), ("BOLT", 3)], warehouses=[dock.warehouse, west, dock.warehouse])
    last = order.lines.get(position=3)
    last.ship_to = AddressFactory(customer=order.customer)
    last.save()
    plans = plan_order(order_id=order.pk, actor=dock.ops)
    assert sorted(
        (plan.warehouse.code, plan.ship_to_id, carried(plan)) for plan in plans if plan.ship_to_id is None
    ) == [
        ("MAIN", None, {"BOLT": D(1)}),
        ("WEST", None, {"NUT": D(2)}),
    ]
    assert [carried(plan) for plan in plans if plan.ship_to_id == last.ship_to_id] == [{"BOLT": D(3)}]


@pytest.mark.parametrize(
    ("rule", "shipments"),
    [
        ("back_order", [{"BOLT": 100, "NUT": 5}, {"BOLT": 20}]),
        ("ship_complete_line", [{"NUT": 5}, {"BOLT": 120}]),
        ("ship_complete_order", [{"BOLT": 120, "NUT": 5}]),
    ],
)
def test_the_ship_rule_decides_what_leaves_together(dock, rule, shipments):
    order = dock.promised([("BOLT", 120), ("NUT", 5)], requested=date(2026, 12, 30), ship_rule=rule)
    # A hundred lie there; the missing twenty come later than asked for.
    late = Promise.objects.get(line__position=1, quantity=20)
    late.ship_date = date(2027, 1, 11)
    late.save()
    plans = plan_order(order_id=order.pk, actor=dock.ops)
    assert [carried(plan) for plan in sorted(plans, key=lambda plan: plan.due_date)] == shipments


def test_a_full_day_moves_the_shipment_to_the_next_working_day_and_says_capacity(dock):
    dock.capacity(FRIDAY, 5)
    order = dock.promised([("BOLT", 10)], requested=FRIDAY)
    [planned] = plan_order(order_id=order.pk, actor=dock.ops)
    assert (planned.slot_date, planned.late_reason) == (date(2026, 11, 30), "capacity")  # over the weekend
    assert dock.used(FRIDAY) == 0


def test_after_the_cut_off_nothing_leaves_today(dock):
    order = dock.promised([("BOLT", 10)])
    with clock.stopped_at(datetime(2026, 11, 23, 16, tzinfo=ZoneInfo("UTC"))):
        [planned] = plan_order(order_id=order.pk, actor=dock.ops)
    assert (planned.due_date, planned.slot_date, planned.late_reason) == (MONDAY, TUESDAY, "cut_off")


def test_a_shipment_of_more_than_a_day_takes_one_whole_day(dock):
    dock.receive("BOLT", 100_000)
    [planned] = dock.planned([("BOLT", 100_000)])  # 3 + 2 + 0.05 x 100,000 = 5,005 minutes
    assert (planned.work_minutes, dock.used(MONDAY)) == (960, 960)


def test_no_capacity_for_months_is_a_refusal_and_nothing_is_written(dock, monkeypatch):
    monkeypatch.setattr("orders.scheduling.services.slots.SEARCHED_DAYS", 1)
    dock.capacity(MONDAY, 0)
    order = dock.promised([("BOLT", 10)])
    with pytest.raises(NoCapacity):
        plan_order(order_id=order.pk, actor=dock.ops)
    assert not PlannedShipment.objects.exists()
    assert dock.used(MONDAY) == 0


def test_a_cancelled_rest_leaves_the_plan_and_its_minutes_the_day(dock):
    order = dock.promised([("BOLT", 40), ("NUT", 20)], requested=WEDNESDAY)
    [planned] = plan_order(order_id=order.pk, actor=dock.ops)
    before = dock.used(WEDNESDAY)
    bolts = order.lines.get(position=1)
    ledger.post(order.pk, [*release_promises(order, {bolts.pk: D(40)}, dock.ops), (bolts.pk, "cancelled", D(40))])
    plan_order(order_id=order.pk, actor=dock.ops)
    planned.refresh_from_db()
    assert (carried(planned), planned.state) == ({"NUT": 20}, "planned")
    assert (before, planned.work_minutes, dock.used(WEDNESDAY)) == (10, 6, 6)
    assert Event.objects.get(type="plan_cut").data["units"] == "40"


def test_a_cancelled_order_takes_its_plans_off_the_board(dock):
    [planned] = dock.planned([("BOLT", 40)], requested=WEDNESDAY)
    Promise.objects.update(quantity=0, allocated=0, backordered=0, is_open=False)
    Order.objects.update(state="cancelled")
    plan_order(order_id=planned.order_id, actor=dock.ops)
    planned.refresh_from_db()
    assert (planned.state, dock.used(WEDNESDAY)) == ("cancelled", 0)
    assert carried(planned) == {"BOLT": 40}  # kept as the record of what it was to carry


def test_a_promise_with_another_date_moves_its_shipment_unless_somebody_fixed_it(dock):
    [free] = dock.planned([("BOLT", 4)], requested=WEDNESDAY)
    [pinned] = dock.planned([("BOLT", 5)], requested=WEDNESDAY)
    [frozen] = dock.planned([("BOLT", 6)], requested=WEDNESDAY)
    move_shipment(planned_id=pinned.pk, slot_date=TUESDAY, actor=dock.ops)
    freeze_shipment(planned_id=frozen.pk, actor=dock.ops)
    Promise.objects.update(ship_date=FRIDAY)
    for planned in (free, pinned, frozen):
        plan_order(order_id=planned.order_id, actor=dock.ops)
        planned.refresh_from_db()
    assert [planned.state for planned in (free, pinned, frozen)] == ["cancelled", "planned", "frozen"]
    again = PlannedShipment.objects.get(order=free.order, state="planned")
    assert (again.slot_date, carried(again)) == (FRIDAY, {"BOLT": 4})
    assert (dock.used(TUESDAY), dock.used(WEDNESDAY), dock.used(FRIDAY)) == (6, 6, 6)


def test_ranking_an_order_plans_it(dock):
    order = dock.promised([("BOLT", 4)])
    rank_order(order_id=order.pk, actor=dock.ops)
    outbox.drain("scheduling.plan")
    assert PlannedShipment.objects.get().order_id == order.pk


@pytest.mark.parametrize("state", ["draft", "pending"])
def test_an_order_that_was_never_confirmed_is_not_planned(dock, state):
    order = OrderFactory(company=dock.company, state=state, items=[(ProductFactory(company=dock.company), 1, "5.00")])
    with pytest.raises(NotPlannable):
        plan_order(order_id=order.pk, actor=dock.ops)


def test_who_may_not_plan_is_refused_and_strangers_see_nothing(dock):
    order = dock.promised([("BOLT", 4)])
    with pytest.raises(PermissionRefused):
        plan_order(order_id=order.pk, actor=make_actor(dock.company, "csr"))
    with pytest.raises(NotFound):
        plan_order(order_id=order.pk, actor=Dock().ops)
    assert not PlannedShipment.objects.exists()


def test_planning_takes_as_many_statements_for_one_line_as_for_thirty(dock, django_assert_max_num_queries):
    first = dock.promised([("BOLT", 1)])
    plan_order(order_id=first.pk, actor=dock.ops)  # today has its capacity row now
    small, large = dock.promised([("BOLT", 1)]), dock.promised([("BOLT", 1)] * 30)
    with django_assert_max_num_queries(18):
        plan_order(order_id=small.pk, actor=dock.ops)
    with django_assert_max_num_queries(18):
        plan_order(order_id=large.pk, actor=dock.ops)
    assert lifecycle.lock(large.pk, dock.ops).planned_shipments.count() == 1

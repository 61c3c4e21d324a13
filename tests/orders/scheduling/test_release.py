"""Telling the warehouse to send, and taking it back."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from omc.lib import clock
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core import ledger
from orders.core.models import Duty, Event, Order
from orders.core.selectors.holds import HoldBlocks
from orders.core.services.holds import place_hold, resolve_hold
from orders.prioritization.services import rank_backlog
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import (
    MoveRefused,
    NoCapacity,
    NotReleasable,
    ShortStock,
    cancel_plan,
    freeze_shipment,
    give_back,
    move_shipment,
    plan_order,
    recall_shipment,
    release_due,
    release_shipment,
    take_over,
    unfreeze_shipment,
)
from planning.models import Promise
from tests.factories import make_actor
from tests.orders.scheduling.factories import D, Dock, carried

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, WEDNESDAY, SATURDAY = (date(2026, 11, day) for day in (23, 24, 25, 28))
FAR = date(2026, 12, 7)  # outside the allocation horizon: nothing is allocated at confirm


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.stopped_at(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))):
        yield


@pytest.fixture
def dock():
    return Dock(BOLT=100, NUT=100)


def written():
    """What a refusal must leave alone."""
    return (
        Event.objects.count(),
        list(PlannedShipment.objects.order_by("pk").values_list("pk", "state", "slot_date", "event_seq")),
        list(Promise.objects.order_by("pk").values_list("pk", "allocated", "backordered")),
        list(Order.objects.order_by("pk").values_list("pk", "state", "event_seq")),
    )


def stage_duties(order, stage=6):
    return list(Duty.objects.filter(order=order, stage=stage, closed_at=None).values_list("name", flat=True))


def test_releasing_gives_stock_and_moves_the_order(dock):
    [planned] = dock.planned([("BOLT", 10)], requested=FAR)
    assert Promise.objects.get().allocated == 0
    released = release_shipment(planned_id=planned.pk, actor=dock.ops)
    assert (released.state, released.released_at) == ("released", clock.now())
    order = Order.objects.get()
    assert (order.state, Promise.objects.get().allocated, order.lines.get().allocated) == ("released", 10, 10)
    event = Event.objects.get(type="shipment_released")
    assert (event.order_id, event.from_state, event.to_state) == (order.pk, "planned", "released")
    assert (event.data["units"], event.data["short_units"], event.data["unreleased_units"]) == ("10", "0", "0")
    assert Event.objects.filter(type="order_released", from_state="confirmed", to_state="released").count() == 1


def test_a_short_line_leaves_the_shipment_and_is_planned_for_later(dock):
    planned = dock.planned([("BOLT", 100), ("NUT", 5)], requested=FAR)[0]
    dock.lose("BOLT", 30)
    before = planned.work_minutes
    released = release_shipment(planned_id=planned.pk, actor=dock.ops)
    assert carried(released) == {"BOLT": 70, "NUT": 5}
    rest = PlannedShipment.objects.get(order=planned.order, state="planned")
    assert (carried(rest), rest.due_date, rest.late_reason) == ({"BOLT": 30}, FAR, "stock")
    assert rest.slot_date > planned.slot_date
    released.refresh_from_db()
    assert released.work_minutes < before
    assert (dock.used(FAR), dock.used(rest.slot_date)) == (released.work_minutes, rest.work_minutes)
    event = Event.objects.get(type="shipment_released")
    assert (event.data["short_units"], event.data["unreleased_units"]) == ("30", "30")
    assert Promise.objects.get(order=planned.order, line__position=1).backordered == 30


def test_nothing_in_stock_is_a_refusal_that_names_the_line_and_writes_nothing(dock):
    dock.item("GEAR")
    [planned] = dock.planned([("GEAR", 7)], requested=FAR)
    before = written()
    with pytest.raises(ShortStock, match=r"line 1 \(GEAR\) is short by 7") as refusal:
        release_shipment(planned_id=planned.pk, actor=dock.ops)
    assert refusal.value.data["lines"] == [
        {"position": 1, "sku": "GEAR", "wanted": "7", "available": "0", "short_by": "7"}
    ]
    assert written() == before


def test_a_complete_order_goes_whole_or_not_at_all(dock):
    dock.item("GEAR", 3)
    [planned] = dock.planned([("BOLT", 5), ("GEAR", 4)], requested=FAR, ship_rule="ship_complete_order")
    before = written()
    with pytest.raises(ShortStock, match="must leave complete") as refusal:
        release_shipment(planned_id=planned.pk, actor=dock.ops)
    assert refusal.value.data["lines"] == [
        {"position": 2, "sku": "GEAR", "wanted": "4", "available": "3", "short_by": "1"}
    ]
    assert written() == before
    dock.receive("GEAR", 1)
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    assert sum(Promise.objects.values_list("allocated", flat=True)) == 9


def test_a_complete_order_waits_for_its_other_warehouse(dock):
    west = dock.second_warehouse()
    order = dock.promised(
        [("BOLT", 5), ("NUT", 4)], FAR, warehouses=[dock.warehouse, west], ship_rule="ship_complete_order"
    )
    plans = {plan.warehouse.code: plan for plan in plan_order(order_id=order.pk, actor=dock.ops)}
    assert {code: carried(plan) for code, plan in plans.items()} == {"MAIN": {"BOLT": 5}, "WEST": {"NUT": 4}}
    with pytest.raises(ShortStock, match=r"line 2 \(NUT\) is short by 4"):
        release_shipment(planned_id=plans["MAIN"].pk, actor=dock.ops)
    dock.receive("NUT", 4, warehouse=west)
    release_shipment(planned_id=plans["MAIN"].pk, actor=dock.ops)
    assert sorted(Promise.objects.values_list("allocated", flat=True)) == [4, 5]
    release_shipment(planned_id=plans["WEST"].pk, actor=dock.ops)
    last = Event.objects.filter(type="shipment_released").order_by("id").last()
    assert last.data["unreleased_units"] == "0"


def test_complete_lines_go_and_a_short_line_stays_whole(dock):
    dock.item("GEAR", 3)
    planned = dock.planned([("BOLT", 5), ("GEAR", 4)], requested=FAR, ship_rule="ship_complete_line")
    together = next((plan for plan in planned if "BOLT" in carried(plan)), None)
    released = release_shipment(planned_id=together.pk, actor=dock.ops)
    assert carried(released) == {"BOLT": 5}
    assert Promise.objects.filter(line__position=2, allocated__gt=0).count() == 0


def test_a_hold_on_release_stops_it_with_its_name_and_nothing_is_written(dock):
    [planned] = dock.planned([("BOLT", 10)], requested=FAR)
    hold = place_hold(order_id=planned.order_id, code="address_check", reason="Which gate?", actor=dock.ops)
    before = written()
    with pytest.raises(HoldBlocks, match="Address to be checked"):
        release_shipment(planned_id=planned.pk, actor=dock.ops)
    assert written() == before
    resolve_hold(hold_id=hold.pk, resolution="Gate 4", actor=dock.ops)
    assert release_shipment(planned_id=planned.pk, actor=dock.ops).state == "released"


def test_a_released_shipment_is_not_released_twice(dock):
    [planned] = dock.planned([("BOLT", 10)])
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    before = written()
    with pytest.raises(IllegalTransition):
        release_shipment(planned_id=planned.pk, actor=dock.ops)
    assert written() == before


def test_a_cancelled_order_is_not_released(dock):
    [planned] = dock.planned([("BOLT", 10)])
    Order.objects.update(state="cancelled")
    with pytest.raises(NotReleasable):
        release_shipment(planned_id=planned.pk, actor=dock.ops)


def test_who_saw_an_older_plan_is_told_so(dock):
    [planned] = dock.planned([("BOLT", 10)])
    seen = planned.event_seq
    freeze_shipment(planned_id=planned.pk, actor=dock.ops, version=seen)
    for act in (release_shipment, recall_shipment, unfreeze_shipment):
        with pytest.raises(StaleVersion):
            act(planned_id=planned.pk, actor=dock.ops, version=seen)


def test_recall_brings_shipment_and_order_back_and_keeps_the_stock(dock):
    [planned] = dock.planned([("BOLT", 10)], requested=FAR)
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    recalled = recall_shipment(planned_id=planned.pk, reason="Wrong pallet", actor=dock.ops)
    assert (recalled.state, recalled.released_at, Order.objects.get().state) == ("planned", None, "confirmed")
    assert Promise.objects.get().allocated == 10
    event = Event.objects.get(type="shipment_recalled")
    assert (event.data["released_left"], event.data["reason"]) == ("0", "Wrong pallet")
    assert stage_duties(planned.order) == ["Release to warehouse"]
    assert release_shipment(planned_id=planned.pk, actor=dock.ops).state == "released"
    assert stage_duties(planned.order) == []


def test_recall_of_one_of_two_leaves_the_order_released(dock):
    west = dock.second_warehouse()
    dock.receive("NUT", 9, warehouse=west)
    order = dock.promised([("BOLT", 5), ("NUT", 4)], FAR, warehouses=[dock.warehouse, west])
    one, two = plan_order(order_id=order.pk, actor=dock.ops)
    release_due(actor=dock.ops, planned_ids=[one.pk, two.pk])
    recall_shipment(planned_id=one.pk, actor=dock.ops)
    assert Order.objects.get().state == "released"
    assert (
        Event.objects.get(type="shipment_recalled").data["released_left"]
        == f"{carried(two).popitem()[1].normalize():f}"
    )


def test_what_the_warehouse_has_taken_over_cannot_be_recalled(dock):
    [planned] = dock.planned([("BOLT", 10)])
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    planned.refresh_from_db()
    take_over(planned=planned, actor=dock.ops)
    with pytest.raises(MoveRefused, match="taken over"):
        recall_shipment(planned_id=planned.pk, actor=dock.ops)
    give_back(planned=planned, actor=dock.ops)
    assert recall_shipment(planned_id=planned.pk, actor=dock.ops).state == "planned"
    assert list(Event.objects.filter(subject_type="plannedshipment").order_by("id").values_list("type", flat=True)) == [
        "shipment_planned",
        "shipment_released",
        "plan_taken_over",
        "plan_given_back",
        "shipment_recalled",
    ]


def test_moving_takes_the_minutes_along_and_pins_the_day(dock):
    [planned] = dock.planned([("BOLT", 10)], requested=TUESDAY)
    moved = move_shipment(planned_id=planned.pk, slot_date=WEDNESDAY, actor=dock.ops)
    assert (moved.slot_date, moved.is_pinned, moved.late_reason) == (WEDNESDAY, True, "moved")
    assert (dock.used(TUESDAY), dock.used(WEDNESDAY)) == (0, 6)
    event = Event.objects.get(type="shipment_moved")
    assert (event.data["before"], event.data["after"]) == ("2026-11-24", "2026-11-25")


@pytest.mark.parametrize(
    ("day", "refusal", "said"),
    [
        (date(2026, 11, 20), MoveRefused, "before 23 Nov 2026"),
        (SATURDAY, MoveRefused, "does not work"),
        (TUESDAY, MoveRefused, "on that day already"),
        (WEDNESDAY, NoCapacity, "no 6 minutes left"),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field_and_nothing_changes(dock, day, refusal, said):
    dock.capacity(WEDNESDAY, 3)
    [planned] = dock.planned([("BOLT", 10)], requested=TUESDAY)
    before, used = written(), dock.used(TUESDAY)
    with pytest.raises(refusal, match=said) as found:
        move_shipment(planned_id=planned.pk, slot_date=day, actor=dock.ops)
    assert found.value.field == "slot_date"
    assert (written(), dock.used(TUESDAY)) == (before, used)


def test_a_frozen_shipment_stays_until_it_is_unfrozen_but_may_be_released(dock):
    [planned] = dock.planned([("BOLT", 10)], requested=TUESDAY)
    freeze_shipment(planned_id=planned.pk, actor=dock.ops)
    with pytest.raises(MoveRefused, match="frozen"):
        move_shipment(planned_id=planned.pk, slot_date=WEDNESDAY, actor=dock.ops)
    unfreeze_shipment(planned_id=planned.pk, actor=dock.ops)
    move_shipment(planned_id=planned.pk, slot_date=WEDNESDAY, actor=dock.ops)
    freeze_shipment(planned_id=planned.pk, actor=dock.ops)
    assert release_shipment(planned_id=planned.pk, actor=dock.ops).state == "released"


def test_a_cancelled_plan_frees_its_day_and_the_order_can_be_planned_again(dock):
    [planned] = dock.planned([("BOLT", 10)], requested=TUESDAY)
    with pytest.raises(InvalidInput):
        cancel_plan(planned_id=planned.pk, reason=" ", actor=dock.ops)
    cancel_plan(planned_id=planned.pk, reason="Customer picks it up", actor=dock.ops)
    assert dock.used(TUESDAY) == 0
    [again] = plan_order(order_id=planned.order_id, actor=dock.ops)
    assert carried(again) == {"BOLT": 10}


def test_a_released_shipment_is_recalled_before_it_is_cancelled(dock):
    [planned] = dock.planned([("BOLT", 10)])
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    with pytest.raises(MoveRefused, match="recall it first"):
        cancel_plan(planned_id=planned.pk, reason="No", actor=dock.ops)


def test_what_is_due_goes_by_rank_and_each_refusal_is_named(dock):
    dock.item("GEAR", 10)
    poor, rich, held, future = (
        dock.promised([("GEAR", 8)], FAR),
        dock.promised([("GEAR", 8)], FAR),
        dock.promised([("BOLT", 1)], FAR),
        dock.promised([("BOLT", 1)], date(2026, 12, 8)),
    )
    rich.customer.customer_class = "A"
    rich.customer.save()
    rank_backlog(actor=dock.ops)
    plans = {order.pk: plan_order(order_id=order.pk, actor=dock.ops)[0] for order in (poor, rich, held, future)}
    place_hold(order_id=held.pk, code="manual", reason="Check", actor=dock.ops)
    with clock.stopped_at(datetime(2026, 12, 7, 9, tzinfo=ZoneInfo("UTC"))):
        found = release_due(actor=dock.ops)
    assert [(item.order.pk, item.refusal and item.refusal.code) for item in found] == [
        (rich.pk, None),
        (poor.pk, None),
        (held.pk, "hold_blocks"),
    ]
    assert "Held by hand" in found[2].refusal.message
    assert (carried(plans[rich.pk]), carried(plans[poor.pk])) == ({"GEAR": 8}, {"GEAR": 2})
    states = dict(Order.objects.values_list("pk", "state"))
    assert [states[order.pk] for order in (rich, poor, held, future)] == [
        "released", "released", "confirmed", "confirmed",
    ]  # fmt: skip


@pytest.mark.slow
def test_releasing_many_takes_as_many_statements_as_releasing_few(dock, django_assert_max_num_queries):
    few = [dock.planned([("BOLT", 1)], FAR)[0].pk for _ in range(2)]
    many = [dock.planned([("BOLT", 1), ("NUT", 1)], FAR)[0].pk for _ in range(20)]
    with django_assert_max_num_queries(30):
        release_due(actor=dock.ops, planned_ids=few)
    with django_assert_max_num_queries(30):
        assert all(item.refusal is None for item in release_due(actor=dock.ops, planned_ids=many))


def test_a_rest_cancelled_after_release_is_cut_from_the_released_shipment(dock):
    [planned] = dock.planned([("BOLT", 10), ("NUT", 5)], FAR)
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    Promise.objects.filter(line__position=2).update(quantity=0, allocated=0, backordered=0, is_open=False)
    line = planned.order.lines.get(position=2)
    ledger.post(planned.order_id, [(line.pk, "allocated", D(-5)), (line.pk, "cancelled", D(5))])
    plan_order(order_id=planned.order_id, actor=dock.ops)
    assert carried(planned) == {"BOLT": 10}


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (release_shipment, {}),
        (recall_shipment, {}),
        (freeze_shipment, {}),
        (unfreeze_shipment, {}),
        (move_shipment, {"slot_date": WEDNESDAY}),
        (cancel_plan, {"reason": "No"}),
    ],
)
def test_strangers_and_colleagues_without_the_right_are_refused(dock, act, fields):
    [planned] = dock.planned([("BOLT", 10)])
    before = written()
    with pytest.raises(PermissionRefused):
        act(planned_id=planned.pk, actor=make_actor(dock.company, "csr"), **fields)
    with pytest.raises(NotFound):
        act(planned_id=planned.pk, actor=Dock().ops, **fields)
    _events, *rest = written()
    assert rest[0] == before[1]


def test_the_ids_of_another_company_are_left_out_of_a_bulk_release(dock):
    [planned] = dock.planned([("BOLT", 10)])
    assert release_due(actor=Dock().ops, planned_ids=[planned.pk]) == []
    assert Decimal(Promise.objects.get().allocated) == 10

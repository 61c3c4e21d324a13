"""Free stock goes to the queue from its front: proposed first, then given."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from omc.lib import clock
from omc.lib.errors import IllegalTransition, NotFound, PermissionRefused
from orders.core.models import Event, Order, OrderLine
from orders.core.services.holds import place_hold
from orders.prioritization.models import AllocationRow, AllocationRun
from orders.prioritization.services import (
    apply_allocation,
    discard_allocation,
    rank_backlog,
    run_allocation,
)
from orders.prioritization.services.allocation import NothingWaits
from planning.models import Promise, StockLevel
from tests.factories import make_actor
from tests.planning.factories import D, Yard

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))
SOON, LATER = date(2026, 11, 25), date(2027, 1, 20)


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.stopped_at(MONDAY):
        yield


@pytest.fixture
def yard():
    return Yard(BOLT=0, NUT=0)


@pytest.fixture
def ops(yard):
    return make_actor(yard.company, "ops")


def waiting(yard, letter, lines, requested=SOON, **fields):
    """An order that was promised when nothing was there."""
    order = yard.order(lines, requested, **fields)
    order.customer.customer_class = letter
    order.customer.save()
    yard.promise(order)
    return order


def table(run):
    return [
        (row.order_id, row.wanted, row.before, row.after, row.reason, row.skipped)
        for row in AllocationRow.objects.filter(run=run).order_by("position")
    ]


def test_the_front_of_the_queue_is_served_first(yard, ops):
    low, high = waiting(yard, "D", [("BOLT", 8)]), waiting(yard, "A", [("BOLT", 8)])
    rank_backlog(actor=ops)
    yard.receive("BOLT", 10)
    run = run_allocation(actor=ops)
    assert table(run) == [
        (high.pk, 8, 0, 8, "All of it is free", ""),
        (low.pk, 8, 0, 2, "Only 2 of 8 are free", ""),
    ]
    assert StockLevel.objects.get(product__sku="BOLT").allocated == 0
    event = Event.objects.get(type="allocation_proposed")
    assert (event.data["units"], event.data["wanted_units"], event.data["orders"]) == ("10", "16", 2)


def test_applying_gives_the_stock_and_tells_the_orders(yard, ops):
    low, high = waiting(yard, "D", [("BOLT", 8)]), waiting(yard, "A", [("BOLT", 8)])
    rank_backlog(actor=ops)
    yard.receive("BOLT", 10)
    run = apply_allocation(run_id=run_allocation(actor=ops).pk, actor=ops)
    assert (run.state, run.applied_at) == ("applied", MONDAY)
    assert {p.order_id: p.allocated for p in Promise.objects.all()} == {high.pk: 8, low.pk: 2}
    assert {line.order_id: line.allocated for line in OrderLine.objects.all()} == {high.pk: 8, low.pk: 2}
    assert StockLevel.objects.get(product__sku="BOLT").allocated == 10
    told = Event.objects.filter(type="order_allocated").order_by("order_id")
    assert [(event.order_id, event.data["units"]) for event in told] == [(low.pk, "2"), (high.pk, "8")]
    assert Event.objects.filter(type="backorder_filled").values_list("order_id", flat=True).get() == high.pk


def test_what_must_leave_complete_gets_all_or_nothing(yard, ops):
    whole = waiting(yard, "A", [("BOLT", 4), ("NUT", 4)], requested=LATER, ship_rule="ship_complete_order")
    part = waiting(yard, "D", [("BOLT", 4)], requested=LATER)
    rank_backlog(actor=ops)
    yard.receive("BOLT", 5)
    with clock.stopped_at(datetime(2027, 1, 18, 9, tzinfo=ZoneInfo("UTC"))):
        rows = table(run_allocation(actor=ops))
    assert rows == [
        (whole.pk, 4, 0, 0, "Must leave complete, and not all of it is free", ""),
        (whole.pk, 4, 0, 0, "Must leave complete, and not all of it is free", ""),
        (part.pk, 4, 0, 4, "All of it is free", ""),
    ]


def test_outside_the_horizon_and_on_hold_nothing_is_proposed(yard, ops):
    waiting(yard, "A", [("BOLT", 4)], requested=LATER)
    held = waiting(yard, "A", [("BOLT", 4)])
    place_hold(order_id=held.pk, code="manual", reason="Check", actor=ops)
    yard.receive("BOLT", 9)
    with pytest.raises(NothingWaits):
        run_allocation(actor=ops)
    assert not AllocationRun.objects.exists()


def test_rows_that_changed_since_are_skipped_and_named(yard, ops):
    held, gone, cut, kept = (waiting(yard, "A", [("BOLT", 5)]) for _ in range(4))
    yard.receive("BOLT", 100)
    run = run_allocation(actor=ops)
    place_hold(order_id=held.pk, code="manual", reason="Check", actor=ops)
    Order.objects.filter(pk=gone.pk).update(state="cancelled")
    Promise.objects.filter(order=cut).update(quantity=3, backordered=0)
    apply_allocation(run_id=run.pk, actor=ops)
    assert {row[0]: row[-1] for row in table(run)} == {
        held.pk: "The hold “Held by hand” is on it now",
        gone.pk: f"{gone} is cancelled now",
        cut.pk: "It wants 3.000000 by now",
        kept.pk: "",
    }
    assert {p.order_id: p.allocated for p in Promise.objects.all()} == {held.pk: 0, gone.pk: 0, cut.pk: 0, kept.pk: 5}
    event = Event.objects.get(type="allocation_applied")
    assert (event.data["units"], event.data["skipped_rows"]) == ("5", 3)


def test_stock_that_went_elsewhere_meanwhile_is_said_and_never_oversold(yard, ops):
    first = waiting(yard, "A", [("BOLT", 8)])
    yard.receive("BOLT", 8)
    run = run_allocation(actor=ops)
    StockLevel.objects.update(on_hand=3)
    apply_allocation(run_id=run.pk, actor=ops)
    assert table(run) == [(first.pk, 8, 0, 3, "All of it is free", "Only 3 of 8 were still free")]
    level = StockLevel.objects.get(product__sku="BOLT")
    assert (level.allocated, level.free) == (3, 0)


def test_a_run_is_applied_or_discarded_once(yard, ops):
    waiting(yard, "A", [("BOLT", 5)])
    yard.receive("BOLT", 5)
    run = run_allocation(actor=ops)
    discard_allocation(run_id=run.pk, actor=ops)
    for act in (apply_allocation, discard_allocation):
        with pytest.raises(IllegalTransition):
            act(run_id=run.pk, actor=ops)
    assert Promise.objects.get().allocated == 0


def test_strangers_and_colleagues_without_the_right_are_refused(yard, ops):
    waiting(yard, "A", [("BOLT", 5)])
    yard.receive("BOLT", 5)
    run = run_allocation(actor=ops)
    stranger, colleague = Yard().planner, make_actor(yard.company, "csr")
    for act in (apply_allocation, discard_allocation):
        with pytest.raises(NotFound):
            act(run_id=run.pk, actor=stranger)
        with pytest.raises(PermissionRefused):
            act(run_id=run.pk, actor=colleague)
    with pytest.raises(PermissionRefused):
        run_allocation(actor=colleague)
    with pytest.raises(NothingWaits):
        run_allocation(actor=stranger)
    run.refresh_from_db()
    assert run.state == "proposed"


@pytest.mark.slow
def test_a_run_takes_as_many_statements_for_two_orders_as_for_twenty(yard, ops, django_assert_max_num_queries):
    for wave in (2, 20):
        for _ in range(wave):
            waiting(yard, "B", [("BOLT", 1), ("NUT", 1)])
        yard.receive("BOLT", wave)
        with django_assert_max_num_queries(14):
            run = run_allocation(actor=ops)
        with django_assert_max_num_queries(26):
            apply_allocation(run_id=run.pk, actor=ops)
    assert sum(Promise.objects.values_list("allocated", flat=True), Decimal(0)) == D(22)


def test_what_was_given_counts_as_waiting_no_more(yard, ops):
    waiting(yard, "A", [("BOLT", 5)])
    yard.receive("BOLT", 5)
    apply_allocation(run_id=run_allocation(actor=ops).pk, actor=ops)
    with clock.stopped_at(MONDAY + timedelta(minutes=1)), pytest.raises(NothingWaits):
        run_allocation(actor=ops)

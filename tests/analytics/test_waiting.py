"""Where an order's time went: hops, working minutes, whose time it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.selectors.stages import stage_summary
from analytics.selectors.waiting import waiting_of
from omc.lib import clock
from orders.core import eventlog, lifecycle
from orders.core.events import OrderClosed, OrderReopened, PromiseChanged
from orders.core.models import Event, Order
from orders.core.services.holds import place_hold, resolve_hold
from orders.core.services.touch import add_touch
from tests.analytics.factories import D
from tests.factories import CustomerFactory, OrderFactory, make_actor, make_company
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Desk:
    """An order whose events happen when a test says so. Office hours: 8 to 17, Monday to Friday."""

    def __init__(self) -> None:
        self.company = make_company()
        self.actor = make_actor(self.company, "csr_lead", "ops")
        self.order: Order = OrderFactory(company=self.company, confirmed=True)

    @contextmanager
    def at(self, hours: float) -> Iterator[None]:
        """So many hours after Monday, 9 o'clock."""
        with clock.stopped_at(MONDAY + timedelta(hours=hours)):
            yield

    def something_happens(self, hours: float) -> None:
        with self.at(hours):
            eventlog.record(self.order, PromiseChanged(reason="moved", days=1), actor=self.actor)

    def held(self, code: str, since: float, until: float) -> None:
        with self.at(since):
            hold = place_hold(order_id=self.order.pk, code=code, reason="because", actor=self.actor)
        with self.at(until):
            resolve_hold(hold_id=hold.pk, resolution="settled", actor=self.actor)

    def waiting(self, hours: float) -> Any:
        self.order.refresh_from_db()
        with self.at(hours):
            return waiting_of(self.order, self.actor)


def test_waiting_counts_office_hours_only_and_goes_on_while_the_order_is_open() -> None:
    desk = Desk()
    desk.something_happens(0)
    desk.something_happens(25)  # Tuesday, 10 o'clock

    found = desk.waiting(26)

    assert [hop.wait_minutes for hop in found.hops] == [0, 600, 60]
    assert (found.elapsed, found.unattended, found.is_open) == (660, 660, True)
    assert found.elapsed_calendar == timedelta(hours=26)
    assert [hop.type for hop in found.hops] == ["promise_changed", "promise_changed", ""]


def test_an_order_that_has_ended_waits_no_more() -> None:
    desk = Desk()
    desk.something_happens(0)
    with desk.at(1):
        Order.objects.filter(pk=desk.order.pk).update(state="delivered")
        desk.order.state = "delivered"
        lifecycle.advance(desk.order, "closed", OrderClosed(), actor=desk.actor)

    found = desk.waiting(100)

    assert (found.is_open, found.elapsed, found.hops[-1].type) == (False, 60, "order_closed")


def test_nobody_waits_between_the_end_of_an_order_and_its_reopening() -> None:
    desk = Desk()
    desk.something_happens(0)
    Order.objects.filter(pk=desk.order.pk).update(state="delivered")
    desk.order.state = "delivered"
    for hours, to, event in ((1, "closed", OrderClosed()), (25, "delivered", OrderReopened(reason="a return"))):
        with desk.at(hours):
            lifecycle.advance(desk.order, to, event, actor=desk.actor)

    found = desk.waiting(27)

    assert [(hop.type, hop.wait_minutes, hop.after_end) for hop in found.hops] == [
        ("promise_changed", 0, False), ("order_closed", 60, False), ("order_reopened", 0, True), ("", 120, False),
    ]  # fmt: skip
    assert (found.unattended, found.elapsed_calendar) == (180, timedelta(hours=3))


def test_time_under_a_hold_of_the_customers_is_the_customers() -> None:
    desk = Desk()
    desk.something_happens(0)
    desk.held("address_check", 1, 3)
    desk.something_happens(4)

    found = desk.waiting(4)

    assert (found.elapsed, found.customer, found.supply, found.unattended) == (240, 120, 0, 120)
    assert [hop.wait_kind for hop in found.hops[:4]] == ["unattended", "unattended", "customer", "unattended"]


def test_overlapping_holds_count_once_and_the_customers_first() -> None:
    desk = Desk()
    desk.something_happens(0)
    with desk.at(1):
        one = place_hold(order_id=desk.order.pk, code="address_check", reason="street?", actor=desk.actor)
        two = place_hold(order_id=desk.order.pk, code="quality", reason="lot 7", actor=desk.actor)
    with desk.at(2):
        resolve_hold(hold_id=one.pk, resolution="ok", actor=desk.actor)
    with desk.at(4):
        resolve_hold(hold_id=two.pk, resolution="ok", actor=desk.actor)

    found = desk.waiting(5)

    assert (found.elapsed, found.customer, found.supply, found.unattended) == (300, 60, 120, 120)


def test_a_hold_of_our_own_is_no_excuse() -> None:
    desk = Desk()
    desk.something_happens(0)
    desk.held("manual", 0, 2)

    assert desk.waiting(2).unattended == 120


def test_time_worked_is_not_unattended() -> None:
    desk = Desk()
    desk.something_happens(0)
    add_touch(subject_type="order", subject_id=desk.order.pk, stage=4, seconds=300, actor=desk.actor)
    desk.something_happens(1)

    found = desk.waiting(1)

    assert (found.touch_seconds, found.touch, found.unattended) == (300, 5, 55)
    assert found.flow_efficiency == D("8.3")
    assert found.longest.unattended == 55


def test_the_hops_are_the_audit_log_and_sum_to_the_elapsed_time() -> None:
    desk = Desk()
    for hours in (0, 3, 26, 27, 50):
        desk.something_happens(hours)

    found = desk.waiting(51)

    logged = Event.objects.filter(order=desk.order).order_by("id").values_list("at", "type")
    assert [(hop.at, hop.type) for hop in found.hops[:-1]] == list(logged)
    with connection.cursor() as cursor:
        moments = [desk.company.calendar_id, MONDAY, MONDAY + timedelta(hours=51)]
        cursor.execute("SELECT omc_business_minutes(%s, %s, %s)", moments)
        assert found.elapsed == cursor.fetchone()[0]


def test_a_long_history_is_read_in_one_query() -> None:
    desk = Desk()
    for hours in range(20):
        desk.something_happens(hours)
    order = Order.objects.select_related("company").get(pk=desk.order.pk)

    with CaptureQueriesContext(connection) as queries:
        found = waiting_of(order, desk.actor)

    assert (len(queries), len(found.hops)) == (1, 21)


def test_a_draft_has_no_history_and_another_company_no_right_to_one() -> None:
    desk = Desk()
    assert desk.waiting(1).hops == []
    desk.something_happens(0)

    assert waiting_of(desk.order, make_actor(make_company(), "admin")).hops == []


def test_each_stage_says_what_is_open_in_it_and_how_long_that_has_waited() -> None:
    desk = Desk()
    customer = CustomerFactory(company=desk.company)
    with desk.at(0):
        from returns.postsales.services import open_case

        for _number in range(2):
            open_case(subject="Late", customer_id=customer.pk, actor=make_actor(desk.company, "service"))
    with desk.at(3):
        found = {row.number: row for row in stage_summary(desk.actor)}
        strangers = {row.number: row for row in stage_summary(make_actor(make_company(), "admin"))}

    assert (found[10].open_duties, found[10].median_minutes, found[10].name) == (2, 180, "Post-sales service")
    assert (found[9].open_duties, found[9].median_minutes) == (0, None)
    assert strangers[10].open_duties == 0


def test_what_waits_for_the_customer_is_not_our_waiting() -> None:
    shop = Shop()
    with clock.stopped_at(MONDAY):
        shop.delivered()  # its invoice is to be collected
    with clock.stopped_at(MONDAY + timedelta(hours=2)):
        found = {row.number: row for row in stage_summary(shop.desk)}[8]

    assert (found.open_duties, found.with_customer, found.late, found.median_minutes) == (1, 1, 0, None)
    assert (found.value_base, found.value_days) == (D(137), 0)


def test_value_waiting_is_for_those_who_may_see_prices() -> None:
    desk = Desk()

    assert {row.value_base for row in stage_summary(make_actor(desk.company, "warehouse"))} == {None}
    assert {row.value_base for row in stage_summary(desk.actor)} == {D(0)}

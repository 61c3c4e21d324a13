"""What a customer is told of a confirmed order: all that differs from what they asked for, and every date that moves."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from omc.lib import clock
from omc.lib.actor import system
from orders.core import eventlog, outbox
from orders.core.events import PromiseChanged
from orders.core.models import Message, Order, OrderLine
from orders.core.services.messages import choose_messages
from orders.core.speech import long_day
from orders.entry.changes.events import OrderChanged
from orders.entry.services import confirm_order
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk()


def confirmed(desk: Desk, wanted: date, *quantities: int) -> Order:
    items = [
        desk.item(sku=f"BOLT-{n}", name=f"Bolt {n}", stock=5, lead_time_days=10)
        for n, _ in enumerate(quantities, start=1)
    ]
    lines = [line(item, quantity) for item, quantity in zip(items, quantities, strict=True)]
    order = desk.pending(*lines, requested_date=wanted)
    order = confirm_order(order_id=order.pk, actor=desk.csr)
    outbox.drain("entry.acknowledge")
    return order


def move(order: Order, lines: list[OrderLine], days: int) -> None:
    """Another stage moves promises and records it."""
    after = lines[0].current_promise + timedelta(days=days)
    OrderLine.objects.filter(pk__in=[one.pk for one in lines]).update(current_promise=after)
    order.refresh_from_db()
    latest = max(order.lines.values_list("current_promise", flat=True))
    event = PromiseChanged(before=order.current_promise, after=latest, reason="late truck", days=days)
    eventlog.record(order, event, actor=system("test", order.company_id), stamp={"current_promise": latest})


def test_a_date_that_is_later_than_asked_is_told(desk: Desk) -> None:
    today = clock.today(desk.company.time_zone)
    order = confirmed(desk, today, 50)
    body = Message.objects.get().body
    assert order.current_promise is not None
    assert order.current_promise > today
    asked = f"Bolt 1 (BOLT-1): you asked for it by {long_day(today)}."
    assert f"{asked} It will be with you on {long_day(order.current_promise)}." in body
    assert f"With you by: {long_day(order.current_promise)}" in body
    assert "Bolt 1 (BOLT-1): 50 " in body


def test_what_comes_as_asked_is_told_to_be_so(desk: Desk) -> None:
    today = clock.today("UTC")
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(9), tzinfo=UTC)
    with clock.stopped_at(monday):  # before the last truck
        order = confirmed(desk, clock.today(desk.company.time_zone), 2)
    assert order.current_promise == order.requested_date
    assert "Everything is as you asked." in Message.objects.get().body


@pytest.mark.slow
def test_dates_that_move_at_once_are_told_at_once_and_only_once(desk: Desk) -> None:
    order = confirmed(desk, clock.today(desk.company.time_zone), 2, 3)
    lines = list(order.lines.order_by("position"))
    before = lines[0].current_promise
    move(order, lines[:1], 3)
    move(order, lines[1:], 3)
    outbox.drain("entry.acknowledge")
    told = Message.objects.filter(template="promise_changed")
    message = told.get()
    assert message.subject == f"New date for order {order}"
    assert (
        f"Everything will be with you on {long_day(before + timedelta(days=3))} instead of {long_day(before)}."
        in message.body
    )
    move(order, list(order.lines.order_by("position"))[1:], 2)
    outbox.drain("entry.acknowledge")
    assert told.count() == 2
    latest = told.latest("id").body
    assert "Bolt 2 (BOLT-2): with you on" in latest
    assert "Bolt 1" not in latest


def test_an_event_without_a_new_date_tells_nobody_anything(desk: Desk) -> None:
    order = confirmed(desk, clock.today(desk.company.time_zone), 2)
    move(order, list(order.lines.all()), 0)
    outbox.drain("entry.acknowledge")
    assert list(Message.objects.values_list("template", flat=True)) == ["order_confirmed"]


def test_a_date_that_moved_with_a_change_of_the_order_is_told_by_the_message_of_the_change(desk: Desk) -> None:
    order = confirmed(desk, clock.today(desk.company.time_zone), 2)
    none = Decimal(0)
    changed = OrderChanged(
        what="quantity", why="customer changed mind", reasons=("changed_mind",), our_errors=0, order_version=3,
        added_units=none, cancelled_units=none, open_units=none, unreleased_units=none, our_units=none,
    )  # fmt: skip
    eventlog.record(order, changed, actor=desk.csr)
    move(order, list(order.lines.all()), 4)
    outbox.drain("entry.acknowledge")
    assert list(Message.objects.values_list("template", flat=True)) == ["order_confirmed"]


def test_who_wants_no_dates_gets_the_confirmation_alone(desk: Desk) -> None:
    contact = desk.customer.contacts.get()
    choose_messages(contact_id=contact.pk, wishes={"promise_changed": "none"}, actor=desk.csr)
    order = confirmed(desk, clock.today(desk.company.time_zone), 2)
    move(order, list(order.lines.all()), 4)
    outbox.drain("entry.acknowledge")
    states = Message.objects.order_by("id").values_list("template", "status")
    assert list(states) == [("order_confirmed", "queued"), ("promise_changed", "not_sent")]


def test_confirming_writes_no_message_itself(desk: Desk) -> None:
    order = desk.pending(line(desk.item(stock=5), Decimal(1)))
    confirm_order(order_id=order.pk, actor=desk.csr)
    assert not Message.objects.exists()

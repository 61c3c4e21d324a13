from dataclasses import fields
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from omc.lib.actor import system
from orders.core.eventlog import LineChange, StateMovedMeanwhile, record, record_many
from orders.core.events import HoldPlaced, OrderClosed, PromiseChanged
from orders.core.models import Event, EventLine, Order
from orders.core.selectors.verification import flaws
from tests.factories import OrderFactory, make_company

pytestmark = pytest.mark.django_db


def moved(days=1):
    return PromiseChanged(reason="slipped supply", days=days)


@pytest.fixture
def order():
    return OrderFactory(confirmed=True)


@pytest.fixture
def actor(order):
    return system("test", order.company_id)


def verify() -> str:
    out = StringIO()
    call_command("verify_events", stdout=out)
    return out.getvalue()


def without_trigger(sql, params):
    """Alter history behind the application's back, as nobody should be able to."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_events_of_a_subject_are_numbered_and_chained(order, actor):
    for days in (1, 2, 3):
        record(order, moved(days), actor=actor, lines=[LineChange(7, "ordered", 1, days)])

    events = list(Event.objects.filter(order=order).order_by("seq"))
    assert [event.seq for event in events] == [1, 2, 3]
    assert len({event.hash for event in events}) == 3
    assert Order.objects.get(pk=order.pk).event_hash == events[-1].hash
    assert list(EventLine.objects.filter(event=events[2]).values_list("line_id", "field", "before", "after")) == [
        (7, "ordered", "1", "3")
    ]
    assert "every chain is whole" in verify()


@pytest.mark.parametrize(
    "sql", ["UPDATE orders_event SET data = '{}' WHERE id = %s", "DELETE FROM orders_event WHERE id = %s"]
)
def test_the_database_refuses_to_change_history(order, actor, sql):
    event_id = record(order, moved(), actor=actor)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [event_id])


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE orders_event SET data = '{\"days\": 9}' WHERE order_id = %s AND seq = 2", "it was altered"),
        (
            "UPDATE orders_event SET at = at + interval '1 microsecond' WHERE order_id = %s AND seq = 1",
            "it was altered",
        ),
        ("DELETE FROM orders_event WHERE order_id = %s AND seq = 1", "an event before it is missing"),
        ("DELETE FROM orders_event WHERE order_id = %s AND seq = 3", "its last event is not the one it remembers"),
        (
            "UPDATE orders_eventline SET after = '99' WHERE event_id IN"
            " (SELECT id FROM orders_event WHERE order_id = %s AND seq = 2)",
            "its lines were altered",
        ),
    ],
)
def test_an_altered_or_removed_row_shows(order, actor, sql, what):
    for days in (1, 2, 3):
        record(order, moved(days), actor=actor, lines=[LineChange(7, "ordered", 1, days)])
    if sql.startswith("DELETE"):
        without_trigger(
            "DELETE FROM orders_eventline WHERE event_id IN (SELECT id FROM orders_event WHERE order_id = %s)",
            [order.pk],
        )
        without_trigger(
            "DELETE FROM orders_delivery WHERE event_id IN (SELECT id FROM orders_event WHERE order_id = %s)",
            [order.pk],
        )
    without_trigger(sql, [order.pk])

    assert what in [flaw.what for flaw in flaws([order.company_id])]
    with pytest.raises(CommandError, match="not what was written"):
        verify()


def test_many_subjects_cost_as_many_statements_as_one(actor, order, django_assert_num_queries):
    for size in (1, 30):
        orders = [OrderFactory(company=order.company, state="delivered") for _ in range(size)]
        with django_assert_num_queries(1):
            record_many(orders, [moved() for _ in orders], actor=actor)


def test_a_subject_that_was_not_locked_and_moved_is_noticed(order, actor):
    Order.objects.filter(pk=order.pk).update(**{"state": "released"})

    with pytest.raises(StateMovedMeanwhile):
        record(order, OrderClosed(), actor=actor, from_state="delivered", to_state="closed")

    assert not Event.objects.filter(order=order).exists()


def test_names_and_addresses_stay_out_of_events():
    personal = {"name", "email", "address", "phone", "street", "contact_name"}
    from omc.lib.events import EVENT_TYPES

    for event in EVENT_TYPES.values():
        assert not personal & {field.name for field in fields(event)}, event.name


def test_every_event_type_can_be_told_as_a_sentence():
    from omc.lib.events import EVENT_TYPES

    assert [event.name for event in EVENT_TYPES.values() if not event.sentence] == []


def test_two_companies_have_separate_chains(order, actor):
    other = OrderFactory(company=make_company(), confirmed=True)
    record(order, moved(), actor=actor)
    record(
        other,
        HoldPlaced(hold="x", code="x", cause="us", reason="y"),
        actor=system("test", other.company_id),
    )

    assert set(Event.objects.filter(order=other).values_list("company_id", flat=True)) == {other.company_id}

"""Nothing lost, nothing twice, the rest goes on."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.registry import Subscriber, registry
from orders.core import outbox
from orders.core.eventlog import record
from orders.core.events import PromiseChanged
from orders.core.models import Delivery, Note
from tests.factories import OrderFactory, make_company

EVENT = "promise_changed"


@pytest.fixture
def handled(monkeypatch):
    """A subscriber that writes a row per event, and fails for orders it is told to fail for."""
    fails: set[int] = set()

    def handle(event):
        Note.objects.create(
            company_id=event.company_id,
            subject_type="probe",
            subject_id=event.order_id,
            body=str(event.seq),
            created_at=clock.now(),
        )
        if event.order_id in fails:
            raise RuntimeError("no cost record")

    monkeypatch.setitem(registry.subscribers._items, "test.probe", Subscriber("test.probe", (EVENT,), handle))
    outbox.subscribers_of.cache_clear()
    yield fails
    outbox.subscribers_of.cache_clear()


def happen(order, times=1):
    for _ in range(times):
        with transaction.atomic():
            record(order, PromiseChanged(reason="supply"), actor=system("test", order.company_id))


def effects():
    return list(Note.objects.filter(subject_type="probe").order_by("pk").values_list("subject_id", "body"))


def waiting():
    return Delivery.objects.filter(subscriber="test.probe")


@pytest.mark.django_db
def test_events_of_one_order_are_handed_over_in_order_and_once(handled):
    order = OrderFactory(confirmed=True)
    happen(order, 3)

    assert outbox.drain("test.probe") == 3
    assert outbox.drain("test.probe") == 0
    assert effects() == [(order.pk, "1"), (order.pk, "2"), (order.pk, "3")]
    assert not waiting().exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_a_handler_that_always_fails_is_parked_and_the_rest_goes_on(handled):
    company = make_company()
    bad, good = OrderFactory(company=company, confirmed=True), OrderFactory(company=company, confirmed=True)
    handled.add(bad.pk)
    happen(bad)
    happen(good, 2)

    assert outbox.drain("test.probe") == 2
    for _ in range(outbox.MAX_ATTEMPTS):
        waiting().update(due_at=clock.wall() - timedelta(seconds=1))
        outbox.drain("test.probe")

    row = waiting().get()
    assert (row.parked, row.attempts, row.error) == (True, outbox.MAX_ATTEMPTS, "RuntimeError: no cost record")
    assert effects() == [(good.pk, "1"), (good.pk, "2")]  # nothing half-done of the failing one

    handled.clear()
    from orders.core.services.deliveries import retry

    retry(delivery_id=row.pk, actor=system("test", company.pk))
    assert outbox.drain("test.probe") == 1
    assert effects()[-1] == (bad.pk, "1")


@pytest.mark.django_db
def test_while_a_failure_is_put_off_later_events_of_its_order_wait(handled):
    order = OrderFactory(confirmed=True)
    handled.add(order.pk)
    happen(order)
    outbox.drain("test.probe")
    handled.clear()
    happen(order)

    assert outbox.drain("test.probe") == 0
    waiting().update(due_at=clock.wall())
    assert outbox.drain("test.probe") == 2
    assert effects() == [(order.pk, "1"), (order.pk, "2")]


@pytest.fixture
def together(handled, monkeypatch):
    """The same subscriber, which takes many keys at once; answers what it was handed in each call."""
    one_by_one = registry.subscribers["test.probe"]
    calls: list[list[tuple[int, int]]] = []

    def handle_many(events):
        calls.append([(event.order_id, event.seq) for event in events])
        for event in events:
            one_by_one.handle(event)

    many = replace(one_by_one, looks_again=True, handle_many=handle_many)
    monkeypatch.setitem(registry.subscribers._items, "test.probe", many)
    return calls


@pytest.mark.django_db
def test_many_keys_are_handed_over_at_once_the_newest_event_of_each(handled, together):
    company = make_company()
    one, two = OrderFactory(company=company, confirmed=True), OrderFactory(company=company, confirmed=True)
    happen(one, 2)
    happen(two)
    other = OrderFactory(confirmed=True)
    happen(other)

    assert outbox.drain("test.probe") == 4
    assert together == [[(one.pk, 2), (two.pk, 1)], [(other.pk, 1)]]  # company by company
    assert not waiting().exists()


@pytest.mark.django_db
def test_when_one_of_many_fails_it_alone_is_put_off(handled, together):
    company = make_company()
    orders = [OrderFactory(company=company, confirmed=True) for _ in range(3)]
    for order in orders:
        happen(order)
    handled.add(orders[1].pk)

    assert outbox.drain("test.probe") == 2
    assert sorted(effects()) == [(orders[0].pk, "1"), (orders[2].pk, "1")]  # each once
    assert (waiting().get().attempts, waiting().get().event.order_id) == (1, orders[1].pk)
    assert outbox.drain("test.probe") == 0  # it waits for its next turn


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_workers_that_take_many_keys_hand_over_nothing_twice(handled, together):
    company = make_company()
    for _ in range(30):
        happen(OrderFactory(company=company, confirmed=True), 2)

    def work():
        try:
            outbox.drain("test.probe")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.drain("test.probe")
    assert (len(effects()), len({order for order, _ in effects()})) == (30, 30)
    assert not waiting().exists()


@pytest.mark.django_db
def test_a_company_held_by_a_simulator_is_left_to_it(handled):
    order = OrderFactory(confirmed=True)
    happen(order)
    order.company.held_by = "simulator"
    order.company.save()

    assert outbox.drain("test.probe") == 0
    assert waiting().count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_with_a_lower_id_is_not_lost(handled):
    company = make_company()
    early, late = OrderFactory(company=company, confirmed=True), OrderFactory(company=company, confirmed=True)
    written, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                record(early, PromiseChanged(reason="slow"), actor=system("test", company.pk))
                written.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    happen(late)
    assert outbox.drain("test.probe") == 1
    go_on.set()
    thread.join()

    assert outbox.drain("test.probe") == 1
    assert effects() == [(late.pk, "1"), (early.pk, "1")]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_hand_over_nothing_twice(handled):
    company = make_company()
    orders = [OrderFactory(company=company, confirmed=True) for _ in range(6)]
    for order in orders:
        happen(order, 4)

    def work():
        try:
            outbox.drain("test.probe")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.drain("test.probe")

    assert sorted(effects()) == sorted((order.pk, str(seq)) for order in orders for seq in (1, 2, 3, 4))
    assert not waiting().exists()


@pytest.mark.django_db
def test_one_that_looks_again_is_handed_the_newest_for_all_that_waits(monkeypatch, handled):
    order, another = OrderFactory(confirmed=True), OrderFactory(confirmed=True)
    probe = registry.subscribers["test.probe"]
    monkeypatch.setitem(registry.subscribers._items, "test.probe", replace(probe, looks_again=True))
    happen(order, 3)
    happen(another)

    assert outbox.drain("test.probe") == 4
    assert effects() == [(order.pk, "3"), (another.pk, "1")]
    assert not waiting().exists()


@pytest.mark.django_db
def test_when_one_that_looks_again_fails_all_of_its_deliveries_stay(monkeypatch, handled):
    order = OrderFactory(confirmed=True)
    probe = registry.subscribers["test.probe"]
    monkeypatch.setitem(registry.subscribers._items, "test.probe", replace(probe, looks_again=True))
    handled.add(order.pk)
    happen(order, 3)
    assert outbox.drain("test.probe") == 0
    assert waiting().count() == 3
    assert effects() == []

    handled.clear()
    waiting().update(due_at=clock.wall())
    assert outbox.drain("test.probe") == 3
    assert effects() == [(order.pk, "3")]

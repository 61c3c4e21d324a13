import pytest

from omc.lib.actor import system
from omc.lib.errors import IllegalTransition, StaleVersion
from omc.lib.machine import MACHINES
from orders.core import lifecycle
from orders.core.events import OrderClosed
from orders.core.models import Event, OrderState
from tests.factories import OrderFactory, ProductFactory, make_company


def test_every_document_can_reach_every_state_it_knows():
    assert MACHINES
    for machine in MACHINES.values():
        assert machine.unreachable() == set(), machine.name


def test_the_order_graph_knows_every_state_and_ends_in_cancelled_and_abandoned():
    assert set(lifecycle.MACHINE.states) == set(OrderState)
    assert lifecycle.MACHINE.final == {"cancelled", "abandoned"}


@pytest.mark.django_db
@pytest.mark.parametrize("start", sorted(OrderState.values))
def test_a_move_the_graph_lacks_raises_and_leaves_no_trace(start):
    order = OrderFactory(state=start)
    actor = system("test", order.company_id)

    for to in set(OrderState) - lifecycle.MACHINE.graph[start]:
        locked = lifecycle.lock(order.pk, actor)
        with pytest.raises(IllegalTransition):
            lifecycle.advance(locked, to, OrderClosed(), actor=actor)

    order.refresh_from_db()
    assert (order.state, order.event_seq, Event.objects.filter(order=order).count()) == (start, 0, 0)


@pytest.mark.django_db
def test_a_move_and_its_event_are_one():
    order = OrderFactory(state="delivered")
    actor = system("nightly", order.company_id)

    lifecycle.advance(lifecycle.lock(order.pk, actor), "closed", OrderClosed(), actor=actor)

    order.refresh_from_db()
    event = Event.objects.get(order=order)
    assert (order.state, order.event_seq, order.event_hash) == ("closed", 1, event.hash)
    assert (event.from_state, event.to_state, event.job, event.channel) == ("delivered", "closed", "nightly", "job")


@pytest.mark.django_db
def test_picked_goods_keep_an_order_from_being_cancelled():
    company = make_company()
    order = OrderFactory(company=company, released=True, items=[(ProductFactory(company=company), 5, "1.00")])
    actor = system("test", company.pk)
    from orders.core import ledger

    ledger.post(order.pk, [(order.lines.get().pk, "picked", 1)])

    with pytest.raises(IllegalTransition, match="picked goods"):
        lifecycle.advance(lifecycle.lock(order.pk, actor), "cancelled", OrderClosed(), actor=actor)


@pytest.mark.django_db
def test_an_order_of_another_company_is_not_there():
    order, other = OrderFactory(), make_company()

    with pytest.raises(lifecycle.OrderNotFound):
        lifecycle.lock(order.pk, system("test", other.pk))

    assert lifecycle.lock_many([order.pk], system("test", other.pk)) == []


@pytest.mark.django_db
def test_a_version_that_was_overtaken_is_refused():
    order = OrderFactory()

    with pytest.raises(StaleVersion, match="you saw version 7, it is now 1"):
        lifecycle.lock(order.pk, system("test", order.company_id), version=7)

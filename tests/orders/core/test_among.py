"""Rows named by what another question found: the same answer for none, few and many."""

import pytest

from orders.core.models import Customer, Order
from orders.core.selectors import among as module
from orders.core.selectors.among import among
from tests.factories import CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders():
    return [OrderFactory() for _ in range(3)]


def found(question):
    return set(Order.objects.filter(question).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("few", "many"), [(10, 20), (2, 20), (1, 20), (1, 1)], ids=["few", "exactly few", "more", "very many"]
)
def test_few_and_many_give_the_same_rows(orders, monkeypatch, few, many):
    monkeypatch.setattr(module, "FEW", few)
    monkeypatch.setattr(module, "MANY", many)
    customers = Customer.objects.filter(pk__in=[orders[0].customer_id, orders[1].customer_id])
    assert found(among("customer_id", customers, "pk")) == {orders[0].pk, orders[1].pk}


def test_none_finds_nothing_and_takes_nothing_from_what_stands_beside_it(orders):
    nobody = Customer.objects.filter(code="no such customer")
    assert found(among("customer_id", nobody, "pk")) == set()
    only = Customer.objects.filter(pk=orders[2].customer_id)
    assert found(among("customer_id", nobody, "pk") | among("customer_id", only, "pk")) == {orders[2].pk}


def test_an_order_without_a_row_of_its_own_is_left_out(orders):
    other = CustomerFactory()
    assert found(among("customer_id", Customer.objects.filter(pk=other.pk), "pk")) == set()

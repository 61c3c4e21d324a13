"""A prepared question answers as its queryset does, whatever it is asked with."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from omc.lib.prepared import Prepared
from orders.core.models import Order
from tests.journeys.world import draft, make_world

ORDERS = Prepared(
    lambda gaps: (
        Order.objects.select_related("customer", "company")
        .filter(pk__in=[gaps.orders], company_id=gaps.company)
        .exclude(customer_po="a % sign, 100 %s")
        .order_by("-pk")
    )
)
COUNTS = Prepared(
    lambda gaps: (
        Order.objects.filter(company_id=gaps.company)
        .values("customer_id")
        .annotate(orders=Count("id"))
        .values_list("customer_id", "orders")
    )
)
HELD = Prepared(lambda gaps: Order.objects.select_for_update(of=("self",)).filter(pk=gaps.order))


@pytest.fixture
def world(db):
    return make_world(items=1)


def test_rows_are_those_of_the_queryset_with_what_was_joined(world, django_assert_num_queries):
    first, second, _ = (draft(world, [1]) for _ in range(3))
    with django_assert_num_queries(1):
        found = ORDERS.rows(orders=[first.pk, second.pk], company=world.company.pk)
        assert [(order.pk, order.customer.code, order.company.code) for order in found] == [
            (one.pk, one.customer.code, world.company.code) for one in (second, first)
        ]
    assert found[0].net_amount == second.net_amount


def test_it_is_asked_anew_each_time(world):
    order, other = draft(world, [1]), draft(world, [1])
    for wanted in (order, other, order):
        found = ORDERS.first(orders=wanted.pk, company=world.company.pk)
        assert found == wanted
    Order.objects.filter(pk=order.pk).update(notes="changed meanwhile")
    again = ORDERS.first(orders=order.pk, company=world.company.pk)
    assert again is not None
    assert again.notes == "changed meanwhile"
    assert ORDERS.first(orders=order.pk, company=world.company.pk + 1) is None


def test_no_ids_find_nothing_and_ask_nothing(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ORDERS.rows(orders=[], company=world.company.pk) == []


def test_values_and_sums(world):
    order = draft(world, [1])
    draft(world, [1])
    assert COUNTS.rows(company=world.company.pk) == [(order.customer_id, 2)]


def test_it_locks_as_the_queryset_does(world):
    order = draft(world, [1])
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        assert HELD.rows(order=order.pk) == [order]
    assert 'FOR UPDATE OF "orders_order"' in captured.captured_queries[0]["sql"]


@pytest.mark.django_db(transaction=True)
def test_no_lock_outside_of_a_transaction():
    with transaction.atomic():
        HELD.rows(order=1)
    with pytest.raises(transaction.TransactionManagementError):
        HELD.rows(order=1)


def test_a_gap_that_is_not_filled_is_refused(world):
    for wrong in ({}, {"order": None}, {"order": 1, "customer": 2}):
        with pytest.raises(ValueError, match="wanted"):
            HELD.rows(**wrong)


def test_a_gap_that_cannot_be_found_again_in_the_sql_is_refused():
    with pytest.raises(ValueError, match="whole number"):
        Prepared(lambda gaps: Order.objects.filter(customer_po=gaps.number)).rows(number=1)


TEXTS = Prepared(
    lambda gaps: Order.objects.filter(
        customer_po__in=["", gaps.text("po")], requested_date__lte=gaps.day("until"), company_id=gaps.company
    ).order_by("pk")
)


def test_gaps_for_texts_and_days(world):
    orders = [draft(world, [1], requested_date=date(2026, 5, day)) for day in (1, 2, 3)]
    Order.objects.filter(pk=orders[1].pk).update(customer_po="it's 5 %s")
    for po, until, found in (("it's 5 %s", 3, orders), ("other", 3, orders[::2]), ("", 1, orders[:1])):
        assert TEXTS.rows(company=world.company.pk, po=po, until=date(2026, 5, until)) == found


def test_objects_are_as_django_makes_them(world):
    order = draft(world, [1])
    (made,) = ORDERS.rows(orders=[order.pk], company=world.company.pk)
    usual = Order.objects.select_related("customer", "company").get(pk=order.pk)
    for one, other in ((made, usual), (made.customer, usual.customer), (made.company, usual.company)):
        assert not one._state.adding
        assert one._state.db == other._state.db
        columns = [field.attname for field in one._meta.concrete_fields]
        assert [getattr(one, name) for name in columns] == [getattr(other, name) for name in columns]
        assert set(vars(one)) == set(vars(other))
    made.save(update_fields=["notes"])


def test_columns_left_out_are_read_when_they_are_asked_for(world, django_assert_num_queries):
    order = draft(world, [1])
    lean = Prepared(lambda gaps: Order.objects.only("number", "state").filter(pk=gaps.order))
    (found,) = lean.rows(order=order.pk)
    with django_assert_num_queries(1):
        assert (found.state, found.customer_id) == (order.state, order.customer_id)

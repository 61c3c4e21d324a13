"""Rows written in kept words are those that Django would write."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, transaction

from omc.lib.writing import insert, update
from orders.core.models import Order, OrderLine, SavedView, SearchEntry
from tests.journeys.world import draft, make_world

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def world(db):
    return make_world(items=2)


def new_order(world, **columns):
    return Order(company=world.company, customer=world.customer, created_at=AT, updated_at=AT, **columns)


def columns_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def line_of(order, world, position, **columns):
    return OrderLine(
        order=order, position=position, product=world.products[0], description="100 % \"quoted\" 'twice'",
        typed_quantity=3, ordered=Decimal("3"), **columns,
    )  # fmt: skip


def test_rows_come_back_as_they_were_written_and_know_their_ids(world, django_assert_num_queries):
    order = new_order(world)
    lines = [line_of(order, world, 1), line_of(order, world, 2, price_steps=[{"step": "list", "price": "10"}])]
    with django_assert_num_queries(2):
        insert([order])
        assert insert(lines) == lines  # made before the order had an id
    assert [line.order_id for line in lines] == [order.pk] * 2
    for row in (order, *lines):
        assert not row._state.adding
        assert columns_of(row) == columns_of(type(row).objects.get(pk=row.pk))


def test_no_rows_are_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert([]) == []


def test_what_is_there_is_overwritten_where_that_is_wanted(world):
    def entry(title, url):
        return SearchEntry(company=world.company, kind="order", object_id=7, title=title, text="t", url=url)

    key = ["company", "kind", "object_id"]
    insert([entry("one", "/1/")], unique=key, update=["title"])
    insert([entry("two", "/2/")], unique=key, update=["title"])
    assert list(SearchEntry.objects.filter(object_id=7).values_list("title", "url")) == [("two", "/1/")]


def test_named_columns_are_changed_and_no_others(world):
    order = draft(world, [1])
    order.net_amount, order.cost_base, order.customer_po = Decimal("5.25"), None, "not saved"
    update(order, ["net_amount", "cost_base"])
    saved = Order.objects.get(pk=order.pk)
    assert (saved.net_amount, saved.cost_base, saved.customer_po) == (Decimal("5.25"), None, "")


def test_the_table_still_refuses(world):
    order = draft(world, [1])
    with pytest.raises(DataError), transaction.atomic():
        insert([line_of(order, world, 9, tax_code="x" * 500)])  # too long is no reason to cut
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([line_of(order, world, 9, cancelled=Decimal(4))])
    assert order.lines.count() == 1


def test_a_table_with_arrays_is_refused_in_words(world):
    with pytest.raises(TypeError, match="array"):
        insert([SavedView(columns=["a", "b"])])

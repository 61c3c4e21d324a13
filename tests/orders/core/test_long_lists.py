"""A list too long to count says so."""

from datetime import timedelta

import pytest

from orders.core.lists.orders import ORDERS
from orders.core.models import Order
from orders.core.selectors import paging
from orders.core.views import lists
from tests.factories import OrderFactory, make_company, make_user

pytestmark = pytest.mark.django_db


def test_a_list_beyond_the_cap_says_that_there_are_more(client, monkeypatch):
    company = make_company()
    for _ in range(3):
        OrderFactory(company=company, confirmed=True)
    client.force_login(make_user(company, "csr"), backend="omc.accounts.backends.RoleBackend")
    monkeypatch.setattr(lists, "capped_count", lambda rows: paging.capped_count(rows, cap=2))

    page = client.get("/orders/")

    assert page.status_code == 200
    assert b"2+" in page.content


def test_newest_first_goes_by_when_an_order_was_made_and_pages_neither_lose_nor_repeat_any():
    company = make_company()
    made = [OrderFactory(company=company, confirmed=True) for _ in range(7)]
    day = made[0].created_at
    for order, days in zip(made, (3, 1, 2, 2, 2, 0, 3), strict=True):  # a past that was written later; ties
        Order.objects.filter(pk=order.pk).update(created_at=day - timedelta(days=days))
    rows = Order.objects.filter(company=company)
    for name in ("newest", "oldest"):
        order = ORDERS.sorts[name].order
        wanted = list(rows.order_by(*order).values_list("pk", flat=True))
        seen, cursor = [], ""
        while True:
            page = paging.keyset(rows, {"after": cursor}, order=order, size=2)
            seen += [row.pk for row in page.rows]
            if not page.next:
                break
            cursor = page.next
        back = paging.keyset(rows, {"before": page.previous}, order=order, size=2)

        assert seen == wanted
        assert [row.pk for row in back.rows] == wanted[4:6]
    assert [made.index(row) for row in rows.order_by(*ORDERS.sorts["newest"].order)] == [5, 1, 4, 3, 2, 6, 0]

"""A list too long to count says so."""

import pytest

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

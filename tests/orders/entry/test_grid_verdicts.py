"""What the discount guidelines say of a row, while it is typed and when the draft is opened."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from orders.core.models import Order
from orders.pricing.guidelines.services import GuidelineInput, draft_guidelines, publish_guidelines
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.item(sku="BOLT", list_price=Decimal(10), standard_cost=Decimal(4))
    rows = [GuidelineInput(max_discount_percent=Decimal(10), min_margin_percent=Decimal(30))]
    version = draft_guidelines(rows=rows, actor=make_actor(desk.company, "pricing"))
    publish_guidelines(version_id=version.pk, actor=make_actor(desk.company, "admin"))
    return desk


def client_of(user_id: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id), backend="omc.accounts.backends.RoleBackend")
    return client


def verdict(html: str) -> str:
    """The words of the first row's verdict."""
    start = html.index('data-out="verdict"')
    part = html[start : html.index("</td>", start)]
    text = re.sub("<[^>]+>", "", part.partition(">")[2])
    return " ".join(text.split())


def cheap(desk: Desk) -> Order:
    bolt = desk.item(sku="NUT", list_price=Decimal(10), standard_cost=Decimal(4))
    order = desk.draft()
    url = reverse("entry:edit", args=[order.pk])
    data = {"version": order.version, "ship_rule": order.ship_rule, "channel": "desk"}
    row = {"item": str(bolt), "quantity": "2", "price": "5 competitor"}
    client_of(desk.lead.user_id).post(url, data | row | {"do": "save"})
    order.refresh_from_db()
    return order


def test_a_price_beyond_the_guidelines_is_told_while_it_is_typed(desk: Desk) -> None:
    order = desk.draft()
    lead = client_of(desk.lead.user_id)
    url = reverse("entry:line", args=[order.pk])
    told = verdict(lead.post(url, {"item": "BOLT", "quantity": "2", "price": "5 competitor"}).text)
    assert told == (
        "competitor needs approval 50.0 % off, at most 10.0 % may be given. Margin 20.0 %, at least 30.0 % has to stay."
    )
    assert verdict(lead.post(url, {"item": "BOLT", "quantity": "2", "price": "9.50 competitor"}).text) == "competitor"
    assert verdict(lead.post(url, {"item": "BOLT", "quantity": "2"}).text) == ""
    assert order.lines.count() == 0


def test_an_opened_draft_tells_it_too_and_no_margin_to_who_may_not_see_costs(desk: Desk) -> None:
    order = cheap(desk)
    url = reverse("entry:edit", args=[order.pk])
    assert "at least 30.0 %" in verdict(client_of(desk.lead.user_id).get(url).text)
    csr = verdict(client_of(desk.csr.user_id).get(url).text)
    assert csr == "competitor needs approval 50.0 % off, at most 10.0 % may be given. Lower than it may be sold for."


def test_rows_at_their_list_price_say_nothing(desk: Desk) -> None:
    items = [desk.item(list_price=Decimal(3), standard_cost=Decimal(1)) for _ in range(25)]
    order = desk.draft(*(line(item, 1) for item in items))
    page = client_of(desk.csr.user_id).get(reverse("entry:edit", args=[order.pk])).text
    assert page.count('data-out="verdict"') == 25 + 8 + 1  # lines, spare rows, the blank one
    assert "needs approval" not in page

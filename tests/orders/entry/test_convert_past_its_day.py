"""A quote accepted in time and ordered after its day: somebody looks at what moved, and says which prices count."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from omc.lib import clock
from orders.core.inputs import LineInput
from orders.core.models import Order, Product
from orders.entry.services import convert_quote, submit_order
from orders.entry.services.convert_quote import PricesToChoose
from orders.pricing.models import Quote
from orders.pricing.services import PricesMoved, accept_quote, change_quote, send_quote, write_quote
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


class Case(Desk):
    """Three of an item at 10, two at a typed 8, and freight at 5; the item costs 12 by now, and the day is over."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.first, self.second = self.item(list_price=D(10), stock=9), self.item(list_price=D(9), stock=9)
        freight = LineInput(kind="charge", description="Freight", quantity=D(1), unit_price=D(5))
        typed = line(self.second, 2, unit_price=D(8), price_reason="to win the site")
        pricing = make_actor(self.company, "pricing")
        quote = write_quote(customer_id=self.customer.pk, lines=[line(self.first, 3), typed, freight], actor=pricing)
        send_quote(quote_id=quote.pk, actor=pricing)
        self.quote = accept_quote(quote_id=quote.pk, actor=self.lead)

    def moved(self) -> None:
        Product.objects.filter(pk=self.first.pk).update(list_price=D(12))

    def convert(self, **more: Any) -> Order:
        order: Order = convert_quote(quote_id=self.quote.pk, actor=self.csr, **more)
        return order

    def client(self) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=self.csr.user_id), backend="omc.accounts.backends.RoleBackend")
        return client


@pytest.fixture
def case() -> Any:
    case = Case()
    with clock.stopped_at(clock.now() + timedelta(days=40)):
        yield case


def test_where_nothing_moved_it_is_ordered_as_ever(case: Case) -> None:
    assert case.convert().net_amount == D("51.00")


def test_where_a_price_moved_nothing_is_written_before_somebody_says_which_count(case: Case) -> None:
    case.moved()
    with pytest.raises(PricesToChoose) as refusal:
        case.convert()
    told = refusal.value.data
    assert (told["net_before"], told["net_amount"]) == ("51.00", "57.00")
    assert [(row["position"], row["price_before"], row["price_after"]) for row in told["lines"]] == [  # type: ignore[attr-defined]
        (1, "10.0000", "12.0000")
    ]
    assert not Order.objects.exists()


def test_what_was_accepted_in_time_may_stand(case: Case) -> None:
    case.moved()
    order = case.convert(prices="quoted")
    assert (order.net_amount, order.lines.get(position=1).price_steps[-1]["step"]) == (D("51.00"), "quote")


def test_or_todays_as_they_were_seen_and_what_was_typed_stays_typed(case: Case) -> None:
    case.moved()
    with pytest.raises(PricesMoved) as refusal:
        case.convert(prices="today", net_amount=D("51.00"))
    assert refusal.value.data == {"net_amount": "57.00"}
    with pytest.raises(PricesMoved):
        case.convert(prices="today")
    assert not Order.objects.exists()

    order = case.convert(prices="today", net_amount=D("57.00"))
    first, typed, freight = order.lines.order_by("position")
    assert [first.unit_price, typed.unit_price, freight.unit_price] == [12, 8, 5]
    assert (first.price_steps[-1]["step"], typed.price_steps[-1]["reason"]) == ("list", "to win the site")
    assert Quote.objects.get(pk=case.quote.pk).state == "converted"
    assert submit_order(order_id=order.pk, actor=case.csr).state == "pending"


def test_in_time_todays_prices_are_no_choice() -> None:
    case = Case()
    case.moved()
    assert case.convert(prices="today", net_amount=D("57.00")).net_amount == D("51.00")


def test_what_has_no_price_today_can_be_ordered_as_it_was_accepted(case: Case) -> None:
    Product.objects.filter(pk=case.first.pk).update(list_price=None)
    with pytest.raises(PricesToChoose, match="not all of it has a price"):
        case.convert()
    answer = case.client().get(reverse("entry:convert-part", args=[case.quote.pk])).content.decode()
    assert 'name="prices" value="quoted"' in answer
    assert case.convert(prices="quoted").net_amount == D("51.00")


@pytest.mark.slow
def test_the_screen_shows_the_difference_and_asks_again_for_another_quantity(case: Case) -> None:
    case.moved()
    client, page = case.client(), reverse("entry:convert-part", args=[case.quote.pk])
    assert client.post(reverse("entry:convert", args=[case.quote.pk])).headers["Location"] == page
    shown = client.get(page).content.decode()
    assert "Prices moved since the customer accepted" in shown
    assert 'name="net_amount" value="57.00"' in shown

    lines = list(case.quote.lines.order_by("position"))
    asked = {f"line_{row.pk}": str(row.typed_quantity) for row in lines} | {"version": case.quote.event_seq}
    assert client.post(page, asked).status_code == 422  # which prices?
    less = asked | {f"line_{lines[0].pk}": "1", "prices": "today", "net_amount": "57.00"}
    again = client.post(page, less)
    assert (again.status_code, 'name="net_amount" value="33.00"' in again.content.decode()) == (422, True)
    assert not Order.objects.exists()
    assert client.post(page, less | {"net_amount": "33.00"}).status_code == 302
    assert Order.objects.get().net_amount == D("33.00")


def test_rest_says_what_moved_and_takes_the_answer(case: Case) -> None:
    case.moved()
    client, door = case.client(), f"/api/v1/entry/quotes/{case.quote.pk}/convert/"

    def post(key: str, **body: str) -> Any:
        return client.post(door, body, "application/json", headers={"Idempotency-Key": key})

    refused = post("1")
    assert (refused.status_code, refused.json()["code"]) == (409, "prices_to_choose")
    seen = refused.json()["data"]["net_amount"]
    made = post("2", prices="today", net_amount=seen)
    assert (made.status_code, Order.objects.get().net_amount) == (201, D(seen))


def test_a_quote_that_nobody_accepted_in_time_leads_to_its_renewal(case: Case) -> None:
    renewed = change_quote(quote_id=case.quote.pk, lines=[line(case.first, 3)], actor=case.lead)
    send_quote(quote_id=renewed.pk, actor=case.lead)
    with clock.stopped_at(clock.now() + timedelta(days=40)):
        client = case.client()
        for door in ("entry:convert", "pricing:accept-quote"):
            answer = client.post(reverse(door, args=[renewed.pk]))
            assert answer.headers["Location"] == reverse("pricing:renew-quote", args=[renewed.pk])
    assert not Order.objects.exists()

"""A price typed over the one in force: by whom, why and over what; and asked again when that is another."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from orders.core.models import Order, OrderLine
from orders.core.services.companies import change_setting
from orders.entry.services import save_draft, submit_order
from orders.entry.services.lines import PriceRefused
from orders.pricing import services as pricing
from orders.pricing.models import Quote
from orders.pricing.rules import asks_again
from orders.pricing.selectors import explain
from orders.pricing.services.quotes import OverrideRefused
from orders.pricing.services.typed_prices import REASON_NEEDED, PriceAskedAgain
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line
from tests.orders.pricing.factories import PriceBreakFactory, PriceListFactory

pytestmark = pytest.mark.django_db


class Counter(Desk):
    """An item at 10, from a hundred on at 9; somebody of pricing types 8 for it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pricing = make_actor(self.company, "pricing", "csr")
        self.product = self.item(stock=500)
        base = PriceListFactory(company=self.company)
        for least, price in ((1, 10), (100, 9)):
            PriceBreakFactory(price_list=base, product=self.product, min_quantity=D(least), unit_price=D(price))

    def row(self, quantity: int, price: int | None = 8, **said: Any) -> Any:
        """As typed; without a reason unless one is ``said``."""
        typed = None if price is None else D(price)
        return line(self.product, quantity, unit_price=typed, **{"price_reason": ""} | said)

    def typed(self, quantity: int = 5) -> Order:
        order = self.draft(self.row(quantity, None))
        rows = [self.row(quantity, price_reason="to win the site")]
        return save_draft(order_id=order.pk, lines=rows, actor=self.pricing)

    def saved(self, order: Order, *rows: Any, actor: Any = None) -> OrderLine:
        save_draft(order_id=order.pk, lines=rows, actor=actor or self.pricing)
        return order.lines.get(position=1)


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_a_typed_price_keeps_what_it_was_typed_over_by_whom_when_and_why(counter: Counter) -> None:
    only = counter.typed().lines.get()
    step = only.price_steps[-1]
    assert (D(step["instead_of"]), D(step["price"]), D(step["amount"])) == (10, 8, -2)
    assert (step["reason"], step["author"], step["user_id"]) == (
        "to win the site", counter.pricing.name, counter.pricing.user_id,
    )  # fmt: skip
    told = explain(only, counter.pricing).steps[-1]
    assert (told.instead_of, told.reason, told.at is not None) == (10, "to win the site", True)
    assert sum(D(each["amount"]) for each in only.price_steps) == only.unit_price


def test_another_quantity_at_the_same_price_in_force_asks_nothing(counter: Counter) -> None:
    kept = counter.saved(counter.typed(), counter.row(6), actor=counter.csr)
    assert asks_again(kept.price_steps) is None
    assert kept.price_steps[-1]["reason"] == "to win the site"


def test_a_quantity_that_changes_the_price_in_force_asks_again_and_is_not_handed_in_before(counter: Counter) -> None:
    order = counter.typed()
    asking = counter.saved(order, counter.row(100), actor=counter.csr)
    again = asks_again(asking.price_steps)
    assert again is not None
    assert (again.was, again.now, asking.unit_price) == (10, 9, 8)
    with pytest.raises(PriceAskedAgain, match="Line 1"):
        submit_order(order_id=order.pk, actor=counter.csr)
    order.refresh_from_db()
    assert order.state == "draft"
    with pytest.raises(PriceRefused):  # who may not type prices does not keep them either
        counter.saved(order, counter.row(100, price_seen=D(9)), actor=counter.csr)
    stale = counter.saved(order, counter.row(100, price_seen=D(10)))  # looked at another price in force
    assert asks_again(stale.price_steps) is not None

    kept = counter.saved(order, counter.row(100, price_seen=D(9)))
    assert asks_again(kept.price_steps) is None
    assert (D(kept.price_steps[-1]["instead_of"]), kept.price_steps[-1]["reason"]) == (9, "to win the site")
    assert submit_order(order_id=order.pk, actor=counter.csr).state == "pending"


def test_the_price_in_force_is_taken_by_anybody(counter: Counter) -> None:
    order = counter.typed()
    counter.saved(order, counter.row(100), actor=counter.csr)
    taken = counter.saved(order, counter.row(100, None), actor=counter.csr)
    assert (taken.unit_price, asks_again(taken.price_steps)) == (9, None)
    submit_order(order_id=order.pk, actor=counter.csr)


def test_back_to_the_old_quantity_there_is_nothing_to_ask(counter: Counter) -> None:
    order = counter.typed()
    counter.saved(order, counter.row(100), actor=counter.csr)
    assert asks_again(counter.saved(order, counter.row(5), actor=counter.csr).price_steps) is None


def test_a_quote_asks_again_too_and_is_not_sent_before(counter: Counter) -> None:
    first = counter.row(5, price_reason="to win the site")
    quote = pricing.write_quote(customer_id=counter.customer.pk, lines=[first], actor=counter.pricing)
    pricing.change_quote(quote_id=quote.pk, lines=[counter.row(100)], actor=counter.csr)
    assert asks_again(quote.lines.get().price_steps) is not None
    with pytest.raises(PriceAskedAgain):
        pricing.send_quote(quote_id=quote.pk, actor=counter.lead, recipient="a@b.example")
    with pytest.raises(OverrideRefused):
        pricing.change_quote(quote_id=quote.pk, lines=[counter.row(100, price_seen=D(9))], actor=counter.csr)
    pricing.change_quote(quote_id=quote.pk, lines=[counter.row(100, price_seen=D(9))], actor=counter.pricing)
    assert pricing.send_quote(quote_id=quote.pk, actor=counter.lead, recipient="a@b.example").state == "sent"


def test_a_typed_price_needs_a_reason_unless_the_company_says_otherwise(counter: Counter) -> None:
    order = counter.draft(counter.row(5, None))
    with pytest.raises(PriceRefused, match="Say why"):
        counter.saved(order, counter.row(5))
    assert order.lines.get().unit_price == 10
    assert counter.saved(order, counter.row(5, price_reason="a competitor")).unit_price == 8
    with pytest.raises(OverrideRefused, match="Say why"):
        pricing.write_quote(customer_id=counter.customer.pk, lines=[counter.row(5)], actor=counter.pricing)

    change_setting(key=REASON_NEEDED, value="0", actor=make_actor(counter.company, "admin"))
    assert counter.saved(order, counter.row(5, 7)).unit_price == 7
    assert pricing.write_quote(customer_id=counter.customer.pk, lines=[counter.row(5)], actor=counter.pricing).pk


def test_the_form_of_a_quote_asks_for_the_reason_at_its_field(counter: Counter) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=counter.pricing.user_id))
    quote = pricing.write_quote(customer_id=counter.customer.pk, lines=[counter.row(5, None)], actor=counter.pricing)
    quote = pricing.send_quote(quote_id=quote.pk, actor=counter.lead, recipient="a@b.example")
    page = reverse("pricing:edit-quote", args=[quote.pk])
    row = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-sku": counter.product.sku}
    row |= {"lines-0-quantity": "5", "lines-0-unit_price": "8", "version": quote.version}
    refused = client.post(page, row)
    assert refused.status_code == 422
    assert "Say why" in str(refused.context["lines"][0].errors["price_reason"])
    assert client.post(page, row | {"lines-0-price_reason": "to win the site"}).status_code == 302
    line = Quote.objects.get(number=quote.number, state="draft").lines.get()
    assert (line.unit_price, line.price_steps[-1]["reason"]) == (8, "to win the site")


@pytest.mark.slow
def test_the_grid_says_so_and_takes_the_reason_behind_the_price(counter: Counter) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=counter.pricing.user_id))
    order = counter.draft(counter.row(5, None))

    def typed(quantity: str, price: str, seen: str = "") -> str:
        order.refresh_from_db()
        row = {"item": counter.product.sku, "quantity": quantity, "price": price, "kind": "goods", "seen": seen}
        header = {"version": order.version, "ship_to_id": order.ship_to_id, "ship_rule": order.ship_rule}
        data = {**header, "channel": order.channel, **row}
        answer = client.post(reverse("entry:line", args=[order.pk]), row | {"row": "1"})
        saved = client.post(reverse("entry:edit", args=[order.pk]), data, headers={"Accept": "application/json"})
        assert saved.status_code == 200, saved.content
        return answer.content.decode()

    assert "to win the site" in typed("5", "8.00 to win the site")
    assert order.lines.get().price_steps[-1]["reason"] == "to win the site"
    asked = typed("100", "8.00")
    assert "look again" in asked
    assert 'data-seen="9.0000"' in asked
    assert "look again" not in typed("100", "8.00", seen="9.0000")
    assert asks_again(order.lines.get().price_steps) is None
    assert "look again" in typed("5", "8.00")


def test_by_rest_the_reason_is_kept_and_handing_in_names_the_line(counter: Counter) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=counter.pricing.user_id))
    row = {"sku": counter.product.sku, "quantity": "5", "unit_price": "8", "price_reason": "as agreed"}
    body = {"customer_id": counter.customer.pk, "lines": [row]}
    made = client.post("/api/v1/entry/orders/", body, content_type="application/json", headers={"Idempotency-Key": "1"})
    assert made.status_code == 201, made.content
    order = Order.objects.get()
    assert order.lines.get().price_steps[-1]["reason"] == "as agreed"
    counter.saved(order, counter.row(100), actor=counter.csr)
    refused = client.post(f"/api/v1/entry/orders/{order.pk}/submit/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "price_asked_again")
    assert refused.json()["data"]["lines"] == [{"position": 1, "field": "unit_price"}]

"""Screens and REST of stage 3: every door leads to the same room, and shows only what the role may see."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omc.accounts.models import User
from orders.core.inputs import LineInput
from orders.core.models import Event, OrderLine, ProductUnit
from orders.generation.services import EnquiryInput, record_enquiry
from orders.pricing import services
from orders.pricing.models import PriceBreak, PriceList, Quote, TaxRule
from tests.factories import (
    ContactFactory,
    CustomerFactory,
    OrderFactory,
    ProductFactory,
    make_actor,
    make_company,
    make_user,
)
from tests.orders.pricing.factories import PriceBreakFactory, PriceListFactory

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.company = make_company()
        self.customer = CustomerFactory(company=self.company, code="ACME", name="Acme Tools")
        ContactFactory(customer=self.customer, email="pat@acme.example")
        self.product = ProductFactory(company=self.company, sku="BOLT-M8", standard_cost=Decimal("6.4321"))
        self.csr = make_actor(self.company, "csr")

    def client(self, *roles: str) -> Client:
        client = Client()
        client.force_login(make_user(self.company, *roles), backend="omc.accounts.backends.RoleBackend")
        return client

    def quote(self, lines: int = 1, **fields: Any) -> Quote:
        typed = [LineInput(sku="BOLT-M8", quantity=Decimal(5))] * lines
        return services.write_quote(**{"customer_id": self.customer.pk, "lines": typed, "actor": self.csr} | fields)

    def sent(self) -> Quote:
        return services.send_quote(quote_id=self.quote().pk, actor=self.csr)

    def order(self) -> Any:
        return OrderFactory(
            company=self.company, customer=self.customer, confirmed=True, items=[(self.product, 5, "10.00")]
        )


@pytest.fixture
def scene():
    return Scene()


def rows(*filled: dict[str, Any], prefix: str = "lines", initial: int = 0, total: int | None = None) -> dict[str, Any]:
    """The fields of a plain form's rows."""
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": total or len(filled),
        f"{prefix}-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(filled):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


@pytest.mark.slow
def test_a_quote_is_written_sent_accepted_and_revised_on_screen(scene):
    client = scene.client("csr_lead")
    new = f"{reverse('pricing:new-quote')}?customer={scene.customer.pk}"
    assert client.post(reverse("pricing:new-quote"), {"customer": "acme"}).url == new
    assert 'value="ACME"' in client.get(new, follow=True).text

    response = client.post(
        new,
        rows({"sku": "bolt-m8", "quantity": "12"}, {}, {"description": "Freight", "quantity": 1, "unit_price": "9.90"}),
    )
    quote = Quote.objects.get()
    assert response.url == reverse("pricing:quote", args=[quote.pk])
    assert (quote.net_amount, quote.lines.count()) == (Decimal("129.90"), 2)

    page = client.get(response.url).text
    assert "129.90" in page
    assert "List price of the item" in page
    client.post(reverse("pricing:send-quote", args=[quote.pk]), {"recipient": "pat@acme.example"})
    client.post(reverse("pricing:accept-quote", args=[quote.pk]))
    quote.refresh_from_db()
    assert quote.state == "accepted"

    edit = reverse("pricing:edit-quote", args=[quote.pk])
    form = client.get(edit).text
    assert 'value="BOLT-M8"' in form
    assert 'value="9.9000"' in form
    client.post(edit, rows({"sku": "BOLT-M8", "quantity": "10"}) | {"version": quote.event_seq})
    new_one = Quote.objects.get(revision=2)
    quote.refresh_from_db()
    assert (quote.state, new_one.state, new_one.net_amount) == ("superseded", "draft", 100)
    assert "was 12" in client.get(reverse("pricing:quote", args=[new_one.pk])).text


def test_refusals_stand_at_their_row_and_field_with_422(scene):
    client = scene.client("csr")
    url = f"{reverse('pricing:new-quote')}?customer={scene.customer.pk}"

    unknown = client.post(url, rows({"sku": "BOLT-M8", "quantity": "1"}, {"sku": "NO-SUCH", "quantity": "1"}))
    assert unknown.status_code == 422
    assert [form.errors.get("sku") for form in unknown.context["lines"]] == [None, ["There is no item NO-SUCH."]]

    dear = client.post(url, rows({"sku": "BOLT-M8", "quantity": "1", "unit_price": "1"}))
    assert dear.status_code == 422
    assert dear.context["lines"].forms[0].errors["unit_price"] == ["You may not change this price."]

    bare = client.post(url, rows({"sku": "BOLT-M8"}))
    assert bare.context["lines"].forms[0].errors["quantity"] == ["How many?"]
    assert not Quote.objects.exists()


def test_more_rows_saves_nothing_and_keeps_what_was_typed(scene):
    url = f"{reverse('pricing:new-quote')}?customer={scene.customer.pk}"

    response = scene.client("csr").post(url, rows({"sku": "BOLT-M8", "quantity": "3"}) | {"more": "1"})

    assert response.status_code == 200
    assert len(response.context["lines"].forms) == 6
    assert 'value="BOLT-M8"' in response.text
    assert not Quote.objects.exists()


def test_an_enquiry_fills_the_quote_and_is_answered_by_it(scene):
    enquiry = record_enquiry(
        customer_id=scene.customer.pk,
        subject="Bolts",
        actor=scene.csr,
        lines=[EnquiryInput(product_id=scene.product.pk, text="", quantity=Decimal(7))],
    )
    client = scene.client("csr")
    url = f"{reverse('pricing:new-quote')}?enquiry={enquiry.pk}"
    assert f'href="{url}"' in client.get(reverse("generation:enquiry", args=[enquiry.pk])).text

    assert 'value="BOLT-M8"' in client.get(url).text
    # The row is sent as it came, so it has not "changed": it counts nevertheless.
    client.post(url, rows({"sku": "BOLT-M8", "quantity": "7"}, initial=1))

    quote = Quote.objects.get()
    enquiry.refresh_from_db()
    assert (quote.enquiry, quote.net_amount, enquiry.state) == (enquiry, 70, "quoted")


def enter_screen(scene: Scene, quote: Quote) -> int:
    return scene.client("csr").post(reverse("pricing:reject-quote", args=[quote.pk]), {"reason": "price"}).status_code


def enter_api(scene: Scene, quote: Quote) -> int:
    url = reverse("api-pricing:reject-quote", args=[quote.pk])
    return scene.client("csr").post(url, {"reason": "price"}, content_type="application/json").status_code


@pytest.mark.parametrize("door", [enter_screen, enter_api])
def test_every_door_leads_to_the_same_room(scene, door):
    quote = scene.sent()

    assert door(scene, quote) in (200, 302)
    assert door(scene, quote) in (409, 422)

    quote.refresh_from_db()
    assert (quote.state, quote.reject_reason) == ("rejected", "price")
    assert Event.objects.filter(type="quote_rejected", subject_id=quote.pk).count() == 1


QUOTE_DOORS = ["pricing:quotes", "pricing:quote", "api-pricing:quotes", "api-pricing:quote"]


@pytest.mark.parametrize("name", QUOTE_DOORS)
@pytest.mark.parametrize(
    ("role", "sees_price", "sees_cost"), [("production", False, False), ("csr", True, False), ("sales", True, True)]
)
def test_prices_and_costs_show_only_to_roles_that_may_see_them(scene, name, role, sees_price, sees_cost):
    quote = scene.quote()
    args = [quote.pk] if name.endswith("quote") else []

    text = re.sub(r":\d\d\.\d{6}", "", scene.client(role).get(reverse(name, args=args)).text)  # seconds look like money

    assert quote.number in text
    assert ("50.00" in text) is sees_price
    if args:
        assert ("6.4321" in text) is sees_cost
    assert ("35.7" in text) is (sees_cost and not name.startswith("api"))  # the margin
    if name.startswith("api"):
        assert ("cost_base" in text) is sees_cost
        assert ("price_steps" in text) is (sees_price and bool(args))


def test_the_warehouse_sees_no_quote_and_no_price_list(scene):
    client, quote = scene.client("warehouse"), scene.quote()
    listed = PriceListFactory(company=scene.company)

    for url in (
        reverse("pricing:quotes"),
        reverse("pricing:quote", args=[quote.pk]),
        reverse("pricing:quote-pdf", args=[quote.pk]),
        reverse("pricing:price-lists"),
        reverse("pricing:export-prices", args=[listed.pk]),
        reverse("pricing:look-up"),
        reverse("pricing:taxes"),
        reverse("api-pricing:quote", args=[quote.pk]),
        reverse("api-pricing:quote-pdf", args=[quote.pk]),
        reverse("api-pricing:breaks", args=[listed.pk]),
    ):
        assert client.get(url).status_code == 403, url


@pytest.mark.parametrize(
    "name", ["pricing:quote", "pricing:edit-quote", "pricing:quote-pdf", "api-pricing:quote", "api-pricing:quote-pdf"]
)
def test_a_quote_of_another_company_is_not_found(scene, name):
    stranger = Client()
    stranger.force_login(make_user(make_company(), "admin"), backend="omc.accounts.backends.RoleBackend")

    assert stranger.get(reverse(name, args=[scene.quote().pk])).status_code == 404


@pytest.mark.slow
def test_why_this_price_is_a_page_a_fragment_and_an_answer(scene):
    order = scene.order()
    line = order.lines.get()
    services.price_lines(
        document=order, lines=[line], customer=scene.customer, ship_to=None, on=order.created_at.date()
    )
    line.save()
    url, api = reverse("pricing:explain", args=[line.pk]), reverse("api-pricing:explain", args=[line.pk])

    for role, sees_cost in (("csr", False), ("pricing", True)):
        client = scene.client(role)
        fragment = client.get(url, headers={"HX-Request": "true"}).text
        assert "<html" not in fragment
        assert "List price of the item" in fragment
        answer = client.get(api).json()
        assert answer["price_steps"] == [{"step": "list", "source": "item", "amount": "10.0000", "price": "10.0000"}]
        for text in (fragment, client.get(url).text, json.dumps(answer), client.get(f"/orders/{order.pk}/").text):
            assert ("6.4321" in text) is sees_cost
    assert scene.client("warehouse").get(url).status_code == 403
    assert scene.client("warehouse").get(api).status_code == 403
    assert "Why this price" not in scene.client("warehouse").get(f"/orders/{order.pk}/").text


def test_the_quotes_of_a_customer_show_on_its_page(scene):
    quote = scene.quote()

    assert quote.number in scene.client("csr").get(reverse("core:customer", args=[scene.customer.pk])).text
    hidden = scene.client("production").get(reverse("core:customer", args=[scene.customer.pk])).text
    assert quote.number in hidden
    assert "50.00" not in hidden


@pytest.mark.slow
def test_the_list_costs_the_same_queries_for_one_row_and_for_twenty(scene):
    client = scene.client("sales")
    client.get(reverse("pricing:quotes"))
    counts = []
    for many in (1, 19):
        for _ in range(many):
            scene.quote()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("pricing:quotes"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_the_page_of_a_quote_costs_the_same_queries_for_one_line_and_for_thirty(scene):
    client = scene.client("sales")
    counts = []
    for many in (1, 30):
        url = reverse("pricing:quote", args=[scene.quote(lines=many).pk])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_filters_find_by_state_customer_and_writer(scene):
    drafted, sent = scene.quote(), scene.sent()
    stranger = Scene()
    theirs = stranger.quote()
    client = Client()
    client.force_login(User.objects.get(pk=scene.csr.user_id), backend="omc.accounts.backends.RoleBackend")

    def found(query: str) -> set[int]:
        text = client.get(f"{reverse('pricing:quotes')}?{query}", headers={"HX-Request": "true"}).text
        return {quote.pk for quote in (drafted, sent, theirs) if f"/pricing/quotes/{quote.pk}/" in text}

    assert found("") == {drafted.pk, sent.pk}
    assert found("state=sent") == {sent.pk}
    assert found("text=acme&mine=on") == {drafted.pk, sent.pk}
    assert found("text=nobody") == set()
    assert found("state=open") == {drafted.pk, sent.pk}


def test_a_price_list_is_made_filled_by_form_and_file_and_taken_out_again(scene):
    client = scene.client("pricing")
    made = client.post(
        reverse("pricing:new-price-list"),
        {"code": "ACME-26", "kind": "contract", "currency": "usd", "customer": "ACME"},
    )
    price_list = PriceList.objects.get(code="ACME-26")
    assert made.url == reverse("pricing:price-list", args=[price_list.pk])
    ladder = f"{reverse('pricing:ladder', args=[price_list.pk])}?sku=bolt-m8"

    one = {"min_quantity": "1", "unit_price": "9"}
    client.post(ladder, rows(one, {"min_quantity": "100", "unit_price": "8.5"}, {}))
    risen = client.post(ladder, rows(one, {"min_quantity": "100", "unit_price": "9.5"}))
    assert risen.status_code == 422
    assert "the price would rise" in risen.context["rows"].forms[1].errors["unit_price"][0]
    assert PriceBreak.objects.filter(replaced_at=None).count() == 2

    exported = client.get(reverse("pricing:export-prices", args=[price_list.pk])).getvalue()
    assert exported.decode().splitlines() == [
        "sku,min_quantity,unit,unit_price,percent,break_group,valid_from,valid_to",
        "BOLT-M8,1,,9.0000,,,,",
        "BOLT-M8,100,,8.5000,,,,",
    ]
    client.post(ladder, rows(one, {"min_quantity": "100", "unit_price": "8"}))

    page = client.get(reverse("pricing:price-list", args=[price_list.pk])).text
    assert "8.00" in page
    assert "8.50" not in page
    assert "In force" in page
    assert "8.50" in client.get(ladder).text  # what it was before
    client.post(ladder, rows({}, {}, initial=2))
    assert not PriceBreak.objects.filter(replaced_at=None).exists()


def test_a_price_is_looked_up_with_its_reasons_on_screen_and_by_api(scene):
    contract = PriceListFactory(company=scene.company, code="ACME-26", kind="contract", customer=scene.customer)
    services.set_breaks(
        list_id=contract.pk,
        rows=[services.BreakInput(sku="BOLT-M8", min_quantity=Decimal(10), unit_price=Decimal("7.5"))],
        actor=make_actor(scene.company, "pricing"),
    )
    client = scene.client("csr")
    url, api = reverse("pricing:look-up"), reverse("api-pricing:price")

    page = client.get(f"{url}?customer=ACME&sku=BOLT-M8&quantity=10").text
    answer = client.get(f"{api}?customer_id={scene.customer.pk}&sku=BOLT-M8&quantity=10").json()

    assert "7.50" in page
    assert "ACME-26" in page
    assert (answer["unit_price"], answer["list_price"], len(answer["price_steps"])) == ("7.5000", "10.0000", 2)
    assert "7.50" not in client.get(f"{url}?sku=BOLT-M8&quantity=10").text
    assert client.get(f"{url}?sku=NOBODY&quantity=10").status_code == 422
    assert client.get(f"{api}?sku=NOBODY").json()["code"] == "invalid_lines"


def test_taxes_and_rates_are_kept_on_screen(scene):
    client, csr = scene.client("pricing"), scene.client("csr")
    rule = {
        "code": "DE-19", "name": "Germany", "country": "DE", "tax_class": "standard", "category": "S", "rate": "19",
        "is_active": "on",
    }  # fmt: skip

    assert client.post(reverse("pricing:new-tax"), rule).status_code == 302
    assert client.post(reverse("pricing:new-tax"), rule).status_code == 422
    rate = {"currency": "EUR", "day": "2026-01-01", "rate": "1.1"}
    assert client.post(reverse("pricing:set-rate"), rate).status_code == 302
    assert client.post(reverse("pricing:set-rate"), rate | {"currency": "USD"}).status_code == 422
    assert csr.post(reverse("pricing:new-tax"), rule).status_code == 403
    assert csr.post(reverse("pricing:set-rate"), rate | {"currency": "GBP"}).status_code == 403

    assert "DE-19" in csr.get(reverse("pricing:taxes")).text
    assert "EUR" in csr.get(reverse("pricing:rates")).text
    assert "GBP" not in csr.get(reverse("pricing:rates")).text
    assert TaxRule.objects.filter(company=scene.company).count() == 3


@pytest.mark.slow
def test_a_ladder_takes_packs_percent_and_groups_and_says_at_the_cell_what_is_wrong(scene):
    ProductUnit.objects.create(product=scene.product, unit="case", factor=12)
    client = scene.client("pricing")
    found = PriceListFactory(company=scene.company, pools_quantity=True)
    ladder = f"{reverse('pricing:ladder', args=[found.pk])}?sku=BOLT-M8"

    case = {"min_quantity": "1", "unit": "case", "unit_price": "108", "break_group": "bolts"}
    client.post(ladder, rows({"min_quantity": "1", "unit_price": "9.5"}, case, {}))
    saved = (
        PriceBreak.objects.filter(replaced_at=None).order_by("unit").values_list("unit", "unit_factor", "unit_price")
    )
    assert list(saved) == [("", 1, Decimal("9.5")), ("case", 12, 108)]
    page = client.get(ladder).text
    assert 'value="bolts"' in page
    assert "case of 12" in page

    refused = client.post(ladder, rows({"min_quantity": "1", "percent": "5"}, {"min_quantity": "9", "percent": "4"}))
    assert refused.status_code == 422
    assert refused.context["rows"].forms[1].errors == {"percent": ["From 9 only 4 % would come off: from 1 it is 5 %."]}
    empty = client.post(ladder, rows({"min_quantity": "1"}))
    assert empty.context["rows"].forms[0].errors == {"unit_price": ["At which price, or how much off?"]}
    assert PriceBreak.objects.filter(replaced_at=None).count() == 2
    assert "per case" in client.get(reverse("pricing:price-list", args=[found.pk])).text
    assert "per case" in client.get(reverse("core:product", args=[scene.product.pk])).text


def test_the_next_version_is_written_on_screen_and_by_api_and_both_show_it(scene):
    client, csr = scene.client("pricing"), scene.client("csr")
    first = PriceListFactory(company=scene.company, code="BASE")
    PriceBreakFactory(price_list=first, product=scene.product, unit_price="8")
    url, api = reverse("pricing:next-version", args=[first.pk]), reverse("api-pricing:next-version", args=[first.pk])
    body = {"valid_from": "2090-01-01", "change_percent": "5"}

    assert (csr.get(url).status_code, csr.post(api, body).status_code) == (403, 403)
    assert client.post(url, body | {"change_percent": "95"}).status_code == 422
    made = client.post(url, body)
    second = PriceList.objects.get(replaces=first)
    assert made.url == reverse("pricing:price-list", args=[second.pk])
    assert "8.40" in client.get(made.url).text
    assert "Version 1" in client.get(made.url).text
    assert "not yet in force" in client.get(made.url).text
    again = client.post(api, body, content_type="application/json", headers={"Idempotency-Key": "v"})
    assert (again.status_code, again.json()["message"]) == (
        422, "Version 2 follows it already. Write the next one from that.",
    )  # fmt: skip
    third = reverse("api-pricing:next-version", args=[second.pk])
    later = client.post(
        third, {"valid_from": "2091-01-01"}, content_type="application/json", headers={"Idempotency-Key": "w"}
    )
    assert (later.status_code, later.json()["version"]) == (201, 3)


def test_costs_are_seen_and_typed_by_role_and_stay_within_the_company(scene):
    url, api = (reverse(name, args=[scene.product.pk]) for name in ("pricing:costs", "api-pricing:costs"))
    pricing, sales, csr = scene.client("pricing"), scene.client("sales"), scene.client("csr")
    typed = {"kind": "replacement", "cost": "7.25", "reason": "Offer of Monday"}

    assert pricing.post(url, typed | {"reason": ""}).status_code == 422
    assert pricing.post(url, typed).url == url
    assert "7.25" in sales.get(url).text
    assert "Type a cost" not in sales.get(url).text
    assert sales.post(url, typed | {"cost": "1"}).status_code in (403, 422)
    assert [client.get(door).status_code for client in (csr, Scene().client("pricing")) for door in (url, api)] == [
        403, 403, 404, 404,
    ]  # fmt: skip
    assert "What it costs us" not in csr.get(reverse("core:product", args=[scene.product.pk])).text

    put = pricing.put(api, typed | {"cost": "7.5"}, content_type="application/json").json()["results"]
    assert [(row["before"], row["after"]) for row in put] == [("7.2500", "7.5000"), (None, "7.2500")]


@pytest.mark.slow
def test_a_row_of_a_draft_answers_why_and_so_does_each_line_of_an_order(scene):
    order = scene.order()
    line = order.lines.get()
    line.price_steps = [{"step": "list", "source": "item", "amount": "10.0000", "price": "10.0000"}]
    line.save()
    url = reverse("pricing:explain-row", args=[order.pk])
    csr, stranger = scene.client("csr"), Scene().client("csr")

    assert "List price of the item" in csr.get(f"{url}?row=1", headers={"HX-Request": "true"}).text
    assert "Not saved yet" in csr.get(f"{url}?row=2", headers={"HX-Request": "true"}).text
    assert [csr.get(f"{url}?row={row}").status_code for row in ("2", "0", "x")] == [404, 404, 404]
    assert stranger.get(f"{url}?row=1").status_code == 404
    assert scene.client("warehouse").get(f"{url}?row=1").status_code == 403
    assert reverse("pricing:explain", args=[line.pk]) in csr.get(reverse("core:order", args=[order.pk])).text


def test_a_discount_on_the_order_is_shared_by_its_lines_before_their_margin_counts(scene):
    order = OrderFactory(
        company=scene.company, customer=scene.customer, confirmed=True,
        items=[(scene.product, 3, "10.00"), (scene.product, 6, "10.00")],
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, position=3, kind="charge", description="Discount", unit_price=-10, net_amount=-10, net_base=-10
    )
    line = order.lines.get(position=1)
    lead, csr = scene.client("csr_lead"), scene.client("csr")

    page = lead.get(reverse("pricing:explain", args=[line.pk])).text
    assert "Its share of the discounts" in page
    assert "−3.33" in page
    seen = lead.get(reverse("api-pricing:explain", args=[line.pk])).json()
    assert seen["margin_percent"] == "27.63"  # 30.00 - 3.33 - 19.30 of 26.67
    assert "Its share of the discounts" not in csr.get(reverse("pricing:explain", args=[line.pk])).text


def test_the_api_creates_once_per_key_and_guards_against_lost_updates(scene):
    client = scene.client("csr")
    body = {"customer_id": scene.customer.pk, "lines": [{"sku": "BOLT-M8", "quantity": "5"}]}

    def post(body: dict[str, Any], key: str) -> Any:
        return client.post(
            reverse("api-pricing:quotes"), body, content_type="application/json", headers={"Idempotency-Key": key}
        )

    first, again, other = post(body, "k1"), post(body, "k1"), post(body | {"customer_note": "x"}, "k1")
    assert (first.status_code, again.json()["id"], other.status_code) == (201, first.json()["id"], 409)
    assert Quote.objects.count() == 1
    assert first.json()["net_amount"] == "50.00"

    url = reverse("api-pricing:quote", args=[first.json()["id"]])
    etag = client.get(url).headers["ETag"]
    change = {"lines": [{"sku": "BOLT-M8", "quantity": "6"}]}
    ok = client.put(url, change, content_type="application/json", headers={"If-Match": etag})
    late = client.put(url, change, content_type="application/json", headers={"If-Match": etag})
    assert (ok.status_code, ok.json()["net_amount"]) == (200, "60.00")
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")
    bad = client.put(url, {"lines": [{"sku": "NO", "quantity": "1"}]}, content_type="application/json").json()
    assert (bad["code"], bad["data"]["lines"][0]["position"]) == ("invalid_lines", 1)


def test_price_lists_taxes_and_rates_by_api(scene):
    client = scene.client("pricing")

    def send(method: str, name: str, body: dict[str, Any], *args: int) -> Any:
        call = getattr(client, method)
        return call(reverse(f"api-pricing:{name}", args=args), body, content_type="application/json")

    made = send("post", "price-lists", {"code": "B", "kind": "base", "currency": "USD"})
    row = {"sku": "BOLT-M8", "min_quantity": "1", "unit_price": "9.5"}
    put = send("put", "breaks", {"rows": [row]}, made.json()["id"])
    bad = send("put", "breaks", {"rows": [row, row | {"min_quantity": "2", "unit_price": "10"}]}, made.json()["id"])
    france = {"code": "FR-20", "name": "France", "country": "FR", "rate": "20"}
    rule = send("post", "tax-rules", france)
    changed = send("put", "tax-rule", france | {"rate": "21"}, rule.json()["id"])
    rate = send("post", "exchange-rates", {"currency": "EUR", "day": "2026-01-01", "rate": "1.1"})

    assert (made.status_code, put.json()["results"][0]["unit_price"]) == (201, "9.5000")
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_ladder")
    assert (rule.status_code, changed.json()["rate"], rate.json()["rate"]) == (201, "21.0000", "1.10000000")
    assert len(client.get(reverse("api-pricing:tax-rules")).json()["results"]) == 3
    assert [each["code"] for each in client.get(reverse("api-pricing:price-lists")).json()["results"]] == ["B"]
    assert len(client.get(reverse("api-pricing:exchange-rates")).json()["results"]) == 1


@pytest.mark.slow
def test_the_empty_company_answers_every_page(scene):
    company = make_company()
    client = Client()
    client.force_login(make_user(company, "admin"), backend="omc.accounts.backends.RoleBackend")

    for name in ("quotes", "new-quote", "price-lists", "new-price-list", "look-up", "taxes", "new-tax", "rates"):
        assert client.get(reverse(f"pricing:{name}"), follow=True).status_code == 200, name
    for name in ("enquiries", "record"):
        assert client.get(reverse(f"generation:{name}")).status_code == 200, name

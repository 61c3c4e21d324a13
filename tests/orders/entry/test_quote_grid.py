"""The entry grid on a draft quote: the same page, rows and answers; pricing's draft is what is written."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from orders.core.models import ProductUnit
from orders.entry.services import start_order
from orders.entry.views.answers import FIRST_ROWS
from orders.pricing.guidelines.services import GuidelineInput, draft_guidelines, publish_guidelines
from orders.pricing.models import Quote
from orders.pricing.services import save_quote_draft, send_quote, start_quote
from tests.factories import make_actor, make_company, make_user
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def client_of(user_id: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id), backend="omc.accounts.backends.RoleBackend")
    return client


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk.csr.user_id)


@pytest.fixture
def quote(desk: Desk) -> Quote:
    return start_quote(customer_id=desk.customer.pk, actor=desk.csr)


def typed(quote: Quote, *rows: tuple[str, ...], **more: Any) -> dict[str, Any]:
    cells = ("item", "quantity", "unit", "price")
    columns = {name: [row[at] if at < len(row) else "" for row in rows] for at, name in enumerate(cells)}
    return {"version": quote.version, "valid_until": quote.valid_until.isoformat(), **columns, **more}


def grid(quote: Quote, part: str = "") -> str:
    return reverse(f"entry:quote{part}", args=[quote.pk])


def test_a_quote_is_begun_for_a_customer_and_opens_in_the_grid(desk: Desk, client: Client) -> None:
    assert client.get(reverse("pricing:new-quote")).url == reverse("entry:new-quote")
    begun = client.post(reverse("entry:new-quote"), {"customer": desk.customer.code})
    quote = Quote.objects.get()
    assert begun.url == grid(quote)
    page = client.get(begun.url)
    assert "Look it over and send" in page.text
    assert 'name="wanted"' not in page.text
    assert client.get(reverse("pricing:edit-quote", args=[quote.pk])).url == grid(quote)


def test_the_script_saves_and_a_plain_form_does(desk: Desk, client: Client, quote: Quote) -> None:
    desk.item(sku="BOLT", list_price=Decimal(4))
    answer = client.post(grid(quote), typed(quote, ("bolt", "3")), headers={"Accept": "application/json"})
    assert (answer.status_code, "12.00" in answer.json()["totals"]) == (200, True)
    assert "No discount guidelines are in force" in answer.json()["outlook"]
    quote.refresh_from_db()
    assert answer.json()["version"] == quote.version
    again = client.post(grid(quote), typed(quote, ("bolt", "5"), ("", ""), customer_note="Soon", do="save"))
    assert again.url == grid(quote)
    quote.refresh_from_db()
    assert (quote.net_amount, quote.customer_note) == (Decimal("20.00"), "Soon")
    on = client.post(grid(quote), typed(quote, ("bolt", "6"), do="submit"))
    assert on.url == reverse("pricing:quote", args=[quote.pk]) + "#send"
    page = client.get(grid(quote)).text
    assert 'value="BOLT"' in page
    assert "24.00" in page


def test_refusals_stand_at_their_cells(desk: Desk, client: Client, quote: Quote) -> None:
    desk.item(sku="BOLT", list_price=Decimal(4))
    rows = (("BOLT", "x"), ("NO-SUCH", "1"), ("BOLT", "1", "", "1"))
    bad = client.post(grid(quote), typed(quote, *rows[:1]))
    assert (bad.status_code, "This is no number" in bad.text) == (422, True)
    told = client.post(grid(quote), typed(quote, *rows[1:]), headers={"Accept": "application/json"})
    assert told.status_code == 422
    assert told.json()["rows"] == [{"row": 0, "cell": "item", "message": "There is no item NO-SUCH."}]
    dear = client.post(grid(quote), typed(quote, rows[2]), headers={"Accept": "application/json"})
    assert dear.json()["rows"] == [{"row": 0, "cell": "price", "message": "You may not change this price."}]
    past = typed(quote, ("BOLT", "1")) | {"valid_until": "2001-01-01"}
    assert "valid_until" in client.post(grid(quote), past, headers={"Accept": "application/json"}).json()["fields"]
    assert quote.lines.count() == 0


def test_a_stale_page_is_told_the_same_words_by_saving_and_by_asking(desk: Desk, client: Client, quote: Quote) -> None:
    bolt = desk.item(sku="BOLT")
    data = typed(quote, ("BOLT", "3"))
    save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 9)], actor=desk.lead)
    refused = client.post(grid(quote), data, headers={"Accept": "application/json"})
    asked = client.post(grid(quote, "-seat"), {"tab": "t", "editor": "e"})
    assert refused.status_code == 412
    assert refused.json()["message"] == asked.json()["moved"] == f"{quote} was saved elsewhere meanwhile."
    assert f"{quote} was saved elsewhere meanwhile." in client.post(grid(quote), data).text
    assert quote.lines.get().quantity == 9


def test_a_row_is_priced_and_says_what_is_there_a_kit_by_its_parts(desk: Desk, client: Client, quote: Quote) -> None:
    bolt = desk.item(sku="BOLT", list_price=Decimal(4), stock=10)
    ProductUnit.objects.create(product=bolt, unit="box", factor=Decimal(12))
    desk.kit((bolt, 4), sku="SET", list_price=Decimal(20))
    box = client.post(grid(quote, "-line"), {"item": "bolt", "quantity": "1", "unit": "box"}).text
    assert "48.00" in box
    assert "= 12 pc" in box.replace("\xa0", " ")
    kit = client.post(grid(quote, "-line"), {"item": "SET", "quantity": "3"}).text
    assert "60.00" in kit
    assert "short" in kit
    unknown = client.post(grid(quote, "-line"), {"item": "NO-SUCH", "quantity": "3"})
    assert (unknown.status_code, quote.lines.count()) == (422, 0)
    assert 'data-value="BOLT"' in client.get(grid(quote, "-items"), {"q": "bol"}).text


@pytest.mark.slow
def test_a_row_costs_the_same_on_a_long_quote(
    desk: Desk, client: Client, quote: Quote, django_assert_max_num_queries: Any
) -> None:
    items = [desk.item(stock=5) for _ in range(30)]
    save_quote_draft(quote_id=quote.pk, lines=[line(item, 1) for item in items], actor=desk.csr)
    with django_assert_max_num_queries(30):
        client.post(grid(quote, "-line"), {"item": items[0].sku, "quantity": "3", "row": "3"})
    with django_assert_max_num_queries(40):
        client.get(grid(quote))


@pytest.mark.slow
def test_a_long_quote_comes_in_parts(desk: Desk, client: Client, quote: Quote) -> None:
    item = desk.item(sku="BOLT")
    quote = save_quote_draft(quote_id=quote.pk, lines=[line(item, n) for n in range(1, 121)], actor=desk.csr)
    page = client.get(grid(quote))
    assert page.context["shown"] == FIRST_ROWS
    rest = client.get(grid(quote, "-rows"), {"from": "100", "version": quote.version})
    assert re.findall(r'name="quantity"[^>]* value="(\d+)"', rest.text) == [str(n) for n in range(101, 121)]
    assert '<span data-out="number">101</span>' in rest.text
    assert client.get(grid(quote, "-rows"), {"from": "100", "version": quote.version - 1}).status_code == 412
    part = client.post(
        grid(quote), typed(quote, ("BOLT", "1"), shown=str(FIRST_ROWS)), headers={"Accept": "application/json"}
    )
    assert (part.json()["code"], quote.lines.count()) == ("incomplete", 120)


def test_the_guidelines_verdict_is_told_line_by_line(desk: Desk, quote: Quote) -> None:
    bolt = desk.item(sku="BOLT", list_price=Decimal(10))
    version = draft_guidelines(
        rows=[GuidelineInput(max_discount_percent=Decimal(10))], actor=make_actor(desk.company, "pricing")
    )
    publish_guidelines(version_id=version.pk, actor=make_actor(desk.company, "admin"))
    cheap = [line(bolt, 1), line(bolt, 2, unit_price=Decimal(6))]
    quote = save_quote_draft(quote_id=quote.pk, lines=cheap, actor=desk.lead)
    page = client_of(desk.lead.user_id).get(grid(quote)).text
    assert 'data-finding="approve"' in page
    assert "row 2" in page
    assert "40.0 % off, at most 10.0 % may be given." in re.sub("<[^>]+>", "", page)


def test_why_a_price_is_asked_by_row(desk: Desk, client: Client, quote: Quote) -> None:
    bolt = desk.item(sku="BOLT", list_price=Decimal(10))
    assert "Not saved yet" in client.get(grid(quote, "-why"), {"row": "1"}).text
    save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 1)], actor=desk.csr)
    assert "List price of the item" in client.get(grid(quote, "-why"), {"row": "1"}).text


@pytest.mark.slow
def test_open_drafts_are_tabs_orders_and_quotes(desk: Desk, client: Client, quote: Quote) -> None:
    assert client.get(grid(quote)).context["drafts"] == []
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    for page, here in ((grid(quote), "quote"), (reverse("entry:edit", args=[order.pk]), "order")):
        tabs = client.get(page).context["drafts"]
        assert [(tab.kind, tab.is_here) for tab in tabs] == [("order", here == "order"), ("quote", here == "quote")]
    others = make_user(desk.company, "csr")
    client_of(others.pk).post(reverse("entry:new-quote"), {"customer": desk.customer.code})
    assert len(client.get(grid(quote)).context["drafts"]) == 2


@pytest.mark.slow
def test_only_a_draft_is_written_and_only_by_who_may(desk: Desk, client: Client, quote: Quote) -> None:
    bolt = desk.item(sku="BOLT")
    save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 1)], actor=desk.csr)
    for role, status in (("sales", 200), ("warehouse", 403), ("exec", 403)):
        assert client_of(make_user(desk.company, role).pk).get(grid(quote)).status_code == status, role
    for part in ("", "-rows", "-items", "-why"):
        assert client_of(make_user(make_company(), "admin").pk).get(grid(quote, part)).status_code == 404, part
    send_quote(quote_id=quote.pk, actor=desk.csr, recipient="a@b.example")
    assert client.get(grid(quote)).url == reverse("pricing:quote", args=[quote.pk])
    late = client.post(grid(quote), typed(quote, ("BOLT", "9")), headers={"Accept": "application/json"})
    assert late.status_code in (412, 422)
    assert quote.lines.get().quantity == 1


def test_sales_write_quotes_and_are_led_to_nothing_that_refuses_them(desk: Desk) -> None:
    sales = make_user(desk.company, "sales")
    client = client_of(sales.pk)
    first, second = (
        client.post(reverse("entry:new-quote"), {"customer": customer.code}).url
        for customer in (desk.customer, desk.make_customer())
    )
    page = client.get(first).text
    tabs = page[page.index("draft-tabs") : page.index("</nav>", page.index("draft-tabs"))]
    links = re.findall(r'href="([^"]+)"', tabs)
    assert links == [first, second, reverse("entry:new-quote")]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]
    assert client.get(reverse("entry:customers"), {"q": desk.customer.code}).status_code == 200

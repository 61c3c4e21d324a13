"""A customer takes part of a quote on a telephone: it fits, it can be read in the dark, and it is accepted once."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.core.inputs import LineInput
from orders.core.links.addresses import path_of
from orders.core.models import CustomerLink
from orders.pricing.models import Quote
from orders.pricing.services import send_quote, write_quote
from tests.browser.grid import settle
from tests.factories import ContactFactory
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db(transaction=True)
TELEPHONE = {"width": 390, "height": 844}


def test_a_customer_takes_part_of_a_quote_on_a_telephone(page: Page, live_server: LiveServer, desk: Desk) -> None:
    ContactFactory(customer=desk.customer, name="Pat Buyer")
    lines = [LineInput(sku=sku, quantity=Decimal(40)) for sku in ("BOLT-M8", "NUT-M8")]
    quote = write_quote(customer_id=desk.customer.pk, lines=lines, actor=desk.lead)
    send_quote(quote_id=quote.pk, actor=desk.lead)
    bolts, nuts = quote.lines.order_by("position")
    page.set_viewport_size(TELEPHONE)
    page.emulate_media(color_scheme="dark")
    page.goto(live_server.url + path_of(CustomerLink.objects.get(subject_id=quote.pk)))

    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []

    page.get_by_label("How much of Hex bolt M8").fill("12")
    page.get_by_role("checkbox", name="Nut M8").uncheck()
    page.locator("#accept").get_by_label("Your order number").fill("PO-390")
    page.get_by_role("button", name="Accept this quote").click()

    expect(page.get_by_role("status").first).to_contain_text("Accepted on")
    expect(page.get_by_text("you take 12 pc")).to_be_visible()
    expect(page.get_by_text("left out")).to_be_visible()
    expect(page.get_by_role("button", name="Accept this quote")).to_have_count(0)
    settle(page)
    now = Quote.objects.get(pk=quote.pk)
    taken = dict(now.lines.values_list("pk", "taken"))
    assert (now.state, now.customer_po) == ("accepted", "PO-390")
    assert (taken, now.lines.get(pk=bolts.pk).taken_quantity) == ({bolts.pk: True, nuts.pk: False}, 12)

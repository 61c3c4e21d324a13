"""Ordering again by keys alone: what was bought before, templates, and the open drafts beside this one."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from omc.lib.actor import system
from orders.core.models import Order, Product
from orders.entry.again.models import OrderTemplate
from orders.entry.companions.services import compute_companions
from orders.entry.services import start_order
from orders.pricing.services import start_quote
from tests.browser.grid import cell, focused, out, rows, saved_lines, slow_down, wait_until_saved_as
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The customer bought before."""
    found = {product.sku: product for product in Product.objects.all()}
    desk.pending(line(found["BOLT-M8"], 40), line(found["NUT-M8"], 7))
    return desk


def test_what_was_bought_before_is_taken_over_with_quantities(page: Page, draft: Order) -> None:
    slow_down(page)
    page.keyboard.press("Alt+h")
    sheet = page.locator("#again")
    expect(sheet.locator("[data-take]")).to_have_count(2)
    expect(sheet.locator(".take-quantity").first).to_be_focused()
    first = sheet.locator("[data-take]").first.get_attribute("data-item")
    page.keyboard.press("Control+a")
    page.keyboard.type("9")  # typing marks the line
    page.keyboard.press("ArrowDown")
    expect(sheet.locator(".take-quantity").nth(1)).to_be_focused()
    page.keyboard.press(" ")
    page.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    assert focused(page) == (3, "item")
    assert cell(page, 1, "item").input_value() == first
    wanted = {"BOLT-M8": Decimal(40), "NUT-M8": Decimal(7)} | {str(first): Decimal(9)}
    order = [str(first), *({*wanted} - {str(first)})]
    wait_until_saved_as(page, draft, [(sku, wanted[sku]) for sku in order])
    expect(out(page, 1, "amount")).to_contain_text("USD")
    assert focused(page) == (3, "item")


def test_escape_gives_the_cursor_back_and_takes_nothing(page: Page, draft: Order) -> None:
    page.keyboard.type("NUT-M8")
    page.keyboard.press("Enter")
    assert focused(page) == (1, "quantity")
    page.keyboard.press("Alt+h")
    expect(page.locator("#again .take-quantity").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#again [type=search]")).to_be_focused()
    page.keyboard.type("nut")
    expect(page.locator("#again [data-take]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#again .take-quantity").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#again")).to_be_hidden()
    assert focused(page) == (1, "quantity")
    expect(rows(page)).to_have_count(2)


def test_lines_are_kept_as_a_template_and_used_again(page: Page, draft: Order) -> None:
    for text in ("NUT-M8", "5", "BOLT-M8", "6"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("Alt+t")
    expect(page.locator("#again [name=name]")).to_be_focused()
    page.keyboard.type("Weekly")
    page.keyboard.press("Enter")
    expect(page.locator("#again [role=status]")).to_contain_text("Kept as “Weekly”")
    template = OrderTemplate.objects.get()
    assert [found.quantity for found in template.lines.order_by("position")] == [5, 6]
    expect(page.locator("#again [data-template]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#again .take-quantity").first).to_be_focused()
    page.keyboard.press("Enter")  # all its lines are marked
    assert focused(page) == (5, "item")
    lines = [("NUT-M8", Decimal(5)), ("BOLT-M8", Decimal(6))] * 2
    wait_until_saved_as(page, draft, lines)


def test_alt_page_down_goes_to_the_next_open_draft(
    page: Page, live_server: LiveServer, draft: Order, desk: Desk
) -> None:
    other = start_order(customer_id=desk.make_customer().pk, actor=desk.csr)
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    page.reload()
    page.wait_for_load_state()
    page.keyboard.type("NUT-M8")
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    page.keyboard.press("Alt+PageDown")
    page.wait_for_url(f"{live_server.url}/entry/{other.pk}/")
    page.wait_for_load_state()
    assert saved_lines(draft) == [("NUT-M8", 5)]
    page.keyboard.press("Alt+PageDown")
    page.wait_for_url(re.compile(f"/entry/quotes/{quote.pk}/$"))
    page.wait_for_load_state()
    assert focused(page) == (1, "item")
    page.keyboard.press("Alt+PageDown")
    page.wait_for_url(f"{live_server.url}/entry/{draft.pk}/")
    page.wait_for_load_state()
    expect(cell(page, 1, "quantity")).to_have_value("5")


def test_what_others_buy_with_it_is_offered_and_added_by_one_key(page: Page, draft: Order, desk: Desk) -> None:
    items = {product.sku: product for product in Product.objects.all()}
    pump = desk.item(sku="PUMP", list_price=Decimal(50))
    for _ in range(6):
        customer = desk.make_customer()
        desk.pending(line(items["BOLT-M8X"], 1), line(items["NUT-M8"], 2), customer=customer)
        desk.pending(line(pump, 1), customer=customer)
        desk.pending(line(pump, 2), customer=customer)
    compute_companions(actor=system("entry.companions", desk.company.pk))
    slow_down(page)
    page.keyboard.type("BOLT-M8X")
    page.keyboard.press("Enter")
    page.keyboard.type("2")
    offered = page.locator("#beside")
    expect(offered).to_contain_text("NUT-M8")
    expect(offered).to_contain_text("of 6 orders")
    assert focused(page) == (1, "quantity")
    page.keyboard.press("Alt+1")
    assert focused(page) == (2, "quantity")
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    assert focused(page) == (3, "item")
    wait_until_saved_as(page, draft, [("BOLT-M8X", Decimal(2)), ("NUT-M8", Decimal(8))])

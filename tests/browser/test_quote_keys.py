"""A quote in the grid by keys alone: the same contract as an order's, on a slow line."""

import re
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.pricing.models import Quote
from orders.pricing.services import save_quote_draft, start_quote
from tests.browser.grid import cell, focused, log_in, out, rows, slow_down, wait_until_saved
from tests.browser.test_entry_grid import press
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quote(page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]) -> Quote:
    """An empty draft quote, open in the browser with the cursor in its first item cell."""
    log_in(page, live_server, desk.lead.user_id)
    found = start_quote(customer_id=desk.customer.pk, actor=desk.lead)
    page.goto(f"{live_server.url}/entry/quotes/{found.pk}/")
    page.wait_for_load_state()
    assert focused(page) == (1, "item")
    return found


def saved(quote: Quote) -> list[tuple[str, Decimal]]:
    lines = quote.lines.select_related("product").order_by("position")
    return [(str(found.product), found.quantity) for found in lines]


def wait_until(page: Page, quote: Quote, lines: list[tuple[str, int]]) -> None:
    for _ in range(600):
        if saved(quote) == lines:
            break
        page.wait_for_timeout(100)
    assert saved(quote) == lines


def test_a_quote_is_begun_written_and_led_to_where_it_is_sent(
    page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]
) -> None:
    log_in(page, live_server, desk.csr.user_id)
    page.goto(f"{live_server.url}/pricing/quotes/new/")
    page.wait_for_load_state()
    page.keyboard.type(desk.customer.name[:6])
    expect(page.locator("#customer-hits [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/entry/quotes/\d+/$"))
    page.wait_for_load_state()
    for text in ("bolt-m8", "3", "NUT-M8", "10"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    assert focused(page) == (3, "item")
    expect(page.locator("#totals")).to_contain_text("2.50 USD", timeout=10_000)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/pricing/quotes/\d+/#send$"))
    quote = Quote.objects.get()
    assert (quote.state, quote.net_amount, saved(quote)) == ("draft", Decimal("2.50"), [("BOLT-M8", 3), ("NUT-M8", 10)])


def test_twenty_lines_of_a_quote_without_a_mouse_on_a_slow_line(page: Page, quote: Quote) -> None:
    slow_down(page)
    for number in range(1, 21):
        item = ("BOLT-M8", "NUT-M8")[number % 2]
        press(page, (item, (number, "item")), ("Enter", (number, "quantity")))
        press(page, (str(number), (number, "quantity")), ("Enter", (number + 1, "item")))
    page.keyboard.press("Control+s")
    assert focused(page) == (21, "item")
    wait_until(page, quote, [(("BOLT-M8", "NUT-M8")[number % 2], number) for number in range(1, 21)])
    page.wait_for_function("() => !document.querySelector('tr[aria-busy=true]')")
    assert focused(page) == (21, "item")


def test_every_key_of_the_contract_holds_in_a_quote(page: Page, quote: Quote) -> None:
    slow_down(page)
    press(page, ("NUT-M8", (1, "item")), ("Tab", (1, "quantity")), ("5", (1, "quantity")), ("Tab", (1, "unit")))
    press(page, ("Tab", (1, "price")), ("Enter", (2, "item")))  # no day and no warehouse per line of a quote
    press(page, ("BOLT-M8", (2, "item")), ("Enter", (2, "quantity")), ("7", (2, "quantity")), ("Tab", (2, "unit")))
    press(page, ("box", (2, "unit")), ("Enter", (3, "item")), ("ArrowUp", (2, "item")), ("Tab", (2, "quantity")))
    press(page, ("ArrowUp", (1, "quantity")), ("ArrowUp", (1, "quantity")), ("ArrowDown", (2, "quantity")))
    assert [cell(page, row, "quantity").input_value() for row in (1, 2)] == ["5", "7"]  # arrows change no number
    press(page, ("F2", (2, "quantity")), ("5", (2, "quantity")))
    expect(cell(page, 2, "quantity")).to_have_value("75")
    press(page, ("Escape", (2, "quantity")))
    expect(cell(page, 2, "quantity")).to_have_value("7")
    press(page, ("Alt+d", (3, "quantity")), ("8", (3, "quantity")), ("Alt+Delete", (3, "quantity")))
    press(page, ("Alt+z", (3, "item")), ("Tab", (3, "quantity")))
    page.keyboard.press("/")
    expect(page.locator("[data-search]").first).to_be_focused()
    page.keyboard.press("Escape")
    assert focused(page) == (3, "quantity")
    page.keyboard.press("?")
    expect(page.locator("#page-keys")).to_contain_text("look it over where it is sent")
    page.keyboard.press("Escape")
    assert focused(page) == (3, "quantity")
    press(page, ("Control+s", (3, "quantity")))
    wait_until(page, quote, [("NUT-M8", 5), ("BOLT-M8", 1400), ("BOLT-M8", 1600)])
    assert focused(page) == (3, "quantity")


def test_a_price_of_ones_own_is_typed_and_its_reason_asked_by_a_key(page: Page, quote: Quote) -> None:
    press(page, ("NUT-M8", (1, "item")), ("Tab", (1, "quantity")), ("5", (1, "quantity")), ("Tab", (1, "unit")))
    press(page, ("Tab", (1, "price")))
    page.keyboard.type("0.08 as agreed")
    expect(out(page, 1, "amount")).to_have_text("0.40 USD")
    wait_until_saved(page)
    page.wait_for_function("() => document.querySelector('#save-status').textContent.startsWith('Saved')")
    page.keyboard.press("Alt+Slash")
    expect(page.locator("#why-body")).to_contain_text("Price typed by hand")
    page.keyboard.press("Escape")
    assert focused(page) == (1, "price")


def test_what_is_typed_survives_a_reload_and_a_second_page_is_told(page: Page, quote: Quote, desk: Desk) -> None:
    for text in ("NUT-M8", "12"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    wait_until_saved(page)
    page.reload()
    page.wait_for_load_state()
    expect(cell(page, 1, "quantity")).to_have_value("12")
    expect(out(page, 1, "amount")).to_have_text("1.20 USD")
    save_quote_draft(quote_id=quote.pk, lines=[line(desk.item(sku="WASHER"), 9)], actor=desk.csr)
    page.keyboard.type("BOLT-M8")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    expect(page.locator("#stale")).to_contain_text("was saved elsewhere meanwhile", timeout=12_000)
    assert saved(quote) == [("WASHER", 9)]
    expect(rows(page)).to_have_count(3)  # ours stays on the screen


def test_the_page_of_a_quote_is_sound_for_a_screen_reader(page: Page, quote: Quote) -> None:
    page.keyboard.type("hex")
    expect(page.locator("#item-hits")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

"""Entering an order in a real browser, by keys alone: SPEC §5's keyboard contract."""

import re
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.core.models import Order
from orders.entry.services import save_draft, start_order
from tests.browser.grid import (
    cell,
    focused,
    log_in,
    open_draft,
    out,
    rows,
    saved_lines,
    slow_down,
    wait_until_saved,
    wait_until_saved_as,
)
from tests.factories import WarehouseFactory
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_is_entered_and_submitted_without_a_mouse(
    page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]
) -> None:
    log_in(page, live_server, desk.csr.user_id)
    page.goto(f"{live_server.url}/entry/new/")
    page.wait_for_load_state()
    page.keyboard.type(desk.customer.name[:6])
    expect(page.locator("#customer-hits [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/entry/\d+/$"))
    page.wait_for_load_state()
    assert focused(page) == (1, "item")
    for text in ("bolt-m8", "3"):  # an exact code and Enter picks without the list
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    assert focused(page) == (2, "item")
    page.keyboard.type("7-THEIRS")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.type("box")
    page.keyboard.press("Enter")
    assert focused(page) == (3, "item")
    expect(out(page, 1, "amount")).to_have_text("1.50 USD")
    expect(out(page, 2, "name")).to_contain_text("Hex bolt M8")
    expect(out(page, 2, "stock")).to_have_text("= 200 pc")
    expect(out(page, 2, "amount")).to_have_text("100.00 USD")
    expect(page.locator("#totals")).to_contain_text("101.50 USD", timeout=10_000)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("SO-000001")
    order = Order.objects.get()
    assert (order.state, order.total_amount) == ("pending", Decimal("101.50"))
    assert saved_lines(order) == [("BOLT-M8", 3), ("BOLT-M8", 200)]


def test_enter_in_the_last_cell_commits_the_row_and_goes_to_the_item_of_a_new_one(page: Page, draft: Order) -> None:
    page.keyboard.type("NUT-M8")
    for key in ("Tab", "5", "Tab", "Tab"):
        page.keyboard.press(key)
    assert focused(page) == (1, "wanted")
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("Enter")
    assert focused(page) == (2, "item")
    expect(out(page, 1, "amount")).to_have_text("0.50 USD")


def test_tab_goes_through_the_cells_and_skips_the_buttons(page: Page, draft: Order) -> None:
    page.keyboard.type("NUT-M8")
    visited = []
    for _ in range(4):
        page.keyboard.press("Tab")
        visited.append(focused(page))
    assert visited == [(1, "quantity"), (1, "unit"), (1, "wanted"), (2, "item")]
    page.keyboard.press("Shift+Tab")
    assert focused(page) == (1, "wanted")


def test_arrows_move_between_rows_and_never_change_a_number(page: Page, draft: Order) -> None:
    for text in ("NUT-M8", "5", "BOLT-M8", "7"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    assert focused(page) == (2, "quantity")
    for key, row in (("ArrowUp", 1), ("ArrowUp", 1), ("ArrowDown", 2)):
        page.keyboard.press(key)
        assert focused(page) == (row, "quantity")
    assert [cell(page, row, "quantity").input_value() for row in (1, 2)] == ["5", "7"]


def test_escape_brings_back_what_was_there(page: Page, draft: Order) -> None:
    for text in ("NUT-M8", "5"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("77")
    expect(cell(page, 1, "quantity")).to_have_value("77")
    page.keyboard.press("Escape")
    expect(cell(page, 1, "quantity")).to_have_value("5")
    page.keyboard.press("F2")
    page.keyboard.type("0")
    expect(cell(page, 1, "quantity")).to_have_value("50")


def test_the_list_of_hits_is_walked_with_arrows(page: Page, draft: Order) -> None:
    page.keyboard.type("hex")
    options = page.locator("#item-hits [role=option]")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(cell(page, 1, "item")).to_have_value("BOLT-M8X")
    assert focused(page) == (1, "quantity")
    expect(out(page, 1, "price")).to_contain_text("1.25 USD")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(out(page, 1, "available")).to_contain_text("3 pc")
    expect(out(page, 1, "available")).to_contain_text("short")


def test_escape_closes_the_hits_and_keeps_what_is_typed(page: Page, draft: Order) -> None:
    page.keyboard.type("hex")
    expect(page.locator("#item-hits")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#item-hits")).to_be_hidden()
    expect(cell(page, 1, "item")).to_have_value("hex")


def test_what_is_typed_is_saved_by_itself_and_survives_a_reload(page: Page, draft: Order) -> None:
    page.keyboard.type("NUT-M8")
    page.keyboard.press("Enter")
    page.keyboard.type("12")  # the cell is not even left
    wait_until_saved(page)
    assert saved_lines(draft) == [("NUT-M8", 12)]
    page.reload()
    page.wait_for_load_state()
    expect(cell(page, 1, "quantity")).to_have_value("12")
    expect(out(page, 1, "amount")).to_have_text("1.20 USD")


def test_control_s_saves_at_once(page: Page, draft: Order) -> None:
    page.get_by_label("Customer's order number").fill("PO 4711")
    page.keyboard.press("Control+s")
    wait_until_saved(page)
    assert Order.objects.get(pk=draft.pk).customer_po == "PO 4711"


def test_a_line_is_duplicated_deleted_and_brought_back(page: Page, draft: Order) -> None:
    for text in ("NUT-M8", "5"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+d")
    assert focused(page) == (2, "quantity")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    wait_until_saved(page)
    assert saved_lines(draft) == [("NUT-M8", 5), ("NUT-M8", 6)]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+Delete")
    expect(rows(page)).to_have_count(2)
    expect(cell(page, 1, "quantity")).to_have_value("6")
    page.wait_for_function("() => document.querySelector('#save-status').textContent.startsWith('Saved')")
    assert saved_lines(draft) == [("NUT-M8", 6)]
    page.keyboard.press("Alt+z")
    expect(cell(page, 1, "quantity")).to_have_value("5")
    page.wait_for_function("() => document.querySelector('#save-status').textContent.startsWith('Saved')")
    assert saved_lines(draft) == [("NUT-M8", 5), ("NUT-M8", 6)]


def test_a_wrong_row_says_why_at_its_cell_and_the_others_are_saved(page: Page, draft: Order) -> None:
    for text in ("NO-SUCH", "5", "NUT-M8", "2"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(out(page, 1, "error-item")).to_have_text("There is no item NO-SUCH.")
    expect(cell(page, 1, "item")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#save-status")).to_contain_text("1 rows wait for you", timeout=10_000)
    assert saved_lines(draft) == [("NUT-M8", 2)]
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").first).to_contain_text("There is no item NO-SUCH.")
    assert Order.objects.get(pk=draft.pk).state == "draft"
    expect(cell(page, 1, "item")).to_be_focused()


def test_the_second_tab_is_told_that_the_draft_moved_on(page: Page, draft: Order, desk: Desk) -> None:
    nut = desk.company and desk.item(sku="WASHER")
    save_draft(order_id=draft.pk, lines=[line(nut, 9)], actor=desk.lead)
    page.keyboard.type("NUT-M8")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    expect(page.locator("#stale")).to_be_visible(timeout=10_000)
    expect(page.locator("#stale")).to_contain_text(re.compile("was (changed|saved elsewhere) meanwhile"))
    assert saved_lines(draft) == [("WASHER", 9)]


def test_a_price_of_ones_own_is_typed_by_who_may(
    page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]
) -> None:
    log_in(page, live_server, desk.lead.user_id)
    order = start_order(customer_id=desk.customer.pk, actor=desk.lead)
    open_draft(page, live_server, order)
    page.keyboard.type("NUT-M8")
    for key in ("Tab", "5", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    assert focused(page) == (1, "price")
    page.keyboard.type("0.08")
    sign = out(page, 1, "error-price")
    expect(sign).to_contain_text("Say why")  # the server has said it, and nobody is told while they may be writing it
    expect(sign).to_be_hidden()
    expect(cell(page, 1, "price")).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Shift+Tab")
    expect(sign).to_be_visible()
    expect(cell(page, 1, "price")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.keyboard.type(" as agreed")
    expect(sign).to_be_hidden()
    page.keyboard.press("Enter")
    assert focused(page) == (2, "item")
    expect(out(page, 1, "amount")).to_have_text("0.40 USD")
    expect(sign).to_be_empty()
    expect(out(page, 1, "margin")).to_contain_text("%")


def test_a_charge_and_a_text_are_lines_too(
    page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]
) -> None:
    log_in(page, live_server, desk.lead.user_id)
    order = start_order(customer_id=desk.customer.pk, actor=desk.lead)
    open_draft(page, live_server, order)
    page.keyboard.type("NUT-M8")
    page.keyboard.press("Enter")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Charge").click()
    page.keyboard.type("Freight")
    cell(page, 2, "price").fill("7.50")
    cell(page, 2, "price").press("Enter")
    expect(out(page, 2, "amount")).to_have_text("7.50 USD")
    expect(page.locator("#totals")).to_contain_text("8.50 USD", timeout=10_000)


def test_the_page_is_sound_for_a_screen_reader(page: Page, draft: Order) -> None:
    page.keyboard.type("hex")
    expect(page.locator("#item-hits")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


# The contract under a slow line: every request takes 200 ms longer, and after every key the cursor is where it belongs.


def press(page: Page, *keys: tuple[str, tuple[int, str]]) -> None:
    """Press each key (or type the text) and find the cursor in the named row and cell, right after and while answers come."""
    for key, place in keys:
        if len(key) == 1 or key in KEYS or "+" in key:
            page.keyboard.press(key)
        else:
            for letter in key:
                page.keyboard.press(letter)
                assert focused(page) == place, f"{letter} of {key}"
        assert focused(page) == place, key


KEYS = (
    "Enter",
    "Tab",
    "Shift+Tab",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "Escape",
    "F2",
    "Backspace",
    "Delete",
)


def test_twenty_lines_without_a_mouse_on_a_slow_line(page: Page, draft: Order) -> None:
    slow_down(page)
    for number in range(1, 21):
        item = ("BOLT-M8", "NUT-M8")[number % 2]
        press(page, (item, (number, "item")), ("Enter", (number, "quantity")))
        press(page, (str(number), (number, "quantity")), ("Enter", (number + 1, "item")))
    page.keyboard.press("Control+s")
    assert focused(page) == (21, "item")
    wait_until_saved_as(page, draft, [(("BOLT-M8", "NUT-M8")[number % 2], number) for number in range(1, 21)])
    page.wait_for_function("() => !document.querySelector('tr[aria-busy=true]')")
    assert focused(page) == (21, "item")


def test_the_cursor_stays_where_the_keys_put_it_while_answers_come(page: Page, draft: Order) -> None:
    slow_down(page)
    press(page, ("NUT-M8", (1, "item")), ("Tab", (1, "quantity")), ("5", (1, "quantity")), ("Tab", (1, "unit")))
    press(page, ("Shift+Tab", (1, "quantity")), ("Tab", (1, "unit")), ("Tab", (1, "wanted")), ("Enter", (2, "item")))
    press(page, ("BOLT-M8", (2, "item")), ("Enter", (2, "quantity")), ("7", (2, "quantity")), ("Tab", (2, "unit")))
    press(page, ("box", (2, "unit")), ("Enter", (3, "item")), ("ArrowUp", (2, "item")), ("Tab", (2, "quantity")))
    press(page, ("ArrowUp", (1, "quantity")), ("ArrowUp", (1, "quantity")), ("ArrowDown", (2, "quantity")))
    press(page, ("ArrowLeft", (2, "quantity")), ("F2", (2, "quantity")), ("5", (2, "quantity")))
    expect(cell(page, 2, "quantity")).to_have_value("75")
    press(page, ("Escape", (2, "quantity")))
    expect(cell(page, 2, "quantity")).to_have_value("7")
    press(page, ("Alt+d", (3, "quantity")), ("8", (3, "quantity")), ("Alt+Delete", (3, "quantity")))
    press(page, ("Alt+z", (3, "item")), ("Control+s", (3, "item")))
    wait_until_saved_as(page, draft, [("NUT-M8", 5), ("BOLT-M8", 1400), ("BOLT-M8", 1600)])
    assert focused(page) == (3, "item")


def test_typing_goes_on_while_the_server_answers(page: Page, draft: Order) -> None:
    slow_down(page, 600)
    press(page, ("NUT-M8", (1, "item")), ("Enter", (1, "quantity")), ("1", (1, "quantity")))
    page.wait_for_timeout(650)  # the answer about one unit comes now
    press(page, ("2", (1, "quantity")))
    page.wait_for_timeout(1300)  # and that about twelve, and the save
    press(page, ("3", (1, "quantity")))
    expect(cell(page, 1, "quantity")).to_have_value("123")
    expect(out(page, 1, "amount")).to_have_text("12.30 USD")
    wait_until_saved(page)
    press(page, ("4", (1, "quantity")), ("Enter", (2, "item")))
    expect(out(page, 1, "amount")).to_have_text("123.40 USD")


def test_arrows_change_no_choice_and_no_day(page: Page, live_server: LiveServer, draft: Order, desk: Desk) -> None:
    WarehouseFactory(company=desk.company, code="EAST")
    page.reload()
    page.wait_for_load_state()
    slow_down(page)
    press(page, ("NUT-M8", (1, "item")), ("Tab", (1, "quantity")), ("5", (1, "quantity")), ("Tab", (1, "unit")))
    press(page, ("Tab", (1, "warehouse")))
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp"):
        press(page, (key, (1, "warehouse")))
        expect(cell(page, 1, "warehouse")).to_have_value("")
    press(page, ("E", (1, "warehouse")))  # typing chooses
    expect(cell(page, 1, "warehouse").locator("option:checked")).to_have_text("EAST")
    press(page, ("ArrowDown", (2, "warehouse")), ("ArrowUp", (1, "warehouse")))
    expect(cell(page, 1, "warehouse").locator("option:checked")).to_have_text("EAST")
    day = page.locator("[name=requested_date]")
    day.fill("2027-01-15")
    day.focus()
    page.keyboard.press("ArrowUp")
    expect(day).to_have_value("2027-01-15")


def test_words_that_mean_one_item_are_taken_though_enter_came_before_the_list(page: Page, draft: Order) -> None:
    slow_down(page, 400)
    press(page, ("stainless", (1, "item")), ("Enter", (1, "quantity")), ("2", (1, "quantity")), ("Enter", (2, "item")))
    expect(cell(page, 1, "item")).to_have_value("BOLT-M8X")
    press(page, ("hex", (2, "item")), ("Enter", (2, "quantity")), ("2", (2, "quantity")), ("Enter", (3, "item")))
    expect(out(page, 2, "error-item")).to_have_text("Several items are called that. Choose one from the list.")
    expect(cell(page, 2, "item")).to_have_value("hex")
    assert focused(page) == (3, "item")


def test_slash_searches_and_question_mark_shows_the_keys(page: Page, draft: Order) -> None:
    slow_down(page)
    press(page, ("1/2", (1, "item")))  # names of items hold it
    expect(cell(page, 1, "item")).to_have_value("1/2")
    press(page, ("Escape", (1, "item")), ("Escape", (1, "item")), ("Tab", (1, "quantity")))
    page.keyboard.press("/")
    expect(page.locator("[data-search]").first).to_be_focused()
    page.keyboard.press("Escape")
    assert focused(page) == (1, "quantity")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    expect(page.locator("#page-keys")).to_contain_text("Duplicate the line")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    assert focused(page) == (1, "quantity")
    expect(cell(page, 1, "quantity")).to_have_value("")

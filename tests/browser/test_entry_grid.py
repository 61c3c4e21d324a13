"""Entering an order in a real browser, by keys alone: SPEC §5's keyboard contract."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from omc.accounts.models import User
from orders.core.models import Order, ProductAlias, ProductUnit
from orders.entry.services import save_draft, start_order
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    bolt = desk.item(sku="BOLT-M8", name="Hex bolt M8", stock=100, list_price=Decimal("0.50"))
    desk.item(sku="BOLT-M8X", name="Hex bolt M8 stainless", stock=3, list_price=Decimal("1.25"))
    desk.item(sku="NUT-M8", name="Nut M8", list_price=Decimal("0.10"))
    ProductUnit.objects.create(product=bolt, unit="box", factor=Decimal(200))
    ProductAlias.objects.create(company=desk.company, customer=desk.customer, product=bolt, alias="7-THEIRS")
    return desk


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    yield said
    settle(page)
    assert said == []


def settle(page: Page) -> None:
    """Let the draft save itself to the end, so that no request meets the emptied database of the next test."""
    quiet = "() => !/^(Saving|Not saved yet)/.test(document.querySelector('#save-status')?.textContent ?? '')"
    page.wait_for_function(quiet, timeout=10_000)
    page.wait_for_load_state("networkidle")
    page.goto("about:blank")


def log_in(page: Page, live_server: LiveServer, user_id: int | None) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


@pytest.fixture
def draft(page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]) -> Order:
    """An empty draft, open in the browser with the cursor in its first item cell."""
    log_in(page, live_server, desk.csr.user_id)
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    open_draft(page, live_server, order)
    return order


def open_draft(page: Page, live_server: LiveServer, order: Order) -> None:
    page.goto(f"{live_server.url}/entry/{order.pk}/")
    page.wait_for_load_state()


def focused(page: Page) -> tuple[int, str]:
    """Row (from 1) and name of the cell that has the focus."""
    row, name = page.evaluate(
        "() => { const cell = document.activeElement; const row = cell.closest('tr[data-row]');"
        " return [row ? [...row.parentNode.children].indexOf(row) + 1 : 0, cell.name]; }"
    )
    return row, name


def rows(page: Page) -> Locator:
    return page.locator("tr[data-row]")


def out(page: Page, row: int, name: str) -> Locator:
    return rows(page).nth(row - 1).locator(f"[data-out={name}]")


def cell(page: Page, row: int, name: str) -> Locator:
    return rows(page).nth(row - 1).locator(f"[name={name}]")


def saved_lines(order: Order) -> list[tuple[str, Decimal]]:
    return [(str(found.product), found.ordered) for found in order.lines.select_related("product").order_by("position")]


def wait_until_saved(page: Page) -> None:
    expect(page.locator("#save-status")).to_contain_text("Saved", timeout=10_000)


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
    expect(page.locator("#stale")).to_contain_text("was changed meanwhile")
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
    page.keyboard.press("Enter")
    assert focused(page) == (2, "item")
    expect(out(page, 1, "amount")).to_have_text("0.40 USD")
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

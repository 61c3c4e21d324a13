"""A draft saves itself: after a reload, over a lost connection, and beside somebody else who has it open."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from omc.accounts.models import User
from orders.core.models import Order
from orders.entry.selectors.seats import remember_saver
from orders.entry.services import save_draft
from orders.pricing.services import BreakInput, create_price_list, set_breaks
from tests.browser.grid import cell, focused, log_in, open_draft, out, saved_lines, settle, slow_down
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db(transaction=True)


def type_line(page: Page, item: str, quantity: str) -> None:
    for text in (item, quantity):
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def saved_within(page: Page, milliseconds: int) -> None:
    expect(page.locator("#save-status")).to_have_text(re.compile("^Saved"), timeout=milliseconds)


def test_a_change_is_sent_within_two_seconds_while_one_types_on(page: Page, draft: Order) -> None:
    page.keyboard.type("NUT-M8")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    with page.expect_request(
        lambda asked: asked.url.endswith(f"/entry/{draft.pk}/") and asked.method == "POST"
    ) as sent:
        for _ in range(8):  # never a silence
            page.wait_for_timeout(250)
            page.keyboard.press("0")
            page.keyboard.press("Backspace")
    assert sent.value.response().status == 200
    assert saved_lines(draft) == [("NUT-M8", 1)] or saved_lines(draft) == [("NUT-M8", 10)]
    assert focused(page) == (1, "quantity")


def test_what_is_half_typed_survives_a_reload_before_it_was_saved(page: Page, draft: Order) -> None:
    type_line(page, "NUT-M8", "5")
    saved_within(page, 10_000)
    page.keyboard.type("BOLT-M8")
    page.keyboard.press("Enter")  # no quantity: the server cannot take this row yet
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_load_state()
    expect(cell(page, 1, "quantity")).to_have_value("5")
    expect(cell(page, 2, "item")).to_have_value("BOLT-M8")
    expect(out(page, 2, "name")).to_contain_text("Hex bolt M8")
    assert saved_lines(draft) == [("NUT-M8", 5)]


def test_a_lost_connection_loses_nothing_and_is_said(page: Page, draft: Order) -> None:
    type_line(page, "NUT-M8", "5")
    saved_within(page, 10_000)
    page.context.set_offline(True)
    type_line(page, "BOLT-M8", "7")
    expect(page.locator("#save-status")).to_contain_text("No connection", timeout=10_000)
    assert focused(page) == (3, "item")
    type_line(page, "NUT-M8", "9")  # typing goes on
    assert focused(page) == (4, "item")
    assert saved_lines(draft) == [("NUT-M8", 5)]
    page.context.set_offline(False)
    expect(page.locator("#save-status")).to_contain_text("Saved", timeout=10_000)
    assert saved_lines(draft) == [("NUT-M8", 5), ("BOLT-M8", 7), ("NUT-M8", 9)]
    expect(out(page, 2, "amount")).to_have_text("3.50 USD")
    expect(out(page, 3, "amount")).to_have_text("0.90 USD")
    assert focused(page) == (4, "item")
    assert page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def test_what_was_typed_without_a_connection_survives_a_closed_page(
    page: Page, live_server: LiveServer, draft: Order
) -> None:
    page.context.set_offline(True)
    type_line(page, "NUT-M8", "9")
    page.get_by_label("Customer's order number").fill("PO 12")
    expect(page.locator("#save-status")).to_contain_text("No connection", timeout=10_000)
    page.goto("about:blank")
    page.context.set_offline(False)
    open_draft(page, live_server, draft)
    expect(cell(page, 1, "quantity")).to_have_value("9")
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('draft:'))", timeout=10_000)
    assert saved_lines(draft) == [("NUT-M8", 9)]
    assert Order.objects.get(pk=draft.pk).customer_po == "PO 12"


def test_a_copy_of_ones_own_that_was_saved_at_the_last_moment_is_not_offered_as_never_saved(
    page: Page, draft: Order
) -> None:
    type_line(page, "NUT-M8", "9")
    saved_within(page, 10_000)
    # As a page leaves it that closes without a connection: of the version before, without what the server adds to a row.
    page.evaluate(
        """([key, copy]) => {
            copy.editor = document.querySelector("[name=editor]").value;
            localStorage.setItem(key, JSON.stringify(copy));
            document.querySelector("form[data-grid]").dataset.copy = "none";
        }""",
        [
            f"draft:{page.locator('form[data-grid]').get_attribute('data-copy')}",
            {
                "version": "1",
                "at": 0,
                "header": {"customer_po": "PO 12"},
                "rows": [{"item": "NUT-M8", "quantity": "9"}],
            },
        ],
    )
    page.reload()
    expect(page.get_by_label("Customer's order number")).to_have_value("PO 12")
    expect(page.locator("#kept")).to_be_hidden()
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('draft:'))", timeout=10_000)
    assert saved_lines(draft) == [("NUT-M8", 9)]
    assert Order.objects.get(pk=draft.pk).customer_po == "PO 12"


def test_a_last_save_that_arrives_late_does_not_stop_the_page_that_follows(
    page: Page, draft: Order, desk: Desk
) -> None:
    editor = page.locator("[name=editor]").input_value()
    moved = save_draft(order_id=draft.pk, lines=[line(desk.item(sku="WASHER"), 9)], actor=desk.csr)
    remember_saver(f"order:{draft.pk}", editor=editor, version=moved.version)
    page.route(  # what the server says while it does not know yet whose save that was
        f"**/entry/{draft.pk}/",
        lambda route: route.fulfill(status=412, json={"message": "saved elsewhere"}),
        times=1,
    )
    type_line(page, "NUT-M8", "5")
    saved_within(page, 10_000)
    expect(page.locator("#stale")).to_be_hidden()
    assert saved_lines(draft) == [("NUT-M8", 5)]


@pytest.fixture
def colleague(browser: Browser, live_server: LiveServer, desk: Desk, draft: Order) -> Iterator[Page]:
    """The same draft in somebody else's browser."""
    context = browser.new_context()
    page = context.new_page()
    log_in(page, live_server, desk.lead.user_id)
    open_draft(page, live_server, draft)
    yield page
    settle(page)
    context.close()


def test_the_second_page_says_who_has_the_draft_open(page: Page, colleague: Page, desk: Desk) -> None:
    others = colleague.locator("#others")
    expect(others).to_be_visible(timeout=10_000)
    expect(others).to_contain_text("has this draft open too, since")
    expect(others).to_contain_text(str(name_of(desk.csr.user_id)))
    expect(colleague.locator("tr[data-row] [name=item]").last).to_be_focused()


def test_a_second_tab_of_ones_own_is_told_so(page: Page, live_server: LiveServer, draft: Order) -> None:
    second = page.context.new_page()
    open_draft(second, live_server, draft)
    expect(second.locator("#others")).to_contain_text("You have this draft open in another tab", timeout=10_000)
    settle(second)


def test_nobodys_work_is_lost_when_two_type_at_once(page: Page, colleague: Page, draft: Order) -> None:
    slow_down(page)
    type_line(page, "NUT-M8", "5")
    saved_within(page, 10_000)
    type_line(colleague, "BOLT-M8", "3")
    stale = colleague.locator("#stale")
    expect(stale).to_be_visible(timeout=10_000)
    expect(stale).to_contain_text("kept in this browser")
    expect(cell(colleague, 1, "quantity")).to_have_value("3")  # still on the screen
    stale.get_by_role("link", name="Load the saved draft").click()
    colleague.wait_for_load_state()
    expect(cell(colleague, 1, "item")).to_have_value("NUT-M8")
    kept = colleague.locator("#kept")
    expect(kept).to_contain_text("was never saved")
    assert saved_lines(draft) == [("NUT-M8", 5)]
    kept.get_by_role("button", name="Put mine back").click()
    expect(cell(colleague, 1, "item")).to_have_value("BOLT-M8")
    saved_within(colleague, 10_000)
    assert saved_lines(draft) == [("BOLT-M8", 3)]
    expect(page.locator("#stale")).to_contain_text("saved elsewhere", timeout=12_000)


def test_a_page_behind_is_told_before_anything_is_typed(page: Page, draft: Order, desk: Desk) -> None:
    save_draft(order_id=draft.pk, lines=[line(desk.item(sku="WASHER"), 9)], actor=desk.lead)
    expect(page.locator("#stale")).to_contain_text("saved elsewhere", timeout=12_000)
    expect(page.locator("#stale [data-kept]")).to_be_hidden()


def name_of(user_id: int | None) -> User:
    return User.objects.get(pk=user_id)


def test_a_row_that_moves_the_price_of_another_has_it_drawn_anew_and_nothing_else(
    page: Page, draft: Order, desk: Desk
) -> None:
    boss = make_actor(desk.company, "admin")
    pooled = create_price_list(code="POOL", name="Pooled", kind="base", currency="USD", pools_quantity=True, actor=boss)
    ladder = [BreakInput(sku="NUT-M8", min_quantity=Decimal(n), unit_price=Decimal(p)) for n, p in ((1, 10), (10, 9))]
    set_breaks(list_id=pooled.pk, rows=ladder, actor=boss)
    for text in ("NUT-M8", "6"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(out(page, 1, "amount")).to_have_text("60.00 USD")
    for text in ("NUT-M8", "7"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.type("BOL")
    for row, amount in ((1, "54.00 USD"), (2, "63.00 USD")):
        expect(out(page, row, "amount")).to_have_text(amount, timeout=20_000)
    assert focused(page) == (3, "item")
    expect(cell(page, 3, "item")).to_have_value("BOL")
    cell(page, 2, "quantity").focus()
    page.keyboard.type("3")
    expect(out(page, 1, "amount")).to_have_text("60.00 USD", timeout=20_000)
    assert focused(page) == (2, "quantity")
    expect(cell(page, 2, "quantity")).to_have_value("3")

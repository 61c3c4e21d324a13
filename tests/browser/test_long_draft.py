"""A draft of many lines: it opens with the first, and is whole before anything of it is saved."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from omc.accounts.models import User
from orders.core.models import Order
from orders.entry.services import save_draft
from tests.browser.grid import cell, focused, open_draft, rows
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db(transaction=True)
LINES = 310


@pytest.fixture
def long_draft(draft: Order, desk: Desk) -> Order:
    item = desk.item(sku="WASHER", list_price=Decimal("0.10"))
    many = [line(item, number) for number in range(1, LINES + 1)]
    return save_draft(order_id=draft.pk, lines=many, actor=desk.csr)


def test_what_is_typed_while_lines_come_is_saved_with_all_of_them(
    page: Page, live_server: LiveServer, long_draft: Order
) -> None:
    open_draft(page, live_server, long_draft)
    page.keyboard.type("NUT-M8")
    page.keyboard.press("Enter")
    page.keyboard.type("7")
    expect(rows(page)).to_have_count(LINES + 2, timeout=20_000)
    assert focused(page) == (LINES + 1, "quantity")
    expect(page.locator("#save-status")).to_contain_text("Saved", timeout=20_000)
    quantities = list(long_draft.lines.order_by("position").values_list("ordered", flat=True))
    assert quantities == [*range(1, LINES + 1), 7]
    expect(cell(page, 250, "quantity")).to_have_value("250")


def test_a_page_that_never_got_all_lines_cannot_save(draft: Order, desk: Desk) -> None:
    save_draft(order_id=draft.pk, lines=[line(desk.item(sku="WASHER"), 3)], actor=desk.csr)
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id))
    sent = {"version": "2", "shown": "1", "item": "WASHER", "quantity": "1"}
    answer = client.post(reverse("entry:edit", args=[draft.pk]), sent, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "incomplete")
    assert client.post(reverse("entry:edit", args=[draft.pk]), sent).status_code == 302
    assert [found.ordered for found in draft.lines.all()] == [3]


def test_lines_of_another_version_do_not_come(draft: Order, desk: Desk) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id))
    url = reverse("entry:rows", args=[draft.pk])
    assert client.get(url, {"from": "0", "version": "99"}).status_code == 412
    assert client.get(url, {"from": "0", "version": str(draft.version)}).status_code == 200


def test_only_rows_near_the_window_are_drawn_and_every_row_is_reached_by_keys(
    page: Page, live_server: LiveServer, long_draft: Order
) -> None:
    open_draft(page, live_server, long_draft)
    expect(rows(page)).to_have_count(LINES + 1, timeout=20_000)
    page.wait_for_function("() => document.querySelectorAll('tr.far').length > 100")
    height = page.evaluate("() => document.querySelector('tbody').offsetHeight")
    rows(page).nth(149).scroll_into_view_if_needed()
    expect(cell(page, 150, "quantity")).to_be_visible()
    page.wait_for_function("() => document.querySelectorAll('tr[data-row]')[0].classList.contains('far')")
    assert abs(page.evaluate("() => document.querySelector('tbody').offsetHeight") - height) < height / 20
    cell(page, 150, "quantity").focus()
    for step in range(1, 61):  # far beyond what was drawn
        page.keyboard.press("ArrowUp")
        assert focused(page) == (150 - step, "quantity")
    page.keyboard.type("7777")
    page.keyboard.press("Enter")
    assert focused(page) == (91, "item")
    expect(page.locator("#save-status")).to_contain_text("Saved", timeout=20_000)
    quantities = list(long_draft.lines.order_by("position").values_list("ordered", flat=True))
    assert quantities == [*range(1, 90), 7777, *range(91, LINES + 1)]

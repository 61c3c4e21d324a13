"""The entry grid in a real browser: where the cursor is, what stands in a cell, what was saved."""

from decimal import Decimal

from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from omc.accounts.models import User
from orders.core.models import Order


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


def open_draft(page: Page, live_server: LiveServer, order: Order) -> None:
    page.goto(f"{live_server.url}/entry/{order.pk}/")
    page.wait_for_load_state()


def focused(page: Page) -> tuple[int, str]:
    """Row (from 1) and name of the cell that has the focus."""
    row, name = page.evaluate(
        "() => { const cell = document.activeElement; const row = cell.closest('tr[data-row]');"
        " return [[...document.querySelectorAll('tr[data-row]')].indexOf(row) + 1, cell.name]; }"
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


def wait_until_saved_as(page: Page, order: Order, lines: list[tuple[str, Decimal | int]]) -> None:
    """Wait for the save that holds these lines: an earlier one may have said "Saved" already."""
    for _ in range(600):
        if saved_lines(order) == lines:
            break
        page.wait_for_timeout(100)
    assert saved_lines(order) == lines


def slow_down(page: Page, milliseconds: int = 200) -> None:
    """Every request takes so much longer."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1},
    )

"""From 'Start empty' to the first posted invoice, in a real browser, by keys alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.core.models import Company
from tests.browser.floor import Floor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HERE = """() => {
  const node = document.activeElement;
  const label = node.labels && node.labels.length ? node.labels[0].textContent : "";
  return (node.getAttribute("aria-label") || label || node.textContent || "").replace(/\\s+/g, " ").trim();
}"""


class Keys:
    """Somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page, self.keyboard = page, page.keyboard

    def to(self, name: str) -> None:
        """Tab until something of this name has the focus."""
        seen = []
        for _ in range(150):
            here = self.page.evaluate(HERE)
            if here == name or here.startswith(f"{name} "):
                return
            seen.append(here)
            self.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {name!r}, but to {seen}")

    def write(self, **values: str) -> None:
        for label, text in values.items():
            self.to(label.replace("_", " "))
            self.keyboard.press("Control+a")
            self.keyboard.type(text)

    def press(self, name: str) -> None:
        """Go to a button or link and press Enter; the next page is there."""
        self.to(name)
        with self.page.expect_navigation():
            self.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def go_to(self, words: str, name: str) -> None:
        """Anywhere, by Ctrl K."""
        self.keyboard.press("Control+k")
        palette = self.page.get_by_role("dialog", name="Commands")
        expect(palette).to_be_visible()
        self.keyboard.type(words)
        expect(palette.locator(".palette-body a:visible").first).to_contain_text(name)
        self.enter()


@pytest.fixture
def floor(page: Page, live_server: LiveServer) -> Iterator[Floor]:
    floor = Floor(page, live_server.url, Company(), {})
    floor.listen()
    yield floor
    page.goto("about:blank")  # nothing asks the emptied database of the next test


def steps(page: Page) -> list[str]:
    """What is left of the first steps."""
    return [text.strip() for text in page.locator("#first-steps li:not(:has(.chip)) .what").all_inner_texts()]


def test_an_empty_company_comes_to_its_first_invoice_by_keys(floor: Floor) -> None:
    page, keys = floor.page, Keys(floor.page)
    floor.go("/login/")
    keys.press("Start empty")
    keys.write(Company="Own Goods", Your_name="Ina", User_name="ina", Password="staple-yourself-to-it")
    keys.enter()
    floor.company = Company.objects.get()
    assert len(steps(page)) == 6

    keys.press("Say where your company is")
    keys.write(Street="2 Dock Road", Postal_code="02210", City="Boston", Tax_number="04-2103580")
    keys.press("Save")
    floor.go("/")
    assert len(steps(page)) == 5

    keys.press("Enter the warehouse")
    keys.write(Code="MAIN", Name="Main house", City="Boston")
    keys.enter()
    expect(page.locator(".title .chip")).to_have_count(0)
    floor.go("/")
    assert len(steps(page)) == 4

    keys.press("Enter an item, or bring them from a file")
    keys.write(SKU="VALVE", Name="Check valve", Barcode="4006381333932", List_price="12.50")
    keys.press("Enter")
    expect(page.locator(".field .error")).to_contain_text("ends in 1, not 2")
    keys.write(Barcode="4006381333931")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("VALVE")

    keys.go_to("New customer", "New customer")
    keys.write(Code="ATLAS", Name="Atlas Pumps", Credit_limit="5000")
    keys.press("Enter")
    keys.press("Add: Address")
    keys.write(Street="1 Main Street", Postal_code="02210", City="Boston")
    keys.press("Save")
    expect(page.locator("#addresses")).to_contain_text("Boston, United States")

    floor.go("/")
    assert steps(page) == ["Receive the stock that you have", "Enter the first order"]
    keys.press("Receive the stock that you have")
    keys.write(Item="VALVE", Quantity_received="20")
    keys.press("Receive")
    floor.said("VALVE received.")

    enter_the_first_order(floor, keys)
    ship_it(floor, keys)
    floor.go("/billing/")
    keys.press("Invoice SH-000001")
    assert floor.chips() == ["Posted"]
    assert floor.facts()["Still open"] == "50.00 USD"
    assert floor.complaints == []


def enter_the_first_order(floor: Floor, keys: Keys) -> None:
    page = floor.page
    floor.go("/")
    keys.press("Enter the first order")
    keys.keyboard.type("atl")
    expect(page.get_by_role("option", name="Atlas Pumps")).to_be_visible()
    keys.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/entry/\d+/$"))
    page.wait_for_load_state()
    keys.keyboard.type("valve")
    expect(page.get_by_role("option", name="Check valve")).to_be_visible()
    keys.keyboard.press("Enter")
    keys.keyboard.type("4")
    keys.keyboard.press("Enter")
    expect(page.locator("#totals")).to_contain_text("50.00 USD", timeout=10_000)
    keys.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    keys.press("Confirm")
    assert floor.chips() == ["Confirmed"]
    floor.consumers_run()
    floor.go("/")
    expect(page.locator("#first-steps")).to_have_count(0)


def ship_it(floor: Floor, keys: Keys) -> None:
    keys.go_to("Planned shipments", "Planned shipments")
    keys.press("PS-000001")
    keys.press("Release to warehouse")
    assert floor.chips() == ["Released"]
    floor.go("/fulfillment/")
    keys.press("Pick PS-000001")
    for step in ("Picked", "Packed", "Handed to the carrier"):
        keys.press(step)
    keys.write(Who_took_the_goods="Pat")
    keys.press("Delivered")
    assert floor.chips() == ["Delivered"]

"""A company's people before one browser, for tests that read everything off its pages."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.test import Client
from playwright.sync_api import Locator, Page, expect

from omc.accounts.models import User
from orders.core import outbox
from orders.core.models import Company
from orders.pricing.services import BreakInput, create_price_list, set_breaks
from planning.services import receive_stock
from tests.factories import (
    AddressFactory,
    ContactFactory,
    CustomerFactory,
    ProductFactory,
    WarehouseFactory,
    make_actor,
    make_company,
    make_user,
)

ROLES = ("csr", "csr_lead", "ops", "warehouse", "billing", "service")

WORDS = """(node) => {
  const seen = node.cloneNode(true);
  seen.querySelectorAll("a > .screen-reader").forEach((name) => name.remove());
  return seen.textContent.replace(/\\s+/g, " ").trim();
}"""
ROWS = f"""(panel) => {{
  const words = {WORDS};
  const table = panel.querySelector("table");
  const heads = [...table.tHead.rows[0].cells].map(words);
  return [...table.tBodies[0].rows].map((row) => Object.fromEntries([...row.cells].map((cell, n) => [heads[n], words(cell)])));
}}"""
FACTS = f"""(list) => Object.fromEntries([...list.querySelectorAll("dt")].map((name) => {{
  const words = {WORDS};
  return [words(name), words(name.nextElementSibling)];
}}))"""

Row = dict[str, str]


@dataclass
class Floor:
    """The company's people before one browser: what they do in it, and the words and figures that they read there."""

    page: Page
    url: str
    company: Company
    people: dict[str, User]
    complaints: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Keep what the console holds against a page; a refused verb's 422 is told there too, and is no fault."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda line: (
                (self.refusals if "422" in line.text else self.complaints).append(line.text)
                if line.type == "error" or "Content Security Policy" in line.text
                else None
            ),
        )

    def becomes(self, role: str, path: str) -> None:
        """Another person sits down and opens a page."""
        client = Client()
        client.force_login(self.people[role])
        cookie = client.cookies["sessionid"].value
        self.page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.url}])
        self.go(path)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=name, exact=True).first.click()

    def write(self, label: str, text: str) -> None:
        self.page.locator("main").get_by_label(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        self.page.locator("main").get_by_label(label).select_option(option)

    def press(self, name: str, *chips: str) -> None:
        """Click a button that leads to the next page, whose head then says the state, and the holds if any."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        if chips:
            expect(self.page.locator(".title .chip")).to_have_text(list(chips))

    def said(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator(".notice").filter(has_text=text).first).to_be_visible()

    def chips(self) -> list[str]:
        """The state in the page's head, and what holds it."""
        return [text.strip() for text in self.page.locator(".title .chip").all_text_contents()]

    def facts(self) -> Row:
        """What the page says at a glance."""
        found: Row = self.page.get_by_role("region", name="At a glance").locator("dl").evaluate(FACTS)
        return found

    def rows(self, panel: str = "main") -> list[Row]:
        """The first table in there, each row by the words above its cells."""
        found: list[Row] = self.page.locator(panel).evaluate(ROWS)
        return found

    def figures(self, panel: str, *names: str, of: str = "") -> list[tuple[str, ...]]:
        """Some columns of the rows (of those that mention ``of``), sorted."""
        return sorted(
            tuple(row[name] for name in names) for row in self.rows(panel) if any(of in cell for cell in row.values())
        )

    def row(self, panel: str, text: str) -> Locator:
        """The first row in there that mentions it."""
        return self.page.locator(f"{panel} tbody tr").filter(has_text=text).first

    def open_row(self, panel: str, text: str) -> None:
        """Follow the first link of a row."""
        with self.page.expect_navigation():
            self.row(panel, text).get_by_role("link").first.click()

    def press_in_row(self, panel: str, text: str, name: str) -> None:
        """The button of a row; its full name goes on with what the row is about."""
        with self.page.expect_navigation():
            self.row(panel, text).get_by_role("button", name=re.compile(f"^{name} ")).first.click()

    def tick(self, panel: str, text: str) -> None:
        """Choose all rows that mention it."""
        for row in self.page.locator(f"{panel} tbody tr").filter(has_text=text).all():
            row.get_by_role("checkbox").check()

    def consumers_run(self) -> None:
        """What the worker does: the stages hear of each other."""
        outbox.drain_all(company_id=self.company.pk)


def open_floor(page: Page, url: str) -> Floor:
    """A company with somebody for every step, and goods to sell."""
    company = make_company(name="Hartwell Supply")
    floor = Floor(page, url, company, {role: make_user(company, role, username=role) for role in ROLES})
    stock_the_shelves(company)
    floor.listen()
    return floor


def stock_the_shelves(company: Company) -> None:
    """Two warehouses, two items, a price break, and a customer."""
    boss = make_actor(company, "admin")
    east = WarehouseFactory(company=company, code="EAST", is_default=True)
    west = WarehouseFactory(company=company, code="WEST")
    customer = CustomerFactory(company=company, name="Atlas Pumps", default_warehouse=east)
    AddressFactory(customer=customer)
    ContactFactory(customer=customer)
    valve = ProductFactory(company=company, sku="VALVE", name="Check valve", list_price=Decimal(10))
    pump = ProductFactory(company=company, sku="PUMP", name="Feed pump", list_price=Decimal(100), lead_time_days=14)
    for product, place, quantity in ((valve, east, 40), (pump, west, 2)):
        receive_stock(product_id=product.pk, warehouse_id=place.pk, quantity=Decimal(quantity), actor=boss)
    prices = create_price_list(code="BASE", name="List", kind="base", currency="USD", actor=boss)
    breaks = [("VALVE", 1, 10), ("VALVE", 10, 9), ("PUMP", 1, 100)]
    ladder = [BreakInput(sku=sku, min_quantity=Decimal(n), unit_price=Decimal(price)) for sku, n, price in breaks]
    set_breaks(list_id=prices.pk, rows=ladder, actor=boss)

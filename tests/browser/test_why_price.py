"""Why this price: asked by one key on a row of the entry grid, answered beside it."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.entry.services import save_draft, start_order
from orders.pricing import services
from orders.pricing.services import BreakInput
from tests.browser.grid import cell, focused, log_in, open_draft, rows
from tests.factories import make_actor
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_key_on_the_row_tells_the_way_from_the_list_to_the_price_and_gives_the_cell_back(
    page: Page,
    live_server: LiveServer,
    complaints: list[str],
) -> None:
    desk = Desk()
    bolt = desk.item(sku="BOLT-M8", name="Hex bolt M8", list_price=Decimal("0.50"))
    nut = desk.item(sku="NUT-M8", name="Nut M8", list_price=Decimal("0.10"))
    pricing = make_actor(desk.company, "pricing")
    deal = services.create_price_list(
        code="DEAL", name="Deal", kind="contract", currency=desk.company.currency, customer_id=desk.customer.pk,
        actor=pricing,
    )  # fmt: skip
    services.set_breaks(
        list_id=deal.pk, rows=[BreakInput(sku="BOLT-M8", min_quantity=Decimal(5), percent=Decimal(10))], actor=pricing
    )
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    save_draft(order_id=order.pk, header={}, lines=[line(nut, 1), line(bolt, 5)], actor=desk.csr)
    log_in(page, live_server, desk.csr.user_id)
    open_draft(page, live_server, order)

    cell(page, 2, "quantity").focus()
    page.keyboard.press("Alt+?")

    answer = page.locator("#why-body")
    expect(answer).to_contain_text("Customer contract")
    expect(answer).to_contain_text("10.0 % off list")
    expect(answer).to_contain_text("−0.05")
    page.keyboard.press("Escape")
    expect(page.locator("#why-price")).not_to_be_visible()
    assert focused(page) == (2, "quantity")

    rows(page).nth(0).locator("[data-why]").click()
    expect(answer).to_contain_text("List price of the item")
    page.keyboard.press("Escape")

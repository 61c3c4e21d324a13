"""How a line comes and where it goes, entered by keys alone."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.core.models import Order, Supplier, SupplierItem
from tests.browser.grid import cell, focused, log_in, rows, wait_until_saved
from tests.factories import AddressFactory
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_of_every_kind_of_line_is_entered_by_keys(
    page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]
) -> None:
    second = AddressFactory(customer=desk.customer, name="Plant Two", is_default=False)
    desk.kit((desk.item(sku="LAMP", stock=9), 2), sku="KIT-1", list_price=12)
    bell, mast = desk.item(sku="BELL", list_price=5), desk.item(sku="MAST", list_price=70)
    maker = Supplier.objects.create(company=desk.company, code="MAKER", name="Maker")
    for item in (bell, mast):
        SupplierItem.objects.create(supplier=maker, product=item, unit_price=2)
    log_in(page, live_server, desk.lead.user_id)
    page.goto(f"{live_server.url}/entry/new/")
    page.keyboard.type(desk.customer.name[:6])
    expect(page.locator("#customer-hits [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/entry/\d+/$"))
    page.wait_for_load_state()
    keys = page.keyboard

    def enter(*texts: str) -> None:
        for text in texts:
            keys.type(text)
            keys.press("Enter")

    enter("bell", "3")
    keys.press("ArrowUp")
    keys.press("Alt+l")
    assert focused(page) == (1, "supply")
    keys.type("Sp")
    expect(cell(page, 1, "supply")).to_have_value("special")
    keys.press("Enter")
    assert focused(page) == (2, "item")

    enter("mast", "2")
    keys.press("ArrowUp")
    keys.press("Alt+l")
    keys.type("Dr")
    keys.press("Tab")
    assert focused(page) == (2, "ship_to")
    keys.type("Plant")
    expect(cell(page, 2, "ship_to")).to_have_value(str(second.pk))
    keys.press("Enter")
    assert focused(page) == (3, "item")

    enter("kit-1", "4")
    page.locator("[data-do=charge]").focus()
    keys.press("Enter")
    assert focused(page)[1] == "item"
    keys.type("Engraving")
    while focused(page)[1] != "price":
        keys.press("Tab")
    keys.type("15")
    keys.press("Enter")
    wait_until_saved(page)
    order = Order.objects.get()
    wanted = {
        ("goods", "special", None),
        ("goods", "drop_ship", second.pk),
        ("kit", "stock", None),
        ("charge", "stock", None),
    }
    page.wait_for_function("() => /^Saved/.test(document.querySelector('#save-status').textContent)")
    for _ in range(100):
        if set(order.lines.filter(parent=None).values_list("kind", "supply", "ship_to_id")) == wanted:
            break
        page.wait_for_timeout(100)
    assert set(order.lines.filter(parent=None).values_list("kind", "supply", "ship_to_id")) == wanted
    page.reload()
    expect(rows(page).nth(1).locator("[data-way]")).to_be_visible()  # what is not as usual is shown
    expect(rows(page).nth(2).locator("[data-way]")).to_be_hidden()
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    order.refresh_from_db()
    assert order.state == "pending"

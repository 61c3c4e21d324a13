"""What the tests of the entry grid start from."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from orders.core.models import Order, ProductAlias, ProductUnit
from orders.entry.services import start_order
from tests.browser.grid import log_in, open_draft, settle
from tests.orders.entry.factories import Desk


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


@pytest.fixture
def draft(page: Page, live_server: LiveServer, desk: Desk, complaints: list[str]) -> Order:
    """An empty draft, open in the browser with the cursor in its first item cell."""
    log_in(page, live_server, desk.csr.user_id)
    order = start_order(customer_id=desk.customer.pk, actor=desk.csr)
    open_draft(page, live_server, order)
    return order

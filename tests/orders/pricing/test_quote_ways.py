"""Whoever reads a quote sees how each line comes and where it goes."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from orders.core.inputs import LineInput
from orders.core.links.addresses import path_of
from orders.core.models import CustomerLink
from orders.pricing.services import quote_pdf, send_quote, write_quote
from tests.factories import AddressFactory, make_user
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_page_paper_and_the_customers_page_say_how_a_line_comes_and_where_it_goes() -> None:
    desk = Desk()
    special, dropped, shelf = (desk.item(sku=sku) for sku in ("SPEC", "DROP", "SHELF"))
    home = AddressFactory(customer=desk.customer, name="Main yard", is_default=True)
    site = AddressFactory(customer=desk.customer, name="Bridge site", street="Quay 4", city="Kiel", is_default=False)
    lines = [
        LineInput(product_id=special.pk, quantity=Decimal(1), supply="special", ship_to_id=site.pk),
        LineInput(product_id=dropped.pk, quantity=Decimal(1), supply="drop_ship", ship_to_id=home.pk),
        LineInput(product_id=shelf.pk, quantity=Decimal(1)),
    ]
    quote = write_quote(customer_id=desk.customer.pk, lines=lines, ship_to_id=home.pk, actor=desk.lead)
    quote = send_quote(quote_id=quote.pk, actor=desk.lead)
    client = Client()
    paper = "\n".join(page.extract_text() for page in PdfReader(BytesIO(quote_pdf(quote))).pages)
    theirs = client.get(path_of(CustomerLink.objects.get(page="quote"))).content.decode()
    client.force_login(make_user(desk.company, "sales"))
    ours = client.get(reverse("pricing:quote", args=[quote.pk])).content.decode()

    for said in (paper, theirs):
        assert said.count("Ordered specially for you") == 1
        assert said.count("Comes straight from our supplier") == 1
        assert said.count("Goes to: Bridge site, Quay 4") == 1
        assert "Goes to: Main yard" not in said
    assert "Special order: bought for this customer" in ours
    assert "Drop ship: the supplier sends it" in ours
    assert ours.count("Bridge site") == 1

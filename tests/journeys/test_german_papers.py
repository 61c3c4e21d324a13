"""A customer who reads German gets every paper and page in German, numbers and days included, and no English word."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from billing import services as billing
from billing.documents import invoice_pdf
from billing.selectors.invoices import invoice_page
from orders.core.inputs import LineInput
from orders.core.links.addresses import path_of
from orders.core.links.services import issue_link
from orders.core.models import Contact, CustomerLink, Message
from orders.entry.documents import acknowledgement_pdf
from orders.fulfillment.documents import delivery_note_pdf, packing_slip_pdf
from orders.fulfillment.selectors import shipment_page
from orders.pricing import services as pricing
from orders.pricing.services.quote_pdf import quote_pdf
from tests.journeys.world import all_the_way, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ENGLISH = (
    "Quantity", "Price", "Total", "Page", "Item", "Date", "Customer", "Ship to", "Bill to", "Valid", "Order", "Invoice",
    "Credit", "Packing", "Quote", "Tax", "Description", "order", "With you", "Save", "Accept", "Decline", "Question",
)  # fmt: skip


def read(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_every_paper_and_page_is_in_german() -> None:
    world = make_world(items=1, stock=500, language="de-AT", name="Nordwind")
    world.products[0].name = "Schraube"
    world.products[0].save()
    actor = world.actor
    lines = [LineInput(product_id=world.products[0].pk, quantity=Decimal(150))]
    quote = pricing.write_quote(customer_id=world.customer.pk, lines=lines, actor=actor)
    quote = pricing.send_quote(quote_id=quote.pk, actor=actor)
    invoice = all_the_way(world, [150])
    order, shipment = invoice.order, invoice.shipment
    assert order is not None
    assert shipment is not None
    note = billing.credit_lines(
        order=order, quantities=[(order.lines.get().pk, Decimal(150))], reason="Falsch", actor=actor
    )
    papers = {
        "Angebot": quote_pdf(quote),
        "Auftragsbestätigung": acknowledgement_pdf(order),
        "Packzettel": packing_slip_pdf(shipment_page(shipment.pk, actor)),
        "Lieferschein": delivery_note_pdf(shipment_page(shipment.pk, actor)),
        "Rechnung": invoice_pdf(invoice_page(invoice.pk, actor)),
        "Gutschrift": invoice_pdf(invoice_page(note.pk, actor)),
    }
    for title, pdf in papers.items():
        said = read(pdf)
        assert title in said
        assert "Menge" in said
        assert [word for word in ENGLISH if word in said] == [], title
        assert "1,500.00" not in said
        assert title in ("Packzettel", "Lieferschein") or "1.500,00" in said, title
    client = Client()
    offer = client.get(path_of(CustomerLink.objects.get(page="quote"))).content.decode()
    assert "Dieses Angebot annehmen" in offer
    assert "1.500,00" in offer
    contact = Contact.objects.get(customer=world.customer)
    page = client.get(path_of(issue_link("messages", contact, actor=actor))).content.decode()
    for words in ("Was wir Ihnen per Mail mitteilen", "Auftrag bestätigt", "Das Gesetz verlangt", 'lang="de"'):
        assert words in page, words
    assert {message.language for message in Message.objects.all()} == {"de"}

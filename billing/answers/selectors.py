"""An invoice as its customer sees it: no cost, no reasons of ours, no names of ours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from billing.disputes.selectors import disputed_amount, disputes_of
from billing.documents import tax_breakdown
from billing.models import Dispute, DisputeState, Invoice, InvoiceKind, InvoiceLine
from billing.promises.selectors import standing_promise
from billing.selectors import invoice_lines
from omc.lib import clock
from omc.lib.catalogs import figure
from omc.lib.money import plain
from orders.core.models import LineKind
from orders.core.speech import long_day, money, quantity, unit_money

PAGE: Final = "invoice"
OPEN_DAYS: Final = 365  # so long after its due day, or after today while it is open, an invoice can be read by its link


def seen_invoice(company_id: int, invoice_id: int) -> Invoice | None:
    """A posted invoice or credit note; a draft is nobody's business yet."""
    rows = Invoice.objects.select_related(
        "company", "customer__company", "order__contact", "order__ship_to", "order__terms", "bill_to",
        "shipment__ship_to", "original",
    )  # fmt: skip
    return rows.filter(company_id=company_id, pk=invoice_id, number__isnull=False).first()


def link_ends(invoice: Invoice) -> datetime:
    """The end of the day until which a customer may open the page of an invoice."""
    today = clock.today(invoice.company.time_zone)
    last = max(invoice.due_date or today, today if invoice.open_amount else invoice.due_date or today)
    last += timedelta(days=OPEN_DAYS + 1)
    return datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(invoice.company.time_zone))


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line in the customer's words."""

    pk: int
    name: str
    sku: str
    quantity: str
    price: str
    amount: str
    may_dispute: bool


def bill_of(invoice: Invoice) -> dict[str, Any]:
    """The document as its customer sees it, in their language."""
    disputes = disputes_of(invoice.pk)
    of_lines = {one.line_id for one in disputes if one.state == DisputeState.OPEN}
    promise, today = standing_promise(invoice.pk), clock.today(invoice.company.time_zone)
    is_invoice = invoice.kind == InvoiceKind.INVOICE
    left = invoice.open_amount - disputed_amount(invoice.pk) if is_invoice else Decimal(0)
    return {
        "number": invoice.number,
        "is_credit": not is_invoice,
        "lines": [_line(line, invoice) for line in invoice_lines(invoice)],
        "net": money(invoice.net_amount, invoice.currency),
        "taxes": [
            (f"{figure(plain(row['tax_rate']))} %", money(row["tax"], invoice.currency))
            for row in tax_breakdown(invoice)
            if row["tax"]
        ],
        "total": money(invoice.total_amount, invoice.currency),
        "open": money(invoice.open_amount, invoice.currency) if invoice.open_amount else "",
        "is_paid": not invoice.open_amount,
        "date": long_day(invoice.invoice_date),
        "due": long_day(invoice.due_date) if is_invoice else "",
        "is_overdue": bool(is_invoice and invoice.open_amount and invoice.due_date and invoice.due_date < today),
        "customer_po": invoice.customer_po,
        "order": invoice.order.number if invoice.order else "",
        "reason": invoice.reason if not is_invoice else "",
        "disputes": [_said(one) for one in disputes],
        "may_dispute": left > 0 and None not in of_lines,
        "promise": {"day": long_day(promise.promised_on), "amount": money(promise.amount, promise.currency)}
        if promise
        else None,
        "may_promise": is_invoice and invoice.open_amount > 0,
    }


def _line(line: InvoiceLine, invoice: Invoice) -> BilledLine:
    is_silent = line.kind in (LineKind.TEXT, LineKind.COMPONENT)
    return BilledLine(
        pk=line.pk,
        name=line.description or (line.product.name if line.product else ""),
        sku=line.product.sku if line.product else "",
        quantity="" if is_silent else quantity(line.typed_quantity, line.unit),
        price="" if is_silent else unit_money(line.unit_price * line.unit_factor, invoice.currency),
        amount="" if is_silent else money(line.net_amount, invoice.currency),
        may_dispute=line.net_amount + line.tax_amount > 0,
    )


def _said(dispute: Dispute) -> dict[str, Any]:
    is_open = dispute.state == DisputeState.OPEN
    return {
        "reason": dispute.reason,
        "label": dispute.get_reason_display(),
        "line": dispute.line.description if dispute.line else "",
        "amount": money(dispute.amount, dispute.currency),
        "at": dispute.raised_at,
        "words": dispute.words if dispute.by_customer else "",
        "is_open": is_open,
        "credited": money(dispute.credited_amount, dispute.currency) if dispute.credited_amount else "",
        "is_withdrawn": dispute.state == DisputeState.WITHDRAWN,
        "answer": dispute.decision,
    }

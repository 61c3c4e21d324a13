"""Invoices and credit notes as the customer receives them."""

from typing import Any

from django.db.models import Sum
from django.utils.translation import override

from billing.models import Invoice, InvoiceKind
from billing.selectors.invoices import invoice_lines
from omc.lib.catalogs import figure
from omc.lib.catalogs import for_customer as _
from omc.lib.documents import address_lines, amount, day, sender_lines, typeset, unit_price
from omc.lib.money import plain
from orders.core.models import Address, LineKind
from orders.core.speech import quantity, spoken


def invoice_pdf(invoice: Invoice) -> bytes:
    """Typeset an invoice or credit note in the customer's language; what the customer sees is all that goes in."""
    with override(spoken(invoice.customer.language)):
        return typeset("billing/invoice.typ", _content(invoice))


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


def _content(invoice: Invoice) -> dict[str, Any]:
    company, order = invoice.company, invoice.order
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    sent = invoice.shipment
    ship_to = sent.ship_to if sent and (sent.ship_to or sent.is_collected) else order.ship_to if order else None
    terms = (order.terms if order else None) or invoice.customer.terms
    facts = [
        (_("Date"), day(invoice.invoice_date)),
        (_("Due"), "" if is_credit else day(invoice.due_date)),
        (_("Customer"), invoice.customer.code),
        (_("Your order"), invoice.customer_po),
        (_("Our order"), order.number if order else ""),
        (_("Shipment"), invoice.shipment),
        (_("Corrects"), invoice.original),
    ]
    return {
        "title": (_("Credit note") if is_credit else _("Invoice")) if invoice.number else _("Draft, not an invoice"),
        "number": invoice.number or "",
        "seller": sender_lines(company),
        "tax_id": company.tax_id,
        "bank": [] if is_credit else _present(company.bank_name, company.bank_account),
        "bill_to": _present(invoice.customer.name, *address_lines(bill_to_of(invoice))),
        "ship_to": _present(*address_lines(ship_to)),
        "facts": [[str(label), str(value)] for label, value in facts if value],
        "reason": invoice.reason if is_credit else "",
        "currency": invoice.currency,
        "lines": [
            {
                "position": line.position,
                "sku": line.product.sku if line.product else "",
                "description": line.description,
                "quantity": quantity(line.typed_quantity, line.unit),
                "price": unit_price(line.unit_price * line.unit_factor),
                "tax": f"{figure(plain(line.tax_rate))} %",
                "net": amount(line.net_amount),
            }
            for line in invoice_lines(invoice)
        ],
        "net": amount(invoice.net_amount),
        "taxes": [
            [f"{figure(plain(row['tax_rate']))} %", row["tax_code"], amount(row["net"]), amount(row["tax"])]
            for row in tax_breakdown(invoice)
        ],
        "total": amount(invoice.total_amount),
        "terms": "" if is_credit or not terms else terms.name,
        "words": {
            "bill_to": _("Bill to"),
            "ship_to": _("Ship to"),
            "item": _("Item"),
            "quantity": _("Quantity"),
            "price": _("Unit price"),
            "tax": _("Tax"),
            "net": _("Net"),
            "on": _("on"),
            "total": _("Total"),
            "terms": _("Terms"),
            "pay_to": _("Pay to"),
            "tax_id": _("Tax number"),
            "page": _("Page"),
        },
    }


def _present(*texts: str) -> list[str]:
    """Without blanks and without saying a name twice."""
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))

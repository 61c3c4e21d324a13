"""Invoices and credit notes on paper, as the customer receives them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import override

from billing.documents import payment_code
from billing.documents.facts import Facts, TaxPart, list_price_of
from billing.documents.taxes import reason_of
from billing.documents.wording import terms_said
from billing.models import Invoice, InvoiceLine
from omc.lib.catalogs import figure
from omc.lib.catalogs import for_customer as _
from omc.lib.documents import Standard, address_lines, amount, day, sender_lines, typeset, unit_price
from omc.lib.money import ZERO, plain
from orders.core.links.addresses import address_of
from orders.core.models import LineKind
from orders.core.speech import money, quantity, spoken

TEMPLATE = "billing/invoice.typ"


def invoice_pdf(invoice: Invoice) -> bytes:
    """Typeset an invoice or credit note in the customer's language; what the customer sees is all that goes in."""
    return paper_of(Facts(invoice))


def paper_of(facts: Facts, *, standard: Standard | None = None) -> bytes:
    """The same, of what was read already; ``standard`` is the form of PDF that it must keep."""
    language = spoken(facts.customer.language)
    with override(language):
        return typeset(TEMPLATE, _content(facts) | {"language": language}, standard=standard)


def _content(facts: Facts) -> dict[str, Any]:
    invoice, company, is_credit = facts.invoice, facts.company, facts.is_credit
    ship_to, shipment = facts.ship_to, facts.shipment
    currency = invoice.currency
    running, lines = ZERO, []
    for line in facts.lines:
        running += line.net_amount
        lines.append(_line(line, facts) | {"carried": amount(running)})
    return {
        "title": (_("Credit note") if is_credit else _("Invoice")) if invoice.number else _("Draft, not an invoice"),
        "number": invoice.number or "",
        "seller": sender_lines(company),
        "tax_id": company.tax_id,
        "bill_to": _present(facts.customer.name, *address_lines(facts.bill_to), _their_tax_id(facts)),
        "ship_to": [_("Collected by you")] if shipment and shipment.is_collected else _present(*address_lines(ship_to)),
        "facts": _facts(facts),
        "reason": invoice.reason if is_credit else "",
        "currency": currency,
        "lines": lines,
        "net": amount(invoice.net_amount),
        "taxes": [_tax(part) for part in facts.tax_parts],
        "tax_total": amount(invoice.tax_amount),
        "tax_reasons": list(dict.fromkeys(filter(None, (reason_of(part.category) for part in facts.tax_parts)))),
        "tax_in_ours": _tax_in_ours(facts),
        "total": amount(invoice.total_amount),
        "terms": terms_said(facts),
        "payment": _payment(facts),
        "words": {
            "bill_to": _("Bill to"),
            "ship_to": _("Ship to"),
            "item": _("Item"),
            "quantity": _("Quantity"),
            "price": _("Unit price"),
            "tax": _("Tax"),
            "net": _("Net"),
            "carried": _("Carried forward"),
            "tax_on": _("Tax on"),
            "total": _("Total"),
            "terms": _("Terms"),
            "pay_to": _("Pay to"),
            "account": _("Account"),
            "reference": _("Payment reference"),
            "tax_id": _("Tax number"),
            "page": _("Page"),
        },
    }


def _facts(facts: Facts) -> list[list[str]]:
    invoice, is_credit = facts.invoice, facts.is_credit
    pairs = [
        (_("Date"), day(invoice.invoice_date)),
        (_("Due"), "" if is_credit else day(invoice.due_date)),
        (_("Shipped"), day(facts.delivered_on)),
        (_("Customer"), facts.customer.code),
        (_("Your order"), invoice.customer_po),
        (_("Our order"), facts.order.number if facts.order else ""),
        (_("Shipment"), facts.shipment),
        (_("Corrects"), ", ".join(str(original) for original in facts.originals)),
    ]
    return [[str(label), str(value)] for label, value in pairs if value]


def _line(line: InvoiceLine, facts: Facts) -> dict[str, Any]:
    counts = line.kind not in (LineKind.TEXT, LineKind.CHARGE)  # a share of a discount has no quantity worth reading
    is_text = line.kind == LineKind.TEXT
    below = []
    if theirs := facts.their_numbers.get(line.product_id or 0):
        below.append(f"{_('Your number')}: {theirs}")
    if (before := list_price_of(line)) is not None:
        off = (1 - line.unit_price * line.unit_factor / before) * 100
        below.append(
            _("List price %(price)s, discount %(percent)s %%")
            % {"price": unit_price(before), "percent": figure(plain(off.quantize(Decimal("0.1"))))}
        )
    return {
        "position": line.position,
        "sku": line.product.sku if line.product else "",
        "description": line.description or (line.product.name if line.product else ""),
        "below": below,
        "quantity": "" if not counts else quantity(line.typed_quantity, line.unit),
        "price": "" if not counts else unit_price(line.unit_price * line.unit_factor),
        "tax": "" if is_text else f"{figure(plain(line.tax_rate))} %",
        "net": "" if is_text else amount(line.net_amount),
    }


def _tax(part: TaxPart) -> dict[str, str]:
    return {"rate": f"{figure(plain(part.rate))} %", "net": amount(part.net), "tax": amount(part.tax)}


def _their_tax_id(facts: Facts) -> str:
    number = facts.customer.tax_registration
    return f"{_('Your tax number')}: {number}" if number else ""


def _tax_in_ours(facts: Facts) -> str:
    """The tax in the company's own currency, which tax offices want beside the other one."""
    invoice, ours = facts.invoice, facts.company.currency
    if invoice.currency == ours or not invoice.tax_amount:
        return ""
    return _("Tax in our currency: %(amount)s") % {"amount": money(invoice.total_base - invoice.net_base, ours)}


def _payment(facts: Facts) -> dict[str, Any] | None:
    """Where to pay, by which reference, and the code that does it; None where nothing is to be paid."""
    invoice, company = facts.invoice, facts.company
    if facts.is_credit or not invoice.number or not invoice.total_amount:
        return None
    transfer = ""
    if invoice.currency == "EUR":
        transfer = payment_code.sepa_transfer(
            name=company.name,
            account=company.bank_account,
            amount=invoice.total_amount,
            reference=invoice.number,
        )
    page = address_of(facts.page_link) if not transfer and facts.page_link else ""
    return {
        "bank": company.bank_name,
        "account": company.bank_account,
        "reference": invoice.number,
        "code": payment_code.drawn(transfer or page),
        "code_says": _("Scan to pay") if transfer else _("Scan to see it and pay"),
    }


def _present(*texts: str) -> list[str]:
    """Without blanks and without saying a name twice."""
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))

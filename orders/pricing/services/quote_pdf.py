"""The quote as the customer receives it."""

from typing import Any

from django.utils.translation import override

from omc.lib.catalogs import figure
from omc.lib.catalogs import for_customer as _
from omc.lib.documents import address_lines, amount, day, sender_lines, typeset, unit_price
from omc.lib.money import plain
from orders.core.models import LineKind
from orders.core.speech import quantity, spoken
from orders.pricing.models import Quote
from orders.pricing.services.quote_ways import ways_of


def quote_pdf(quote: Quote) -> bytes:
    """Typeset the quote in the customer's language; what the customer sees is all that goes in."""
    with override(spoken(quote.customer.language)):
        return typeset("orders/pricing/quote.typ", _content(quote))


def _content(quote: Quote) -> dict[str, Any]:
    company = quote.company
    lines = quote.lines.select_related("product", "ship_to").order_by("position")
    return {
        "words": {
            "title": _("Quote"),
            "for": _("For"),
            "date": _("Date"),
            "customer": _("Customer"),
            "valid_until": _("Valid until"),
            "requested": _("Wanted for"),
            "tax_id": _("Our tax id"),
            "item": _("Item"),
            "description": _("Description"),
            "quantity": _("Quantity"),
            "price": _("Price"),
            "amount": _("Amount"),
            "net": _("Net"),
            "tax": _("Tax"),
            "total": _("Total"),
            "holds": _("Prices hold until %(day)s for the quantities above.") % {"day": day(quote.valid_until)},
            "page": _("Page"),
        },
        "title": str(quote),
        "seller": sender_lines(company),
        "tax_id": company.tax_id,
        "buyer": _without_blanks(
            quote.customer.name,
            quote.contact.name if quote.contact else "",
            *(line for line in address_lines(quote.ship_to) if line != quote.customer.name),
        ),
        "customer": quote.customer.code,
        "date": day(quote.sent_at or quote.created_at),
        "valid_until": day(quote.valid_until),
        "requested": day(quote.requested_date),
        "note": quote.customer_note,
        "currency": quote.currency,
        "lines": [
            {
                "position": line.position,
                "sku": line.product.sku if line.product else "",
                "description": line.description,
                "ways": ways_of(line, quote),
                "quantity": quantity(line.typed_quantity, line.unit),
                "price": "" if line.kind == LineKind.TEXT else unit_price(line.unit_price * line.unit_factor),
                "net": "" if line.kind == LineKind.TEXT else amount(line.net_amount),
                "tax": f"{figure(plain(line.tax_rate))} %",
            }
            for line in lines
        ],
        "net": amount(quote.net_amount),
        "tax": amount(quote.tax_amount),
        "total": amount(quote.total_amount),
    }


def _without_blanks(*texts: str) -> list[str]:
    return [text.strip() for text in texts if text.strip()]

"""The quote as the customer receives it."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from orders.core.models import LineKind
from orders.pricing.models import Quote

SOURCE = Path(settings.BASE_DIR) / "templates" / "orders" / "pricing" / "quote.typ"


def quote_pdf(quote: Quote) -> bytes:
    """Typeset the quote; what the customer sees is all that goes in."""
    data = json.dumps(_content(quote), default=str)
    pdf: bytes = typst.compile(str(SOURCE), format="pdf", sys_inputs={"data": data}, ignore_system_fonts=True)
    return pdf


def _content(quote: Quote) -> dict[str, Any]:
    company, place = quote.company, quote.ship_to
    lines = quote.lines.select_related("product").order_by("position")
    return {
        "title": str(quote),
        "seller": _without_blanks(
            company.name, company.street, f"{company.postal_code} {company.city}", company.phone, company.email
        ),
        "tax_id": company.tax_id,
        "buyer": _without_blanks(
            quote.customer.name,
            quote.contact.name if quote.contact else "",
            *((place.street, f"{place.postal_code} {place.city}", f"{place.region} {place.country}") if place else ()),
        ),
        "customer": quote.customer.code,
        "date": f"{quote.sent_at or quote.created_at:%Y-%m-%d}",
        "valid_until": str(quote.valid_until),
        "requested": str(quote.requested_date or ""),
        "note": quote.customer_note,
        "currency": quote.currency,
        "lines": [
            {
                "position": line.position,
                "sku": line.product.sku if line.product else "",
                "description": line.description,
                "quantity": f"{line.typed_quantity.normalize():f} {line.unit}",
                "price": "" if line.kind == LineKind.TEXT else f"{line.unit_price * line.unit_factor:,.4f}",
                "net": "" if line.kind == LineKind.TEXT else f"{line.net_amount:,.2f}",
                "tax": f"{line.tax_rate.normalize():f} %",
            }
            for line in lines
        ],
        "net": f"{quote.net_amount:,.2f}",
        "tax": f"{quote.tax_amount:,.2f}",
        "total": f"{quote.total_amount:,.2f}",
    }


def _without_blanks(*texts: str) -> list[str]:
    return [text.strip() for text in texts if text.strip()]

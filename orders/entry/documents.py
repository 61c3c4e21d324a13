"""The order confirmation as the customer receives it."""

from typing import Any

from django.utils import translation

from omc.lib.catalogs import for_customer as _
from omc.lib.documents import address_lines, amount, day, sender_lines, typeset, unit_price
from orders.core.models import LineKind, Order
from orders.core.speech import quantity, spoken


def acknowledgement_pdf(order: Order) -> bytes:
    """The confirmed order as the customer receives it, in their language."""
    with translation.override(spoken(order.customer.language)):
        return typeset("orders/entry/acknowledgement.typ", _content(order))


def _content(order: Order) -> dict[str, Any]:
    company, place = order.company, None if order.is_collected else order.ship_to
    return {
        "words": {
            "title": _("Order confirmation"),
            "date": _("Date"),
            "customer": _("Customer"),
            "po": _("Your order number"),
            "promise": _("With you by"),
            "terms": _("Payment"),
            "tax_id": _("Our tax id"),
            "item": _("Item"),
            "description": _("Description"),
            "quantity": _("Quantity"),
            "due": _("Due"),
            "price": _("Price"),
            "amount": _("Amount"),
            "net": _("Net"),
            "tax": _("Tax"),
            "total": _("Total"),
            "ship_to": _("Collected by you") if order.is_collected else _("Ship to"),
            "page": _("Page"),
        },
        "number": str(order),
        "seller": sender_lines(company),
        "tax_id": company.tax_id,
        "buyer": order.customer.name,
        "place": address_lines(place),
        "customer": order.customer.code,
        "po": order.customer_po,
        "date": day(order.confirmed_at),
        "promise": day(order.current_promise),
        "terms": order.terms.name if order.terms else "",
        "notes": order.notes,
        "currency": order.currency,
        "lines": [
            {
                "position": str(line.position),
                "sku": line.product.sku if line.product else "",
                "description": _described(line, order),
                "quantity": "" if line.kind == LineKind.TEXT else quantity(line.typed_quantity, line.unit),
                "due": day(line.current_promise),
                "price": "" if _unpriced(line) else unit_price(line.unit_price * line.unit_factor),
                "amount": "" if _unpriced(line) else amount(line.net_amount),
            }
            for line in order.lines.select_related("product", "ship_to").order_by("position")
            if line.kind == LineKind.TEXT or line.ordered > line.cancelled
        ],
        "net": amount(order.net_amount),
        "tax": amount(order.tax_amount),
        "total": amount(order.total_amount),
    }


def _described(line: Any, order: Order) -> str:
    """The words of a line, and where it goes when that is not where the order goes."""
    elsewhere = line.ship_to_id and line.ship_to_id != order.ship_to_id
    return f"{line.description} → {line.ship_to.name}, {line.ship_to.city}" if elsewhere else line.description


def _unpriced(line: Any) -> bool:
    return line.kind in (LineKind.TEXT, LineKind.COMPONENT)

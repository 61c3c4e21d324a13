"""Tell the customer what was confirmed: a message with the order as PDF."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from omc.lib.actor import Actor, require
from omc.lib.documents import address_lines, day, sender_lines, typeset, unit_price
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core.letters import written
from orders.core.models import LineKind, Message, Order
from orders.core.services.messages import File, send_message


@verb(silent="the message is its own record and belongs to the confirmation that caused it")
def acknowledge_order(*, order_id: int, actor: Actor) -> Message | None:
    """Send the customer's contact the confirmed order with its dates; None when there is no address to send to.

    Asked twice for the same version of an order, it is sent once.
    """
    require(actor, "entry.confirm_order")
    order = (
        Order.objects.select_related("company", "customer", "contact", "ship_to", "bill_to", "terms")
        .filter(pk=order_id, company_id=actor.company_id)
        .first()
    )
    if order is None or order.contact is None or not order.contact.email:
        return None
    with translation.override(order.customer.language):
        return send_message(
            key=f"order:{order.pk}:confirmed:{order.version}",
            template="order_confirmed",
            about=order,
            recipient=order.contact.email,
            subject=_("Order %(order)s confirmed") % {"order": order},
            body=_text(order),
            actor=actor,
            contact=order.contact,
            customer_id=order.customer_id,
            order_id=order.pk,
            files=[File(f"{order}.pdf", acknowledgement_pdf(order))],
        )


def acknowledgement_pdf(order: Order) -> bytes:
    """The confirmed order as the customer receives it, in their language."""
    with translation.override(order.customer.language):
        return typeset("orders/entry/acknowledgement.typ", _content(order))


def _text(order: Order) -> str:
    greeting = _("Dear %(name)s,") % {"name": order.contact} if order.contact else _("Dear customer,")
    return written(
        greeting,
        _("thank you for your order. We confirm it as attached."),
        [
            (_("Our order number"), str(order)),
            (_("Your order number"), order.customer_po),
            (_("Total including tax"), f"{order.total_amount:,.2f} {order.currency}"),
            (_("With you by"), day(order.current_promise)),
        ],
        str(order.company),
    )


def _content(order: Order) -> dict[str, Any]:
    company, place = order.company, order.ship_to
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
            "ship_to": _("Ship to"),
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
                "description": line.description,
                "quantity": "" if line.kind == LineKind.TEXT else f"{plain(line.typed_quantity)} {line.unit}",
                "due": day(line.current_promise),
                "price": "" if _unpriced(line) else unit_price(line.unit_price * line.unit_factor),
                "amount": "" if _unpriced(line) else f"{line.net_amount:,.2f}",
            }
            for line in order.lines.select_related("product").order_by("position")
        ],
        "net": f"{order.net_amount:,.2f}",
        "tax": f"{order.tax_amount:,.2f}",
        "total": f"{order.total_amount:,.2f}",
    }


def _unpriced(line: Any) -> bool:
    return line.kind in (LineKind.TEXT, LineKind.COMPONENT)

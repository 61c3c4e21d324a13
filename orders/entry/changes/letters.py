"""What a customer is told of a changed order: everything that stands now, and the day."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.message_kinds import declare
from orders.core.models import Order
from orders.entry.documents import acknowledgement_pdf
from orders.entry.messages import confirmed, find_order

NAMED: Final = ("order", "your_number", "total", "arrives", "lines")


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key="order_changed",
            name=_("Order changed"),
            stage=4,
            when=_("A confirmed order was changed: its lines, amounts and dates as they stand now."),
            placeholders=(
                Placeholder("order", _("Our order number"), "SO-000123"),
                Placeholder("your_number", _("The customer's order number"), "PO-4711"),
                Placeholder("total", _("Total including tax"), "1,234.50 USD"),
                Placeholder("arrives", _("When the last of it is with the customer"), "3 December 2026"),
                Placeholder(
                    "lines",
                    _("The lines with their quantities, amounts and days"),
                    "Hex bolt M8 (BOLT-8): 100 pc, 25.00 USD, with you on 3 December 2026",
                ),
            ),
            wordings={
                "en": Wording(
                    "Order {order} changed",
                    "{greeting}\n\nyour order was changed. This is what stands now.\n\n"
                    "Our order number: {order}\nYour order number: {your_number}\nTotal including tax: {total}\n"
                    "With you by: {arrives}\n\n{lines}\n\n{company}",
                ),
                "de": Wording(
                    "Auftrag {order} geändert",
                    "{greeting}\n\nIhr Auftrag wurde geändert. Das ist der neue Stand.\n\n"
                    "Unsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\n"
                    "Summe mit Steuer: {total}\nBei Ihnen bis: {arrives}\n\n{lines}\n\n{company}",
                ),
            },
            values=changed,
            find=find_order,
            paper=lambda order: (f"{order}.pdf", acknowledgement_pdf(order)),
        )
    )


def changed(order: Order) -> dict[str, str]:
    """What the message says, in the language that is active."""
    said = confirmed(order)
    return {name: said[name] for name in NAMED}

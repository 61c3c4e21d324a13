"""What billing tells customers: what they owe, and what they get back."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_lazy as _

from billing.documents.mailing import beside, paper_for
from billing.models import Invoice, InvoiceKind
from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.links.addresses import address_of
from orders.core.links.selectors import standing_link
from orders.core.message_kinds import declare
from orders.core.speech import long_day, money

RELATED: Final = ("customer__company", "company", "order__contact", "bill_to", "shipment", "original")
_ORDER: Final = Placeholder("order", _("Our order number"), "SO-000123")
_YOURS: Final = Placeholder("your_number", _("The customer's order number"), "PO-4711")

LINK: Final = Placeholder(
    "link",
    _("Address where the customer reads it, disputes it or promises a day"),
    "https://orders.example.com/c/5k.Zr…/",
)


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key="invoice",
            name=_("Invoice"),
            stage=8,
            when=_("An invoice was posted."),
            placeholders=(
                Placeholder("invoice", _("Number of the invoice"), "2026-000077"),
                _ORDER,
                _YOURS,
                Placeholder("total", _("Total including tax"), "1,234.50 USD"),
                Placeholder("due", _("When it is due"), "3 January 2027"),
                LINK,
            ),
            wordings={
                "en": Wording(
                    "Invoice {invoice}",
                    "{greeting}\n\nplease find attached our invoice.\n\nInvoice: {invoice}\n"
                    "Our order number: {order}\nYour order number: {your_number}\nTotal: {total}\nDue: {due}\n\n"
                    "Read it, tell us what is not right, or when you pay: {link}\n\n{company}",
                ),
                "de": Wording(
                    "Rechnung {invoice}",
                    "{greeting}\n\nanbei erhalten Sie unsere Rechnung.\n\nRechnung: {invoice}\n"
                    "Unsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\nSumme: {total}\n"
                    "Fällig: {due}\n\nAnsehen, beanstanden oder einen Zahltag nennen: {link}\n\n{company}",
                ),
            },
            values=_values,
            find=_latest(InvoiceKind.INVOICE),
            paper=paper_for,
            beside=beside,
            must=_("The law wants you to have your invoices."),
        ),
        MessageKind(
            key="credit_note",
            name=_("Credited"),
            stage=8,
            when=_("A credit note was posted."),
            placeholders=(
                Placeholder("credit_note", _("Number of the credit note"), "2026-000005"),
                Placeholder("corrects", _("The invoice that it corrects"), "2026-000077"),
                _ORDER,
                _YOURS,
                Placeholder("total", _("What is credited, with tax"), "120.00 USD"),
                Placeholder("reason", _("Why"), "Two pieces were damaged"),
            ),
            wordings={
                "en": Wording(
                    "Credit note {credit_note}",
                    "{greeting}\n\nplease find attached our credit note.\n\nCredit note: {credit_note}\n"
                    "For invoice: {corrects}\nOur order number: {order}\nYour order number: {your_number}\n"
                    "Credited: {total}\nReason: {reason}\n\n{company}",
                ),
                "de": Wording(
                    "Gutschrift {credit_note}",
                    "{greeting}\n\nanbei erhalten Sie unsere Gutschrift.\n\nGutschrift: {credit_note}\n"
                    "Zur Rechnung: {corrects}\nUnsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\n"
                    "Gutgeschrieben: {total}\nGrund: {reason}\n\n{company}",
                ),
            },
            values=_values,
            find=_latest(InvoiceKind.CREDIT_NOTE),
            paper=paper_for,
            beside=beside,
            must=_("The law wants you to have what corrects an invoice."),
        ),
    )


def kind_of(invoice: Invoice) -> str:
    """Which message a document goes with."""
    return "credit_note" if invoice.kind == InvoiceKind.CREDIT_NOTE else "invoice"


def _latest(kind: str) -> Callable[[int, str], Invoice | None]:
    def find(company_id: int, number: str) -> Invoice | None:
        rows = Invoice.objects.filter(company_id=company_id, kind=kind, number__isnull=False).select_related(*RELATED)
        return (rows.filter(number__iexact=number) if number else rows).order_by("-id").first()

    return find


def _values(invoice: Invoice) -> dict[str, str]:
    order = invoice.order
    link = standing_link("invoice", invoice.pk, invoice.company_id) if invoice.pk else None
    return {
        "invoice": str(invoice.number),
        "credit_note": str(invoice.number),
        "corrects": str(invoice.original.number) if invoice.original else "",
        "order": str(order) if order else "",
        "your_number": order.customer_po if order else "",
        "total": money(invoice.total_amount, invoice.currency),
        "due": long_day(invoice.due_date),
        "reason": invoice.reason,
        "link": address_of(link) if link else "",
    }

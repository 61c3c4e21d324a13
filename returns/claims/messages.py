"""What claims tells customers: that what they sent back has arrived."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.message_kinds import declare
from orders.core.speech import Phrases, item_name, listed, quantity, say
from returns.claims.models import Return, ReturnLine
from returns.claims.selectors import lines_of

RELATED = ("company", "customer__company", "order__contact")
PHRASES: Phrases = {
    "en": {
        "line": "{item}: {received}",
        "part": "{item}: {received} so far, of {asked}",
        "missing": "The rest has not arrived yet.",
    },
    "de": {
        "line": "{item}: {received}",
        "part": "{item}: bisher {received} von {asked}",
        "missing": "Der Rest ist noch nicht angekommen.",
    },
}


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key="return_received",
            name=_("Return received"),
            stage=9,
            when=_("Goods of a return have arrived; one message per parcel, with all that arrived so far."),
            placeholders=(
                Placeholder("return", _("Number of the return"), "RMA-000012"),
                Placeholder("order", _("Our order number"), "SO-000123"),
                Placeholder("your_number", _("The customer's order number"), "PO-4711"),
                Placeholder("lines", _("What has arrived"), "Hex bolt M8 (BOLT-8): 20 pc"),
                Placeholder("missing", _("Whether more is to come"), "The rest has not arrived yet."),
            ),
            wordings={
                "en": Wording(
                    "Your return {return} has arrived",
                    "{greeting}\n\nwhat you sent back has arrived. We look at it now and then write to you what is"
                    " credited. {missing}\n\nReturn: {return}\nOur order number: {order}\n"
                    "Your order number: {your_number}\n\n{lines}\n\n{company}",
                ),
                "de": Wording(
                    "Ihre Rücksendung {return} ist da",
                    "{greeting}\n\nIhre Rücksendung ist angekommen. Wir prüfen sie und schreiben Ihnen dann, was"
                    " gutgeschrieben wird. {missing}\n\nRücksendung: {return}\nUnsere Auftragsnummer: {order}\n"
                    "Ihre Bestellnummer: {your_number}\n\n{lines}\n\n{company}",
                ),
            },
            values=received,
            find=find_return,
        )
    )


def find_return(company_id: int, number: str) -> Return | None:
    """A return that arrived: that of the number, or the latest."""
    rows = Return.objects.filter(company_id=company_id, received_at__isnull=False).select_related(*RELATED)
    return (rows.filter(number__iexact=number) if number else rows).order_by("-id").first()


def received(document: Return) -> dict[str, str]:
    """What the message of an arrival says, in the language that is active."""
    lines = lines_of(document)
    return {
        "return": document.number,
        "order": str(document.order or ""),
        "your_number": document.order.customer_po if document.order else "",
        "lines": listed(_line(line) for line in lines if line.received),
        "missing": say(PHRASES, "missing") if any(line.received < line.quantity for line in lines) else "",
    }


def _line(line: ReturnLine) -> str:
    unit = line.product.stock_unit if line.product else line.unit
    item = item_name(line.description, line.product.sku if line.product else "")
    whole = line.received == line.quantity
    asked = quantity(line.quantity, unit)
    return say(PHRASES, "line" if whole else "part", item=item, received=quantity(line.received, unit), asked=asked)

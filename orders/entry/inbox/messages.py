"""What a customer's program is told: the receipt of what it sent, and what we promise. The file says it; the words of the
mail are for whoever looks after that program."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.message_kinds import declare
from orders.core.models import OrderState
from orders.core.speech import Phrases, say
from orders.entry.inbox.answering import answer_lines, receipts_of_document
from orders.entry.inbox.models import InboxDocument

RECEIPT: Final = "edi_receipt"
RESPONSE: Final = "edi_response"
PHRASES: Final[Phrases] = {
    "en": {
        "A": "It was accepted.",
        "E": "It was accepted, though not all of it is as it should be. The file names each place.",
        "P": "It was accepted in part. The file names what was not.",
        "R": "It was rejected and nothing was made of it. The file names the reason. Please send it again when it is mended.",
        "accepted": "We deliver everything as you asked for it.",
        "rejected": "We cannot deliver any of it.",
        "changed": "{count} of {all} lines differ from what you asked for: the file says how.",
    },
    "de": {
        "A": "Sie wurde angenommen.",
        "E": "Sie wurde angenommen, obwohl nicht alles stimmt. Die Datei nennt jede Stelle.",
        "P": "Sie wurde zum Teil angenommen. Die Datei nennt, was nicht.",
        "R": "Sie wurde abgelehnt, und es geschieht nichts damit. Die Datei nennt den Grund. Bitte senden Sie sie neu.",
        "accepted": "Wir liefern alles, wie Sie es bestellt haben.",
        "rejected": "Wir können nichts davon liefern.",
        "changed": "{count} von {all} Positionen weichen von Ihrer Bestellung ab: die Datei sagt wie.",
    },
}
_YOURS: Final = Placeholder("your_number", _("The customer's order number"), "PO-4711")
_FILE: Final = Placeholder("file", _("Name of the file that came in"), "order-4711.edi")


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key=RECEIPT,
            name=_("EDI receipt (997)"),
            stage=4,
            when=_("A program's file was read: what of it was accepted, and what is wrong with it."),
            placeholders=(_FILE, Placeholder("verdict", _("Whether it was accepted"), "It was accepted.")),
            wordings={
                "en": Wording(
                    "Receipt of {file} (997)",
                    "Your file {file} has arrived. {verdict}\n\n"
                    "The functional acknowledgment (997) for your program is attached.\n\n{company}",
                ),
                "de": Wording(
                    "Empfang von {file} (997)",
                    "Ihre Datei {file} ist angekommen. {verdict}\n\n"
                    "Die Empfangsbestätigung (997) für Ihr Programm liegt bei.\n\n{company}",
                ),
            },
            values=_receipt,
            find=_find_file,
            for_people=False,
        ),
        MessageKind(
            key=RESPONSE,
            name=_("EDI order response (855, UBL)"),
            stage=4,
            when=_("The order of a program's document was confirmed: quantities, prices and dates, line by line."),
            placeholders=(
                _YOURS,
                Placeholder("order", _("Our order number"), "SO-000123"),
                Placeholder("summary", _("Whether it differs from what was asked"), "1 of 4 lines differs."),
            ),
            wordings={
                "en": Wording(
                    "Answer to your order {your_number}",
                    "This is our answer to your order {your_number}. {summary}\n\n"
                    "Our order number: {order}\n\nThe file for your program is attached.\n\n{company}",
                ),
                "de": Wording(
                    "Antwort auf Ihre Bestellung {your_number}",
                    "Das ist unsere Antwort auf Ihre Bestellung {your_number}. {summary}\n\n"
                    "Unsere Auftragsnummer: {order}\n\nDie Datei für Ihr Programm liegt bei.\n\n{company}",
                ),
            },
            values=_response,
            find=_find_ordered,
            for_people=False,
        ),
    )


def _receipt(document: InboxDocument) -> dict[str, str]:
    found = {receipt.verdict for receipt in receipts_of_document(document)}
    verdict = found.pop() if len(found) == 1 else "P"
    return {"file": document.filename, "verdict": say(PHRASES, verdict)}


def _response(document: InboxDocument) -> dict[str, str]:
    lines = answer_lines(document)
    differ = sum(line.status != "accepted" for line in lines)
    refused = all(line.status == "rejected" for line in lines)
    key = "accepted" if not differ else "rejected" if refused else "changed"
    return {
        "your_number": document.customer_po,
        "order": str(document.order),
        "summary": say(PHRASES, key, count=differ, all=len(lines)),
    }


def _find_file(company_id: int, number: str) -> InboxDocument | None:
    """The latest X12 file of a known customer; that with the purchase order number."""
    rows = InboxDocument.objects.filter(company_id=company_id, kind="x12", part=1, customer__isnull=False)
    if number:
        rows = rows.filter(customer_po__iexact=number)
    rows = rows.exclude(state__in=("received", "broken")).select_related("company", "customer", "order")
    return rows.order_by("-id").first()


def _find_ordered(company_id: int, number: str) -> InboxDocument | None:
    """The latest document of a program whose order is confirmed; that with the purchase order number."""
    rows = InboxDocument.objects.filter(
        company_id=company_id, kind__in=("x12", "ubl"), order__confirmed_at__isnull=False
    )
    rows = rows.exclude(order__state=OrderState.CANCELLED)
    if number:
        rows = rows.filter(customer_po__iexact=number)
    return rows.select_related("company", "customer", "order").order_by("-id").first()

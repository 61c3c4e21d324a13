"""The answers that a document allows: which there are, what they say of each line, and which were written."""

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from orders.core.models import Attachment, Message, OrderLine, OrderState
from orders.entry.inbox.models import DocumentKind, DocumentState, InboxDocument, InboxLine
from orders.entry.inbox.rules.answers import AnswerLine
from orders.entry.inbox.rules.reader import BROKEN_FILE
from orders.entry.inbox.rules.receipts import Receipt, receipts_of, x12_in

_PROMISED: Final = frozenset(OrderState.values) - {
    OrderState.DRAFT, OrderState.PENDING, OrderState.CANCELLED, OrderState.ABANDONED,
}  # fmt: skip
LABELS: Final = {"997": "997", "855": "855", "response": "UBL order response"}
CHANGEABLE: Final = ("855", "response")
_CENT: Final = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer that a document allows, with the message that carries it once it is written."""

    key: str
    name: str
    message: Message | None = None
    file: Attachment | None = None


def answers_offered(document: InboxDocument) -> list[str]:
    """The key of each answer: receipt of a file as it came, and (once the order is confirmed) what we promise."""
    return [*(["997"] if _may_be_receipted(document) else []), *_promises_offered(document)]


def _may_be_receipted(document: InboxDocument) -> bool:
    return _is_whole(document) and bool(receipts_of_document(document))


def _promises_offered(document: InboxDocument) -> list[str]:
    if document.order is None or document.order.state not in _PROMISED:
        return []
    if document.facts.get("interchange"):
        return ["855"]
    return ["response"] if _is_ubl(document) else []


def answers_of(document: InboxDocument, actor: Actor) -> list[AnswerRow]:
    """Each answer that a document allows or has, in one query; one that a change made necessary stands below the first."""
    sent = messages_of(document).filter(company_id=actor.company_id).prefetch_related("attachments")
    written: dict[str, list[Message]] = {key: [] for key in LABELS}
    for message in sent:
        written[message.key.split(":")[2]].append(message)
    offered = _promises_offered(document)
    if not written["997"] and _may_be_receipted(document):  # what is written need not be read off the file again
        offered.append("997")
    rows = []
    for key, name in LABELS.items():
        if key in offered and not written[key]:
            rows.append(AnswerRow(key, name))
        for count, message in enumerate(written[key]):
            label = _("%(answer)s after a change") % {"answer": name} if count else name
            rows.append(AnswerRow(key, label, message, next(iter(message.attachments.all()), None)))
    return rows


def messages_of(document: InboxDocument) -> QuerySet[Message]:
    """The answers that were written to a document, the oldest first; to an order that it is no more, none."""
    about = Message.objects.filter(subject_type="inboxdocument", subject_id=document.pk)
    keys = [answer_key(document, key) for key in LABELS]
    after = [Q(key__startswith=f"{answer_key(document, key)}:") for key in CHANGEABLE]
    found = about.filter(reduce(or_, after, Q(key__in=keys)))
    return found.exclude(key__contains=":again:").order_by("id")  # what was sent once more is the same answer


def answer_key(document: InboxDocument, key: str, change: int | None = None) -> str:
    """What makes an answer the same one: its document, the order that it promises, and the change it comes after."""
    of_order = "" if key == "997" else f":{document.order_id}"
    return f"edi:{document.pk}:{key}{of_order}" + (f":{change}" if change else "")


def receipts_of_document(document: InboxDocument) -> list[Receipt]:
    """What a 997 says of the file; nothing for a file that is no X12, or whose envelope cannot be made out.

    A mail is what hangs on it: a file that was read left its facts, one that is broken its text, also below words that
    were read as an order.
    """
    is_broken = document.state == DocumentState.BROKEN or document.facts.get(BROKEN_FILE)
    is_broken_mail = document.kind == DocumentKind.MAIL and is_broken
    is_x12 = document.kind == DocumentKind.X12 or document.facts.get("interchange") or is_broken_mail
    if document.state == DocumentState.RECEIVED or not is_x12:
        return []
    text = x12_in(document.text)
    return receipts_of(text) if text else []


def _is_whole(document: InboxDocument) -> bool:
    """Whether it stands for its file: not a further order of it, nor the same file taken in again."""
    return document.whole_id is None and document.copy_of_id is None


def _is_ubl(document: InboxDocument) -> bool:
    return document.kind == DocumentKind.UBL or "customization" in document.facts


def answer_lines(document: InboxDocument) -> list[AnswerLine]:
    """What was asked beside what the order has, item by item in turn; then the items that were added to it since."""
    ordered: dict[int, list[OrderLine]] = {}
    lines = OrderLine.objects.filter(order_id=document.order_id or 0, parent=None).select_related("product")
    for line in lines.order_by("position"):
        ordered.setdefault(line.product_id or 0, []).append(line)
    answers = []
    for asked in document.lines.select_related("product").order_by("position"):
        if not asked.said:
            continue
        found = ordered.get(asked.product_id or 0, [])
        mine = found.pop(0) if found and not asked.left_out else None
        answers.append(_answer(document, asked, mine))
    more = sorted((line for rest in ordered.values() for line in rest), key=lambda line: line.position)
    return [*answers, *(_added(line) for line in more if line.product and line.ordered > line.cancelled)]


def _added(line: OrderLine) -> AnswerLine:
    """A line that the document did not ask for: it has no number of the customer's."""
    quantity = line.typed_quantity - line.cancelled / line.unit_factor
    return AnswerLine(
        number="",
        codes=(),
        name=line.description,
        sku=line.product.sku if line.product else "",
        asked=quantity,
        asked_unit=line.unit,
        quantity=quantity,
        unit=line.unit,
        price=line.unit_price * line.unit_factor,
        promised=line.current_promise,
        status="added",
    )


def _answer(document: InboxDocument, asked: InboxLine, line: OrderLine | None) -> AnswerLine:
    said = asked.said
    wanted, wanted_unit = Decimal(said.get("quantity") or asked.quantity or 0), said.get("unit") or asked.unit
    name = said.get("description") or (asked.product.name if asked.product else "") or asked.item or "?"
    quantity = line.typed_quantity - line.cancelled / line.unit_factor if line else Decimal(0)
    kept = line if quantity > 0 else None
    price = kept.unit_price * kept.unit_factor if kept else None
    return AnswerLine(
        number=said.get("number") or str(asked.position),
        codes=tuple((said.get("codes") or {}).items()),
        name=name,
        sku=asked.product.sku if asked.product else "",
        asked=wanted,
        asked_unit=wanted_unit,
        quantity=quantity,
        unit=_their_unit(asked, kept) if kept else wanted_unit,
        price=price,
        promised=kept.current_promise if kept else None,
        status=_status(document, asked, kept, quantity, price),
    )


def _their_unit(asked: InboxLine, line: OrderLine) -> str:
    """The unit as the customer's program writes it, while it is the same one."""
    return str(asked.said.get("unit") or line.unit) if line.unit == asked.unit else line.unit


def _status(
    document: InboxDocument, asked: InboxLine, line: OrderLine | None, quantity: Decimal, price: Decimal | None
) -> str:
    if line is None:
        return "rejected"
    day = asked.wanted or document.requested_date
    wanted = Decimal(asked.said.get("quantity") or asked.quantity or 0)
    differ = {
        "quantity": quantity != wanted or line.unit != asked.unit,
        "price": asked.stated_price is not None and price is not None and abs(price - asked.stated_price) > _CENT,
        "date": bool(day and line.current_promise and line.current_promise > day),
    }
    found = [name for name, differs in differ.items() if differs]
    return "several" if len(found) > 1 else found[0] if found else "accepted"

"""The answers that a document's order allows: which there are, and their text."""

from decimal import Decimal
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from orders.core.models import OrderLine, OrderState
from orders.entry.inbox.models import DocumentKind, InboxDocument, InboxLine
from orders.entry.inbox.rules.answers import AnswerLine, write_855, write_997, write_order_response
from orders.entry.inbox.rules.dates import read_compact
from orders.entry.inbox.selectors import document_of

_PROMISED: Final = frozenset(OrderState.values) - {
    OrderState.DRAFT, OrderState.PENDING, OrderState.CANCELLED, OrderState.ABANDONED,
}  # fmt: skip
LABELS: Final = {"997": "997", "855": "855", "response": "UBL order response"}


def answers_offered(document: InboxDocument) -> list[tuple[str, str]]:
    """Key and name of each answer: receipt of what was read, and (once the order is confirmed) what we promise."""
    promised = document.order is not None and document.order.state in _PROMISED
    keys = []
    if document.kind == DocumentKind.X12 and document.facts.get("interchange"):
        keys = ["997", "855"] if promised else ["997"]
    elif document.kind == DocumentKind.UBL and promised:
        keys = ["response"]
    return [(key, LABELS[key]) for key in keys]


def answer_text(*, document_id: int, key: str, actor: Actor) -> tuple[str, str]:
    """File name and text of an answer. Writes nothing.

    Raises: NotFound for one that is not offered
    """
    require(actor, "entry.write_order")
    document = document_of(actor, document_id)
    if key not in dict(answers_offered(document)):
        raise NotFound("There is no such answer to this document.")
    stem = document.customer_po or document.filename.rpartition(".")[0] or "answer"
    now, order = clock.now(), document.order
    if key == "997":
        doubtful = bool(document.remarks) or any("line" in line.why for line in document.lines.all())
        return f"{stem}-997.edi", write_997(document.facts, now, with_errors=doubtful)
    if order is None:
        raise NotFound("There is no such answer to this document.")
    lines = _lines(document)
    if key == "855":
        ordered_on = read_compact(document.facts.get("ordered_on", "")) or document.received_at.date()
        text = write_855(document.facts, document.customer_po, str(order), ordered_on, lines, now)
        return f"{stem}-855.edi", text
    text = write_order_response(
        document.customer_po, str(order), order.currency, str(document.company), str(order.customer), lines, now
    )
    return f"{stem}-response.xml", text


def _lines(document: InboxDocument) -> list[AnswerLine]:
    """What was asked beside what the order has, item by item in turn."""
    ordered: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order_id=document.order_id or 0, parent=None).order_by("position"):
        ordered.setdefault(line.product_id or 0, []).append(line)
    answers = []
    for asked in document.lines.select_related("product").order_by("position"):
        if not asked.said:
            continue
        found = ordered.get(asked.product_id or 0, [])
        mine = found.pop(0) if found and not asked.left_out else None
        answers.append(_answer(document, asked, mine))
    return answers


def _answer(document: InboxDocument, asked: InboxLine, line: OrderLine | None) -> AnswerLine:
    wanted = asked.quantity or Decimal(0)
    names = tuple(asked.said.get("names") or [asked.item or "?"])
    unit = asked.said.get("unit") or asked.unit
    if line is None:
        return AnswerLine(asked.position, names, "", wanted, Decimal(0), unit, None, None, "rejected")
    quantity = line.typed_quantity - (line.cancelled / line.unit_factor)
    price = line.unit_price * line.unit_factor
    day = asked.wanted or document.requested_date
    status = "accepted"
    if quantity != wanted or line.unit != asked.unit:
        status = "quantity"
    elif asked.stated_price is not None and abs(price - asked.stated_price) > Decimal("0.005"):
        status = "price"
    elif day and line.current_promise and line.current_promise > day:
        status = "date"
    sku = line.product.sku if line.product else ""
    return AnswerLine(asked.position, names, sku, wanted, quantity, unit, price, line.current_promise, status)

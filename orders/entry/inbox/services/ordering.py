"""The order that a document asks for, made once, and what is learned from making it."""

from collections.abc import Sequence
from typing import Any, Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.money import ZERO, round_price
from omc.lib.service import verb
from orders.core.inputs import LineInput
from orders.core.models import Attachment, Channel, Order
from orders.core.services.aliases import learn_aliases
from orders.core.services.messages import File, attach
from orders.entry.events import OrderSubmitted
from orders.entry.inbox.events import DocumentOrdered
from orders.entry.inbox.machines import DOCUMENT
from orders.entry.inbox.models import DocumentKind, DocumentState, Door, InboxDocument, InboxLine, KnownSender
from orders.entry.inbox.rules.shapes import FIELDS, SURE, Sender
from orders.entry.inbox.selectors import match_items, sender_keys
from orders.entry.inbox.services.locking import lock, move
from orders.entry.inbox.services.proposing import is_doubtful
from orders.entry.services.enter_order import enter_order

_CHANNELS: Final = {
    DocumentKind.MAIL: Channel.EMAIL, DocumentKind.PDF: Channel.EMAIL, DocumentKind.X12: Channel.EDI,
    DocumentKind.UBL: Channel.EDI, DocumentKind.CSV: Channel.IMPORT, DocumentKind.XLSX: Channel.IMPORT,
}  # fmt: skip


class LinesDoubtful(DomainError):
    """Somebody must look at lines first; ``data["lines"]`` says which field of which position, and why."""

    code, status = "lines_doubtful", 422


@verb(events=(DocumentOrdered, OrderSubmitted))
def make_order(*, document_id: int, actor: Actor, version: int | None = None, submit: bool = False) -> Order:
    """Make the order that a document asks for, as a draft or submitted; the document stays on the order.

    Names of items and the sender are learned for next time. Nothing doubtful goes in unseen.

    Raises: LinesDoubtful, InvalidInput without customer or lines, StaleVersion, IllegalTransition when it was made
        already; and what ``enter_order`` refuses, with the positions of the document
    Events: document_ordered, order_submitted when asked
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor, version=version)
    DOCUMENT.check(document, DocumentState.ORDERED)
    everything = list(document.lines.select_related("product").order_by("position"))
    lines = [line for line in everything if not line.left_out]
    _refuse_doubts(document, lines)
    order = _enter(document, lines, actor, submit=submit)
    _attach_original(document, order, actor)
    learned = _learn(document, lines, actor)
    document.order = order  # so that the event belongs to the order too
    fact = DocumentOrdered(
        lines=len(lines),
        checked_lines=sum(line.checked for line in lines),
        left_out=len(everything) - len(lines),
        learned=learned,
    )
    move(document, DocumentState.ORDERED, fact, actor, order=order.pk, doubtful_count=0)
    return order


def _refuse_doubts(document: InboxDocument, lines: Sequence[InboxLine]) -> None:
    if document.customer_id is None:
        raise InvalidInput("Say whose order it is.", field="customer")
    if not lines:
        raise InvalidInput("All lines are left out.", field="lines")
    unsure = {name: sure for name, sure in document.sure.items() if sure < SURE}
    if unsure and not document.header_checked:
        name = min(unsure, key=lambda each: unsure[each])
        said = document.why.get(name, "It is not sure.")
        raise LinesDoubtful(f"Look at the head of the document first: {said}", field="header", lines=[])
    doubtful = [line for line in lines if is_doubtful(line)]
    if doubtful:
        named = [{"position": line.position, **_doubt_of(line)} for line in doubtful]
        raise LinesDoubtful(
            f"Look at line {doubtful[0].position} first: {named[0]['message']}"
            + (f" And at {len(doubtful) - 1} more." if len(doubtful) > 1 else ""),
            field="lines",
            lines=named,
        )


def _doubt_of(line: InboxLine) -> dict[str, str]:
    """The field that is least sure, and why."""
    if line.product_id is None:
        return {"field": "item", "message": line.why.get("item") or "No item is named."}
    if line.quantity is None:
        return {"field": "quantity", "message": line.why.get("quantity") or "It has no quantity."}
    if line.factor is None:
        return {"field": "unit", "message": line.why.get("unit") or "The unit is not known."}
    name = min(FIELDS, key=lambda field: line.sure.get(field, 100))
    return {"field": name, "message": line.why.get(name) or "It is not sure."}


def _enter(document: InboxDocument, lines: Sequence[InboxLine], actor: Actor, *, submit: bool) -> Order:
    header: dict[str, Any] = {
        "customer_po": document.customer_po,
        "requested_date": document.requested_date,
        "channel": _channel(document),
    }
    if document.ship_to_id:
        header["ship_to_id"] = document.ship_to_id
    try:
        order: Order = enter_order(
            customer_id=document.customer_id,
            header=header,
            lines=[_input(line, document) for line in lines],
            submit=submit,
            actor=actor,
        )
    except DomainError as refusal:
        named: Any = refusal.data.get("lines")
        if isinstance(named, list):  # positions of the order are not those of the document
            for each in named:
                if isinstance(each, dict) and 0 < each.get("position", 0) <= len(lines):
                    each["position"] = lines[each["position"] - 1].position
        raise
    return order


def _channel(document: InboxDocument) -> str:
    if document.door == Door.PASTE and document.kind == DocumentKind.TEXT:
        return Channel.DESK
    return _CHANNELS.get(DocumentKind(document.kind), Channel.EMAIL)


def _input(line: InboxLine, document: InboxDocument) -> LineInput:
    theirs = None
    if line.take_price and line.stated_price is not None and line.factor:
        theirs = round_price(line.stated_price / line.factor)
    return LineInput(
        product_id=line.product_id,
        quantity=line.quantity or ZERO,
        unit=line.unit,
        unit_price=theirs,
        price_reason="as their document says" if theirs is not None else "",
        requested_date=line.wanted if line.wanted != document.requested_date else None,
    )


def _attach_original(document: InboxDocument, order: Order, actor: Actor) -> None:
    original = Attachment.objects.filter(
        company_id=document.company_id,
        subject_type="inboxdocument",
        subject_id=document.whole_id or document.pk,
        sha256=document.sha256,
    ).first()
    if original is not None:
        with original.file.open("rb") as file:
            attach(order, File(original.filename, file.read(), original.content_type), actor=actor)


def _learn(document: InboxDocument, lines: Sequence[InboxLine], actor: Actor) -> int:
    """What the customer calls our items, where we would not have known it, and who writes for the customer."""
    customer_id = document.customer_id or 0
    called = [(line, str(name)) for line in lines for name in line.said.get("names", []) if 2 < len(name) <= 80]
    found = match_items(document.company_id, customer_id, [((name,), name) for _, name in called])
    names = {
        name: line.product_id
        for (line, name), match in zip(called, found, strict=True)
        if line.product_id and not (match.product_id == line.product_id and match.sure >= 95)
    }
    learned = learn_aliases(customer_id, names, actor=actor) if names else 0
    sender = Sender(**document.sender) if document.sender else Sender()
    for key in sender_keys(sender):
        _known, new = KnownSender.objects.update_or_create(
            company_id=document.company_id,
            key=key,
            defaults={
                "customer_id": customer_id,
                "learned_from": document,
                "learned_by_id": actor.user_id,
                "learned_at": clock.now(),
            },
        )
        learned += new
    return learned

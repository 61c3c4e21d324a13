"""What a person puts right in a proposal before an order is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Address
from orders.entry.inbox.events import DocumentProposed, DocumentRead
from orders.entry.inbox.models import DocumentState, InboxDocument, InboxLine
from orders.entry.inbox.rules.shapes import MOST_LINES
from orders.entry.inbox.selectors import match_items
from orders.entry.inbox.services.locking import lock, move
from orders.entry.inbox.services.proposing import (
    SAVED,
    count,
    judge_header,
    judge_prices,
    place_of,
    settle_units,
    take_match,
)
from orders.entry.services.header import customer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEdit:
    """One line as it stands on somebody's screen. ``position`` 0 is a new one. Units: ``quantity`` in ``unit``."""

    position: int = 0
    item: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    wanted: date | None = None
    checked: bool = False
    left_out: bool = False
    take_price: bool = False


@verb(events=(DocumentProposed, DocumentRead))
def save_proposal(
    *,
    document_id: int,
    lines: Sequence[LineEdit],
    actor: Actor,
    customer_id: int | None = None,
    customer_po: str = "",
    requested_date: date | None = None,
    ship_to_id: int | None = None,
    header_checked: bool = False,
    version: int | None = None,
) -> InboxDocument:
    """Keep a proposal as somebody put it right: all its lines, and whose order it is.

    What was typed is sure; ``checked`` says that somebody looked at what is not. Lines that are not named stay as they are.

    Raises: StaleVersion, NotFound, CustomerClosed, InvalidInput for a document that is not proposed
    Events: document_proposed or document_read, when the customer changed
    """
    require(actor, "entry.write_order")
    document = lock(document_id, actor, version=version)
    if document.state not in (DocumentState.READ, DocumentState.PROPOSED):
        raise InvalidInput(f"{document} has no proposal that could be changed.", state=document.state)
    new_customer = customer_id is not None and customer_id != document.customer_id
    _keep_header(document, customer_id, customer_po, requested_date, ship_to_id, header_checked)
    rows = _keep_lines(document, lines, anew=new_customer)
    judge_prices(document, rows)
    InboxLine.objects.bulk_update(
        rows,
        ["item", "product", "quantity", "unit", "factor", "wanted", "sure", "why", "checked", "left_out", "take_price"],
    )
    count(document, rows)
    document.version += 1
    document.save(update_fields=SAVED)
    if new_customer:
        fact = DocumentProposed(lines=document.line_count, doubtful=document.doubtful_count)
        move(document, DocumentState.PROPOSED, fact, actor)
    return document


def _keep_header(
    document: InboxDocument,
    customer_id: int | None,
    customer_po: str,
    requested_date: date | None,
    ship_to_id: int | None,
    checked: bool,
) -> None:
    if customer_id is not None and customer_id != document.customer_id:
        document.customer = customer_of(customer_id, document.company_id)
        document.sure["customer"] = 100
        document.why.pop("customer", None)
        for name in ("currency", "ship_to"):
            document.sure.pop(name, None)
            document.why.pop(name, None)
        document.ship_to = place_of(document)
    elif ship_to_id != document.ship_to_id:
        place = Address.objects.filter(
            pk=ship_to_id or 0, customer_id=document.customer_id or 0, is_active=True
        ).first()
        if ship_to_id is not None and place is None:
            raise NotFound("The customer has no such address.", field="ship_to_id")
        document.ship_to = place
        document.sure["ship_to"] = 100
        document.why.pop("ship_to", None)
    if len(customer_po.strip()) > 60:
        raise InvalidInput("A purchase order number has at most 60 characters.", field="customer_po")
    document.customer_po = customer_po.strip()
    if requested_date != document.requested_date:
        document.requested_date = requested_date
        document.sure["wanted"] = 100
        document.why.pop("wanted", None)
    judge_header(document)
    document.header_checked = checked


def _keep_lines(document: InboxDocument, edits: Sequence[LineEdit], *, anew: bool) -> list[InboxLine]:
    """The document's lines with the edits in them, items looked up again where their name or the customer changed."""
    rows = {line.position: line for line in document.lines.order_by("position")}
    if len(rows) + sum(edit.position == 0 for edit in edits) > MOST_LINES:
        raise InvalidInput(f"An order has at most {MOST_LINES} lines.", field="lines")
    named: list[tuple[InboxLine, tuple[str, ...], str]] = []
    added: list[InboxLine] = []
    for edit in edits:
        line = rows.get(edit.position)
        if line is None:
            line = InboxLine(document=document, position=max(rows, default=0) + 1, said={})
            rows[line.position] = line
            added.append(line)
        typed = edit.item.strip()[:80]
        renamed = typed.upper() != line.item.upper()
        _put(line, edit)
        if renamed:
            line.item = typed
            line.sure["item"] = 100
            named.append((line, (typed,), ""))
        elif anew and not line.checked and line.said:
            line.sure["item"] = line.said["sure"].get("item", 100)
            named.append((line, tuple(line.said["names"]), line.said["description"]))
    matches = match_items(
        document.company_id, document.customer_id, [(names, description) for _, names, description in named]
    )
    for (line, _, _), match in zip(named, matches, strict=True):
        take_match(line, match)
    result = list(rows.values())
    settle_units(document, result)
    InboxLine.objects.bulk_create(added)
    return result


def _put(line: InboxLine, edit: LineEdit) -> None:
    """What was typed over what was read is sure."""
    if edit.quantity is not None and edit.quantity <= 0:
        raise InvalidInput("The quantity must be above zero.", field="lines")
    if edit.quantity != line.quantity:
        line.quantity = edit.quantity
        line.sure["quantity"] = 100 if edit.quantity is not None else 0
        line.why["quantity"] = "" if edit.quantity is not None else "It has no quantity."
    if edit.wanted != line.wanted:
        line.wanted = edit.wanted
        line.sure["wanted"] = 100
        line.why.pop("wanted", None)
    line.unit = edit.unit.strip()[:20]
    line.checked, line.left_out, line.take_price = edit.checked, edit.left_out, edit.take_price

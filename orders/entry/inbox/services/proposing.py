"""From what a document says to what we take it for: customer, items, units, and what must be looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from omc.lib.money import plain, round_price
from orders.core.models import Address, Customer, Product
from orders.core.selectors.companies import today
from orders.entry.inbox.models import InboxDocument, InboxLine
from orders.entry.inbox.rules.matching import Match, unit_of
from orders.entry.inbox.rules.shapes import FIELDS, SURE, LineRead, OrderRead
from orders.entry.inbox.selectors import customer_of_sender, match_items, our_prices, packs_of

SAVED: Final = (
    "text", "reason", "sender", "facts", "remarks", "customer", "customer_po", "requested_date", "currency",
    "ship_to_text", "ship_to", "sure", "why", "header_checked", "line_count", "doubtful_count", "version",
)  # fmt: skip
SAME_PRICE: Final = Decimal("0.005")  # of the price: what rounding to a cent may do
_KNOWN_ENOUGH: Final = 95
_INEXACT: Final = "It does not come out exact in"


def propose(document: InboxDocument, read: OrderRead) -> None:
    """Fill a locked document from what was read. Lines that were there before give way. Moves no state."""
    document.sender, document.facts, document.remarks = asdict(read.sender), read.facts, read.remarks
    document.customer_po, document.currency, document.reason = read.po[:60], read.currency, ""
    document.requested_date, document.ship_to_text = read.wanted, read.ship_to[:300]
    chosen = document.customer_id is not None and document.sure.get("customer") == 100
    document.sure, document.why, document.header_checked = {}, {}, False
    if chosen:
        document.sure["customer"] = 100
    else:
        who = customer_of_sender(document.company_id, read.sender, read.facts.get("customer", ""))
        document.customer = Customer.objects.get(pk=who.customer_id) if who.customer_id else None
        _doubt(document, "customer", who.sure, who.why)
    if read.wanted_sure < 100:
        _doubt(document, "wanted", read.wanted_sure, read.wanted_why)
    document.ship_to = place_of(document)
    judge_header(document)
    document.lines.all().delete()
    lines = _lines(document, read.lines)
    InboxLine.objects.bulk_create(lines)
    judge_prices(document, lines)
    InboxLine.objects.bulk_update(lines, ["sure", "why"])
    count(document, lines)
    document.version += 1
    document.save(update_fields=SAVED)


def _doubt(thing: InboxDocument | InboxLine, name: str, sure: int, why: str) -> None:
    thing.sure[name] = sure
    if why:
        thing.why[name] = why
    else:
        thing.why.pop(name, None)


def judge_header(document: InboxDocument) -> None:
    """What of the header must be looked at, given the customer."""
    if document.requested_date and document.requested_date < today(document.company):
        _doubt(document, "wanted", 40, "This day has passed.")
    if document.facts.get("not_original"):
        _doubt(document, "document", 30, "It does not call itself a new order.")
    elif document.facts.get("total_differs") or document.facts.get("miscounted"):
        _doubt(document, "document", 60, "It does not agree with its own totals.")
    if document.customer and document.currency and document.currency != document.customer.currency:
        words = f"It is written in {document.currency}; the customer pays in {document.customer.currency}."
        _doubt(document, "currency", 50, words)
    if document.ship_to_text and document.customer and document.ship_to is None:
        _doubt(document, "ship_to", 60, "The place that it names is not one of the customer's.")


def place_of(document: InboxDocument) -> Address | None:
    """The customer's address that the document's place is, when exactly one fits by postal code and street or name."""
    said = document.ship_to_text.lower()
    if not said or document.customer_id is None:
        return None
    places = Address.objects.filter(customer_id=document.customer_id, is_active=True).exclude(use=Address.Use.BILL)
    fits = [
        place
        for place in places
        if place.postal_code
        and place.postal_code.lower() in said
        and ((place.street and place.street.lower() in said) or place.name.lower() in said)
    ]
    return fits[0] if len(fits) == 1 else None


def _lines(document: InboxDocument, read: Sequence[LineRead]) -> list[InboxLine]:
    matches = match_items(document.company_id, document.customer_id, [(line.names, line.description) for line in read])
    lines = []
    for position, (said, match) in enumerate(zip(read, matches, strict=True), start=1):
        line = InboxLine(
            document=document, position=position, said=_kept(said), sure=dict(said.sure), why=dict(said.why)
        )
        line.item = (said.names[0] if said.names else said.description)[:80]
        line.quantity, line.unit, line.wanted = said.quantity, said.unit, said.wanted
        line.stated_price = None if said.price is None else round_price(said.price)
        take_match(line, match)
        lines.append(line)
    settle_units(document, lines)
    return lines


def _kept(line: LineRead) -> dict[str, Any]:
    """The line as read, for ever; numbers as text so that nothing is rounded."""
    return {
        "names": list(line.names), "description": line.description, "unit": line.unit, "at": line.at,
        "quantity": None if line.quantity is None else plain(line.quantity),
        "price": None if line.price is None else plain(line.price),
        "wanted": line.wanted.isoformat() if line.wanted else None, "sure": line.sure, "why": line.why,
        "number": line.number, "codes": line.codes,
    }  # fmt: skip


def take_match(line: InboxLine, match: Match) -> None:
    """Let a line stand for an item. A name that is known outweighs doubts about where it stood."""
    read_sure, read_why = line.sure.get("item", 100), line.why.get("item", "")
    line.product_id = match.product_id or None
    if match.sure >= _KNOWN_ENOUGH or match.sure <= read_sure:
        _doubt(line, "item", match.sure, match.why)
    else:
        _doubt(line, "item", read_sure, read_why)


def settle_units(document: InboxDocument, lines: Sequence[InboxLine]) -> None:
    """Our unit for each line's, and whether the quantity comes out exact. Two queries."""
    ids = {line.product_id for line in lines if line.product_id}
    products = _stock_units(ids)
    packs = packs_of(ids)
    day = today(document.company)
    for line in lines:
        line.factor = None
        if line.product_id:
            stock_unit, sku = products[line.product_id]
            line.item = sku
            unit, line.factor, sure, why = unit_of(line.unit, stock_unit, packs.get(line.product_id, {}))
            line.unit = unit[:20]
            _doubt(line, "unit", sure, why)
            if line.factor and line.quantity and (total := line.quantity * line.factor) != round(total, 6):
                _doubt(line, "quantity", 0, f"{_INEXACT} {stock_unit}.")
            elif line.why.get("quantity", "").startswith(_INEXACT):
                _doubt(line, "quantity", 100, "")
        if line.wanted and line.wanted < day:
            _doubt(line, "wanted", 40, "This day has passed.")


def _stock_units(product_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Product.objects.filter(pk__in=product_ids).values_list("pk", "stock_unit", "sku")
    return {pk: (unit, sku) for pk, unit, sku in rows}


def judge_prices(document: InboxDocument, lines: Sequence[InboxLine]) -> None:
    """A stated price that is not ours must be looked at; one that nobody can compare too."""
    ours = our_prices(document, [line for line in lines if line.stated_price is not None])
    for line in lines:
        if line.stated_price is None or line.product_id is None:
            continue
        asked = ours.get(line.pk)
        if asked is None:
            continue
        if abs(line.stated_price - asked) <= max(asked * SAME_PRICE, Decimal("0.005")):
            _doubt(line, "price", 100, "")
        else:
            _doubt(line, "price", 50, "It is not the price that we ask.")


def is_doubtful(line: InboxLine) -> bool:
    """Whether somebody must look at it before an order can be made."""
    if line.left_out:
        return False
    if line.product_id is None or line.quantity is None or line.factor is None:
        return True
    return not line.checked and any(line.sure.get(name, 100) < SURE for name in FIELDS)


def count(document: InboxDocument, lines: Sequence[InboxLine]) -> None:
    document.line_count = len(lines)
    document.doubtful_count = sum(is_doubtful(line) for line in lines)

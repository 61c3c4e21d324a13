"""What a customer asked for with an order, and what they were promised."""

from datetime import date
from decimal import Decimal

from orders.core.asked import Asked, Difference, Given, differences
from orders.core.models import LineKind, Order, OrderLine
from orders.core.speech import item_name
from orders.entry.inbox.models import InboxDocument
from orders.pricing.models import Quote

DATED = (LineKind.GOODS, LineKind.KIT)


def lines_of(order: Order) -> list[OrderLine]:
    """The lines that a customer knows: kits whole, without their components and without words."""
    return list(
        order.lines.filter(parent=None)
        .exclude(kind__in=[LineKind.TEXT, LineKind.COMPONENT])
        .select_related("product")
        .order_by("position")
    )


def name_of(line: OrderLine) -> str:
    """How a letter calls what is on a line."""
    return item_name(line.description, line.product.sku if line.product else "")


def dates_of(order: Order) -> dict[str, str]:
    """The promise per line of goods and of the whole order, as a message keeps that it told them."""
    return _dates(order.current_promise, [(line.pk, line.current_promise) for line in _dated(order)])


def first_dates_of(order: Order) -> dict[str, str]:
    """The promises of the confirmation, which the customer knows when no message kept what it told."""
    return _dates(order.original_promise, [(line.pk, line.original_promise) for line in _dated(order)])


def _dated(order: Order) -> list[OrderLine]:
    return [line for line in lines_of(order) if line.kind in DATED]


def _dates(whole: date | None, lines: list[tuple[int, date | None]]) -> dict[str, str]:
    rows = {str(pk): day.isoformat() if day else "" for pk, day in lines}
    return {**rows, "order": whole.isoformat() if whole else ""}


def left_of(line: OrderLine) -> Decimal:
    """How much of a line stands, in the unit that was typed."""
    return Decimal(line.typed_quantity - line.cancelled / line.unit_factor)


def given_by(order: Order, lines: list[OrderLine]) -> list[Given]:
    """What the order confirms, line by line."""
    return [
        Given(
            name_of(line),
            line.product_id,
            left_of(line),
            line.unit,
            line.unit_price * line.unit_factor,
            line.current_promise or order.current_promise,
            dated=line.kind in DATED,
        )
        for line in lines
    ]


def asked_with(order: Order, lines: list[OrderLine]) -> tuple[list[Asked], bool]:
    """What the customer asked for: in the document that they sent, else in the quote that they took, else by the dates
    that were typed; and whether they asked for anything that could differ."""
    document = InboxDocument.objects.filter(order=order).order_by("id").first()
    if document is not None:
        said = _asked_in_document(document, order)
        if said:
            return said, True
    quote = Quote.objects.filter(order=order).order_by("id").first()
    asked = _asked_in_quote(quote, order) if quote is not None else _asked_by_hand(order, lines)
    return asked, quote is not None or any(wish.day for wish in asked)


def _asked_in_document(document: InboxDocument, order: Order) -> list[Asked]:
    wishes = []
    for row in document.lines.select_related("product").order_by("position"):
        if not row.said:
            continue  # added by ourselves
        names = row.said.get("names") or [row.item or "?"]
        name = item_name(str(row.said.get("description") or ""), str(names[0]))
        wishes.append(
            Asked(
                item_name(row.product.name, row.product.sku) if row.product else name,
                row.product_id,
                row.quantity,
                row.unit,
                row.stated_price,
                row.wanted or document.requested_date or order.requested_date,
                left_out=row.left_out,
            )
        )
    return wishes


def _asked_in_quote(quote: Quote, order: Order) -> list[Asked]:
    rows = quote.lines.exclude(kind__in=[LineKind.TEXT, LineKind.COMPONENT]).select_related("product")
    return [
        Asked(
            item_name(row.description, row.product.sku if row.product else ""),
            row.product_id,
            row.typed_quantity,
            row.unit,
            row.unit_price * row.unit_factor,
            row.promised_date or order.requested_date if row.kind in DATED else None,
        )
        for row in rows.order_by("position")
    ]


def _asked_by_hand(order: Order, lines: list[OrderLine]) -> list[Asked]:
    return [
        Asked(
            name_of(line),
            line.product_id,
            line.typed_quantity,
            line.unit,
            None,
            line.requested_date or order.requested_date if line.kind in DATED else None,
        )
        for line in lines
    ]


def differences_of(order: Order, lines: list[OrderLine]) -> tuple[list[Difference], bool]:
    """Every difference of what is confirmed from what was asked, and whether anything was asked that could differ."""
    asked, anything = asked_with(order, lines)
    return differences(asked, given_by(order, lines)), anything

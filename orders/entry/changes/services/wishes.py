"""What somebody wants instead: read from text, compared with what they saw, kept as edits of a change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from omc.lib.errors import InvalidInput, NotFound
from omc.lib.money import QUANTITY_STEP, plain, round_price
from orders.core.inputs import LineInput
from orders.core.models import Address, LineKind, Order, OrderLine
from orders.entry.changes.models import ChangeEdit, ChangeReason, ChangeSet

Texts = Mapping[str, str | None]
ORDER_FIELDS: Final = ("ship_to_id", "requested_date")
LINE_FIELDS: Final = ("quantity", "unit_price", "requested_date", "ship_to_id")
LARGEST: Final = Decimal("1e11")


@dataclass(frozen=True, kw_only=True)
class LineWish:
    """New values of one line, as text; ``quantity`` 0 cancels it. What is not named stays."""

    line_id: int
    fields: Mapping[str, Any]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AddedWish:
    """A line that the order does not have yet."""

    line: LineInput
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """All that a change wants; it takes the place of what the change wanted before."""

    order: Mapping[str, Any] = field(default_factory=dict)
    order_reason: str = ""
    lines: Sequence[LineWish] = ()
    added: Sequence[AddedWish] = ()


def snapshot(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """What can be changed of an order, as it stands."""
    return {
        "order": {"ship_to_id": _id(order.ship_to_id), "requested_date": _day(order.requested_date)},
        "lines": {str(line.pk): as_texts(line) for line in lines if line.kind != LineKind.COMPONENT},
        "positions": {str(line.pk): line.position for line in lines},
    }


def as_texts(line: OrderLine) -> dict[str, str | None]:
    """A line's own values as text, the way edits keep them."""
    wanted = ((line.ordered - line.cancelled) / line.unit_factor).quantize(QUANTITY_STEP)
    return {
        "quantity": plain(wanted),
        "unit_price": plain(line.unit_price),
        "requested_date": _day(line.requested_date),
        "ship_to_id": _id(line.ship_to_id),
    }


def _id(pk: int | None) -> str | None:
    return str(pk) if pk else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def edits_of(change: ChangeSet, wishes: Wishes, customer_id: int) -> list[ChangeEdit]:
    """The edits that the wishes come to: only what differs from what was seen. Saves nothing.

    Raises: InvalidInput, NotFound, each naming the field
    """
    places = _places(wishes, customer_id)
    edits = []
    fields = _changed(wishes.order, ORDER_FIELDS, change.seen["order"], places, "")
    if fields:
        edits.append(_edit(change, ChangeEdit.What.ORDER, fields, wishes.order_reason))
    for wish in wishes.lines:
        seen = change.seen["lines"].get(str(wish.line_id))
        if seen is None:
            raise NotFound(f"The order has no line {wish.line_id} that can be changed.", field="line_id")
        position = change.seen["positions"][str(wish.line_id)]
        fields = _changed(wish.fields, LINE_FIELDS, seen, places, f"Line {position}: ")
        if fields:
            edits.append(_edit(change, ChangeEdit.What.LINE, fields, wish.reason, line_id=wish.line_id))
    for row, added in enumerate(wishes.added, start=1):
        edits.append(_edit(change, ChangeEdit.What.ADDED, _added(added.line), added.reason, position=row))
    if len({edit.line_id for edit in edits if edit.line_id}) != sum(edit.line_id is not None for edit in edits):
        raise InvalidInput("Each line is named once.", field="lines")
    return edits


def _places(wishes: Wishes, customer_id: int) -> set[str]:
    named = {str(fields.get("ship_to_id") or "") for fields in [wishes.order, *(wish.fields for wish in wishes.lines)]}
    if not named - {""}:
        return set()
    known = Address.objects.filter(customer_id=customer_id, is_active=True).values_list("pk", flat=True)
    return {str(pk) for pk in known}


def _changed(
    given: Mapping[str, Any], known: Sequence[str], seen: Texts, places: set[str], where: str
) -> dict[str, str | None]:
    if unknown := set(given) - set(known):
        raise InvalidInput(f"{where}There is no {min(unknown)} to change.", field=min(unknown))
    fields: dict[str, str | None] = {}
    for name, value in given.items():
        text = _READERS[name](value, where)
        if text == seen[name]:
            continue
        if name == "ship_to_id" and text is not None and text not in places:
            raise NotFound(f"{where}The customer has no such address.", field=name)
        fields[name] = text
    return fields


def _number(name: str, word: str, step: Callable[[Decimal], Decimal]) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        try:
            number = Decimal(str(value).strip().replace(",", "."))
            if not (number.is_finite() and 0 <= number < LARGEST):
                raise InvalidInput(f"{where}{word} is a number from 0 on.", field=name)
            return plain(step(number))
        except InvalidOperation:
            raise InvalidInput(f"{where}{word} is a number from 0 on.", field=name) from None

    return read


def _date(value: Any, where: str) -> str | None:
    if not value:
        return None
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value).strip())).isoformat()
    except ValueError:
        raise InvalidInput(f"{where}A date is written like 2026-12-31.", field="requested_date") from None


def _place(value: Any, where: str) -> str | None:
    if not value:
        return None
    if not str(value).isdigit():
        raise InvalidInput(f"{where}There is no such address.", field="ship_to_id")
    return str(int(value))


_READERS: Final[dict[str, Callable[[Any, str], str | None]]] = {
    "quantity": _number("quantity", "The quantity", lambda number: number.quantize(QUANTITY_STEP)),
    "unit_price": _number("unit_price", "The price", round_price),
    "requested_date": _date,
    "ship_to_id": _place,
}
_OF_ADDED: Final = (
    "sku", "product_id", "quantity", "unit", "unit_price", "kind", "supply", "description", "requested_date",
    "warehouse_id", "ship_to_id", "note",
)  # fmt: skip


def _added(line: LineInput) -> dict[str, str | None]:
    if line.quantity <= 0 or not line.quantity.is_finite():
        raise InvalidInput("A new line has a quantity above 0.", field="quantity")
    return {name: _text(value) for name in _OF_ADDED if (value := getattr(line, name)) not in (None, "")}


def _text(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def input_of(edit: ChangeEdit) -> LineInput:
    """The line that an edit adds, as somebody would type it."""
    read: dict[str, Callable[[str], Any]] = {
        "product_id": int,
        "warehouse_id": int,
        "ship_to_id": int,
        "quantity": Decimal,
        "unit_price": Decimal,
        "requested_date": date.fromisoformat,
    }
    wanted = {name: read.get(name, str)(value) for name, value in edit.fields.items()}
    why = ChangeReason(edit.reason).label if edit.reason else ChangeEdit.What.ADDED.label
    return LineInput(**wanted, price_reason=str(why))


def _edit(change: ChangeSet, what: str, fields: Mapping[str, str | None], reason: str, **place: Any) -> ChangeEdit:
    if reason and reason not in ChangeReason.values:
        raise InvalidInput(f"There is no reason {reason}.", field="reason", allowed=ChangeReason.values)
    return ChangeEdit(change=change, what=what, fields=dict(fields), reason=reason, **place)

"""What the cells of a price file say, and what that would change. Source: SPEC §4.d-5."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

COLUMNS: Final = ("sku", "min_quantity", "unit", "unit_price", "percent", "break_group", "valid_from", "valid_to")
_HEADS: Final = {
    "sku": ("sku", "item", "item number", "item no", "article", "product"),
    "min_quantity": ("min quantity", "from quantity", "min qty", "quantity", "qty", "from"),
    "unit": ("unit", "uom"),
    "unit_price": ("unit price", "price", "new price"),
    "percent": ("percent", "percent off", "discount", "discount percent"),
    "break_group": ("break group", "group"),
    "valid_from": ("valid from", "starts", "begins"),
    "valid_to": ("valid to", "ends", "until"),
}
_HIGHEST: Final = Decimal("1e12")


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as it was read. Units: as in a price break; ``number`` is the row of the file."""

    number: int
    sku: str
    min_quantity: Decimal
    unit_price: Decimal | None
    percent: Decimal | None
    unit: str
    break_group: str
    valid_from: date | None
    valid_to: date | None


def columns_of(heads: Sequence[str]) -> list[str]:
    """What each column of a file is; empty where it is none of ours.

    >>> columns_of(["Item No.", "Price", "Our remark", "from_quantity"])
    ['sku', 'unit_price', '', 'min_quantity']
    """
    said = [re.sub(r"[\W_]+", " ", head).strip().lower() for head in heads]
    return [next((key for key, words in _HEADS.items() if head in words), "") for head in said]


def read_row(number: int, cells: Mapping[str, str]) -> tuple[Typed | None, dict[str, str]]:
    """A row of a file, or what is wrong with it by column."""
    wrong: dict[str, str] = {}
    read: dict[str, Any] = {}
    for column, parse in _PARSERS.items():
        text = (cells.get(column) or "").strip()
        try:
            read[column] = parse(text) if text else None
        except ValueError as error:
            wrong[column] = str(error)
    sku = (cells.get("sku") or "").strip()
    if not sku:
        wrong["sku"] = "The item is missing."
    price, percent = read.get("unit_price"), read.get("percent")
    if "unit_price" not in wrong and "percent" not in wrong and (price is None) == (percent is None):
        wrong["unit_price"] = "Give either a price or a percentage." if price is not None else "The price is missing."
    if wrong:
        return None, wrong
    minimum = read["min_quantity"]
    return (
        Typed(
            number=number,
            sku=sku,
            min_quantity=Decimal(1) if minimum is None else minimum,
            unit_price=price,
            percent=percent,
            unit=(cells.get("unit") or "").strip(),
            break_group=(cells.get("break_group") or "").strip(),
            valid_from=read["valid_from"],
            valid_to=read["valid_to"],
        ),
        {},
    )


def change_percent(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """How far a price moved. Rounds: half-up to 2 places.

    >>> change_percent(Decimal("8"), Decimal("9")), change_percent(None, Decimal("9"))
    (Decimal('12.50'), None)
    """
    if not before or after is None:
        return None
    return ((after - before) / before * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _number(places: int) -> Callable[[str], Decimal]:
    def parse(text: str) -> Decimal:
        try:
            number = Decimal(text.replace(" ", "").replace("\u00a0", ""))
        except InvalidOperation:
            raise ValueError(f"{text} is no number. Write it as 1234.50.") from None
        if not number.is_finite() or abs(number) >= _HIGHEST:
            raise ValueError(f"{text} is no number that can be right.")
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    return parse


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no day. Write it as 2026-12-31.") from None


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "min_quantity": _number(6),
    "unit_price": _number(4),
    "percent": _number(4),
    "valid_from": _day,
    "valid_to": _day,
}

"""Rows of a file as order lines: what its columns mean, and what each cell says. Nothing is guessed in silence."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from orders.entry.inbox.rules.dates import find_day
from orders.entry.inbox.rules.numbers import read_number
from orders.entry.inbox.rules.shapes import SURE
from orders.entry.inbox.rules.tables import meaning_of_head

COLUMNS: Final = (
    "customer", "po", "requested_date", "ship_to", "sku", "quantity", "unit", "price", "warehouse", "note",
    "kind", "supply", "line_ship_to",
)  # fmt: skip
NEEDED: Final = ("sku", "quantity")
HEADER: Final = ("customer", "po", "requested_date", "ship_to")  # rows that agree in these make one order
NUMBERS: Final = ("quantity", "price")
LONGEST: Final = {"po": 60, "sku": 80, "unit": 10, "note": 200}
# The words of a cell for how a line comes and what it is; the codes themselves are words too.
SUPPLIES: Final = {
    "": "stock", "stock": "stock", "from stock": "stock", "special": "special", "special order": "special",
    "drop ship": "drop_ship", "drop shipment": "drop_ship", "dropship": "drop_ship", "direct": "drop_ship",
}  # fmt: skip
KINDS: Final = {"": "goods", "item": "goods", "goods": "goods", "charge": "charge", "text": "text"}
_MEANS: Final = {"item": "sku", "theirs": "sku", "barcode": "sku", "wanted": "requested_date"}
_OWN: Final = {
    "customer po": "po", "ship to": "ship_to", "delivery address": "ship_to", "address": "ship_to", "lieferadresse": "ship_to",
    "line address": "line_ship_to", "store": "ship_to",
    "warehouse": "warehouse", "lager": "warehouse", "note": "note", "remark": "note", "notiz": "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowRead:
    """What one row says. Units: ``price`` per stock unit, None where the price in force is to be taken."""

    row: int
    texts: Mapping[str, str]
    quantity: Decimal
    price: Decimal | None
    wanted: date | None
    kind: str = "goods"
    supply: str = "stock"


def sha_of_heads(heads: Sequence[str]) -> str:
    """What headings are known by: their words, not how they are written."""
    return hashlib.sha256("\n".join(_word(head) for head in heads).encode()).hexdigest()


def columns_of(heads: Sequence[str]) -> list[str]:
    """What each column most likely is; each meaning once, empty for what an order has no use for.

    >>> columns_of(["Kunde", "Artikelnummer", "Menge", "Colour", "Lieferadresse"])
    ['customer', 'sku', 'quantity', '', 'ship_to']
    """
    found: list[str] = []
    for head in heads:
        word = _word(head)
        said = _OWN.get(word) or meaning_of_head(word)
        meaning = _MEANS.get(said, said)
        if not meaning and word.replace(" ", "_") in COLUMNS:
            meaning = word.replace(" ", "_")
        found.append(meaning if meaning in COLUMNS and meaning not in found else "")
    return found


def has_heads(first: Sequence[str]) -> bool:
    """Whether a first row names columns: it has a word for one, and no number stands in it.

    >>> has_heads(["Item", "Qty"]), has_heads(["AB-100", "12"])
    (True, False)
    """
    return any(columns_of(first)) or not any(read_number(cell) for cell in first)


def decimal_mark(texts: Sequence[str]) -> str:
    """The mark before decimals, as numbers that can be read in one way only show it; empty where none shows it.

    >>> decimal_mark(["1.250", "3,5"]), decimal_mark(["1,250", "17"])
    (',', '')
    """
    marks = set()
    for text in texts:
        found = re.search(r"([.,])(\d*)$", text.strip())
        if found and (len(found[2]) != 3 or text.startswith("0") or {".", ","} <= set(text)):
            marks.add(found[1])
    return marks.pop() if len(marks) == 1 else ""


def read_decimal(text: str, mark: str) -> Decimal | str:
    """A number; or the sentence that says why it is none, or could be two.

    >>> read_decimal("1,250", "."), read_decimal("1,250", ",")
    (Decimal('1250'), Decimal('1.250'))
    >>> read_decimal("1,250", "")
    '“1,250” can be read in two ways; write 1250 or 1.2500.'
    """
    found = read_number(text)
    if found is None:
        return f"“{text[:40]}” is no number; write it like 1234.5."
    value, sure = found
    if sure >= SURE:
        return value
    small, large = Decimal(re.sub(r"[.,]", ".", text.strip())), Decimal(re.sub(r"[.,]", "", text.strip()))
    if not mark:
        return f"“{text}” can be read in two ways; write {large} or {small}0."
    return small if mark in text else large


def read_row(
    row: int, cells: Mapping[str, str], today: date, mark: str, *, day_first: bool
) -> tuple[RowRead | None, dict[str, str]]:
    """What a row says, and what is wrong with it by column. None when its quantity cannot be read."""
    wrong: dict[str, str] = {}
    numbers: dict[str, Decimal] = {}
    kind, supply = _word_of(cells, "kind", KINDS, wrong), _word_of(cells, "supply", SUPPLIES, wrong)
    for name in NUMBERS:
        text = cells.get(name, "")
        if not text and (name == "price" or kind == "text"):
            continue
        value = read_decimal(text, mark) if text else "Say how many."
        if isinstance(value, Decimal):
            numbers[name] = value
        else:
            wrong[name] = value
    if not cells.get("sku"):
        wrong["sku"] = "Name an item." if kind == "goods" else "Say what it is."
    if kind == "charge" and not cells.get("price"):
        wrong["price"] = "Say what it costs."
    if kind == "text":
        numbers.setdefault("quantity", Decimal(0))
    for name, most in LONGEST.items():
        if len(cells.get(name, "")) > most:
            wrong[name] = f"At most {most} characters."
    wanted = None
    if text := cells.get("requested_date", ""):
        said = find_day(text, today, day_first=day_first)
        if said is None:
            wrong["requested_date"] = f"“{text[:40]}” is no date; write it like 2026-12-31."
        elif said.sure < SURE:
            wrong["requested_date"] = f"{said.why} Write it like 2026-12-31."
        else:
            wanted = said.day
    if "quantity" not in numbers:
        return None, wrong
    return RowRead(row, cells, numbers["quantity"], numbers.get("price"), wanted, kind, supply), wrong


def _word_of(cells: Mapping[str, str], column: str, words: Mapping[str, str], wrong: dict[str, str]) -> str:
    said = cells.get(column, "")
    found = words.get(_word(said).replace("-", " "))
    if found is None:
        wrong[column] = f"“{said[:40]}” is none of: {', '.join(sorted(set(words.values())))}."
    return found or words[""]


def _word(head: str) -> str:
    return re.sub(r"[\s_.:*]+", " ", head.strip().lower()).strip()

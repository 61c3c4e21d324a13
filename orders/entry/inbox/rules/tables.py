"""Orders in columns: cells of a spreadsheet, a CSV file, a table in a PDF, or cells pasted from one."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from orders.entry.inbox.rules.dates import find_day
from orders.entry.inbox.rules.numbers import read_number
from orders.entry.inbox.rules.shapes import MOST_LINES, LineRead, OrderRead, Unreadable
from orders.entry.inbox.rules.units import is_unit

# What heads of columns mean, in the languages that orders come in. The first that fits wins.
_HEADS: Final[dict[str, frozenset[str]]] = {
    field: frozenset(words.split("|"))
    for field, words in {
        "item": "item|item no|item number|item #|sku|part|part no|part number|part #|article|article no|code|product|product code"
        "|material|artikel|artikelnummer|art-nr|artnr|référence|reference|ref|catalog no|stock code|our item|vendor part",
        "theirs": "your part|customer part|customer item|buyer part|our part|our part no|our number|cust part",
        "barcode": "ean|upc|gtin|barcode",
        "description": "description|name|text|bezeichnung|désignation|item description|product name|details",
        "quantity": "qty|quantity|menge|quantité|amount ordered|order qty|ordered|qty ordered|count|pcs|pieces|anzahl",
        "unit": "unit|uom|u/m|um|einheit|unité|pack|units",
        "price": "price|unit price|price each|net price|preis|einzelpreis|prix|rate|price/unit|unit cost|each",
        "wanted": "date|wanted|need by|needed|delivery date|due|due date|required|requested|requested date|requested_date"
        "|liefertermin|deliver by|ship date|wanted on|required date",
        "po": "po|po number|po no|po #|purchase order|order no|order number|customer po|bestellnummer",
        "customer": "customer|customer code|account|account no|customer number|kunde|kundennummer",
        "skip": "line|#|pos|no|position|total|line total|amount|extended|ext price|ext|betrag|sum|net amount",
    }.items()
}  # fmt: skip
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][\w./#+-]{1,39}")
_TOTAL = re.compile(r"\s*(sub-?total|total|sum|tax|vat|shipping|freight|summe|gesamt|mwst)\b", re.IGNORECASE)
HEAD_WITHIN: Final = 40


def split_columns(text: str) -> list[list[str]]:
    """The cells of lines of text: by tab, else by semicolon or bar, else by runs of spaces."""
    rows = text.split("\n")
    for mark in ("\t", ";", "|"):
        if sum(mark in row for row in rows) >= 2 or (len(rows) == 1 and text.count(mark) > 1):
            return [[cell.strip() for cell in row.strip("|").split(mark)] for row in rows]
    return [re.split(r"\s{2,}", row.strip()) for row in rows]


def lines_of_table(rows: Sequence[Sequence[str]], today: date, *, day_first: bool = False) -> OrderRead | None:
    """The order that a table holds; None when nothing in it looks like lines.

    Raises: Unreadable with more lines than an order may have
    """
    head = _find_head(rows)
    if head is not None:
        at, columns, sure = head[0], head[1], 100
        start = at + 1
    else:
        guessed = _guess(rows)
        if guessed is None:
            return None
        start, columns = 0, guessed[0]
        sure = guessed[1]
    order = OrderRead()
    for number, row in enumerate(rows[start:], start=start + 1):
        line = _line(row, columns, number, today, sure=sure, day_first=day_first, order=order)
        if line is not None:
            order.lines.append(line)
            if len(order.lines) > MOST_LINES:
                raise Unreadable(f"It has more than {MOST_LINES} lines. Split it.")
    return order if order.lines else None


def meaning_of_head(cell: str) -> str:
    """What the column under a heading holds; empty when the word is not known.

    >>> meaning_of_head("Artikelnummer"), meaning_of_head("Order_Qty."), meaning_of_head("Colour")
    ('item', 'quantity', '')
    """
    word = re.sub(r"[\s_.:*]+", " ", cell.strip().lower()).strip()
    return next((field for field, words in _HEADS.items() if word in words), "")


def _find_head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """The row that names the columns, and where each is: at least what and how many."""
    for at, row in enumerate(rows[:HEAD_WITHIN]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            if field := meaning_of_head(cell):
                columns.setdefault(field, place)
        if "quantity" in columns and columns.keys() & {"item", "theirs", "barcode", "description"}:
            return at, columns
    return None


def _guess(rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], int] | None:
    """Columns of a table without heads: codes in one, numbers in another, in most rows; and how sure they are."""
    filled = [row for row in rows if sum(1 for cell in row if cell.strip()) >= 2]
    if len(filled) < 1 or len(filled) * 2 < sum(1 for row in rows if any(cell.strip() for cell in row)):
        return None
    width = max(len(row) for row in filled)

    def share(place: int, fits: Callable[[str], bool]) -> float:
        return len([row for row in filled if place < len(row) and fits(row[place].strip())]) / len(filled)

    numbers = [place for place in range(width) if share(place, lambda cell: read_number(cell) is not None) > 0.6]
    codes = [
        place
        for place in range(width)
        if place not in numbers and share(place, lambda cell: _CODE.fullmatch(cell) is not None) > 0.6
    ]
    if not codes or not numbers:
        return None
    columns = {"item": codes[0], "quantity": numbers[0]}
    if numbers[0] == 0 and len(numbers) > 1 and _counts(filled, 0):
        columns["quantity"] = numbers[1]  # the first column only counts the lines
    for place in range(width):
        if place not in numbers and share(place, is_unit) > 0.6:
            columns.setdefault("unit", place)
    others = [place for place in numbers if place != columns["quantity"] and not _counts(filled, place)]
    return columns, 70 if others else 85


def _counts(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a column is 1, 2, 3 …"""
    return len(rows) > 1 and all(row[place].strip().rstrip(".") == str(n) for n, row in enumerate(rows, start=1) if row)


def _line(
    row: Sequence[str],
    columns: dict[str, int],
    number: int,
    today: date,
    *,
    sure: int,
    day_first: bool,
    order: OrderRead,
) -> LineRead | None:
    def cell(field: str) -> str:
        place = columns.get(field)
        return row[place].strip()[:200] if place is not None and place < len(row) else ""

    names = tuple(name for name in (cell("item"), cell("theirs"), cell("barcode")) if name)
    description = cell("description")
    if not names and not description:
        return None
    if not cell("quantity") and (_TOTAL.match(" ".join(row)) or not names):
        return None
    line = LineRead(names=names, description=description, unit=cell("unit")[:20], at=number)
    _read_quantity(line, cell("quantity"), sure)
    if price := cell("price"):
        read = read_number(re.sub(r"\s*(USD|EUR|GBP|CHF)\b", "", price, flags=re.IGNORECASE))
        if read and read[0] >= 0:
            line.price = read[0]
            line.sure["price"] = read[1]
        else:
            line.doubt("price", 0, f"“{price[:40]}” is no price.")
    if wanted := cell("wanted"):
        said = find_day(wanted, today, day_first=day_first)
        if said:
            line.wanted = said.day
            line.doubt("wanted", said.sure, said.why)
        else:
            line.doubt("wanted", 0, f"“{wanted[:40]}” is no day that can be read.")
    if sure < 80:
        line.doubt("item", sure, "The columns have no heads; this one looks like item numbers.")
    order.po = order.po or cell("po")[:60]
    order.facts.setdefault("customer", cell("customer")[:60])
    return line


def _read_quantity(line: LineRead, text: str, sure: int) -> None:
    found = re.fullmatch(r"([\d.,' ]+)\s*([A-Za-z]+\.?)?", text)
    read = read_number(found[1]) if found else None
    if read is None or read[0] <= 0:
        line.doubt("quantity", 0, f"“{text[:40]}” is no quantity." if text else "It has no quantity.")
        return
    line.quantity = read[0]
    if found and found[2] and not line.unit:
        line.unit = found[2][:20]
    why = "A comma or point may mean thousands." if read[1] < 100 else "The columns have no heads." if sure < 80 else ""
    line.doubt("quantity", min(read[1], sure), why)

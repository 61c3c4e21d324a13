"""Orders in plain words: the body of a mail, a note, "10 x AB-100 by Fri"."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from orders.entry.inbox.rules.dates import find_day
from orders.entry.inbox.rules.numbers import read_number
from orders.entry.inbox.rules.shapes import MOST_LINES, LineRead, OrderRead, Unreadable
from orders.entry.inbox.rules.tables import lines_of_table, split_columns
from orders.entry.inbox.rules.units import WORDS, is_unit

LONGEST_LINE: Final = 400
MOST_TEXT_LINES: Final = 6_000
_CODE: Final = r"(?=[\w./#+-]*\d)[A-Za-z0-9][\w/#+-]*(?:[./][\w/#+-]+)*"
_NUM: Final = r"\d[\d.,']*+"  # whole or not at all: 15mm is no 1 and 5mm
_UNIT: Final = "|".join(sorted((re.escape(word) for word in WORDS if len(word) > 1), key=len, reverse=True))

# "10 x AB-100", "10 boxes of AB-100", "10 AB-100"
_COUNT_FIRST = re.compile(
    rf"(?<![\w.,-])(?P<n>{_NUM})\s*(?:(?P<unit>{_UNIT})\b\.?\s*)?(?P<mark>x|×|\*|of)?\s*(?:of\s+|item\s+|part\s+|no\.?\s+|#\s*)*"
    rf"(?P<code>{_CODE})(?![\w])",
    re.IGNORECASE,
)
# "AB-100 x 10", "AB-100: 10 pcs", "AB-100 qty 10"
_CODE_FIRST = re.compile(
    rf"(?<![\w.-])(?P<code>{_CODE})\s*(?P<mark>x|×|\*|:|=|,|-|–|\(|qty\.?:?|quantity:?)?\s+(?:qty\.?:?\s*)?(?P<n>{_NUM})"
    rf"(?:\s*(?P<unit>{_UNIT})\b)?(?![\w-])",
    re.IGNORECASE,
)
# "40 of the copper elbows", "3 boxes blue gloves": only at the start of a line
_COUNT_WORDS = re.compile(
    rf"(?P<n>{_NUM})\s*(?:(?P<unit>{_UNIT})\b\.?\s*)?(?:x\s+|×\s*|\*\s*)?(?:of\s+)?(?:the\s+|your\s+)?"
    r"(?P<words>[^\W\d_][\w\s/'’\"&-]{2,80})",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·–]\s+|\(?\d{1,3}[.)]\s+)")
_PRICE = re.compile(
    r"(?:@|\bat)\s*(?:USD|EUR|GBP|\$|€|£)?\s*(\d[\d.,]*)|(?:\$|€|£)\s*(\d[\d.,]*)\s*(?:each|/|per|ea\b)|(\d[\d.,]*)\s*(?:\$|€|£|USD|EUR|GBP)\s*(?:each|/|per|ea\b)",
    re.IGNORECASE,
)
_PO = re.compile(
    r"\b(?:p\.?\s?o\.?|purchase\s+order|our\s+order|order|call-?off|bestellung)(?![a-z])\s*(?:no\.?|number|nr\.?|#|:)*\s*[:#]?\s*"
    r"(?P<po>(?=[\w/-]*\d)[A-Z0-9][\w/-]{2,39})",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(need|order|send|want|please|ship|supply|deliver|add|like|require|another)\b", re.IGNORECASE)
_NO_ORDER = re.compile(
    r"^\s*(>|tel\b|phone|fax|mobile|cell\b|www\.|http|e-?mail|from:|to:|cc:|sent:|subject:|date:|--\s*$|iban|vat\b|tax id)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\s*(--|regards|kind regards|best regards|best wishes|thanks|thank you|cheers|mit freundlichen)[\s,.!]*\w*\s*$",
    re.IGNORECASE,
)


def read_words(text: str, today: date, *, day_first: bool = False) -> OrderRead:
    """The order in a text: a table in it, else what its sentences ask for. Lines may be none.

    Raises: Unreadable with more lines than an order may have

    >>> order = read_words("PO 4711\\nplease send 10 x AB-100 by Fri and 5 boxes CD-20", date(2026, 11, 23))
    >>> order.po, [(line.names[0], str(line.quantity), line.unit) for line in order.lines], str(order.wanted)
    ('4711', [('AB-100', '10', ''), ('CD-20', '5', 'boxes')], '2026-11-27')
    """
    rows = [row.replace("\x00", " ")[:LONGEST_LINE] for row in text.replace("\r\n", "\n").split("\n")[:MOST_TEXT_LINES]]
    table = lines_of_table(split_columns("\n".join(rows)), today, day_first=day_first)
    order = OrderRead()
    order.po = _purchase_order(rows)
    if table is not None and len(table.lines) >= 1 and _is_table(rows):
        order.lines = table.lines
        order.po = table.po or order.po
        order.facts = table.facts
        first = min(line.at for line in table.lines)
        _wanted(order, rows[: first - 1] + rows[max(line.at for line in table.lines) :], today, day_first)
        return order
    rest: list[str] = []
    for number, row in enumerate(rows, start=1):
        if _NO_ORDER.match(row):
            continue
        if order.lines and _SIGNATURE.match(row):
            break
        lines = _lines_of(row, number, today, day_first)
        order.lines += lines
        if len(order.lines) > MOST_LINES:
            raise Unreadable(f"It has more than {MOST_LINES} lines. Split it.")
        if not lines:
            rest.append(row)
    _wanted(order, rest, today, day_first)
    return order


def _is_table(rows: list[str]) -> bool:
    """Whether the text is in columns at all, not in sentences."""
    return any("\t" in row or ";" in row or "|" in row or re.search(r"\S\s{2,}\S", row) for row in rows)


def _purchase_order(rows: list[str]) -> str:
    for row in rows[:200]:
        if not _NO_ORDER.match(row) or row.lower().startswith("subject:"):
            for found in _PO.finditer(row):
                if not re.match(r"\s*(x|×|\*)\s*\w", row[found.end() :]):
                    return found["po"][:60]
    return ""


def _wanted(order: OrderRead, rows: list[str], today: date, day_first: bool) -> None:
    """The day for the whole: the first that any sentence names, if its lines do not name their own."""
    days = {line.wanted for line in order.lines}
    if len(days) == 1 and None not in days:
        order.wanted = days.pop()
        order.wanted_sure = min(line.sure.get("wanted", 100) for line in order.lines)
        order.wanted_why = next((line.why["wanted"] for line in order.lines if line.why.get("wanted")), "")
        return
    for row in rows:
        said = find_day(row, today, day_first=day_first)
        if said and not re.match(r"\s*(date|dated|sent)\b", row, re.IGNORECASE):
            order.wanted, order.wanted_sure, order.wanted_why = said.day, said.sure, said.why
            return
    if any(re.search(r"\b(asap|as soon as possible|urgent(ly)?)\b", row, re.IGNORECASE) for row in rows):
        order.remarks.append("It is wanted as soon as possible.")


def _lines_of(row: str, number: int, today: date, day_first: bool) -> list[LineRead]:
    """The lines that one line of text asks for; a sentence may hold several."""
    plain = _BULLET.sub("", row)
    said = find_day(plain, today, day_first=day_first)
    text = plain.replace(said.words, " ") if said else plain
    text = _PO.sub(" ", text)
    price, text = _price(text)
    starts_with_count = re.match(r"\s*\d", text) is not None
    found: list[LineRead] = []
    for pattern, base in ((_COUNT_FIRST, 95), (_CODE_FIRST, 90)):
        for hit in pattern.finditer(text):
            line = _from(hit, base if hit["mark"] or hit["unit"] else base - 10, number)
            if line is not None:
                found.append(line)
        if found:
            break
    if not found and (starts_with_count or _ASKS.search(text)):
        found = _in_words(text, number)
    if found and not (starts_with_count or _ASKS.search(row) or len(found[0].names[0]) > 1):
        return []
    if len(found) == 1:
        found[0].price = price[0] if price else None
        if price:
            found[0].sure["price"] = price[1]
    for line in found:
        if said:
            line.wanted = said.day
            line.doubt("wanted", said.sure, said.why)
    return found


def _from(hit: re.Match[str], sure: int, number: int) -> LineRead | None:
    read = read_number(hit["n"].rstrip(".,'"))
    code = hit["code"].rstrip(".-")
    if read is None or read[0] <= 0 or is_unit(code) or re.fullmatch(r"\d{1,3}", code):
        return None
    line = LineRead(names=(code,), quantity=read[0], unit=(hit["unit"] or "").lower(), at=number)
    marked = hit["mark"] or hit["unit"]
    why = "" if marked else "Only a number beside the item says how many."
    line.doubt("quantity", min(sure, read[1]), why if read[1] >= sure else "A comma or point may mean thousands.")
    if code.isdigit() and not marked:
        line.doubt("quantity", 50, "Two numbers: which one is the quantity?")
    return line


def _in_words(text: str, number: int) -> list[LineRead]:
    found = []
    for part in re.split(r"\s+(?:and|plus|und)\s+|[;,]\s+(?=\d)", text):
        hit = _COUNT_WORDS.search(part)
        if not hit:
            continue
        read = read_number(hit["n"].rstrip(".,'"))
        words = re.sub(
            r"\b(please|thanks|thank you|asap|by|for|to)\b.*$", "", hit["words"], flags=re.IGNORECASE
        ).strip()
        if (
            read is None
            or read[0] <= 0
            or len(words) < 3
            or re.match(r"(day|week|month|year|hour|min|am\b|pm\b|o'clock|%)", words, re.I)
        ):
            continue
        line = LineRead(
            names=(words[:80],), description=words, quantity=read[0], unit=(hit["unit"] or "").lower(), at=number
        )
        line.doubt("item", 50, "Only words say what it is.")
        line.doubt("quantity", min(85, read[1]), "")
        found.append(line)
    return found


def _price(text: str) -> tuple[tuple[Decimal, int] | None, str]:  # the price, and the text without it
    hit = _PRICE.search(text)
    if not hit:
        return None, text
    read = read_number(next(group for group in hit.groups() if group).rstrip(".,"))
    rest = f"{text[: hit.start()]} {text[hit.end() :]}"
    return ((read[0], min(read[1], 95)), rest) if read else (None, text)

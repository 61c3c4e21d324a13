"""One reader for every kind of document. It answers with a trouble in words, and never fails."""

from datetime import date
from typing import Final

from omc.lib.sheets import NotASheet, decoded, rows_of_csv, rows_of_xlsx
from orders.entry.inbox.rules import ubl, x12
from orders.entry.inbox.rules.mail import looks_like_mail, open_mail
from orders.entry.inbox.rules.pdf import text_of_pdf
from orders.entry.inbox.rules.shapes import MOST_LINES, OrderRead, Reading, Unreadable
from orders.entry.inbox.rules.tables import lines_of_table
from orders.entry.inbox.rules.words import read_words

KINDS: Final = ("mail", "pdf", "xlsx", "csv", "x12", "ubl", "text")
NOTHING: Final = "Nothing in it looks like the lines of an order. Write its lines below, one a line, and read it again."
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
BROKEN_FILE: Final = "broken_file"  # fact of an order in words: the program's file that hung on the same mail
ABOVE: Final = 99  # rows of a sheet beside the lines of its order


def kind_of(content: bytes, filename: str = "") -> str:
    """What a document is by its content; its name only decides between kinds of text. Empty: nothing that can be read."""
    ending = filename.rpartition(".")[2].lower()
    if content[:5] == b"%PDF-":
        return "pdf"
    if content[:4] == b"PK\x03\x04":
        return "xlsx"
    if content.startswith((*_PICTURES, _OLD_OFFICE)):
        return ""
    if ubl.looks_like_xml(content) and not content.lstrip()[:14].lower().startswith((b"<html", b"<!doctype html")):
        return "ubl"
    text = decoded(content[:8000])
    if x12.looks_like_x12(text):
        return "x12"
    if looks_like_mail(content) and ending not in ("csv", "tsv"):
        return "mail"
    if "\x00" in text:
        return ""
    if ending in ("edi", "x12", "850"):
        return "x12"
    return {"csv": "csv", "tsv": "csv", "eml": "mail"}.get(ending, "text")


def read(content: bytes, filename: str, today: date, *, day_first: bool = False, kind: str = "") -> Reading:
    """Read a document; ``today`` is the day from which its words count. Anything may be given: it never raises.

    >>> reading = read(b"10 x AB-100 by Fri", "", date(2026, 11, 23))
    >>> reading.kind, reading.orders[0].lines[0].names, reading.trouble
    ('text', ('AB-100',), '')
    >>> read(b"Tk9OIEVESSBGSUxF", "order.edi", date(2026, 11, 23)).trouble
    'It does not begin with an ISA header.'
    """
    found = kind or kind_of(content, filename)
    reading = Reading(found)
    try:
        _read(reading, content, today, day_first)
    except (Unreadable, NotASheet) as trouble:
        reading.orders, reading.trouble = [], str(trouble)
        if not reading.text and found in ("x12", "ubl", "csv", "text", "mail"):
            reading.text = _clean(decoded(content))
    if not reading.trouble and not any(order.lines for order in reading.orders):
        reading.orders, reading.trouble = [], NOTHING
    return reading


def _read(reading: Reading, content: bytes, today: date, day_first: bool) -> None:
    kind = reading.kind
    if kind == "x12":
        reading.text, reading.orders = x12.read_x12(_clean(decoded(content)))
    elif kind == "ubl":
        reading.text, reading.orders = ubl.read_ubl(content)
    elif kind == "mail":
        _read_mail(reading, content, today, day_first)
    elif kind in ("csv", "xlsx"):
        most = MOST_LINES + ABOVE
        rows = rows_of_xlsx(content, most) if kind == "xlsx" else rows_of_csv(_clean(decoded(content)), most)
        reading.text = "\n".join("\t".join(" ".join(cell.split()) for cell in row).rstrip("\t") for row in rows)
        order = _of_table(rows, today, day_first)
        reading.orders = [order] if order else []
    elif kind in ("pdf", "text"):
        reading.text = text_of_pdf(content) if kind == "pdf" else _clean(decoded(content))
        reading.orders = [read_words(reading.text, today, day_first=day_first)]
    else:
        raise Unreadable("This kind of file cannot be read: a picture, an old Office file, or no document at all.")


def _of_table(rows: list[list[str]], today: date, day_first: bool) -> OrderRead | None:
    """A table's order; what stands above it in words, such as the purchase order number, is read too."""
    order = lines_of_table(rows, today, day_first=day_first)
    if order is None:
        return None
    above = rows[: max(min(line.at for line in order.lines) - 2, 0)]
    said = read_words("\n".join(" ".join(filter(None, row)) for row in above), today, day_first=day_first)
    order.po = order.po or said.po
    days = {line.wanted for line in order.lines}
    order.wanted = said.wanted or (days.pop() if len(days) == 1 else None)
    order.wanted_sure, order.wanted_why = said.wanted_sure, said.wanted_why
    return order


def _read_mail(reading: Reading, content: bytes, today: date, day_first: bool) -> None:
    """The first attachment that holds an order; else the body; else what is wrong with a program's file that hangs on it.

    A broken file beside an order in words stays in the text, below them.
    """
    mail = open_mail(content)
    reading.sender = mail.sender
    head = f"From: {mail.sender.name} <{mail.sender.email}>\nSubject: {mail.subject}\n\n"
    reading.text = _clean(head + mail.body)
    unread: list[str] = []
    broken: tuple[str, Reading] | None = None
    for name, body in mail.files:
        kind = kind_of(body, name)
        inner = read(body, name, today, day_first=day_first, kind=kind) if kind and kind != "mail" else None
        if inner is not None and inner.orders and not reading.orders:
            shift = _append(reading, name, inner)
            reading.orders = inner.orders
            for line in (line for order in inner.orders for line in order.lines):
                line.at += shift if line.at else 0
        else:
            unread.append(name)
            if inner is not None and kind in ("x12", "ubl") and broken is None:
                broken = name, inner
    if not reading.orders:
        order = read_words(f"\n\n\n{mail.body}", today, day_first=day_first)
        if broken is not None and not order.lines:
            _append(reading, *broken)
            raise Unreadable(f"{broken[0]}: {broken[1].trouble}")
        reading.orders = [order]
        if broken is not None and broken[1].kind == "x12":  # the words are ordered; the program still hears of its file
            _append(reading, *broken)
            order.facts[BROKEN_FILE] = broken[0]
    subject = read_words(mail.subject, today, day_first=day_first)
    for order in reading.orders:
        order.sender = order.sender.or_else(mail.sender)
        order.po = order.po or subject.po
        if unread:
            order.remarks.append(f"Not read: {', '.join(unread)[:200]}.")


def _append(reading: Reading, name: str, inner: Reading) -> int:
    """Put the text of an attachment below what is read already; returns how many lines stand above it."""
    reading.text = f"{reading.text.rstrip()}\n\n— {name} —\n"
    above = reading.text.count("\n")
    reading.text += inner.text
    return above


def _clean(text: str) -> str:
    """Text as the database can keep it."""
    return text.replace("\x00", " ").replace("\r\n", "\n").replace("\r", "\n")

"""Spreadsheets and CSV files as rows of text. What is larger than an order can be is not unpacked."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from openpyxl import load_workbook

from orders.entry.inbox.rules.shapes import MOST_LINES, Unreadable

MOST_ROWS: Final = MOST_LINES + 200
MOST_COLUMNS: Final = 60
MOST_UNPACKED: Final = 60 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_TIMES: Final = 200  # how often larger a packed part may be than its package


def decoded(content: bytes) -> str:
    """Text of a file: UTF-8, or with its mark UTF-16, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows_of_csv(text: str) -> list[list[str]]:
    """The cells of a CSV file, separated by comma, semicolon, tab or bar.

    Raises: Unreadable
    """
    sample = text[:4000]
    delimiter = max(",;\t|", key=sample.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append([cell.strip()[:300] for cell in row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS:
                raise Unreadable(f"It has more than {MOST_LINES} rows. Split it.")
    except csv.Error as error:
        raise Unreadable(f"It is no CSV file: {error}.") from error
    return rows


def rows_of_xlsx(content: bytes) -> list[list[str]]:
    """The cells of the first sheet with anything on it.

    Raises: Unreadable, also for an archive that would unpack to far more than it is
    """
    refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # the library fails in many ways on what is no workbook
        raise Unreadable("It is no Excel workbook that can be opened.") from error
    try:
        for sheet in book.worksheets:
            rows = _rows(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS))
            if len(rows) > MOST_ROWS:
                raise Unreadable(f"It has more than {MOST_LINES} rows. Split it.")
            if any(any(row) for row in rows):
                return rows
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("The workbook is damaged.") from error
    finally:
        book.close()
    raise Unreadable("The workbook is empty.")


def refuse_bomb(content: bytes) -> None:
    """Raises: Unreadable for what is no archive, or one that unpacks to too much"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("It is no Excel workbook.") from error
    total = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or total > MOST_UNPACKED
        or (total > 1024 * 1024 and total > MOST_TIMES * max(packed, 1))
    ):
        raise Unreadable("The workbook unpacks to far more than an order can be. It was not opened.")


def _rows(cells: Iterable[tuple[Any, ...]]) -> list[list[str]]:
    return [[_said(cell) for cell in row] for row in cells]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = Decimal(str(value))
        return format(number.quantize(Decimal(1)) if number == number.to_integral_value() else number, "f")[:40]
    return str(value).strip()[:300]

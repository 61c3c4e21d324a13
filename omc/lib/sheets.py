"""Spreadsheets and CSV files as rows of text. What unpacks to more than it should is not opened."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from openpyxl import load_workbook

LARGEST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 5000  # below the heading
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 300
MOST_UNPACKED: Final = 60 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_TIMES: Final = 200  # how often larger a packed part may be than its package


class NotASheet(ValueError):
    """The file has no rows that can be read; the sentence says why."""


def read_sheet(content: bytes, *, most_rows: int = MOST_ROWS) -> list[list[str]]:
    """The rows of a CSV file or workbook that say anything, as text, the heading first.

    Raises: NotASheet, also when nothing stands below the heading
    """
    if len(content) > LARGEST_BYTES:
        raise NotASheet("The file is larger than 5 MB. Split it.")
    is_workbook = content[:2] == b"PK"
    rows = rows_of_xlsx(content, most_rows + 1) if is_workbook else rows_of_csv(decoded(content), most_rows + 1)
    rows = [_trimmed(row) for row in rows if any(row)]
    if len(rows) < 2:
        raise NotASheet("The file has no row below its heading.")
    return rows


def decoded(content: bytes) -> str:
    """Text of a file: UTF-8, or with its mark UTF-16, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows_of_csv(text: str, most_rows: int = MOST_ROWS) -> list[list[str]]:
    """The cells of a CSV file, separated by comma, semicolon, tab or bar.

    Raises: NotASheet
    """
    if "\0" in text:
        raise NotASheet("The file is neither a CSV file nor an Excel workbook.")
    sample = text[:4000]
    delimiter = max(",;\t|", key=lambda mark: (sum(mark in row for row in sample.splitlines()), sample.count(mark)))
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([_bare(cell) for cell in row[:MOST_COLUMNS]])
            _refuse_too_many(rows, most_rows)
    except csv.Error as error:
        raise NotASheet(f"The file is no CSV file: {error}.") from error
    return rows


def rows_of_xlsx(content: bytes, most_rows: int = MOST_ROWS) -> list[list[str]]:
    """The cells of the first sheet with anything on it.

    Raises: NotASheet, also for an archive that would unpack to far more than it is
    """
    _refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # the library fails in many ways on what is no workbook
        raise NotASheet("The file is no Excel workbook that can be opened.") from error
    try:
        for sheet in book.worksheets:
            rows = _rows(sheet.iter_rows(values_only=True, max_row=most_rows + 1, max_col=MOST_COLUMNS))
            _refuse_too_many(rows, most_rows)
            if any(any(row) for row in rows):
                return rows
    except NotASheet:
        raise
    except Exception as error:
        raise NotASheet("The workbook is damaged.") from error
    finally:
        book.close()
    raise NotASheet("The workbook is empty.")


def _refuse_too_many(rows: list[list[str]], most: int) -> None:
    if len(rows) > most:
        raise NotASheet(f"The file has more than {most // 100 * 100:,} rows. Split it.")


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotASheet("The file is no Excel workbook.") from error
    total = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or total > MOST_UNPACKED
        or (total > 1024 * 1024 and total > MOST_TIMES * max(packed, 1))
    ):
        raise NotASheet("The workbook unpacks to far more than it should. It was not opened.")


def _trimmed(row: list[str]) -> list[str]:
    """Without the empty cells at its end."""
    last = max(place for place, cell in enumerate(row) if cell)
    return row[: last + 1]


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
    if isinstance(value, float):
        value = Decimal(format(value, ".15g"))  # 0.1 + 0.2 is shown as 0.3, as the sheet shows it
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return format(number.quantize(Decimal(1)) if number == number.to_integral_value() else number, "f")[:40]
    return _bare(str(value))


def _bare(cell: str) -> str:
    """A cell as it was before an export guarded it against formulas."""
    text = cell.strip()[:LONGEST_CELL]
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text

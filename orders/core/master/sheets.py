"""CSV files and workbooks as rows of text. What is larger than master data can be is not unpacked."""

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any, Final

from openpyxl import load_workbook

from omc.lib.errors import InvalidInput

LARGEST_BYTES: Final = 5 * 1024 * 1024
MOST_UNPACKED: Final = 60 * 1024 * 1024
MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 60


def read_sheet(content: bytes) -> list[list[str]]:
    """The cells of a file, the heading first.

    Raises: InvalidInput
    """
    if len(content) > LARGEST_BYTES:
        raise InvalidInput("The file is larger than 5 MB. Split it.", field="file")
    rows = _workbook(content) if content[:2] == b"PK" else _csv(content)
    rows = [row for row in rows if any(row)]
    if len(rows) < 2:
        raise InvalidInput("The file has no row below its heading.", field="file")
    if len(rows) - 1 > MOST_ROWS:
        raise InvalidInput(f"The file has more than {MOST_ROWS:,} rows. Split it.", field="file")
    return rows


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise InvalidInput("This is neither a CSV file nor an Excel workbook.", field="file")
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        return [
            [_bare(cell) for cell in row[:MOST_COLUMNS]] for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise InvalidInput(f"This is no CSV file: {error}.", field="file") from error


def _workbook(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise InvalidInput("The workbook unpacks to far more than it should. It was not opened.", field="file")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        cells = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
        rows = [[_said(cell) for cell in row] for row in cells]
        book.close()
    except InvalidInput:
        raise
    except Exception as error:  # the library fails in many ways on what is no workbook
        raise InvalidInput("This is no Excel workbook that can be opened.", field="file") from error
    return rows


def _bare(cell: str) -> str:
    """A cell as it was before an export guarded it against formulas."""
    text = cell.strip()[:300]
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return format(value, ".10g") if abs(value) < 1e9 else format(value, "f")
    return _bare(str(value))

"""A list as a file: CSV line by line, XLSX row by row."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from omc.lib.errors import DomainError
from omc.lib.lists import Column
from orders.core.selectors.lists import Asked

SHEET_ROWS = 100_000
WIDTH_ROWS = 50  # as many rows say how wide a column is
DATE_AND_TIME = "2026-12-31 23:59:59"  # as a sheet writes it
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class TooManyRows(DomainError):
    """A sheet of that size opens nowhere."""

    code = "too_many_rows"


def file_name(asked: Asked, company_code: str, ending: str) -> str:
    """Company, list and day, in plain letters."""
    return f"{company_code}-{asked.declared.key}-{asked.look.today:%Y-%m-%d}.{ending}".lower()


def head_of(asked: Asked) -> list[str]:
    """Names with their unit; a unit that differs by row has a column of its own, once."""
    return [name for name, _column, _is_unit in _layout(asked)]


def _layout(asked: Asked) -> list[tuple[str, Column, bool]]:
    found: list[tuple[str, Column, bool]] = []
    units: set[str] = set()
    for column in asked.columns:
        if not column.in_file:
            continue
        if column.unit is None:
            found.append((str(column.label), column, False))
        elif not column.unit_label:
            found.append((f"{column.label} ({column.unit(None, asked.look)})", column, False))
        else:
            found.append((str(column.label), column, False))
            if str(column.unit_label) not in units:
                units.add(str(column.unit_label))
                found.append((str(column.unit_label), column, True))
    return found


def cells_of(asked: Asked) -> Iterator[list[Any]]:
    """Every row as values: numbers stay numbers, nothing known is None."""
    layout = [(column, is_unit) for _name, column, is_unit in _layout(asked)]
    look = asked.look
    for row in asked.every_row():
        yield [
            column.unit(row, look) if is_unit and column.unit else column.value(row, look) for column, is_unit in layout
        ]


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(asked: Asked) -> Iterator[str]:
    """The list as CSV; no cell is taken for a formula."""
    writer = csv.writer(_Echo())
    yield writer.writerow([safe_cell(name) for name in head_of(asked)])
    for cells in cells_of(asked):
        yield writer.writerow([_said(cell) for cell in cells])


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | date):
        return str(value)
    return str(safe_cell(str(value)))


def xlsx_file(asked: Asked) -> IO[bytes]:
    """The list as a workbook in a temporary file, ready to read.

    Raises: TooManyRows
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(asked.declared.name)[:31])
    sheet.freeze_panes = "B2"
    head = head_of(asked)
    rows = cells_of(asked)
    first = list(islice(rows, WIDTH_ROWS))
    for number, name in enumerate(head, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(name, [cells[number - 1] for cells in first])
    sheet.append([_head_cell(sheet, name) for name in head])
    for count, cells in enumerate(chain(first, rows), start=1):
        if count > SHEET_ROWS:
            book.close()
            raise TooManyRows(f"A sheet holds at most {SHEET_ROWS:,} rows here. Filter the list, or take it as CSV.")
        sheet.append([_sheet_cell(sheet, cell) for cell in cells])
    found = TemporaryFile()  # noqa: SIM115  the response closes it
    book.save(found)
    found.seek(0)
    return found


def _width(name: str, cells: list[Any]) -> int:
    """As wide as the head and what stands below it at first, within reason. Units: characters."""
    said = [DATE_AND_TIME if isinstance(cell, datetime) else _said(cell) for cell in cells]
    return min(60, max(8, *(len(text) + 2 for text in (name, *said))))


def _head_cell(sheet: Any, name: str) -> Any:
    cell = _words(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _words(sheet: Any, said: str) -> Any:
    """A text cell that stays one, even where it starts like a formula."""
    cell = WriteOnlyCell(sheet, said)
    cell.data_type = "s"
    return cell


def _sheet_cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # a sheet knows no zones; the head names it
    if value is None or isinstance(value, int | date):
        return value
    if isinstance(value, Decimal):
        cell = WriteOnlyCell(sheet, value)
        places = max(0, -int(value.as_tuple().exponent))
        cell.number_format = "#,##0" + ("." + "0" * places if places else "")
        return cell
    said = str(value)
    return _words(sheet, said) if said[:1] == "=" else said

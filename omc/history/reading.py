"""Rows of a CSV, XLSX or parquet file, one by one, in bounded memory; a row that cannot be read says why."""

import csv
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from omc.history.profile import Profile
from omc.lib.errors import InvalidInput

BATCH_ROWS: Final = 10_000
YEARS: Final = range(1970, 2101)
LARGEST: Final = Decimal(10) ** 11  # of a quantity and a price; their columns hold little more
LARGEST_AMOUNT: Final = Decimal(10) ** 12
SMALLEST: Final = Decimal("0.0000005")  # less is no quantity at six places
LONGEST: Final = {"document": 40, "sku": 60, "customer": 30}
GROUPED: Final = {".": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"), ",": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?")}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file as it was understood; ``problem`` says why it cannot be imported."""

    number: int
    document: str
    sku: str
    quantity: Decimal | None
    unit_price: Decimal | None
    at: datetime | None
    description: str
    customer: str
    customer_name: str
    country: str
    problem: str


def rows(path: Path, profile: Profile) -> Iterator[Row]:
    """Every row of the file in its order.

    Raises: InvalidInput when the file cannot be read, has no row or lacks a mapped column
    """
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}.")
    zone, number = ZoneInfo(profile.time_zone), 0
    try:
        for number, record in enumerate(_records(path, profile), start=1):
            if number == 1 and (missing := [name for name in profile.columns.values() if name not in record]):
                raise InvalidInput(f"{path.name} has no column {', '.join(missing)}.")
            yield _row(number, record, profile, zone)
    except (UnicodeDecodeError, csv.Error, zipfile.BadZipFile, OSError, KeyError, ValueError) as error:
        raise InvalidInput(f"{path.name} cannot be read after row {number}: {error}") from error
    if not number:
        raise InvalidInput(f"{path.name} has no rows.")


def _records(path: Path, profile: Profile) -> Iterator[Mapping[str, Any]]:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(path, list(profile.columns.values()))
    elif suffix == ".xlsx":
        yield from _xlsx(path)
    elif suffix in (".csv", ".txt", ".tsv"):
        with path.open(encoding=profile.encoding, newline="") as file:
            yield from csv.DictReader(file, delimiter=profile.separator)
    else:
        raise InvalidInput(f"{path.name}: only CSV, XLSX and parquet files can be read.")


def _parquet(path: Path, columns: list[str]) -> Iterator[Mapping[str, Any]]:
    import pyarrow.parquet  # noqa: PLC0415  heavy, and only this job needs it

    with pyarrow.parquet.ParquetFile(path) as file:  # what is wrong with it is a ValueError
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
            yield from batch.to_pylist()


def _xlsx(path: Path) -> Iterator[Mapping[str, Any]]:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # exporters write wrong ones
    lines = sheet.iter_rows(values_only=True)
    head = [str(cell).strip() for cell in next(lines, ())]
    for line in lines:
        if any(cell is not None for cell in line):
            yield dict.fromkeys(head) | dict(zip(head, line, strict=False))
    book.close()


def _row(number: int, record: Mapping[str, Any], profile: Profile, zone: ZoneInfo) -> Row:
    said = {name: record.get(column) for name, column in profile.columns.items()}
    row = Row(
        number=number,
        document=_text(said["document"]),
        sku=_text(said["sku"]),
        quantity=_number(said["quantity"], profile.decimal_mark),
        unit_price=_number(said["unit_price"], profile.decimal_mark),
        at=_moment(said["at"], profile.date_format, zone),
        description=_text(said.get("description")),
        customer=_text(said.get("customer")),
        customer_name=_text(said.get("customer_name")),
        country=_text(said.get("country")),
        problem="",
    )
    problem = "; ".join(_problems(row))
    return replace(row, problem=problem) if problem else row


def _problems(row: Row) -> Iterator[str]:
    """Why a row cannot be imported: everything that is wrong with it, not only the first."""
    if not row.document:
        yield "no document number"
    if not row.sku:
        yield "no item"
    if row.quantity is None:
        yield "quantity is no number"
    elif abs(row.quantity) < SMALLEST:
        yield "quantity is 0"
    elif abs(row.quantity) >= LARGEST:
        yield "quantity is too large"
    if row.unit_price is None:
        yield "price is no number"
    elif abs(row.unit_price) >= LARGEST or (row.quantity and abs(row.unit_price * row.quantity) >= LARGEST_AMOUNT):
        yield "price or amount is too large"
    if row.at is None:
        yield "moment cannot be read"
    elif row.at.year not in YEARS:
        yield f"moment is not between {YEARS[0]} and {YEARS[-1]}"
    if (
        len(row.document) > LONGEST["document"]
        or len(row.sku) > LONGEST["sku"]
        or len(row.customer) > LONGEST["customer"]
    ):
        yield "document, item or customer has too long a code"


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 17850.0 is how a number with gaps beside it was stored
    return str(value).replace("\x00", "").strip()


def _number(value: Any, mark: str) -> Decimal | None:
    """A number as typed; groups of three digits may be told apart by the other mark."""
    if isinstance(value, str):
        value = value.strip()
        other = "," if mark == "." else "."
        if GROUPED[mark].fullmatch(value):
            value = value.replace(other, "")
        elif other in value:
            return None
        value = value.replace(mark, ".")
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(value: Any, date_format: str, zone: ZoneInfo) -> datetime | None:
    """A date or moment; in the company's time zone unless it says another. Text: by the profile's format, else ISO 8601."""
    if not isinstance(value, datetime):
        value = _read_moment(str(value or "").strip(), date_format)
    return value if value is None or value.tzinfo else value.replace(tzinfo=zone)


def _read_moment(text: str, date_format: str) -> datetime | None:
    if date_format:
        with suppress(ValueError):
            return datetime.strptime(text, date_format)  # noqa: DTZ007  its time zone is the company's
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None

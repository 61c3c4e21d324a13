"""Prices from a file."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.pricing.services.breaks import BadLadder, BreakInput, set_breaks

LARGEST_FILE = 5 * 1024 * 1024
SHOWN_PROBLEMS = 50


@verb(silent="price lists are master data; their rows keep author and time and are only replaced")
def import_breaks(*, list_id: int, content: bytes, actor: Actor) -> int:
    """Make the rows of a CSV file the prices of the items they name; all or nothing. Returns the rows written.

    Raises: InvalidInput when it is no such file, BadLadder naming each unsound row
    """
    require(actor, "pricing.edit_price_list")
    if len(content) > LARGEST_FILE:
        raise InvalidInput("The file is larger than 5 MB. Send it in parts.", field="file")
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        named = {name.strip().lower() for name in reader.fieldnames or []}
        missing = {"sku", "unit_price"} - named - ({"unit_price"} if "percent" in named else set())
        if missing:
            raise InvalidInput(
                f"The first line must name the columns; {', '.join(sorted(missing))} missing.", field="file"
            )
        rows = [{(name or "").strip().lower(): value for name, value in row.items()} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"This is not a CSV file in UTF-8: {error}", field="file") from error
    breaks, problems = [], []
    for number, row in enumerate(rows, start=1):
        read = _read(row)
        if isinstance(read, str):
            problems.append({"row": number, "sku": row.get("sku") or "", "message": read})
        else:
            breaks.append(read)
    if problems:
        raise BadLadder(
            f"Row {problems[0]['row']}: {problems[0]['message']} ({len(problems)} rows cannot be read)",
            field="file",
            problems=problems[:SHOWN_PROBLEMS],
        )
    if not breaks:
        raise InvalidInput("The file holds no prices.", field="file")
    written: int = set_breaks(list_id=list_id, rows=breaks, actor=actor)
    return written


def _read(row: dict[str, Any]) -> BreakInput | str:
    """One row, or the sentence that says what is wrong with it."""
    sku = (row.get("sku") or "").strip().removeprefix("'")
    if not sku:
        return "The SKU is missing."
    try:
        return BreakInput(
            sku=sku,
            min_quantity=_cell(row, "min_quantity", Decimal) or Decimal(1),
            unit_price=_number(row, "unit_price"),
            percent=_number(row, "percent"),
            unit=_cell(row, "unit", str) or "",
            break_group=_cell(row, "break_group", str) or "",
            valid_from=_cell(row, "valid_from", date.fromisoformat),
            valid_to=_cell(row, "valid_to", date.fromisoformat),
        )
    except (ValueError, InvalidOperation) as error:
        return f"{error}" if isinstance(error, ValueError) else "A number cannot be read."


def _number(row: dict[str, Any], name: str) -> Decimal | None:
    number: Decimal | None = _cell(row, name, Decimal)
    if number is None and name == "unit_price" and not (row.get("percent") or "").strip():
        raise ValueError("The price is missing.")
    if number is not None and (not number.is_finite() or abs(number) >= Decimal("1e12")):
        raise ValueError(f"{number} is no {'price' if name == 'unit_price' else 'percentage'}.")
    return number


def _cell(row: dict[str, Any], name: str, parse: Callable[[str], Any]) -> Any:
    text = (row.get(name) or "").strip()
    return parse(text) if text else None

"""Orders from a file of lines: one door more to the same services, all rows or none unless asked otherwise."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.core.inputs import LineInput
from orders.core.models import Channel, Customer, Order, Warehouse
from orders.entry.events import OrderSubmitted
from orders.entry.models import OrderFile
from orders.entry.services.lines import AMOUNTS, put_lines
from orders.entry.services.start_order import open_draft
from orders.entry.services.submit_order import submit_order

LARGEST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 5000
COLUMNS: Final = ("customer", "po", "requested_date", "sku", "quantity", "unit", "price", "warehouse", "note")
NEEDED: Final = ("customer", "sku", "quantity")
_OTHER_NAMES: Final = {
    "customer_code": "customer", "customer_po": "po", "item": "sku", "qty": "quantity", "unit_price": "price",
    "date": "requested_date", "wanted": "requested_date",
}  # fmt: skip


class FileTaken(DomainError):
    """The same file came in before; ``data`` says when."""

    code = "file_taken"


class RowsRefused(DomainError):
    """Rows of the file cannot become orders; ``data["rows"]`` says which, and why. Nothing was written."""

    code, status = "rows_refused", 422


@dataclass(slots=True)
class RowProblem:
    """What is wrong with one row of the file; the heading is row 1."""

    row: int
    field: str
    message: str


@dataclass(slots=True)
class Imported:
    file: OrderFile
    orders: list[Order] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """The rows that make one order: the same customer, purchase order number and date."""

    customer: Customer
    header: dict[str, Any]
    lines: list[LineInput] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


@verb(events=(OrderSubmitted,))
def import_orders(
    *, content: bytes, filename: str, actor: Actor, submit: bool = False, good_only: bool = False
) -> Imported:
    """Make orders of the lines in a CSV file, one per customer, purchase order number and date.

    Every row is checked; with ``good_only`` the orders without a bad row are made and the others are reported.

    Raises: FileTaken for a file that came in before, RowsRefused, InvalidInput for a file that cannot be read
    Events: order_submitted for each order, when they are to be submitted
    """
    require(actor, "entry.import_orders")
    rows = read_rows(content)
    file = _take(content, filename, actor)
    found = Imported(file)
    groups = _group(rows, found.problems, actor)
    bad = {problem.row for problem in found.problems}
    for group in groups:
        if bad.isdisjoint(group.rows):
            _make(group, found, actor.at("import"), submit=submit)
    found.problems.sort(key=lambda problem: problem.row)
    if found.problems and (not good_only or not found.orders):
        first = found.problems[0]
        raise RowsRefused(
            f"Row {first.row}: {first.message}"
            + (f" And {len(found.problems) - 1} more." if len(found.problems) > 1 else ""),
            field="file",
            rows=[{"row": item.row, "field": item.field, "message": item.message} for item in found.problems],
        )
    file.orders_made = len(found.orders)
    file.rows_refused = len({problem.row for problem in found.problems})
    file.save(update_fields=["orders_made", "rows_refused"])
    return found


def read_rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by column name. Comma, semicolon or tab; UTF-8, else Windows-1252.

    Raises: InvalidInput
    """
    if len(content) > LARGEST_BYTES:
        raise InvalidInput("The file is larger than 2 MB. Split it.", field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise InvalidInput("This is no CSV file.", field="file")
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise InvalidInput(f"This is no CSV file: {error}.", field="file") from error
    names = [_column(name) for name in table[0]] if table else []
    if missing := [name for name in NEEDED if name not in names]:
        raise InvalidInput(f"The first row must name the column {missing[0]}.", field="file", missing=missing)
    if len(table) - 1 > MOST_ROWS:
        raise InvalidInput(f"The file has more than {MOST_ROWS} rows. Split it.", field="file")
    return [
        {name: value.strip() for name, value in zip(names, row, strict=False) if name in COLUMNS} for row in table[1:]
    ]


def _column(name: str) -> str:
    word = "_".join(name.strip().lower().split())
    return _OTHER_NAMES.get(word, word)


def _take(content: bytes, filename: str, actor: Actor) -> OrderFile:
    file, is_new = OrderFile.objects.get_or_create(
        company_id=actor.company_id,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={"filename": filename[:160], "created_at": clock.now()},
    )
    if not is_new:
        raise FileTaken(
            f"This very file came in before, as {file.filename} on {file.created_at:%Y-%m-%d}"
            f" ({file.orders_made} orders). Nothing was done.",
            field="file",
            at=file.created_at.isoformat(),
        )
    return file


def _group(rows: Sequence[Mapping[str, str]], problems: list[RowProblem], actor: Actor) -> list[_Group]:
    codes = {row.get("customer", "") for row in rows}
    customers = {
        customer.code.upper(): customer
        for customer in Customer.objects.filter(
            company_id=actor.company_id, code__in=codes | {c.upper() for c in codes}
        )
    }
    warehouses = dict(Warehouse.objects.filter(company_id=actor.company_id).values_list("code", "pk"))
    groups: dict[tuple[int, str, str], _Group] = {}
    for number, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        customer = customers.get(row.get("customer", "").upper())
        wrong = len(problems)
        if customer is None:
            problems.append(RowProblem(number, "customer", f"There is no customer {row.get('customer') or '(empty)'}."))
        day = _date(number, row, problems)
        line = _line(number, row, warehouses, problems)
        key = (customer.pk if customer else 0, row.get("po", ""), row.get("requested_date", ""))
        if customer is None:
            continue
        group = groups.setdefault(
            key, _Group(customer, {"customer_po": key[1], "requested_date": day, "channel": Channel.IMPORT})
        )
        group.rows.append(number)
        if line is not None and len(problems) == wrong:
            group.lines.append(line)
    return list(groups.values())


def _line(
    number: int, row: Mapping[str, str], warehouses: Mapping[str, int], problems: list[RowProblem]
) -> LineInput | None:
    quantity = _decimal(number, "quantity", row.get("quantity", ""), problems)
    price = _decimal(number, "price", row["price"], problems) if row.get("price") else None
    warehouse = row.get("warehouse", "")
    if warehouse and warehouse not in warehouses:
        problems.append(RowProblem(number, "warehouse", f"There is no warehouse {warehouse}."))
    if not row.get("sku"):
        problems.append(RowProblem(number, "sku", "Name an item."))
    if quantity is None:
        return None
    return LineInput(
        sku=row.get("sku", ""),
        quantity=quantity,
        unit=row.get("unit", ""),
        unit_price=price,
        warehouse_id=warehouses.get(warehouse),
        note=row.get("note", ""),
    )


def _decimal(number: int, name: str, text: str, problems: list[RowProblem]) -> Decimal | None:
    try:
        value = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12:
        problems.append(RowProblem(number, name, f"“{text}” is no number; write it like 1234.5."))
        return None
    return value


def _date(number: int, row: Mapping[str, str], problems: list[RowProblem]) -> date | None:
    text = row.get("requested_date", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems.append(RowProblem(number, "requested_date", f"“{text}” is no date; write it like 2026-12-31."))
        return None


def _make(group: _Group, found: Imported, actor: Actor, *, submit: bool) -> None:
    """One order of the group's rows; a refusal undoes only this order."""
    try:
        with transaction.atomic():
            order = open_draft(found.file.company, group.customer.pk, actor, group.header)
            put_lines(order, group.lines, [], actor)
            order.save(update_fields=AMOUNTS)
            if submit:
                order = submit_order(order_id=order.pk, actor=actor)
            found.orders.append(order)
    except DomainError as refusal:
        named: Any = refusal.data.get("lines")
        if isinstance(named, list) and named and isinstance(named[0], dict):
            found.problems += [
                RowProblem(group.rows[line["position"] - 1], line.get("field", "sku"), line.get("message", ""))
                for line in named
            ]
        else:
            found.problems.append(RowProblem(group.rows[0], refusal.field or "", refusal.message))

"""From rows to orders: the same way for a look beforehand, which writes nothing, and for the taking."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.money import ZERO
from orders.core.inputs import LineInput
from orders.core.models import Channel, Customer, LineKind, Order, OrderLine
from orders.core.selectors.companies import today
from orders.entry.imports.models import OrderFile
from orders.entry.imports.rules import HEADER, NUMBERS, RowRead, decimal_mark, read_row
from orders.entry.imports.selectors import Names, names_in
from orders.entry.services.header import change_header, take_defaults
from orders.entry.services.lines import make_lines, write_lines
from orders.entry.services.submit_order import refuse_incomplete

Report = Callable[[int], None]
LISTED: Final = 100  # orders that an outcome names one by one
_COLUMN: Final = {
    "customer_id": "customer", "customer_po": "po", "ship_to_id": "ship_to", "warehouse_id": "warehouse",
    "unit_price": "price",
}  # fmt: skip


@dataclass(slots=True)
class Group:
    """The rows that make one order: the same customer, number, day and place."""

    customer: Customer
    header: dict[str, Any]
    rows: list[tuple[int, LineInput]] = field(default_factory=list)
    places: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Outcome:
    """What became, or would become, of the rows. ``wrong`` is by row of the file and column; its heading is row 1."""

    rows: int = 0
    lines: int = 0
    net: dict[str, Decimal] = field(default_factory=dict)
    customers: set[int] = field(default_factory=set)
    orders: list[dict[str, Any]] = field(default_factory=list)
    wrong: dict[int, dict[str, str]] = field(default_factory=dict)
    made: list[tuple[Order, int]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "rows": self.rows,
            "orders": len(self.orders),
            "lines": self.lines,
            "customers": len(self.customers),
            "net": {currency: str(amount) for currency, amount in sorted(self.net.items())},
            "listed": self.orders[:LISTED],
            "wrong": [{"row": row, "columns": columns} for row, columns in sorted(self.wrong.items())],
        }


def go_through(file: OrderFile, actor: Actor, *, write: bool, report: Report = lambda done: None) -> Outcome:
    """Read every row and make an order of each group; with ``write`` it is saved, else only looked up and priced.

    Rows that cannot be taken are left out and named; the rest of their order goes on without them.
    """
    found = Outcome()
    done = 0
    for group in _groups(file, found):
        report(done)
        done += len(group.rows)
        _order_of(file, group, found, actor, write=write)
    return found


def cells_of(file: OrderFile) -> Iterator[tuple[int, dict[str, str]]]:
    """The used cells of each row that says anything, by the row's number in the file."""
    first = 2 if file.has_heads else 1
    for number, cells in enumerate(file.rows, start=first):
        used = {name: cell for name, cell in zip(file.columns, cells, strict=False) if name}
        if any(used.values()):
            yield number, used


def _groups(file: OrderFile, found: Outcome) -> list[Group]:
    """The rows by order; those that cannot be read are found wrong."""
    rows = list(cells_of(file))
    names = names_in(file, [cells for _, cells in rows])
    mark = decimal_mark([cells.get(name, "") for _, cells in rows for name in NUMBERS])
    now, day_first = today(file.company), file.company.country != "US"
    groups: dict[tuple[object, ...], Group] = {}
    for number, cells in rows:
        found.rows += 1
        read, wrong = read_row(number, cells, now, mark, day_first=day_first)
        customer, place, warehouse, line_place = _named(cells, names, wrong)
        if wrong:
            found.wrong[number] = wrong
        if read is None or customer is None or wrong.keys() & set(HEADER):
            continue
        key = (customer.pk, cells.get("po", ""), read.wanted, place)
        header: dict[str, Any] = {
            "customer_po": cells.get("po", ""),
            "requested_date": read.wanted,
            "channel": Channel.IMPORT,
        }
        if place is not None:
            header["ship_to_id"] = place
        group = groups.setdefault(key, Group(customer, header))
        if not wrong:
            group.rows.append((number, _line(read, warehouse, line_place)))
    return [group for group in groups.values() if group.rows]


def _named(
    cells: Mapping[str, str], names: Names, wrong: dict[str, str]
) -> tuple[Customer | None, int | None, int | None, int | None]:
    """The customer, place, warehouse and place of the line alone that a row names."""
    code = cells.get("customer", "")
    customer = names.customers.get(code.upper())
    if customer is None:
        wrong["customer"] = f"There is no customer {code}." if code else "Say whose order it is."
    elif not customer.is_active:
        wrong["customer"] = f"{customer} takes no new orders."
    warehouse = None
    places: dict[str, int | None] = {"ship_to": None, "line_ship_to": None}
    for column in places:
        if said := cells.get(column, ""):
            places[column] = names.places.get((customer.pk if customer else 0, said.upper()))
            if places[column] is None and customer is not None:
                wrong[column] = f"{customer} has no address called {said}."
    if said := cells.get("warehouse", ""):
        warehouse = names.warehouses.get(said.upper())
        if warehouse is None:
            wrong["warehouse"] = f"There is no warehouse {said}."
    return customer, places["ship_to"], warehouse, places["line_ship_to"]


def _line(read: RowRead, warehouse: int | None, place: int | None) -> LineInput:
    words = read.texts.get("sku", "")
    return LineInput(
        sku=words if read.kind == LineKind.GOODS else "",
        description="" if read.kind == LineKind.GOODS else words,
        kind=read.kind,
        supply=read.supply,
        ship_to_id=place,
        quantity=read.quantity,
        unit=read.texts.get("unit", ""),
        unit_price=read.price,
        price_reason="as in the file" if read.price is not None else "",
        warehouse_id=warehouse,
        note=read.texts.get("note", ""),
    )


def _order_of(file: OrderFile, group: Group, found: Outcome, actor: Actor, *, write: bool) -> None:
    """One order of the rows that can be taken. Each refusal takes its rows out, and what is left is tried again."""
    rows = group.rows
    while rows:
        try:
            order, lines = _made(file, group, [typed for _, typed in rows], actor)
            break
        except DomainError as refusal:
            wrong = _wrong_rows(refusal, rows)
            found.wrong.update(wrong)
            rows = [(number, typed) for number, typed in rows if number not in wrong]
    else:
        return
    if write:
        order.save(force_insert=True)
        write_lines(order, lines)
        found.made.append((order, rows[0][0]))
    found.lines += len(rows)
    found.customers.add(group.customer.pk)
    found.net[order.currency] = found.net.get(order.currency, ZERO) + order.net_amount
    found.orders.append(
        {
            "row": rows[0][0],
            "customer": group.customer.code,
            "po": order.customer_po,
            "lines": len(rows),
            "net": str(order.net_amount),
            "currency": order.currency,
        }
    )


def _made(file: OrderFile, group: Group, lines: Sequence[LineInput], actor: Actor) -> tuple[Order, list[OrderLine]]:
    """An order with its lines, priced and not saved, that could be handed in as it is."""
    at = clock.now()
    order = Order(company=file.company, created_by_id=actor.user_id, created_at=at, updated_at=at)
    take_defaults(order, group.customer)
    change_header(order, group.header)
    made = make_lines(order, lines, (), actor)
    order.line_count = sum(line.parent is None for line in made)
    if file.submit:
        refuse_incomplete(order, made, group.customer)
    return order, made


def _wrong_rows(refusal: DomainError, rows: Sequence[tuple[int, LineInput]]) -> dict[int, dict[str, str]]:
    """Which rows a refusal means: those that it names; else all of the order."""
    named: Any = refusal.data.get("lines")
    if isinstance(named, list) and named and isinstance(named[0], dict):
        found: dict[int, dict[str, str]] = {}
        for line in named:
            column = _COLUMN.get(line.get("field", ""), line.get("field") or "sku")
            message = str(line.get("message") or refusal.message)
            found.setdefault(rows[line["position"] - 1][0], {})[column] = message
        return found
    column = _COLUMN.get(refusal.field or "", refusal.field or "")
    column = column if column in HEADER else "customer"
    return {number: {column: refusal.message} for number, _ in rows}

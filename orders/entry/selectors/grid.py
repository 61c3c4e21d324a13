"""The lines of a draft as the entry grid shows them: what can be typed, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import ZERO, margin_percent, plain
from orders.core.models import LineKind, Order, OrderLine, ProductUnit
from orders.entry.rules import fixes_price
from planning.selectors.availability import Availability, availability

SPARE_ROWS: Final = 8  # for whoever works without a script


@dataclass(slots=True)
class Row:
    """One row of the grid. The first fields are text as typed; the others are read off the line, where there is one."""

    number: int = 0
    item: str = ""
    quantity: str = ""
    unit: str = ""
    wanted: str = ""
    warehouse: str = ""
    price: str = ""
    kind: str = LineKind.GOODS
    supply: str = "stock"
    ship_to: str = ""
    note: str = ""
    name: str = ""
    stock_unit: str = ""
    stock_quantity: Decimal | None = None
    units: str = ""
    parts: list[str] = field(default_factory=list)
    unit_price: Decimal | None = None
    net_amount: Decimal | None = None
    margin: Decimal | None = None
    knows_margin: bool = False
    available: Decimal | None = None
    next_supply: date | None = None
    ships: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not any((self.item, self.quantity, self.note))

    @property
    def is_short(self) -> bool:
        return self.available is not None and (self.stock_quantity or ZERO) > self.available

    @property
    def has_no_item(self) -> bool:
        """A charge or a text of its own: the item cell holds its words."""
        return self.kind in (LineKind.CHARGE, LineKind.TEXT)


def draft_of(actor: Actor, order_id: int) -> Order:
    """An order of the company, whatever its state, with what the grid's header needs.

    Raises: NotFound
    """
    order = (
        Order.objects.select_related("company", "customer", "customer__facts", "ship_to", "terms")
        .filter(pk=order_id, company_id=actor.company_id)
        .first()
    )
    if order is None:
        raise NotFound(f"There is no order {order_id}.", order_id=order_id)
    return order


def rows_of(order: Order, actor: Actor) -> list[Row]:
    """The draft's lines in order; kits with their parts in words. A constant number of queries."""
    lines = list(order.lines.select_related("product").order_by("position"))
    return rows_for(order, lines, actor)


def rows_for(order: Order, lines: Sequence[OrderLine], actor: Actor) -> list[Row]:
    """Lines that are saved or only tried, as rows."""
    tops = [line for line in lines if line.kind != LineKind.COMPONENT]
    parts: dict[int, list[OrderLine]] = {}
    kit = 0
    for line in lines:
        if line.kind == LineKind.COMPONENT:
            parts.setdefault(kit, []).append(line)
        else:
            kit = line.position
    stock = _stock(order, lines)
    packs = _packs(tops)
    rows = []
    for number, line in enumerate(tops, start=1):
        row = _row(line, number, actor)
        row.units = packs.get(line.product_id or 0, "")
        row.parts = [f"{plain(part.typed_quantity)} × {part.product}" for part in parts.get(line.position, [])]
        _show_stock(row, line, parts.get(line.position, []), order, stock)
        rows.append(row)
    return rows


def _row(line: OrderLine, number: int, actor: Actor) -> Row:
    sees_price, sees_cost = actor.can("orders.view_price"), actor.can("orders.view_cost")
    fixed = fixes_price(line.price_steps)
    words = line.product_id is None
    return Row(
        number=number,
        item=line.description if words else str(line.product),
        quantity="" if line.kind == LineKind.TEXT else plain(line.typed_quantity),
        unit=line.unit,
        wanted=line.requested_date.isoformat() if line.requested_date else "",
        warehouse=str(line.warehouse_id or ""),
        price=_plain(line.unit_price) if fixed and sees_price else "",
        kind=line.kind,
        supply=line.supply,
        ship_to=str(line.ship_to_id or ""),
        note=line.note,
        name="" if words else line.description,
        stock_unit=line.product.stock_unit if line.product else line.unit,
        stock_quantity=line.typed_quantity * line.unit_factor,
        unit_price=line.unit_price if sees_price and line.kind != LineKind.TEXT else None,
        net_amount=line.net_amount if sees_price and line.kind != LineKind.TEXT else None,
        margin=margin_percent(line.net_base, line.cost_base) if sees_cost else None,
        knows_margin=sees_cost and line.product_id is not None,
        ships=line.kind in (LineKind.GOODS, LineKind.KIT),
    )


def _plain(value: Decimal) -> str:
    """A price with at least two places, and no zeros beyond.

    >>> _plain(Decimal("8.0000")), _plain(Decimal("8.1250"))
    ('8.00', '8.125')
    """
    exponent = value.normalize().as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{value:.{places}f}"


def _stock(order: Order, lines: Sequence[OrderLine]) -> Mapping[tuple[int, int], Availability]:
    wanted = {line.product_id for line in lines if line.product_id and line.is_stocked}
    warehouses = {line.warehouse_id or order.warehouse_id for line in lines} - {None}
    if not wanted or not warehouses:
        return {}
    return availability(order.company_id, wanted, [pk for pk in warehouses if pk])


def _packs(lines: Sequence[OrderLine]) -> dict[int, str]:
    """Other units of the items, in words: "box = 12 pc"."""
    products = {line.product.pk: line.product for line in lines if line.product}
    found: dict[int, list[str]] = {}
    for pack in ProductUnit.objects.filter(product_id__in=products).order_by("factor"):
        stock_unit = products[pack.product_id].stock_unit
        found.setdefault(pack.product_id, []).append(f"{pack.unit} = {plain(pack.factor)} {stock_unit}")
    return {pk: ", ".join(packs) for pk, packs in found.items()}


def _show_stock(
    row: Row,
    line: OrderLine,
    parts: Sequence[OrderLine],
    order: Order,
    stock: Mapping[tuple[int, int], Availability],
) -> None:
    """What is there for a line; of a kit as many as its scarcest part makes."""
    counted = [line] if line.is_stocked else [part for part in parts if part.is_stocked]
    levels = []
    for each in counted:
        level = stock.get((each.product_id or 0, each.warehouse_id or order.warehouse_id or 0), Availability())
        per_unit = each.typed_quantity * each.unit_factor / row.stock_quantity if row.stock_quantity else Decimal(1)
        levels.append((level.available // per_unit if per_unit else ZERO, level.next_supply))
        if each is line:
            levels[-1] = (level.available, level.next_supply)
    if levels:
        row.available = min(available for available, _ in levels)
        coming = [day for available, day in levels if available == row.available and day]
        row.next_supply = max(coming, default=None)

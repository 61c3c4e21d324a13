"""The lines of a draft as the entry grid shows them: what can be typed, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import ZERO, margin_percent, plain
from orders.core.models import LineKind, Order, OrderLine, ProductUnit, Warehouse
from orders.entry.rules import fixes_price
from orders.entry.selectors.outlook import LastPaid, could_leave, last_paid, pack_words
from orders.pricing.agreements.rules import drawn_item
from orders.pricing.agreements.selectors.prices import Agreed, agreed_items
from orders.pricing.guidelines.selectors import Finding, judge_document
from orders.pricing.models import Quote
from orders.pricing.rules import Again, asks_again
from planning.selectors.availability import Availability, availability

SEES_PRICE: Final = "orders.view_price"
SPARE_ROWS: Final = 8  # for whoever works without a script


@dataclass(slots=True)
class Row:
    """One row of the grid. The first fields are text as typed; the others are read off the line, where there is one."""

    number: int = 0
    item: str = ""
    quantity: str = ""
    unit: str = ""
    wanted: str = ""
    wanted_on: date | None = None
    warehouse: str = ""
    price: str = ""
    kind: str = LineKind.GOODS
    supply: str = "stock"
    ship_to: str = ""
    note: str = ""
    seen: str = ""  # the price in force that one has looked at, and keeps another
    name: str = ""
    stock_unit: str = ""
    stock_quantity: Decimal | None = None
    units: str = ""
    parts: list[str] = field(default_factory=list)
    unit_price: Decimal | None = None
    price_reason: str = ""
    asks_again: Again | None = None  # the price in force changed under a typed one
    net_amount: Decimal | None = None
    margin: Decimal | None = None
    knows_margin: bool = False
    available: Decimal | None = None
    next_supply: date | None = None
    elsewhere: str = ""
    leaves: date | None = None
    leaves_from: str = ""
    packs: str = ""
    last_paid: LastPaid | None = None
    ships: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    agreed: Agreed | None = None  # the blanket agreement that its price is of
    verdict: Finding | None = None  # where its price goes further than the discount guidelines
    told: list[Any] = field(default_factory=list)  # what the checks found in it

    @property
    def is_blank(self) -> bool:
        return not any((self.item, self.quantity, self.note))

    @property
    def comes_as_usual(self) -> bool:
        """From stock, to the order's address."""
        return self.supply == "stock" and not self.ship_to

    @property
    def price_key(self) -> str:
        """The price per stock unit as the page compares it with what is saved."""
        return "" if self.unit_price is None else f"{self.unit_price:.4f}"

    @property
    def is_short(self) -> bool:
        return self.available is not None and (self.stock_quantity or ZERO) > self.available

    @property
    def is_late(self) -> bool:
        """Whether it could leave only after the day it is wanted on."""
        return bool(self.leaves and self.wanted_on and self.leaves > self.wanted_on)

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


def rows_of(order: Order, actor: Actor, *, start: int = 0, count: int | None = None) -> list[Row]:
    """The draft's lines in order, ``count`` after the first ``start``; kits with their parts in words.

    A constant number of queries.
    """
    lines = order.lines.select_related("product").order_by("position")
    if start or count is not None:
        tops = order.lines.filter(parent__isnull=True).order_by("position").values_list("position", flat=True)
        bounds = list(tops[start : None if count is None else start + count + 1])
        if not bounds:
            return []
        lines = lines.filter(position__gte=bounds[0])
        if count is not None and len(bounds) > count:
            lines = lines.filter(position__lt=bounds[-1])
    return rows_for(order, list(lines), actor, first=start + 1)


def saved_prices(document: Order | Quote, actor: Actor) -> list[str] | None:
    """The price of each row of a saved draft, as ``Row.price_key``; None for who may not see prices."""
    if not actor.can(SEES_PRICE):
        return None
    lines = document.lines.order_by("position").values_list("kind", "unit_price")
    return [f"{price:.4f}" if kind != LineKind.TEXT else "" for kind, price in lines if kind != LineKind.COMPONENT]


def rows_for(order: Order, lines: Sequence[OrderLine], actor: Actor, *, first: int = 1) -> list[Row]:
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
    leaves = could_leave(order, lines)
    paid = last_paid(order, {line.product_id for line in tops if line.product_id}) if actor.can(SEES_PRICE) else {}
    everywhere = _everywhere(order, stock)
    verdicts = _verdicts(order, lines, actor)
    drawn = {line.position: item for line in tops if (item := drawn_item(line.price_steps))}
    agreed = agreed_items(set(drawn.values()), order.pk) if actor.can(SEES_PRICE) else {}
    rows = []
    for number, line in enumerate(tops, start=first):
        row = _row(line, number, actor)
        product_id = line.product_id or 0
        row.units = _pack_names(line, packs.get(product_id, []))
        row.packs = pack_words(row.stock_quantity or ZERO, row.stock_unit, packs.get(product_id, []))
        row.wanted_on = line.requested_date or order.requested_date
        row.last_paid = paid.get(product_id)
        row.verdict = verdicts.get(line.position)
        row.agreed = agreed.get(drawn.get(line.position, 0))
        if earliest := leaves.get(line.position):
            row.leaves, row.leaves_from = earliest.ship_date, earliest.source if line.supply == "stock" else line.supply
        if line.is_stocked:
            here = line.warehouse_id or order.warehouse_id
            others = [
                (code, there) for pk, code, there in everywhere.get(product_id, []) if pk != here and there > ZERO
            ]
            row.elsewhere = ", ".join(f"{code} {plain(there)}" for code, there in others)
        row.parts = [f"{plain(part.typed_quantity)} × {part.product}" for part in parts.get(line.position, [])]
        _show_stock(row, line, parts.get(line.position, []), order, stock)
        rows.append(row)
    return rows


def _verdicts(order: Order, lines: Sequence[OrderLine], actor: Actor) -> dict[int, Finding]:
    """By position, what the discount guidelines say when this actor gives these prices; for whoever may see prices."""
    if not actor.can(SEES_PRICE):
        return {}
    return {found.position: found for found in judge_document(order, lines, order.customer, actor).findings}


def _row(line: OrderLine, number: int, actor: Actor) -> Row:
    sees_price, sees_cost = actor.can(SEES_PRICE), actor.can("orders.view_cost")
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
        price_reason=str(line.price_steps[-1].get("reason", "")) if fixed and sees_price else "",
        asks_again=asks_again(line.price_steps) if sees_price else None,
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
    """What every warehouse has of the stocked items."""
    wanted = {line.product_id for line in lines if line.product_id and line.is_stocked}
    return availability(order.company_id, wanted) if wanted else {}


def _everywhere(
    order: Order, stock: Mapping[tuple[int, int], Availability]
) -> dict[int, list[tuple[int, str, Decimal]]]:
    """By item: each warehouse, its code and what is available there."""
    found: dict[int, list[tuple[int, str, Decimal]]] = {}
    if stock:
        codes = dict(Warehouse.objects.filter(company_id=order.company_id).order_by("code").values_list("pk", "code"))
        rank = {pk: at for at, pk in enumerate(codes)}
        for (product_id, warehouse_id), level in sorted(stock.items(), key=lambda each: rank[each[0][1]]):
            found.setdefault(product_id, []).append((warehouse_id, codes[warehouse_id], level.available))
    return found


def _packs(lines: Sequence[OrderLine]) -> dict[int, list[ProductUnit]]:
    """Other units of the items, by item, the smallest first."""
    found: dict[int, list[ProductUnit]] = {}
    for pack in ProductUnit.objects.filter(product_id__in={line.product_id for line in lines}).order_by("factor"):
        found.setdefault(pack.product_id, []).append(pack)
    return found


def _pack_names(line: OrderLine, packs: Sequence[ProductUnit]) -> str:
    """Packs in words: "box = 12 pc"."""
    unit = line.product.stock_unit if line.product else ""
    return ", ".join(f"{pack.unit} = {plain(pack.factor)} {unit}" for pack in packs)


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

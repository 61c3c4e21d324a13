"""From typed lines to priced order lines, and into a draft: only what changed is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from omc.lib.actor import Actor
from omc.lib.errors import DomainError, PermissionRefused
from omc.lib.money import ZERO, round_price
from omc.lib.writing import insert
from orders.core import ledger
from orders.core.inputs import LineInput
from orders.core.models import Address, Hold, HoldState, KitComponent, LineKind, Order, OrderLine, Supply, Warehouse
from orders.core.selectors.companies import today
from orders.entry.rules import fixes_price
from orders.pricing.selectors import InvalidLines, Item, read_lines
from orders.pricing.services import NoPrice, Totals, price_lines
from orders.pricing.services.typed_prices import NOT_YOURS, OVERRIDE, settle_typed

AMOUNTS: Final = ("net_amount", "tax_amount", "total_amount", "net_base", "cost_base", "line_count")
AHEAD: Final = {LineKind.SERVICE, LineKind.CHARGE}  # invoiced without shipping

# What tells whether a line is as it was. Everything else of a draft's line follows from these.
_SAME: Final = (
    "kind", "product_id", "description", "unit", "unit_factor", "typed_quantity", "list_price", "unit_price",
    "net_amount", "net_base", "unit_cost", "cost_base", "tax_code", "tax_rate", "tax_amount", "price_steps", "supply",
    "ship_to_id", "warehouse_id", "requested_date", "invoice_ahead", "note",
)  # fmt: skip


class LineHeld(DomainError):
    """A line that is to change has a hold."""

    code = "line_held"


class PriceRefused(PermissionRefused):
    """A price was typed over the one in force without the right to it."""

    code = "price_override_refused"


def put_lines(
    order: Order,
    inputs: Sequence[LineInput],
    before: Sequence[OrderLine],
    actor: Actor,
    *,
    granted: Sequence[OrderLine] | None = None,
) -> bool:
    """Make the typed lines the lines of a locked draft, priced as of today; True when any line changed.

    ``before`` are the draft's lines as they stand; ``granted`` (these by default) bear prices that need no right.

    Raises: InvalidLines (each by its row), NoPrice, PriceRefused, LineHeld
    """
    lines = make_lines(order, inputs, before if granted is None else granted, actor)
    changed = write_lines(order, lines, before)
    order.line_count = sum(line.parent is None for line in lines)
    return changed


def make_lines(
    order: Order, inputs: Sequence[LineInput], granted: Sequence[OrderLine], actor: Actor
) -> list[OrderLine]:
    """The typed lines looked up, exploded and priced, with the order's totals set. Saves nothing."""
    lines, rows = _read(order, inputs)
    tops = [line for line in lines if line.parent is None]
    by_position = {line.position: typed for line, typed in zip(tops, inputs, strict=True)}
    manual = {
        position: round_price(typed.unit_price)
        for position, typed in by_position.items()
        if typed.unit_price is not None
    }
    _price(order, lines, manual, rows, actor)
    _authorize(lines, granted, by_position, rows, actor)
    return lines


def _price(
    order: Order, lines: Sequence[OrderLine], manual: Mapping[int, Decimal], rows: Mapping[int, int], actor: Actor
) -> None:
    """Price the lines as of today and set the order's totals."""
    try:
        totals: Totals = price_lines(
            document=order,
            lines=lines,
            customer=order.customer,
            ship_to=order.ship_to,
            on=today(order.company),
            manual=manual,
            actor=actor,
        )
    except NoPrice as refusal:
        named: Any = refusal.data["lines"]
        message = f"There is no price in {order.currency} for it."
        refusal.data["lines"] = [
            {**line, "position": rows[line["position"]], "field": "sku", "message": message} for line in named
        ]
        raise
    order.net_amount, order.tax_amount, order.total_amount = totals.net_amount, totals.tax_amount, totals.total_amount
    order.net_base, order.cost_base = totals.net_base, totals.cost_base


def _read(order: Order, inputs: Sequence[LineInput]) -> tuple[list[OrderLine], dict[int, int]]:
    """Unpriced lines in order, kits followed by their components, and the typed row of each position."""
    items = read_lines(company_id=order.company_id, customer_id=order.customer_id, inputs=inputs)
    _check_places(order, inputs)
    parts = _parts_of(items)
    lines: list[OrderLine] = []
    rows: dict[int, int] = {}
    for row, (typed, item) in enumerate(zip(inputs, items, strict=True), start=1):
        line = _line(order, typed, item, position=len(lines) + 1)
        lines.append(line)
        rows[line.position] = row
        for part in parts.get(line.product_id or 0, []):
            lines.append(_component(line, part, position=len(lines) + 1))
            rows[len(lines)] = row
    return lines, rows


def _check_places(order: Order, inputs: Sequence[LineInput]) -> None:
    """Raises: InvalidLines for a warehouse, address or way of supply that is not there."""
    warehouses = {typed.warehouse_id for typed in inputs if typed.warehouse_id}
    if warehouses:
        warehouses -= set(
            Warehouse.objects.filter(company_id=order.company_id, pk__in=warehouses).values_list("pk", flat=True)
        )
    places = {typed.ship_to_id for typed in inputs if typed.ship_to_id}
    if places:
        of_customer = Address.objects.filter(customer_id=order.customer_id, is_active=True, pk__in=places)
        places -= set(of_customer.values_list("pk", flat=True))
    problems: list[dict[str, object]] = []
    for row, typed in enumerate(inputs, start=1):
        for wrong, field, message in (
            (typed.warehouse_id in warehouses, "warehouse_id", "There is no such warehouse."),
            (typed.ship_to_id in places, "ship_to_id", "The customer has no such address."),
            (typed.supply not in Supply.values, "supply", f"There is no way of supply {typed.supply}."),
            (typed.unit_price is not None and typed.unit_price < 0, "unit_price", "A price is not below zero."),
        ):
            if wrong:
                problems.append({"position": row, "field": field, "message": message})
    if problems:
        first = problems[0]
        raise InvalidLines(f"Line {first['position']}: {first['message']}", field="lines", lines=problems)


def _parts_of(items: Sequence[Item]) -> dict[int, list[KitComponent]]:
    kits = {item.product.pk for item in items if item.product and item.product.kind == LineKind.KIT}
    parts: dict[int, list[KitComponent]] = defaultdict(list)
    if kits:
        for part in KitComponent.objects.filter(kit_id__in=kits).select_related("product").order_by("id"):
            parts[part.kit_id].append(part)
    if empty := kits - parts.keys():
        names = [item.product.sku for item in items if item.product and item.product.pk in empty]
        raise InvalidLines(
            f"{names[0]} is a kit without parts.",
            field="lines",
            lines=[
                {"position": row, "field": "sku", "message": "This kit has no parts yet."}
                for row, item in enumerate(items, start=1)
                if item.product and item.product.pk in empty
            ],
        )
    return parts


def _line(order: Order, typed: LineInput, item: Item, *, position: int) -> OrderLine:
    kind = item.product.kind if item.product else typed.kind
    return OrderLine(
        order=order,
        position=position,
        kind=kind,
        product=item.product,
        description=(typed.description or (item.product.name if item.product else "")).strip()[:200],
        unit=item.unit,
        unit_factor=item.factor,
        typed_quantity=ZERO if kind == LineKind.TEXT else typed.quantity,
        supply=typed.supply,
        warehouse_id=typed.warehouse_id,
        ship_to_id=typed.ship_to_id,
        requested_date=typed.requested_date,
        invoice_ahead=kind in AHEAD or bool(order.terms and order.terms.prepaid),
        note=typed.note.strip()[:200],
    )


def _component(kit: OrderLine, part: KitComponent, *, position: int) -> OrderLine:
    """What a kit takes from stock; price and invoice stay on the kit."""
    return OrderLine(
        order=kit.order,
        position=position,
        kind=LineKind.COMPONENT,
        parent=kit,
        product=part.product,
        description=part.product.name[:200],
        unit=part.product.stock_unit,
        unit_factor=Decimal(1),
        typed_quantity=kit.typed_quantity * kit.unit_factor * part.quantity,
        supply=kit.supply,
        warehouse_id=kit.warehouse_id,
        ship_to_id=kit.ship_to_id,
        requested_date=kit.requested_date,
        invoice_ahead=kit.invoice_ahead,
    )


def _authorize(
    lines: Sequence[OrderLine],
    granted: Sequence[OrderLine],
    inputs: Mapping[int, LineInput],
    rows: Mapping[int, int],
    actor: Actor,
) -> None:
    """A typed price needs the right to it, unless it was granted before; its origin is kept then.

    What somebody else typed stands for the item; what was quoted, for the quantity that it was quoted for.
    """
    by_word = {
        _price_key(line, line.price_steps): line.price_steps[-1] for line in granted if fixes_price(line.price_steps)
    }
    problems: list[dict[str, object]] = []
    for line in lines:
        typed = inputs.get(line.position)
        if typed is None or typed.unit_price is None:
            continue
        stood = by_word.get(_price_key(line, _QUOTED)) or by_word.get(_price_key(line, _TYPED))
        if why := settle_typed(line, typed, stood, actor, company_id=line.order.company_id):
            problems.append({"position": rows[line.position], "field": "unit_price", "message": why})
    if problems:
        first = str(problems[0]["message"])
        rest = " Leave the price empty to take the one in force, or ask somebody in pricing."
        raise PriceRefused(
            first + (rest if first == NOT_YOURS else ""), field="lines", permission=OVERRIDE, lines=problems
        )


_QUOTED: Final = [{"step": "quote"}]
_TYPED: Final = [{"step": "manual"}]


def _price_key(line: OrderLine, steps: Sequence[Mapping[str, object]]) -> tuple[object, ...]:
    kind = steps[-1].get("step")
    quantity = line.typed_quantity * line.unit_factor if kind == "quote" else None
    return (line.product_id, line.kind, line.description, line.unit_price, kind, quantity)


def typed(line: OrderLine) -> LineInput:
    """A line of a draft as somebody would type it again."""
    return LineInput(
        quantity=line.typed_quantity,
        product_id=line.product_id,
        unit=line.unit,
        unit_price=line.unit_price if fixes_price(line.price_steps) else None,
        kind=line.kind,
        supply=line.supply,
        description=line.description,
        requested_date=line.requested_date,
        warehouse_id=line.warehouse_id,
        ship_to_id=line.ship_to_id,
        note=line.note,
    )


def anew(line: OrderLine) -> LineInput:
    """A line for a new order: the same item and quantity, at today's price, without its old dates."""
    return replace(typed(line), unit_price=None if line.product_id else line.unit_price, requested_date=None)


def write_lines(order: Order, lines: Sequence[OrderLine], before: Sequence[OrderLine] = ()) -> bool:
    """Replace the lines that differ from those at their position; a draft's lines have no history to keep."""
    standing = {line.position: line for line in before}
    fresh: list[OrderLine] = []
    for line in lines:
        old = standing.get(line.position)
        if old is not None and _same(old, line):
            line.pk = standing.pop(line.position).pk
        else:
            fresh.append(line)
    if standing:
        gone = [line.pk for line in standing.values()]
        _refuse_if_held(gone)
        doomed = OrderLine.objects.filter(pk__in=gone)
        doomed._raw_delete(doomed.db)  # nothing but holds can hang on a draft's line
    tops = [line for line in fresh if line.parent is None]
    insert(tops)
    if len(tops) < len(fresh):
        insert([_with_parent(line) for line in fresh if line.parent is not None])
    ledger.post(order.pk, [(line.pk, "ordered", line.typed_quantity * line.unit_factor) for line in fresh])
    return bool(standing or fresh)


def _with_parent(line: OrderLine) -> OrderLine:
    line.parent = line.parent  # Django remembers the parent's id only when the parent has one
    return line


def _same(old: OrderLine, new: OrderLine) -> bool:
    if any(getattr(old, column) != getattr(new, column) for column in _SAME):
        return False
    return new.parent is None or (new.parent.pk is not None and new.parent.pk == old.parent_id)


def _refuse_if_held(line_ids: Sequence[int]) -> None:
    hold = (
        Hold.objects.filter(line_id__in=line_ids)
        .exclude(status=HoldState.RESOLVED)
        .select_related("hold_type", "line")
        .first()
    )
    if hold is not None:
        raise LineHeld(
            f"Line {hold.line.position if hold.line else ''} is held ({hold.hold_type.name}). Lift the hold first.",
            hold=hold.hold_type.name,
            hold_id=hold.pk,
        )
    Hold.objects.filter(line_id__in=line_ids).update(line=None)  # settled ones stay with the order

"""A draft quote in the entry grid: shown as the order that it would become, so that both are drawn by the same rules."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import Customer, KitComponent, LineKind, Order, OrderLine, Warehouse
from orders.entry.selectors.grid import Row, rows_for
from orders.pricing.models import Quote, QuoteLine

_PRICED: Final = (
    "position", "kind", "product_id", "description", "unit", "unit_factor", "typed_quantity", "list_price", "unit_price",
    "net_amount", "net_base", "unit_cost", "cost_base", "tax_code", "tax_rate", "tax_amount", "price_steps",
    "supply", "ship_to_id",
)  # fmt: skip
_HEADER: Final = (
    "currency", "currency_rate", "requested_date", "net_amount", "tax_amount", "total_amount", "net_base", "cost_base",
)  # fmt: skip


def quote_draft_of(actor: Actor, quote_id: int) -> Quote:
    """A quote of the company, whatever its state, with what the grid's header needs.

    Raises: NotFound
    """
    quote = (
        Quote.objects.select_related("company", "customer__facts", "customer__terms", "contact", "ship_to")
        .filter(pk=quote_id, company_id=actor.company_id)
        .first()
    )
    if quote is None:
        raise NotFound(f"There is no quote {quote_id}.", quote_id=quote_id)
    return quote


def as_order(quote: Quote) -> Order:
    """The order that a quote would become, never to be saved: it ships from the customer's usual warehouse."""
    customer: Customer = quote.customer
    order = Order(company=quote.company, customer=customer, terms=customer.terms, ship_to=quote.ship_to)
    for name in _HEADER:
        setattr(order, name, getattr(quote, name))
    order.warehouse_id = customer.default_warehouse_id or (
        Warehouse.objects.filter(company_id=quote.company_id)
        .order_by("-is_default", "id")
        .values_list("pk", flat=True)
        .first()
    )
    order.line_count = quote.lines.count()
    return order


def as_lines(order: Order, offered: Sequence[QuoteLine]) -> list[OrderLine]:
    """The quote's lines as the order's, kits followed by their parts. Its items are read with the lines."""
    kits = {line.product_id for line in offered if line.kind == LineKind.KIT}
    parts: dict[int, list[KitComponent]] = {}
    if kits:
        for part in KitComponent.objects.filter(kit_id__in=kits).select_related("product").order_by("id"):
            parts.setdefault(part.kit_id, []).append(part)
    lines = []
    for quoted in offered:
        line = OrderLine(order=order, **{name: getattr(quoted, name) for name in _PRICED})
        line.product = quoted.product
        lines.append(line)
        for part in parts.get(quoted.product_id or 0, []):
            needed = quoted.typed_quantity * quoted.unit_factor * part.quantity
            lines.append(
                OrderLine(
                    order=order,
                    position=quoted.position,
                    kind=LineKind.COMPONENT,
                    product=part.product,
                    unit=part.product.stock_unit,
                    unit_factor=Decimal(1),
                    typed_quantity=needed,
                    supply=quoted.supply,
                    ship_to_id=quoted.ship_to_id,
                )
            )
    return lines


def quote_rows(quote: Quote, order: Order, actor: Actor, *, start: int = 0, count: int | None = None) -> list[Row]:
    """The quote's lines in order, ``count`` after the first ``start``. A constant number of queries."""
    lines = quote.lines.select_related("product").order_by("position")
    chosen = list(lines[start : None if count is None else start + count])
    return rows_for(order, as_lines(order, chosen), actor, first=start + 1)

"""What one wants to know of a line while typing it: when it could leave, what is there elsewhere, what was paid last."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from omc.lib.money import plain
from orders.core.models import LineKind, Order, OrderLine, ProductUnit, Supply
from planning.selectors.availability import Earliest, Enquired, earliest_dates

_LAST_PAID = """
SELECT DISTINCT ON (l.product_id) l.product_id, l.unit_price, o.currency, o.submitted_at, o.number, o.id
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE o.customer_id = %s AND o.id <> %s AND l.product_id = ANY(%s::bigint[]) AND l.parent_id IS NULL
    AND o.submitted_at IS NOT NULL AND o.state NOT IN ('draft', 'abandoned', 'cancelled')
ORDER BY l.product_id, o.submitted_at DESC, l.id DESC
"""


@dataclass(frozen=True, slots=True)
class LastPaid:
    """The price on the customer's latest order of an item. Units: per stock unit, in ``currency``."""

    unit_price: Decimal
    currency: str
    at: datetime
    order_id: int
    order: str


def last_paid(order: Order, product_ids: Collection[int]) -> dict[int, LastPaid]:
    """What the customer paid last for these items, by item; nothing where it never ordered one."""
    if not product_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LAST_PAID, [order.customer_id, order.pk or 0, sorted(product_ids)])
        return {
            product_id: LastPaid(unit_price, currency, at, order_id, number)
            for product_id, unit_price, currency, at, number, order_id in cursor.fetchall()
        }


def could_leave(order: Order, lines: Iterable[OrderLine]) -> dict[int, Earliest]:
    """When each line could leave at the earliest, by position; a kit when its last part could. Nothing is reserved.

    ``lines`` in order, kits followed by their components.
    """
    asked: list[Enquired] = []
    positions: list[int] = []
    top = 0
    for line in lines:
        top = top if line.kind == LineKind.COMPONENT else line.position
        warehouse_id = line.warehouse_id or order.warehouse_id
        quantity = line.typed_quantity * line.unit_factor
        if line.kind in (LineKind.GOODS, LineKind.COMPONENT) and line.product_id and warehouse_id and quantity > 0:
            from_stock = line.supply == Supply.STOCK
            asked.append(Enquired(line.product_id, warehouse_id, quantity, from_stock=from_stock))
            positions.append(top)
    found: dict[int, Earliest] = {}
    for position, earliest in zip(positions, earliest_dates(order.company_id, asked), strict=True):
        known = found.get(position)
        if known is None or earliest.ship_date > known.ship_date:
            found[position] = earliest
    return found


def pack_words(quantity: Decimal, unit: str, packs: Sequence[ProductUnit]) -> str:
    """What of a quantity is not whole packs of the smallest one that fits into it, in words; nothing when all is."""
    fitting = [pack for pack in packs if 1 < pack.factor <= quantity]
    if not fitting or any(quantity % pack.factor == 0 for pack in fitting):
        return ""
    pack = min(fitting, key=lambda each: each.factor)
    whole = quantity // pack.factor
    return f"{plain(whole)} {pack.unit} + {plain(quantity - whole * pack.factor)} {unit}"

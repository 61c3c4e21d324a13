"""Whom an order takes stock from: open orders that stand before it and wait for what it would be given now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from omc.lib.money import ZERO
from omc.lib.registry import registry
from orders.core.models import LineKind, Order, OrderLine
from orders.entry.rules.effects import Claim, displaced
from planning.selectors.availability import Availability, availability

Key = tuple[int, int]

# Promises that wait for supply although they were wanted before, and hold no stock yet. What is bought for a line takes none.
_CLAIMS: Final = """
SELECT p.product_id, p.warehouse_id, p.order_id, o.number, c.customer_class, c.name, sum(p.quantity - p.allocated)
FROM planning_promise p
JOIN orders_order o ON o.id = p.order_id
JOIN orders_orderline l ON l.id = p.line_id
JOIN orders_customer c ON c.id = o.customer_id
WHERE p.is_open AND p.quantity > p.allocated AND l.supply = 'stock' AND (p.source IN ('supply', 'lead_time') OR p.backordered > 0)
    AND COALESCE(l.requested_date, o.requested_date, '-infinity'::date) < p.ship_date
    AND (p.product_id, p.warehouse_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """So much of what a line takes is wanted by an order that stands before it. Units: stock unit."""

    row: int
    sku: str
    unit: str
    taken: Decimal
    wanted: Decimal
    order_id: int
    order: str
    customer: str
    customer_class: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    order_id: int
    number: str
    customer_class: str
    customer: str
    wanted: Decimal


def effects_on_others(order: Order, lines: Sequence[OrderLine], first_row: int = 1) -> list[Effect]:
    """What these lines, together, would take from orders that stand before this one.

    Who stands before whom, later stages say (``registry.standings``); where nobody ranks, nobody is before it.
    At most six queries, and two where nobody waits.
    """
    rows, wanted = _wanted(order, lines, first_row)
    if not wanted:
        return []
    claims = _claims(wanted)
    if not claims:
        return []
    before = _before(order, sorted({claim.order_id for waiting in claims.values() for claim in waiting}))
    stock = availability(order.company_id, {key[0] for key in claims}, {key[1] for key in claims})
    found: list[Effect] = []
    for key, waiting in claims.items():
        there = stock.get(key, Availability()).available
        by_order = {claim.order_id: claim for claim in waiting if claim.order_id in before}
        ranked = [Claim(pk, by_order[pk].wanted) for pk in sorted(by_order, key=before.__getitem__)]
        row, line = rows[key]
        for claim, lost in displaced(there, min(there, wanted[key]), ranked):
            other = by_order[claim.order_id]
            found.append(
                Effect(
                    row=row,
                    sku=str(line.product),
                    unit=line.product.stock_unit if line.product else line.unit,
                    taken=lost,
                    wanted=claim.wanted,
                    order_id=claim.order_id,
                    order=other.number,
                    customer=other.customer,
                    customer_class=other.customer_class,
                )
            )
    return found


def _wanted(
    order: Order, lines: Sequence[OrderLine], first_row: int
) -> tuple[dict[Key, tuple[int, OrderLine]], dict[Key, Decimal]]:
    """What the lines take from stock by item and warehouse, and the first row (with its line) that does."""
    rows: dict[Key, tuple[int, OrderLine]] = {}
    wanted: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    row = first_row - 1
    for line in lines:
        row += line.kind != LineKind.COMPONENT
        warehouse = line.warehouse_id or order.warehouse_id
        if line.is_stocked and line.product_id and warehouse:
            rows.setdefault((line.product_id, warehouse), (row, line))
            wanted[line.product_id, warehouse] += line.typed_quantity * line.unit_factor
    return rows, dict(wanted)


def _claims(wanted: dict[Key, Decimal]) -> dict[Key, list[_Waiting]]:
    found: dict[Key, list[_Waiting]] = defaultdict(list)
    keys = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, [[product for product, _ in keys], [warehouse for _, warehouse in keys]])
        for product, warehouse, *claim in cursor.fetchall():
            found[product, warehouse].append(_Waiting(*claim))
    return found


def _before(order: Order, others: Sequence[int]) -> dict[int, Any]:
    """The places of those others that stand before this order; the smallest is first."""
    for standing in registry.standings:
        return dict(standing(order, others))
    return {}

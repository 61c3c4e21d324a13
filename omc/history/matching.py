"""Which sale a returned line came from. The source does not say, so only a stated rule may.

A returned line belongs to the latest earlier sale of the same item to the same customer at the same price that has as
much of it open. What has none says why. Sales and what came back of them are read from the company's documents, so
a run that was cut off, or next year's file, finds what earlier ones left open.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from omc.history.staging import Staging, step

CHARGE: Final = "a charge, not goods"
NAMELESS: Final = "no customer to match"
NO_SALE: Final = "no earlier sale of it to this customer at this price"
NOTHING_OPEN: Final = "no earlier sale with this much open"

# Returned lines that are not booked yet.
_RETURNED = """
DROP TABLE IF EXISTS {t}_returned;
CREATE UNLOGGED TABLE {t}_returned AS
SELECT s.row_no, c.id AS customer_id, p.id AS product_id, s.unit_price, s.at, s.quantity, c.is_cash, s.is_service
FROM {t} s
JOIN orders_customer c ON c.company_id = %(company)s AND c.code = s.customer_code
JOIN orders_product p ON p.company_id = %(company)s AND p.sku = s.sku
WHERE s.kind = 'return' AND NOT EXISTS (
    SELECT 1 FROM returns_claims_return r JOIN returns_claims_returnline l ON l.return_order_id = r.id
    WHERE r.company_id = %(company)s AND r.number = s.document AND l.position = s.position);
ANALYZE {t}_returned;
SELECT count(*) FROM {t}_returned
"""
_SALES = """
SELECT l.id, o.customer_id, l.product_id, l.unit_price, o.submitted_at, l.shipped - l.returned
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
JOIN (SELECT DISTINCT customer_id, product_id, unit_price FROM {t}_returned WHERE NOT is_cash AND NOT is_service) r
    ON r.customer_id = o.customer_id AND r.product_id = l.product_id AND r.unit_price = l.unit_price
WHERE o.company_id = %(company)s AND o.origin = 'import' AND l.kind = 'goods'
ORDER BY o.submitted_at, l.id
"""
_MATCHED = """
UPDATE {t} s SET order_line_id = m.line, unmatched = m.reason
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS m(row_no, line, reason)
WHERE s.row_no = m.row_no AND s.kind = 'return'
"""


@dataclass(slots=True)
class Sale:
    """A sold line, and how much of it has not come back. Units: stock unit."""

    line_id: int
    at: datetime
    open: Decimal


def match_returns(staging: Staging, company_id: int) -> None:
    """Write to every returned line that is not booked yet which order line it came from, or why that is not known."""
    sales: dict[tuple[int, int, Decimal], list[Sale]] = defaultdict(list)
    found: list[tuple[int, int | None, str]] = []
    with step():
        ((count,),) = staging.fetch(_RETURNED, {"company": company_id})
        if not count:
            return
        for line_id, customer, product, price, at, quantity in staging.fetch(_SALES, {"company": company_id}):
            sales[customer, product, price].append(Sale(line_id, at, quantity))
        for row_no, customer, product, price, at, quantity, cash, service in staging.fetch(
            "SELECT * FROM {t}_returned ORDER BY at, row_no"
        ):
            if service or cash:
                found.append((row_no, None, CHARGE if service else NAMELESS))
                continue
            sale, reason = original(sales.get((customer, product, price), ()), at, quantity)
            if sale is not None:
                sale.open -= quantity
            found.append((row_no, sale.line_id if sale else None, reason))
        staging.run(_MATCHED, [list(column) for column in zip(*found, strict=True)])


def original(sales: Sequence[Sale], at: datetime, quantity: Decimal) -> tuple[Sale | None, str]:
    """The latest of the sales before ``at`` that has ``quantity`` open, or the reason why there is none."""
    earlier = [sale for sale in sales if sale.at < at]
    for sale in reversed(earlier):
        if sale.open >= quantity:
            return sale, ""
    return None, NOTHING_OPEN if earlier else NO_SALE

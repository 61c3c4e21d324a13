"""Do the levels and the ledgers equal the rows they are the sum of?"""

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import connection

_DIFFERENCES = """
WITH moved AS (
    SELECT product_id, warehouse_id, sum(quantity) AS total FROM planning_stockmovement
    WHERE company_id = %(company)s GROUP BY 1, 2
), promised AS (
    SELECT product_id, warehouse_id, sum(allocated) AS total FROM planning_promise
    WHERE company_id = %(company)s AND is_open AND source <> 'drop_ship' GROUP BY 1, 2
), kept AS (
    SELECT l.product_id, s.warehouse_id, sum(l.reserved) AS total
    FROM planning_supplyline l JOIN planning_supplyorder s ON s.id = l.supply_id
    WHERE s.company_id = %(company)s AND l.reserved > 0 GROUP BY 1, 2
), level AS (
    SELECT * FROM planning_stocklevel WHERE company_id = %(company)s
)
SELECT 'on hand', product_id, warehouse_id, NULL::bigint, COALESCE(level.on_hand, 0), COALESCE(moved.total, 0)
FROM level FULL JOIN moved USING (product_id, warehouse_id)
WHERE COALESCE(level.on_hand, 0) <> COALESCE(moved.total, 0)
UNION ALL
SELECT 'allocated', product_id, warehouse_id, NULL, COALESCE(level.allocated, 0), COALESCE(promised.total, 0)
FROM level FULL JOIN promised USING (product_id, warehouse_id)
WHERE COALESCE(level.allocated, 0) <> COALESCE(promised.total, 0)
UNION ALL
SELECT 'reserved', product_id, warehouse_id, NULL, COALESCE(level.reserved, 0), COALESCE(kept.total, 0)
FROM level FULL JOIN kept USING (product_id, warehouse_id)
WHERE COALESCE(level.reserved, 0) <> COALESCE(kept.total, 0)
UNION ALL
SELECT 'placed in bins', product_id, warehouse_id, NULL, level.on_hand, sum(u.quantity)
FROM level JOIN planning_stockunit u ON u.level_id = level.id
GROUP BY product_id, warehouse_id, level.on_hand HAVING sum(u.quantity) > level.on_hand
UNION ALL
SELECT 'allocated on the line', NULL, NULL, COALESCE(l.id, p.line_id), COALESCE(l.allocated, 0), COALESCE(p.total, 0)
FROM (
    SELECT line.id, line.allocated FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
    WHERE o.company_id = %(company)s AND line.allocated <> 0
) l
FULL JOIN (
    SELECT line_id, sum(allocated) AS total FROM planning_promise
    WHERE company_id = %(company)s AND is_open AND allocated <> 0 GROUP BY 1
) p ON p.line_id = l.id
WHERE COALESCE(l.allocated, 0) <> COALESCE(p.total, 0)
ORDER BY 1, 2, 3, 4
LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored sum that is not the sum of its rows. Units: stock unit."""

    what: str
    product_id: int | None
    warehouse_id: int | None
    order_line_id: int | None
    stored: Decimal
    summed: Decimal

    def row(self) -> dict[str, object]:
        return {**asdict(self), "stored": str(self.stored), "summed": str(self.summed)}


def stock_differences(company_id: int) -> list[Difference]:
    """Where on hand is not Σ movements, allocated not Σ promises (on levels and order lines), reserved not what came
    for special orders, or more placed in bins than is on hand. At most 1,000."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"company": company_id})
        return [Difference(*row) for row in cursor.fetchall()]

"""Charged against expected, item by item: what lists and agreements gave on each day, and what stood on the orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db import connection

from orders.pricing.trends.sold import CHARGED_BASE, EXPECTED_BASE, SOLD, Scope


@dataclass(frozen=True, slots=True)
class Variance:
    """An item's sold lines against what lists and agreements gave on their days. Money in company currency.

    ``expected_base`` and ``charged_base`` are of the lines with an expected price; ``differing`` of these were charged
    otherwise, ``without`` more lines have none.
    """

    product_id: int
    sku: str
    name: str
    lines: int
    differing: int
    without: int
    expected_base: Decimal
    charged_base: Decimal

    @property
    def variance_base(self) -> Decimal:
        return self.charged_base - self.expected_base

    @property
    def variance_percent(self) -> Decimal | None:
        if not self.expected_base:
            return None
        return (self.variance_base / self.expected_base * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Variances:
    """Some items, the largest difference first, and all of them as one; ``after`` leads to the next, empty at the end."""

    rows: Sequence[Variance]
    items: int
    whole: Variance
    after: str


# The whole stands beside every row, so that one statement tells both, also where no row is left.
_VARIANCE: Final = f"""
WITH sold AS MATERIALIZED (
    SELECT l.product_id, l.ordered - l.cancelled AS quantity, {CHARGED_BASE} AS price, {EXPECTED_BASE} AS expected
    {SOLD}
), item AS MATERIALIZED (
    SELECT s.*, abs(charged_base - expected_base) AS gap, p.sku, p.name
    FROM (
        SELECT product_id, count(*) AS lines, count(*) FILTER (WHERE price <> expected) AS differing,
            count(*) FILTER (WHERE expected IS NULL) AS without,
            COALESCE(round(sum(quantity * expected), 2), 0) AS expected_base,
            COALESCE(round(sum(quantity * price) FILTER (WHERE expected IS NOT NULL), 2), 0) AS charged_base
        FROM sold GROUP BY product_id
    ) s JOIN orders_product p ON p.id = s.product_id
    WHERE %(category)s::bigint IS NULL OR p.category_id = %(category)s::bigint
)
SELECT page.*, whole.*
FROM (
    SELECT count(*), COALESCE(sum(lines), 0)::bigint, COALESCE(sum(differing), 0)::bigint,
        COALESCE(sum(without), 0)::bigint, COALESCE(sum(expected_base), 0), COALESCE(sum(charged_base), 0)
    FROM item
) whole
LEFT JOIN LATERAL (
    SELECT product_id, sku, name, lines, differing, without, expected_base, charged_base
    FROM item
    WHERE %(gap)s::numeric IS NULL OR (gap, -product_id) < (%(gap)s::numeric, -%(after)s::bigint)
    ORDER BY gap DESC, product_id LIMIT %(most)s
) page ON true
ORDER BY abs(page.charged_base - page.expected_base) DESC, page.product_id
"""


def price_variance(
    scope: Scope, category_id: int | None = None, *, after: tuple[Decimal, int] | None = None, most: int = 100
) -> Variances:
    """The items that were sold, the largest difference first, from the one ``after`` (difference, item) on; one query."""
    gap, item = after or (None, None)
    asked = {"category": category_id, "gap": gap, "after": item, "most": most + 1}
    with connection.cursor() as cursor:
        cursor.execute(_VARIANCE, scope.values | asked)
        found = cursor.fetchall()
    items, *sums = found[0][8:]
    rows = [Variance(*row[:8]) for row in found if row[0] is not None]
    shown = rows[:most]
    token = f"{abs(shown[-1].variance_base)}_{shown[-1].product_id}" if len(rows) > most else ""
    return Variances(shown, items, Variance(0, "", "", *sums), token)

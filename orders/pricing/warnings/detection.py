"""Which costs moved so far that somebody should look, and what that reaches. SQL over whole batches, never a loop.

A cost is compared with what it was before the first change of the last ``WINDOW_DAYS``, or with what was warned of last:
a cost that creeps in small steps is seen as well, and nothing is warned of twice. Nothing remembers where the last look
ended, so no change is missed by one that is committed late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from orders.core import conditions
from orders.core.models import Category
from orders.core.selectors.companies import setting
from orders.pricing.guidelines.rules import Row
from orders.pricing.guidelines.selectors import FIELDS, version_in_force
from orders.pricing.models import CostWarningItem, DiscountGuideline
from orders.pricing.rules import USUAL
from orders.pricing.selectors.costs import cost_basis
from orders.pricing.trends.sold import NOT_SOLD, SOLD_KINDS

LIMIT: Final = "pricing.cost_warning_percent"
FLOOR: Final = "pricing.margin_floor_percent"
WATCHED: Final = "pricing.watched_cost"
REPLACEMENT, IN_FORCE = "replacement", "in_force"
WINDOW_DAYS: Final = 90
OPEN_QUOTES: Final = ("draft", "sent", "accepted")
OPEN_ORDERS: Final = ("pending", "confirmed", "released", "in_fulfillment")

_USUAL_KIND: Final = (
    "CASE WHEN p.average_cost > 0 THEN 'average' WHEN p.standard_cost > 0 THEN 'standard' ELSE 'last' END"
)
_MOVED: Final = """
WITH watched AS (SELECT p.id, p.category_id, {kind} AS kind FROM orders_product p WHERE p.company_id = %(company)s),
change AS (
    SELECT h.product_id, h.kind, w.category_id, h.before, h.after, h.at, h.id, h.reason, h.changed_by_id
    FROM watched w JOIN orders_productcost h ON h.product_id = w.id AND h.kind = w.kind AND h.at >= %(since)s
),
warned AS (
    SELECT DISTINCT ON (i.product_id, i.kind) i.product_id, i.kind, i.after
    FROM orders_pricing_costwarningitem i JOIN orders_pricing_costwarning w ON w.id = i.warning_id
    WHERE w.company_id = %(company)s AND w.changed_at >= %(since)s
    ORDER BY i.product_id, i.kind, i.warning_id DESC
),
moved AS (
    SELECT DISTINCT ON (product_id) product_id, kind, category_id, reason, changed_by_id, at, change.after,
        COALESCE(warned.after, first_value(before) OVER (PARTITION BY product_id ORDER BY before IS NULL, at, id)) AS before
    FROM change LEFT JOIN warned USING (product_id, kind)
    ORDER BY product_id, at DESC, id DESC
)
SELECT product_id, kind, category_id, before, after, reason, changed_by_id, at FROM moved
WHERE before > 0 AND after >= before * (1 + %(limit)s::numeric / 100)
ORDER BY reason, changed_by_id NULLS FIRST, product_id
"""


@dataclass(frozen=True, slots=True)
class Move:
    """An item's cost, before and after. Units: company currency per stock unit."""

    product_id: int
    kind: str
    category_id: int | None
    before: Decimal
    after: Decimal
    reason: str
    changed_by_id: int | None
    at: datetime


def moved_costs(company_id: int, since: datetime) -> dict[tuple[str, int | None], list[Move]]:
    """Costs that rose by the company's limit or more and were not warned of, by batch: reason and who changed them."""
    basis = cost_basis(company_id)
    kind = _USUAL_KIND if basis == USUAL else f"'{basis}'"
    if setting(company_id, WATCHED) == REPLACEMENT:
        kind = f"CASE WHEN p.replacement_cost > 0 THEN 'replacement' ELSE {kind} END"
    asked = {"company": company_id, "since": since, "limit": setting(company_id, LIMIT)}
    batches: dict[tuple[str, int | None], list[Move]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED.format(kind=kind), asked)
        for row in cursor.fetchall():
            move = Move(*row)
            batches.setdefault((move.reason, move.changed_by_id), []).append(move)
    return batches


def margin_floors(company_id: int) -> Mapping[int | None, Decimal]:
    """The lowest margin by item category (None: all others): the setting, or what the guidelines in force ask of
    everybody where that is more. A guideline about one customer, class or role is no floor for all."""
    usual = Decimal(setting(company_id, FLOOR))
    version = version_in_force(company_id)
    if version is None:
        return {None: usual}
    rows = [
        (row, conditions.parse(row.tree, FIELDS))
        for row in DiscountGuideline.objects.filter(version=version).order_by("position")
    ]
    nobody = {"customer": "", "class": "", "role": ""}
    categories: list[tuple[int | None, str | None]] = [(None, None)]
    categories += Category.objects.filter(company_id=company_id).values_list("pk", "code")
    floors: dict[int | None, Decimal] = {}
    for pk, code in categories:
        fitting = [
            Row(row.pk, frozenset(leaf.field for group in tree.groups for leaf in group), row.mode,
                None, row.min_margin_percent)
            for row, tree in rows
            if conditions.matches(tree, nobody | {"category": code}, FIELDS)
        ]  # fmt: skip
        heaviest = max((row.weight for row in fitting), default=())
        asked = [row.min_margin_percent for row in fitting if row.weight == heaviest and row.min_margin_percent]
        floors[pk] = max([usual, *asked])
    return floors


# The items come as arrays: of rows just written nobody has counted how many there are, and the plan would be for one.
# Every line, price and habit of the warning's items with its price in company currency per stock unit. A price in percent
# counts off the item's first base price in that currency, as it does when a line is priced.
_REACH: Final = """
WITH item AS MATERIALIZED (
    SELECT i.product_id, i.before, i.after, i.floor_percent, p.list_price,
        ceil(1000000 * i.after / (100 - i.floor_percent)) / 10000 AS needed,
        i.before * 100 / (100 - i.floor_percent) AS needed_before
    FROM unnest(%(products)s::bigint[], %(before)s::numeric[], %(after)s::numeric[], %(floors)s::numeric[])
        AS i(product_id, before, after, floor_percent) JOIN orders_product p ON p.id = i.product_id
),
rate AS (
    SELECT DISTINCT ON (currency) currency, rate FROM (
        SELECT currency, rate, day FROM orders_pricing_exchangerate WHERE company_id = %(company)s AND day <= %(today)s
        UNION ALL SELECT currency, 1, 'infinity'::date FROM orders_company WHERE id = %(company)s
    ) known ORDER BY currency, day DESC
),
standing AS MATERIALIZED (
    SELECT b.id, b.product_id, b.unit, b.min_quantity, b.valid_from, b.percent, b.unit_price / b.unit_factor AS price,
        l.kind, l.currency, l.customer_id, r.rate
    FROM item JOIN orders_pricing_pricebreak b ON b.product_id = item.product_id AND b.replaced_at IS NULL
        AND (b.valid_to IS NULL OR b.valid_to >= %(today)s)
    JOIN orders_pricing_pricelist l ON l.id = b.price_list_id AND l.company_id = %(company)s AND l.is_active
        AND (l.valid_to IS NULL OR l.valid_to >= %(today)s)
    JOIN rate r ON r.currency = l.currency
),
listed AS (
    SELECT DISTINCT ON (product_id, currency) product_id, currency, price FROM standing
    WHERE kind = 'base' AND percent IS NULL AND unit = '' AND (valid_from IS NULL OR valid_from <= %(today)s)
    ORDER BY product_id, currency, min_quantity, valid_from DESC NULLS LAST, id
),
sale AS (
    SELECT l.product_id, o.customer_id, sum(l.ordered - l.cancelled) AS quantity,
        (array_agg(l.unit_price * o.currency_rate ORDER BY o.submitted_at DESC, l.id DESC))[1] AS price
    FROM item JOIN orders_orderline l ON l.product_id = item.product_id
    JOIN orders_order o ON o.id = l.order_id
    WHERE o.company_id = %(company)s AND o.submitted_at >= %(year)s AND o.state <> ALL(%(not_sold)s)
        AND l.kind = ANY(%(kinds)s) AND l.ordered > l.cancelled
    GROUP BY l.product_id, o.customer_id
),
year AS (
    UPDATE orders_pricing_costwarningitem i SET year_quantity = COALESCE(s.quantity, 0)
    FROM item LEFT JOIN (SELECT product_id, sum(quantity) AS quantity FROM sale GROUP BY product_id) s USING (product_id)
    WHERE i.warning_id = %(warning)s AND i.product_id = item.product_id
    RETURNING i.year_quantity, i.after - i.before AS rise
),
candidate AS (
    SELECT 'quote' AS kind, l.product_id, q.customer_id, q.id AS quote_id, NULL::bigint AS order_id,
        NULL::bigint AS break_id, l.quantity - l.converted AS quantity, l.unit_price * q.currency_rate AS price
    FROM item JOIN orders_pricing_quoteline l ON l.product_id = item.product_id
    JOIN orders_pricing_quote q ON q.id = l.quote_id
    WHERE q.company_id = %(company)s AND q.state = ANY(%(quotes)s) AND l.taken AND l.quantity > l.converted
        AND l.kind = ANY(%(kinds)s)
    UNION ALL
    SELECT 'order', l.product_id, o.customer_id, NULL, o.id, NULL, l.ordered - l.cancelled - l.shipped,
        l.unit_price * o.currency_rate
    FROM item JOIN orders_orderline l ON l.product_id = item.product_id
    JOIN orders_order o ON o.id = l.order_id
    WHERE o.company_id = %(company)s AND o.state = ANY(%(orders)s) AND l.ordered - l.cancelled > l.shipped
        AND l.kind = ANY(%(kinds)s)
    UNION ALL
    SELECT 'price', s.product_id, s.customer_id, NULL, NULL, s.id, NULL, s.rate * CASE WHEN s.percent IS NULL THEN s.price
        ELSE round(CASE s.kind WHEN 'base' THEN item.list_price / s.rate
            ELSE COALESCE(listed.price, item.list_price / s.rate) END * (100 - s.percent) / 100, 4) END
    FROM standing s JOIN item USING (product_id) LEFT JOIN listed USING (product_id, currency)
    UNION ALL
    SELECT 'sale', product_id, customer_id, NULL, NULL, NULL, quantity, price FROM sale
),
reached AS (
    INSERT INTO orders_pricing_costwarningrow (warning_id, kind, product_id, customer_id, quote_id, order_id,
        price_break_id, quantity, price, needed_price, margin_before, margin_after, short_base)
    SELECT %(warning)s, c.kind, c.product_id, c.customer_id, c.quote_id, c.order_id, c.break_id, c.quantity,
        round(c.price, 4), item.needed, round((c.price - item.before) / c.price * 100, 2),
        round((c.price - item.after) / c.price * 100, 2),
        COALESCE(round(c.quantity * (item.needed - greatest(c.price, least(item.needed_before, item.needed))), 2), 0)
    FROM candidate c JOIN item USING (product_id)
    WHERE c.price > 0 AND c.price < item.needed AND abs((c.price - item.after) / c.price * 100) < 1000000
    RETURNING kind, quote_id, order_id, short_base
)
SELECT count(DISTINCT quote_id), count(DISTINCT order_id), count(*) FILTER (WHERE kind = 'price'),
    COALESCE(sum(short_base) FILTER (WHERE kind = 'sale'), 0), count(*),
    (SELECT COALESCE(round(sum(year_quantity * rise), 2), 0) FROM year)
FROM reached
"""


@dataclass(frozen=True, slots=True)
class Radius:
    """How far a warning reaches: documents and prices under the floor, and company currency a year."""

    quotes: int
    orders: int
    prices: int
    stake_base: Decimal
    rows: int
    rise_base: Decimal


def write_reach(warning_id: int, company_id: int, today: date, year_ago: datetime) -> Radius:
    """Write the rows of a warning from its items, in one statement. Inside a verb that holds the warning."""
    items = CostWarningItem.objects.filter(warning=warning_id).order_by("product_id")
    moved = list(items.values_list("product_id", "before", "after", "floor_percent"))
    asked: dict[str, Any] = {
        **{name: [row[at] for row in moved] for at, name in enumerate(("products", "before", "after", "floors"))},
        "warning": warning_id,
        "company": company_id,
        "today": today,
        "year": year_ago,
        "not_sold": _words(NOT_SOLD),
        "kinds": _words(SOLD_KINDS),
        "quotes": list(OPEN_QUOTES),
        "orders": list(OPEN_ORDERS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REACH, asked)
        return Radius(*cursor.fetchone())


def _words(values: Sequence[Any]) -> list[str]:
    return [str(value) for value in values]

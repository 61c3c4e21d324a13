"""The prices that a rule makes, and last year's lines at them. Each is one statement, however many lines."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from omc.lib import clock
from omc.lib.money import ZERO
from orders.core.models import Customer
from orders.pricing.files.selectors import state_of_list
from orders.pricing.models import PriceList, PriceListKind
from orders.pricing.rules import USUAL
from orders.pricing.selectors import rate_of
from orders.pricing.selectors.costs import cost_basis
from orders.pricing.whatif.models import WhatIf
from orders.pricing.whatif.selectors import product_ids

CHUNK_DAYS: Final = 31  # of orders, between two reports of progress

# Where a price ends, and the same upwards for one that the floor lifts. A price above zero never ends at zero.
_ROUND: Final = {
    "nine": ("greatest(round({0} * 10 - 0.9) / 10 + 0.09, 0.09)", "greatest(ceil({0} * 10 - 0.9) / 10 + 0.09, 0.09)"),
    "five": ("greatest(round({0} * 20) / 20, 0.05)", "ceil({0} * 20) / 20"),
    "cent": ("greatest(round({0}, 2), 0.01)", "ceil({0} * 100) / 100"),
    "fine": ("greatest(round({0}, 4), 0.0001)", "ceil({0} * 10000) / 10000"),
}
_MOVE: Final = {
    "percent": "b.unit_price * (100 + %(value)s) / 100",
    "amount": "b.unit_price + %(value)s * b.unit_factor",
}
_COST: Final = {
    USUAL: "coalesce(nullif(p.average_cost, 0), nullif(p.standard_cost, 0), nullif(p.last_cost, 0))",
    **{kind: f"nullif(p.{kind}_cost, 0)" for kind in ("average", "standard", "last", "replacement")},
}

# A pack's price comes out exact per stock unit, and no price rises with the quantity: what rounding would lift above
# the smaller quantity's price stays at that.
_PRICES: Final = """
INSERT INTO orders_pricing_whatifprice (what_if_id, row_id, product_id, before, after, is_lifted)
SELECT %(what_if)s, capped.id, product_id, unit_price, least(single, shallower) * unit_factor,
    coalesce(lowest > rounded, false)
FROM (
    SELECT exact.*, min(single) OVER (
        PARTITION BY product_id, valid_from, valid_to ORDER BY min_quantity * unit_factor
        RANGE BETWEEN UNBOUNDED PRECEDING AND 0.000001 PRECEDING
    ) AS shallower
    FROM (
        SELECT b.*, lowest, rounded,
            CASE WHEN lowest > rounded THEN ceil({up} / b.unit_factor * 10000) / 10000
                ELSE round(rounded / b.unit_factor, 4) END AS single
        FROM orders_pricing_pricebreak b
        JOIN orders_product p ON p.id = b.product_id
        CROSS JOIN LATERAL (SELECT greatest({move}, 0) AS moved) m
        CROSS JOIN LATERAL (SELECT CASE WHEN moved > 0 THEN {near} ELSE 0 END AS rounded,
            CASE WHEN %(lifts)s THEN {cost} / %(rate)s / (1 - %(floor)s / 100.0) * b.unit_factor END AS lowest) r
        WHERE b.price_list_id = %(list)s AND b.replaced_at IS NULL AND b.unit_price IS NOT NULL
            AND (b.valid_to IS NULL OR b.valid_to >= %(starts)s) AND b.product_id = ANY(%(products)s)
    ) exact
) capped
"""

# The lines that the rule is about: what was ordered of its items, by whom the list is for, in its currency.
_ASKED: Final = """
SELECT l.id, o.customer_id, l.product_id, l.unit, l.unit_price, l.ordered - l.cancelled AS quantity,
    o.currency_rate AS rate, round({cost}, 4) AS cost, l.price_steps = '[]'::jsonb AS is_unknown,
    l.price_steps -> 0 AS first, l.price_steps -> -1 AS last
FROM orders_order o
JOIN orders_orderline l ON l.order_id = o.id
JOIN orders_product p ON p.id = l.product_id
WHERE o.company_id = %(company)s AND o.submitted_at >= %(since)s AND o.submitted_at < %(until)s
    AND o.currency = %(currency)s AND o.state NOT IN ('draft', 'abandoned', 'cancelled') {whom}
    AND l.kind NOT IN ('text', 'component') AND l.ordered > l.cancelled AND l.product_id = ANY(%(products)s)
"""

# Who set the price of a line, its steps tell: the list itself; a percentage off the list price, which moves with it;
# or somebody else. What the list asks today is the rung that the line's quantity (or, pooled, the rung it had) reaches.
_LINES: Final = """
WITH asked AS (
{asked}
), judged AS (
    SELECT asked.*,
        CASE WHEN is_unknown THEN 'unknown'
            WHEN last ->> 'step' IN ('manual', 'quote') THEN 'typed'
            WHEN last ->> 'list_code' = %(code)s THEN 'own'
            WHEN %(is_base)s AND last ->> 'percent' IS NOT NULL AND first ->> 'list_code' = %(code)s THEN 'follows'
            ELSE 'outranked' END AS origin,
        (last ->> 'percent')::numeric AS percent,
        greatest(quantity, (last ->> 'min_quantity')::numeric) AS depth
    FROM asked
), priced AS (
    SELECT judged.*,
        CASE WHEN origin = 'own' AND rung.unit_price IS NOT NULL THEN rung.unit_price / rung.unit_factor
            WHEN origin = 'follows' AND rung.unit_price IS NOT NULL
                THEN round(rung.unit_price / rung.unit_factor * (100 - percent) / 100, 4)
            ELSE judged.unit_price END AS price_before,
        CASE WHEN origin = 'own' AND rung.unit_price IS NOT NULL
                THEN coalesce(w.after, rung.unit_price) / rung.unit_factor
            WHEN origin = 'follows' AND rung.unit_price IS NOT NULL
                THEN round(coalesce(w.after, rung.unit_price) / rung.unit_factor * (100 - percent) / 100, 4)
            ELSE judged.unit_price END AS price_after,
        rung.id AS rung_id
    FROM judged
    LEFT JOIN LATERAL (
        SELECT b.id, b.unit_price, b.unit_factor
        FROM orders_pricing_pricebreak b
        WHERE b.product_id = judged.product_id AND b.price_list_id = %(list)s AND b.replaced_at IS NULL
            AND origin IN ('own', 'follows') AND b.unit IN ('', judged.unit)
            AND b.min_quantity * b.unit_factor <= depth
            AND (b.valid_from IS NULL OR b.valid_from <= %(starts)s) AND (b.valid_to IS NULL OR b.valid_to >= %(starts)s)
        ORDER BY CASE WHEN origin = 'own' THEN -1 ELSE 1 END * b.min_quantity * b.unit_factor,
            b.valid_from DESC NULLS LAST, b.id
        LIMIT 1
    ) rung ON true
    LEFT JOIN orders_pricing_whatifprice w ON w.what_if_id = %(what_if)s AND w.row_id = rung.id
), sums AS (
    SELECT priced.*, round(round(price_before * quantity, 2) * rate, 2) AS before_base,
        round(round(price_after * quantity, 2) * rate, 2) AS after_base, round(cost * quantity, 2) AS cost_base
    FROM priced
)
INSERT INTO orders_pricing_whatifline (what_if_id, line_id, customer_id, product_id, effect, quantity, price_charged,
    price_before, price_after, before_base, after_base, change_base, known_cost_base, is_under_before, is_under_after)
SELECT %(what_if)s, id, customer_id, product_id,
    CASE WHEN origin NOT IN ('own', 'follows') THEN origin
        WHEN rung_id IS NULL THEN 'gone'
        WHEN price_after > price_before THEN 'dearer'
        WHEN price_after < price_before THEN 'cheaper'
        ELSE 'same' END,
    quantity, unit_price, price_before, price_after, before_base, after_base, after_base - before_base, cost_base,
    coalesce(cost_base > before_base * (1 - %(floor)s / 100.0), false),
    coalesce(cost_base > after_base * (1 - %(floor)s / 100.0), false)
FROM sums
"""

_SUMS: Final = """
INSERT INTO orders_pricing_whatifsum (what_if_id, by, effect, customer_id, product_id, lines, moved, before_base,
    after_base, change_base, known_before_base, known_after_base, known_cost_base, unknown_lines, under_before,
    under_after)
SELECT %(what_if)s, CASE WHEN grouping(effect) = 0 THEN 'effect' WHEN grouping(customer_id) = 0 THEN 'customer'
        ELSE 'item' END, coalesce(effect, ''), customer_id, product_id, count(*),
    count(*) FILTER (WHERE effect IN ('dearer', 'cheaper')), sum(before_base), sum(after_base), sum(change_base),
    coalesce(sum(before_base) FILTER (WHERE known_cost_base IS NOT NULL), 0),
    coalesce(sum(after_base) FILTER (WHERE known_cost_base IS NOT NULL), 0), coalesce(sum(known_cost_base), 0),
    count(*) FILTER (WHERE known_cost_base IS NULL), count(*) FILTER (WHERE is_under_before),
    count(*) FILTER (WHERE is_under_after)
FROM orders_pricing_whatifline WHERE what_if_id = %(what_if)s
GROUP BY GROUPING SETS ((effect), (customer_id), (product_id))
"""


def compute(what_if: WhatIf, report: Callable[[int, int], None] | None = None) -> None:
    """Make prices, lines and sums anew, in place of those before. Inside a verb or job that holds the row.

    With ``report`` the lines come by the month, told of between, else all at once.
    """
    what_if.prices.all().delete()
    what_if.sums.all().delete()
    what_if.lines.all()._raw_delete("default")  # nothing hangs on a line
    seen = state_of_list(what_if.price_list)
    params, parts = _asked(what_if)
    spans = list(_spans(what_if, CHUNK_DAYS)) if report else [_whole(what_if)]
    with connection.cursor() as cursor:
        cursor.execute(_PRICES.format(**parts), params)
        for done, span in enumerate(spans):
            if report:
                report(done, len(spans))
            cursor.execute(_LINES.format(**parts), params | span)
        cursor.execute(_SUMS, params)
    what_if.seen, what_if.computed_at = seen, clock.now()
    what_if.save(update_fields=["seen", "computed_at"])


def count_lines(what_if: WhatIf, most: int) -> int:
    """How many lines the rule would look at, counted up to ``most``."""
    params, parts = _asked(what_if)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ({parts['asked']} LIMIT %(most)s) found",
            params | _whole(what_if) | {"most": most},
        )
        found: int = cursor.fetchone()[0]
    return found


def _asked(what_if: WhatIf) -> tuple[dict[str, Any], dict[str, str]]:
    """What the statements are filled with: values, and words of their own."""
    price_list, company = what_if.price_list, what_if.company
    near, up = _ROUND[what_if.rounding]
    whom, named = _for_whom(price_list)
    cost = _COST[cost_basis(what_if.company_id)]
    parts = {
        "near": near.format("moved"),
        "up": up.format("lowest"),
        "move": _MOVE[what_if.change],
        "cost": cost,
        "asked": _ASKED.format(cost=cost, whom=whom),
    }
    params = {
        "what_if": what_if.pk,
        "list": price_list.pk,
        "code": price_list.code,
        "is_base": price_list.kind == PriceListKind.BASE,
        "currency": price_list.currency,
        "company": what_if.company_id,
        "starts": what_if.valid_from,
        "value": what_if.value,
        "lifts": what_if.lifts,
        "floor": what_if.min_margin_percent or ZERO,
        "rate": rate_of(what_if.company_id, price_list.currency, clock.today(company.time_zone)),
        "products": product_ids(what_if),
        **named,
    }
    return params, parts


def _for_whom(price_list: PriceList) -> tuple[str, dict[str, Any]]:
    """Orders of those whom the list is for."""
    asked: dict[str, Any] = {}
    if price_list.customer_id:
        asked["pk"] = price_list.customer_id
    if price_list.price_group:
        asked["price_group"] = price_list.price_group
    if price_list.customer_class:
        asked["customer_class"] = price_list.customer_class
    if not asked:
        return "", {}
    customers = Customer.objects.filter(company_id=price_list.company_id, **asked).values_list("pk", flat=True)
    return "AND o.customer_id = ANY(%(customers)s)", {"customers": list(customers)}


def _whole(what_if: WhatIf) -> dict[str, datetime]:
    return next(_spans(what_if, (what_if.last - what_if.first).days + 1))


def _spans(what_if: WhatIf, days: int) -> Iterator[dict[str, datetime]]:
    """The period in parts of so many days, each from one moment to another, in the company's own time."""
    zone = ZoneInfo(what_if.company.time_zone)
    day, end = what_if.first, what_if.last + timedelta(days=1)
    while day < end:
        after = min(day + timedelta(days=days), end)
        yield {"since": _midnight(day, zone), "until": _midnight(after, zone)}
        day = after


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)

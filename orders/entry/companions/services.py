"""Compute from past orders which items are bought together, and which of a category instead of each other. Set-based.

Source: R. Agrawal, T. Imielinski, A. Swami, "Mining Association Rules between Sets of Items in Large Databases", SIGMOD
1993 (support, confidence); lift as the ratio of confidence to the other item's own share.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.models import Company, JobRun, JobState
from orders.core.services.everywhere import everywhere
from orders.core.services.jobs import Job, JobRefused, register_job, start_job

KIND: Final = "entry.companions"
LOOKS_BACK: Final = timedelta(days=730)
AGAIN_AFTER: Final = timedelta(hours=23)
LEAST_TOGETHER: Final = 5  # orders that have both, or customers that buy both
LEAST_SHARE: Final = 10  # percent of the item's orders, or of its customers
LEAST_LIFT: Final = 1.5  # below, the other item is merely bought often
MOST_ITEMS: Final = 50  # an order of more tells nothing about what belongs together
SELDOM: Final = 10  # percent of orders of the rarer item: more often in one order is no substitute
KEPT: Final = 6  # of each relation per item

_COMPUTE: Final = """
WITH basket AS MATERIALIZED (
    SELECT DISTINCT o.id AS order_id, o.customer_id, l.product_id
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id JOIN orders_product p ON p.id = l.product_id
    WHERE o.company_id = %(company)s AND o.submitted_at >= %(since)s AND o.submitted_at < %(until)s
        AND o.state NOT IN ('draft', 'abandoned', 'cancelled') AND l.parent_id IS NULL
        AND l.kind IN ('goods', 'kit', 'service') AND p.is_active
), sized AS MATERIALIZED (
    SELECT order_id FROM basket GROUP BY order_id HAVING count(*) <= %(most_items)s
), kept AS MATERIALIZED (SELECT b.* FROM basket b JOIN sized USING (order_id)
), total AS (SELECT count(*) AS orders FROM sized
), item AS MATERIALIZED (
    SELECT product_id, count(*) AS orders, count(DISTINCT customer_id) AS buyers FROM kept GROUP BY product_id
), pair AS MATERIALIZED (
    SELECT a.product_id, b.product_id AS other_id, count(*) AS together
    FROM kept a JOIN kept b ON b.order_id = a.order_id AND b.product_id <> a.product_id GROUP BY 1, 2
), together AS (
    SELECT 'with' AS relation, pair.product_id, pair.other_id, a.orders AS base, pair.together AS "both",
        round(100.0 * pair.together / a.orders, 2) AS share,
        round(pair.together::numeric * total.orders / (a.orders::numeric * b.orders), 2) AS lift,
        pair.together::numeric / a.orders AS near
    FROM pair JOIN item a ON a.product_id = pair.product_id JOIN item b ON b.product_id = pair.other_id, total
    WHERE pair.together >= %(least)s AND 100.0 * pair.together / a.orders >= %(share)s
        AND pair.together::numeric * total.orders / (a.orders::numeric * b.orders) >= %(lift)s
), buyer AS MATERIALIZED (
    SELECT DISTINCT k.customer_id, k.product_id, p.category_id, p.stock_unit
    FROM kept k JOIN orders_product p ON p.id = k.product_id WHERE p.category_id IS NOT NULL AND p.kind = 'goods'
), alike AS (
    SELECT a.product_id, b.product_id AS other_id, count(*) AS customers
    FROM buyer a JOIN buyer b ON b.customer_id = a.customer_id AND b.category_id = a.category_id
        AND b.stock_unit = a.stock_unit AND b.product_id <> a.product_id
    GROUP BY 1, 2 HAVING count(*) >= %(least)s
), instead AS (
    SELECT 'instead' AS relation, alike.product_id, alike.other_id, a.buyers AS base, alike.customers AS "both",
        round(100.0 * alike.customers / a.buyers, 2) AS share,
        round(coalesce(pair.together, 0)::numeric * total.orders / (a.orders::numeric * b.orders), 2) AS lift,
        alike.customers::numeric / (a.buyers + b.buyers - alike.customers) AS near -- what everybody buys is near to nothing
    FROM alike JOIN item a ON a.product_id = alike.product_id JOIN item b ON b.product_id = alike.other_id
        LEFT JOIN pair ON pair.product_id = alike.product_id AND pair.other_id = alike.other_id, total
    WHERE 100.0 * alike.customers / a.buyers >= %(share)s
        AND 100.0 * coalesce(pair.together, 0) / least(a.orders, b.orders) <= %(seldom)s
), ranked AS (
    SELECT found.*, row_number() OVER (
        PARTITION BY relation, product_id ORDER BY near DESC, "both" DESC, other_id
    ) AS place FROM (SELECT * FROM together UNION ALL SELECT * FROM instead) found
)
INSERT INTO orders_entry_itemcompanion
    (company_id, product_id, other_id, relation, place, base, "both", share, lift, computed_at)
SELECT %(company)s, product_id, other_id, relation, place, base, "both", share, lift, %(until)s
FROM ranked WHERE place <= %(kept)s
"""


@verb(silent="a read model: what was computed, from when and by which run is on the rows and the job")
def compute_companions(*, actor: Actor) -> int:
    """Put today's relations between items in place of those computed before; returns how many.

    Looks at two years of orders that were submitted and not cancelled. Two runs at once follow each other.
    """
    require(actor, "orders.view_order")
    company = Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_entry_itemcompanion WHERE company_id = %s", [company.pk])
        cursor.execute(
            _COMPUTE,
            {
                "company": company.pk,
                "since": now - LOOKS_BACK,
                "until": now,
                "least": LEAST_TOGETHER,
                "share": LEAST_SHARE,
                "lift": LEAST_LIFT,
                "seldom": SELDOM,
                "most_items": MOST_ITEMS,
                "kept": KEPT,
            },
        )
        return int(cursor.rowcount)


def register() -> None:
    register_job(
        KIND,
        permission="orders.view_order",
        queue="analytics",
        body=_body,
        name=_("What is bought together"),
    )


def _body(job: Job) -> dict[str, Any]:
    job.report(0, 1, "reading two years of orders")
    found = compute_companions(actor=job.actor)
    job.report(1, 1)
    return {"relations": found}


def compute_where_due() -> int:
    """Start the job in every company that had none within the day; returns how many. Run by the clock."""
    return everywhere(KIND, _start_where_due)


def _start_where_due(*, actor: Actor) -> int:
    recent = JobRun.objects.filter(company_id=actor.company_id, kind=KIND, created_at__gt=clock.now() - AGAIN_AFTER)
    if recent.exclude(status__in=[JobState.FAILED, JobState.CANCELLED]).exists():
        return 0
    with suppress(JobRefused):
        start_job(kind=KIND, inputs={}, actor=actor)
        return 1
    return 0

"""Monthly sales: one SQL for all of a company, and the same one for what changed since the last minute."""

from collections.abc import Sequence

from django.db import connection

from analytics.models import DirtyOrder, ReadModel
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb

SALES = "monthly_sales"

# Which months of which customers: all, or those that the invoices of the given orders lie in.
_SCOPE = """
WITH scope AS (
    SELECT DISTINCT date_trunc('month', i.invoice_date::timestamp)::date AS month, i.customer_id
    FROM billing_invoice i
    WHERE i.company_id = %(company)s AND i.invoice_date IS NOT NULL
        AND (%(orders)s::bigint[] IS NULL OR i.order_id = ANY(%(orders)s::bigint[]))
)
"""
_CLEAR = """
DELETE FROM analytics_monthlysales m
WHERE m.company_id = %(company)s
    AND (%(orders)s::bigint[] IS NULL OR (m.month, m.customer_id) IN (SELECT month, customer_id FROM scope))
"""
# A cost of zero is unknown, as everywhere; adjustments are no sales.
_FILL = """
INSERT INTO analytics_monthlysales (company_id, month, customer_id, product_id, quantity, net_base, cost_base,
    known_quantity, known_net_base, known_cost_base, line_count, known_lines)
SELECT %(company)s, month, customer_id, product_id, sum(quantity), sum(net_base),
    CASE WHEN bool_and(known) THEN sum(cost_base) END,
    COALESCE(sum(quantity) FILTER (WHERE known), 0), COALESCE(sum(net_base) FILTER (WHERE known), 0),
    COALESCE(sum(cost_base) FILTER (WHERE known), 0), count(*), count(*) FILTER (WHERE known)
FROM (
    SELECT scope.month, i.customer_id, l.product_id, COALESCE(l.cost_base, 0) <> 0 AS known,
        CASE i.kind WHEN 'credit_note' THEN -l.quantity ELSE l.quantity END AS quantity,
        CASE i.kind WHEN 'credit_note' THEN -l.net_base ELSE l.net_base END AS net_base,
        CASE i.kind WHEN 'credit_note' THEN -l.cost_base ELSE l.cost_base END AS cost_base
    FROM scope
    JOIN billing_invoice i ON i.customer_id = scope.customer_id
        AND date_trunc('month', i.invoice_date::timestamp)::date = scope.month
    JOIN billing_invoiceline l ON l.invoice_id = i.id
    WHERE i.company_id = %(company)s AND i.kind IN ('invoice', 'credit_note')
        AND i.state IN ('posted', 'part_paid', 'paid') AND l.kind NOT IN ('text', 'component')
) line
GROUP BY month, customer_id, product_id
"""


@verb(silent="a read model holds nothing that is not written elsewhere")
def rebuild_sales(*, actor: Actor) -> int:
    """Build all monthly sales of the actor's company from nothing; returns the rows."""
    require(actor, "analytics.view_insights")
    _alone(actor.company_id)
    DirtyOrder.objects.filter(company_id=actor.company_id).delete()
    rows = _build(actor.company_id, None)
    _stamp(actor.company_id, from_nothing=True)
    return rows


@verb(silent="a read model holds nothing that is not written elsewhere")
def refresh_sales(*, actor: Actor) -> int:
    """Build anew the months and customers that dirty orders touch; returns how many orders those were."""
    require(actor, "analytics.view_insights")
    _alone(actor.company_id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM analytics_dirtyorder WHERE company_id = %s RETURNING order_id", [actor.company_id])
        orders = [row[0] for row in cursor.fetchall()]
    if orders:
        _build(actor.company_id, orders)
    _stamp(actor.company_id)
    return len(orders)


@verb(silent="a mark, gone within a minute")
def mark_dirty(*, order_id: int, actor: Actor) -> None:
    """Say that an order's sales have changed."""
    require(actor, "analytics.view_insights")
    DirtyOrder.objects.bulk_create(
        [DirtyOrder(order_id=order_id, company_id=actor.company_id, marked_at=clock.now())],
        update_conflicts=True,
        unique_fields=["order"],
        update_fields=["marked_at"],
    )


def _build(company_id: int, orders: Sequence[int] | None) -> int:
    scope = {"company": company_id, "orders": None if orders is None else list(orders)}
    with connection.cursor() as cursor:
        cursor.execute(_SCOPE + _CLEAR, scope)
        cursor.execute(_SCOPE + _FILL, scope)
        return int(cursor.rowcount)


def _alone(company_id: int) -> None:
    """One writer of a company's sales at a time, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [SALES, company_id])


def _stamp(company_id: int, *, from_nothing: bool = False) -> None:
    at = clock.now()
    fields = ["refreshed_at", "built_at"] if from_nothing else ["refreshed_at"]
    ReadModel.objects.bulk_create(
        [ReadModel(company_id=company_id, name=SALES, refreshed_at=at, built_at=at if from_nothing else None)],
        update_conflicts=True,
        unique_fields=["company", "name"],
        update_fields=fields,
    )

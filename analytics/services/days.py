"""The executive's figures by day: one SQL for all of a company, and the same one for the orders that moved."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_CLEAR = """
DELETE FROM analytics_orderday d
WHERE d.company_id = %(company)s AND (%(orders)s::bigint[] IS NULL OR d.order_id = ANY(%(orders)s::bigint[]))
RETURNING d.day
"""
# A line that components were picked for has left when they have. What left without a shipment in the data counts on
# the day that the rest of its order left, else on that of the confirmation. Amounts are rounded on the running sum, so
# that the parts of a line add up to it.
_FILL = """
WITH line AS (
    SELECT o.id AS order_id, l.id, l.net_base, l.ordered, l.ordered - l.cancelled AS kept, l.shipped, l.delivered,
        l.original_promise, l.kind IN ('goods', 'kit') AS ships,
        (o.confirmed_at AT TIME ZONE %(zone)s)::date AS confirmed_day
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    WHERE o.company_id = %(company)s AND o.confirmed_at IS NOT NULL
        AND (%(orders)s::bigint[] IS NULL OR o.id = ANY(%(orders)s::bigint[]))
        AND l.kind NOT IN ('text', 'component') AND l.ordered > 0
), parcel AS (
    SELECT s.order_id, COALESCE(l.parent_id, l.id) AS line_id, l.parent_id IS NULL AS is_line,
        (s.shipped_at AT TIME ZONE %(zone)s)::date AS shipped_day,
        (s.delivered_at AT TIME ZONE %(zone)s)::date AS delivered_day, sl.shipped
    FROM orders_fulfillment_shipment s
    JOIN orders_fulfillment_shipmentline sl ON sl.shipment_id = s.id
    JOIN orders_orderline l ON l.id = sl.order_line_id
    WHERE s.company_id = %(company)s AND s.shipped_at IS NOT NULL
        AND s.state IN ('shipped', 'in_transit', 'exception', 'returned', 'delivered')
        AND (%(orders)s::bigint[] IS NULL OR s.order_id = ANY(%(orders)s::bigint[])) AND sl.shipped > 0
), by_line AS (
    SELECT line_id, sum(shipped) FILTER (WHERE is_line) AS shipped, max(delivered_day) AS delivered_day
    FROM parcel GROUP BY line_id
), by_order AS (
    SELECT order_id, max(shipped_day) AS shipped_day FROM parcel GROUP BY order_id
), leaving AS (
    SELECT line_id, shipped_day AS day, sum(shipped) AS quantity FROM parcel WHERE is_line GROUP BY 1, 2
    UNION ALL
    SELECT line.id, COALESCE(by_order.shipped_day, line.confirmed_day),
        line.shipped - COALESCE(by_line.shipped, 0)
    FROM line LEFT JOIN by_line ON by_line.line_id = line.id LEFT JOIN by_order ON by_order.order_id = line.order_id
    WHERE line.ships AND line.shipped > COALESCE(by_line.shipped, 0)
), left_by AS (
    SELECT line_id, day, quantity, sum(quantity) OVER (PARTITION BY line_id ORDER BY day, quantity
        ROWS UNBOUNDED PRECEDING) AS so_far
    FROM leaving
), part AS (
    SELECT order_id, confirmed_day AS day, 1 AS booking, round(net_base * kept / ordered, 2) AS booked,
        CASE WHEN ships THEN round(net_base * kept / ordered, 2) ELSE 0 END AS goods, 0 AS shipped, 0 AS due, 0 AS met
    FROM line
    UNION ALL
    SELECT line.order_id, left_by.day, 0, 0, 0, round(net_base * so_far / ordered, 2)
        - round(net_base * (so_far - quantity) / ordered, 2), 0, 0
    FROM left_by JOIN line ON line.id = left_by.line_id AND line.ships
    UNION ALL
    SELECT line.order_id, line.original_promise, 0, 0, 0, 0, 1,
        CASE WHEN line.delivered >= line.kept AND by_line.delivered_day <= line.original_promise THEN 1 ELSE 0 END
    FROM line LEFT JOIN by_line ON by_line.line_id = line.id
    WHERE line.ships AND line.kept > 0 AND line.original_promise IS NOT NULL
        AND (line.delivered < line.kept OR by_line.delivered_day IS NOT NULL)
), filled AS (
    INSERT INTO analytics_orderday (company_id, order_id, day, bookings, booked_base, goods_base, shipped_base,
        due_lines, on_time_lines)
    SELECT %(company)s, order_id, day, CASE WHEN sum(booked) > 0 THEN max(booking) ELSE 0 END, sum(booked), sum(goods),
        sum(shipped), sum(due), sum(met)
    FROM part GROUP BY order_id, day
    RETURNING day
)
SELECT DISTINCT day FROM filled
"""
_INVOICED = """
SELECT DISTINCT invoice_date FROM billing_invoice
WHERE company_id = %(company)s AND invoice_date IS NOT NULL AND order_id = ANY(%(orders)s::bigint[])
"""
_CLEAR_DAYS = """
DELETE FROM analytics_companyday
WHERE company_id = %(company)s AND (%(days)s::date[] IS NULL OR day = ANY(%(days)s::date[]))
"""
# What is a sale is said once more in ``services.sales``: posted, and no adjustment. A cost of zero is unknown.
_SUM_DAYS = """
WITH sold AS (
    SELECT i.id, i.invoice_date AS day, CASE i.kind WHEN 'credit_note' THEN -1 ELSE 1 END AS sign
    FROM billing_invoice i
    WHERE i.company_id = %(company)s AND i.invoice_date IS NOT NULL AND i.kind IN ('invoice', 'credit_note')
        AND i.state IN ('posted', 'part_paid', 'paid')
        AND (%(days)s::date[] IS NULL OR i.invoice_date = ANY(%(days)s::date[]))
), money AS (
    SELECT sold.day, count(DISTINCT sold.id) AS invoices, COALESCE(sum(sign * l.net_base), 0) AS net, count(l.id) AS lines,
        count(l.id) FILTER (WHERE COALESCE(l.cost_base, 0) <> 0) AS known,
        COALESCE(sum(sign * l.net_base) FILTER (WHERE COALESCE(l.cost_base, 0) <> 0), 0) AS known_net,
        COALESCE(sum(sign * l.cost_base) FILTER (WHERE COALESCE(l.cost_base, 0) <> 0), 0) AS known_cost
    FROM sold LEFT JOIN billing_invoiceline l ON l.invoice_id = sold.id AND l.kind NOT IN ('text', 'component')
    GROUP BY sold.day
), work AS (
    SELECT day, sum(bookings) AS bookings, sum(booked_base) AS booked, sum(goods_base) AS goods,
        sum(shipped_base) AS shipped, sum(due_lines) AS due, sum(on_time_lines) AS met
    FROM analytics_orderday
    WHERE company_id = %(company)s AND (%(days)s::date[] IS NULL OR day = ANY(%(days)s::date[]))
    GROUP BY day
)
INSERT INTO analytics_companyday (company_id, day, bookings, booked_base, goods_base, shipped_base, due_lines,
    on_time_lines, invoices, net_base, invoice_lines, known_lines, known_net_base, known_cost_base)
SELECT %(company)s, day, COALESCE(bookings, 0), COALESCE(booked, 0), COALESCE(goods, 0), COALESCE(shipped, 0),
    COALESCE(due, 0), COALESCE(met, 0), COALESCE(invoices, 0), COALESCE(net, 0), COALESCE(lines, 0),
    COALESCE(known, 0), COALESCE(known_net, 0), COALESCE(known_cost, 0)
FROM money FULL JOIN work USING (day)
"""


def build_days(company_id: int, zone: str, orders: Sequence[int] | None) -> None:
    """Figure what each order added to which day, all or the given ones; then sum the days that it touched."""
    scope: dict[str, Any] = {"company": company_id, "zone": zone, "orders": None if orders is None else list(orders)}
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, scope)
        days = {row[0] for row in cursor.fetchall()}
        cursor.execute(_FILL, scope)
        days |= {row[0] for row in cursor.fetchall()}
        if orders is not None:
            cursor.execute(_INVOICED, scope)
            days |= {row[0] for row in cursor.fetchall()}
        scope["days"] = None if orders is None else sorted(days)
        cursor.execute(_CLEAR_DAYS, scope)
        cursor.execute(_SUM_DAYS, scope)

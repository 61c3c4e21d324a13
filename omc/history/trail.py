"""What every document leaves beside itself: sums that hold, its event in the log, what search finds it by."""

from typing import Any, Final

from django.urls import reverse

from omc.history.staging import Staging

# Documents that got lines which an earlier file did not have, or could not be read. Others are already right.
_SUMS = """
UPDATE {table} d SET {sums}
FROM (
    SELECT p.id, s.net, s.lines FROM {table} p
    CROSS JOIN LATERAL (
        SELECT sum(l.net_amount) AS net, count(*) AS lines FROM {lines} l WHERE l.{parent} = p.id) s
    WHERE p.company_id = %(company)s AND p.number = ANY(%(numbers)s) AND p.origin = 'import'
) s
WHERE s.id = d.id AND (d.net_amount <> s.net {and_lines})
RETURNING d.id
"""

# One event per document (and one more when it grew), chained like any other; nobody is told, so there are no deliveries.
_EVENTS = """
WITH fresh AS (
    SELECT d.id, d.company_id, d.event_seq + 1 AS seq, d.event_hash AS previous, {order_id} AS order_id,
        d.created_at AS at,
        jsonb_build_object('source', %(source)s::text, 'state', d.state, 'total_base', d.net_base::text) AS data
    FROM {table} d
    WHERE d.company_id = %(company)s AND d.number = ANY(%(numbers)s) AND d.origin = 'import'
        AND (d.event_seq = 0 OR d.id = ANY(%(grown)s::bigint[]))
), written AS (
    INSERT INTO orders_event (company_id, subject_type, subject_id, seq, order_id, stage, type, version, from_state,
        to_state, user_id, contact_id, job, department_id, channel, at, data, touch_seconds, rule_version, request_id,
        lines_digest, hash)
    SELECT company_id, %(type)s, id, seq, order_id, %(stage)s, 'history_imported', 1, '', '', NULL, NULL, %(job)s, NULL,
        'import', at, data, 0, NULL, '', '', omc_event_hash(previous, %(type)s, id, seq, company_id, order_id,
            %(stage)s::smallint, 'history_imported', 1::smallint, '', '', NULL, NULL, %(job)s, NULL, 'import', at, data,
            0, NULL, '', '')
    FROM fresh ORDER BY at, id RETURNING subject_id, seq, hash
)
UPDATE {table} d SET event_seq = written.seq, event_hash = written.hash FROM written WHERE d.id = written.subject_id
"""

_SEARCH = """
INSERT INTO orders_searchentry (company_id, kind, object_id, title, text, url, permission, weight)
SELECT %(company)s, t.kind, t.id, left(t.title, 200), lower(t.title || ' ' || t.words),
    replace(t.url, '/0/', '/' || t.id || '/'), t.permission, t.weight
FROM (
    SELECT 'customer' AS kind, id, name AS title, code AS words, %(customer_url)s AS url,
        'orders.view_order' AS permission, 5 AS weight
    FROM orders_customer WHERE company_id = %(company)s
    UNION ALL
    SELECT 'item', id, sku, name, %(item_url)s, 'orders.view_order', 4
    FROM orders_product WHERE company_id = %(company)s
    UNION ALL
    SELECT 'order', o.id, o.number, c.name || ' ' || c.code, %(order_url)s, 'orders.view_order', 0
    FROM orders_order o JOIN orders_customer c ON c.id = o.customer_id
    WHERE o.company_id = %(company)s AND o.origin = 'import'
    UNION ALL
    SELECT 'invoice', i.id, i.number || ' · ' || c.name, COALESCE(o.number, ''), %(invoice_url)s,
        'billing.view_invoice', 0
    FROM billing_invoice i JOIN orders_customer c ON c.id = i.customer_id LEFT JOIN orders_order o ON o.id = i.order_id
    WHERE i.company_id = %(company)s AND i.origin = 'import'
    UNION ALL
    SELECT 'return', r.id, r.number, concat_ws(' ', o.number, c.name, c.code), %(return_url)s, 'claims.view_return', 0
    FROM returns_claims_return r JOIN orders_customer c ON c.id = r.customer_id
    LEFT JOIN orders_order o ON o.id = r.order_id
    WHERE r.company_id = %(company)s AND r.origin = 'import'
) t
WHERE NOT EXISTS (
    SELECT 1 FROM orders_searchentry e
    WHERE e.company_id = %(company)s AND e.kind = t.kind AND e.object_id = t.id)
ORDER BY t.kind, t.id
"""

_AMOUNTS: Final = "net_amount = s.net, net_base = s.net"
_TOTALS: Final = f"{_AMOUNTS}, total_amount = s.net"
# subject: its stage, table, the event's order, its lines' table and key, and what sums up
_SUBJECTS: Final = {
    "order": (4, "orders_order", "d.id", "orders_orderline", "order_id", f"{_TOTALS}, line_count = s.lines"),
    "invoice": (
        8,
        "billing_invoice",
        "d.order_id",
        "billing_invoiceline",
        "invoice_id",
        f"{_TOTALS}, total_base = s.net",
    ),
    "return": (9, "returns_claims_return", "d.order_id", "returns_claims_returnline", "return_order_id", _AMOUNTS),
}


def leave(staging: Staging, subject: str, params: dict[str, Any]) -> int:
    """Bring the sums of the documents with these ``numbers`` up to their lines and write their events; returns how many."""
    stage, table, order_id, lines, parent, sums = _SUBJECTS[subject]
    and_lines = "OR d.line_count <> s.lines" if "line_count" in sums else ""
    grown = staging.fetch(_SUMS.format(table=table, lines=lines, parent=parent, sums=sums, and_lines=and_lines), params)
    told = {"type": subject, "stage": stage, "job": "import_history", "grown": [row[0] for row in grown]}
    return staging.run(_EVENTS.format(table=table, order_id=order_id), params | told)


def index(staging: Staging, company_id: int) -> int:
    """Let search find what it does not find yet."""
    return staging.run(
        _SEARCH,
        {
            "company": company_id,
            "customer_url": reverse("core:customer", args=[0]),
            "item_url": reverse("core:product", args=[0]),
            "order_url": reverse("core:order", args=[0]),
            "invoice_url": reverse("billing:invoice", args=[0]),
            "return_url": reverse("claims:return", args=[0]),
        },
    )

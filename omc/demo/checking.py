"""Whether the books of a company agree: every ledger, level, sub-ledger and number, each as one query that finds nothing."""

from typing import Final

from django.db import connection

CHECKS: Final = {
    "levels are the sum of their movements": """
        SELECT count(*) FROM planning_stocklevel l LEFT JOIN (
            SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM planning_stockmovement
            WHERE company_id = %(company)s GROUP BY 1, 2) m USING (product_id, warehouse_id)
        WHERE l.company_id = %(company)s AND l.on_hand <> COALESCE(m.quantity, 0)""",
    "nothing is allocated beyond open promises": """
        SELECT count(*) FROM planning_stocklevel l LEFT JOIN (
            SELECT product_id, warehouse_id, sum(allocated) AS allocated FROM planning_promise
            WHERE company_id = %(company)s AND is_open GROUP BY 1, 2) p USING (product_id, warehouse_id)
        WHERE l.company_id = %(company)s AND l.allocated <> COALESCE(p.allocated, 0)""",
    "what was shipped left the stock": """
        SELECT count(*) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id LEFT JOIN (
            SELECT order_line_id, -sum(quantity) AS quantity FROM planning_stockmovement
            WHERE company_id = %(company)s AND kind = 'ship' GROUP BY 1) m ON m.order_line_id = l.id
        WHERE o.company_id = %(company)s AND l.kind = 'goods'
            AND CASE l.supply WHEN 'drop_ship' THEN 0 ELSE l.shipped END <> COALESCE(m.quantity, 0)""",
    "what was shipped is on shipments": """
        SELECT count(*) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id LEFT JOIN (
            SELECT order_line_id, sum(shipped) AS shipped FROM orders_fulfillment_shipmentline GROUP BY 1) s
            ON s.order_line_id = l.id
        WHERE o.company_id = %(company)s AND l.kind = 'goods' AND l.shipped <> COALESCE(s.shipped, 0)""",
    "what was invoiced is on invoices": """
        SELECT count(*) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id LEFT JOIN (
            SELECT b.order_line_id, sum(b.quantity) AS quantity FROM billing_invoiceline b
            JOIN billing_invoice i ON i.id = b.invoice_id
            WHERE i.company_id = %(company)s AND i.kind = 'invoice' AND i.state IN ('posted', 'part_paid', 'paid')
            GROUP BY 1) b ON b.order_line_id = l.id
        WHERE o.company_id = %(company)s AND l.invoiced <> COALESCE(b.quantity, 0)""",
    "orders are the sum of their lines": """
        SELECT count(*) FROM orders_order o JOIN (
            SELECT e.order_id, count(*) FILTER (WHERE e.parent_id IS NULL) AS lines,
                sum(CASE WHEN c.order_id IS NULL THEN e.net_amount ELSE k.kept * e.net_amount END) AS net,
                sum(CASE WHEN c.order_id IS NULL THEN e.tax_amount ELSE k.kept * e.tax_amount END) AS tax
            FROM orders_orderline e
            CROSS JOIN LATERAL (SELECT CASE WHEN e.ordered > 0 THEN (e.ordered - e.cancelled) / e.ordered ELSE 1 END) k(kept)
            LEFT JOIN (SELECT DISTINCT order_id FROM orders_entry_changeset WHERE state = 'applied') c USING (order_id)
            GROUP BY 1) l ON l.order_id = o.id
        WHERE o.company_id = %(company)s
            AND (o.net_amount, o.tax_amount, o.total_amount, o.line_count)
                <> (round(l.net, 2), round(l.tax, 2), round(l.net, 2) + round(l.tax, 2), l.lines)""",
    "invoices are the sum of their lines": """
        SELECT count(*) FROM billing_invoice i JOIN (
            SELECT invoice_id, sum(net_amount) AS net, sum(tax_amount) AS tax FROM billing_invoiceline GROUP BY 1) l
            ON l.invoice_id = i.id
        WHERE i.company_id = %(company)s AND (i.net_amount, i.total_amount) <> (l.net, l.net + l.tax)""",
    "what is open is what was not paid or credited": """
        SELECT count(*) FROM billing_invoice i LEFT JOIN (
            SELECT invoice_id, sum(amount) AS amount FROM billing_application WHERE reversed_at IS NULL
            GROUP BY 1) a ON a.invoice_id = i.id
        WHERE i.company_id = %(company)s AND i.kind = 'invoice' AND i.state IN ('posted', 'part_paid', 'paid')
            AND i.open_amount <> i.total_amount - COALESCE(a.amount, 0)""",
    "the due parts are what is open of an invoice": """
        SELECT count(*) FROM billing_invoice i LEFT JOIN (
            SELECT invoice_id, sum(amount) AS amount, sum(open_amount) AS open FROM billing_invoicedue GROUP BY 1) d
            ON d.invoice_id = i.id
        WHERE i.company_id = %(company)s AND i.kind = 'invoice' AND i.state IN ('posted', 'part_paid', 'paid')
            AND (d.amount, d.open) IS DISTINCT FROM (i.total_amount, i.open_amount)""",
    "debits equal credits": """
        SELECT count(*) FROM (
            SELECT 1 FROM billing_posting WHERE company_id = %(company)s
            GROUP BY document_type, document_id HAVING sum(debit) <> sum(credit)) unbalanced""",
    "the receivable is what is open": """
        SELECT count(*) FROM (
            SELECT COALESCE((SELECT sum(debit - credit) FROM billing_posting
                    WHERE company_id = %(company)s AND account = 'receivable'), 0) AS posted,
                COALESCE((SELECT sum(open_amount) FROM billing_invoice WHERE company_id = %(company)s
                    AND kind = 'invoice' AND state IN ('posted', 'part_paid', 'paid')), 0) AS open) r
        WHERE posted <> open""",
    "on account is what nobody assigned yet": """
        SELECT count(*) FROM (
            SELECT COALESCE((SELECT sum(credit - debit) FROM billing_posting
                    WHERE company_id = %(company)s AND account = 'on_account'), 0) AS posted,
                COALESCE((SELECT sum(open_amount) FROM billing_invoice WHERE company_id = %(company)s
                    AND kind = 'credit_note' AND state IN ('posted', 'part_paid', 'paid')), 0)
                + COALESCE((SELECT sum(unapplied_amount) FROM billing_payment WHERE company_id = %(company)s), 0) AS free) r
        WHERE posted <> free""",
    "invoice numbers have no gap": """
        SELECT count(*) FROM (
            SELECT split_part(number, '-', 1) AS series, split_part(number, '-', 2) AS year, count(*) AS n,
                max(split_part(number, '-', 3)::integer) AS last
            FROM billing_invoice WHERE company_id = %(company)s AND number IS NOT NULL AND kind <> 'adjustment'
            GROUP BY 1, 2) s
        WHERE n <> last""",
    "an order's stage is its lowest open duty": """
        SELECT count(*) FROM orders_order o LEFT JOIN (
            SELECT order_id, min(stage) AS stage FROM orders_duty
            WHERE company_id = %(company)s AND closed_at IS NULL GROUP BY 1) d ON d.order_id = o.id
        WHERE o.company_id = %(company)s AND o.stage IS DISTINCT FROM d.stage""",
    "facets say what the ledger says": """
        SELECT count(*) FROM orders_order o JOIN (
            SELECT order_id,
                CASE WHEN NOT bool_or(kind IN ('goods', 'kit') AND shipped > 0) THEN 'none'
                    WHEN bool_and(kind NOT IN ('goods', 'kit') OR shipped >= ordered - cancelled) THEN 'done'
                    ELSE 'part' END AS shipping,
                CASE WHEN NOT bool_or(returned > 0 OR credited > 0) THEN 'none'
                    WHEN bool_or(returned > credited) THEN 'part' ELSE 'done' END AS claims
            FROM orders_orderline GROUP BY 1) l ON l.order_id = o.id
        WHERE o.company_id = %(company)s AND o.state <> 'draft' AND (o.shipping, o.claims) <> (l.shipping, l.claims)""",
}


def disagreements(company_id: int) -> dict[str, int]:
    """Which of the checks do not hold, and for how many rows."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in CHECKS.items():
            cursor.execute(sql, {"company": company_id})
            if count := cursor.fetchone()[0]:
                found[name] = count
    return found

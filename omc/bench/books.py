"""Every book against every other, set-based: what must hold whoever filled the database."""

from dataclasses import dataclass

from django.db import connection

from orders.core.models import Company
from orders.core.selectors.verification import flaws

# Each asks for rows that must not be there. A demo keeps the lower numbers for a past that is written after it.
QUESTIONS = {
    "stock on hand is the sum of its movements": """
        SELECT count(*) FROM planning_stocklevel s
        LEFT JOIN (SELECT product_id, warehouse_id, sum(quantity) AS moved FROM planning_stockmovement GROUP BY 1, 2) m
            USING (product_id, warehouse_id)
        WHERE s.on_hand <> COALESCE(m.moved, 0)""",
    "allocated stock is what open promises hold": """
        SELECT count(*) FROM planning_stocklevel s
        LEFT JOIN (SELECT product_id, warehouse_id, sum(allocated) AS held FROM planning_promise WHERE is_open
            GROUP BY 1, 2) p USING (product_id, warehouse_id)
        WHERE s.allocated <> COALESCE(p.held, 0)""",
    "a line's allocated quantity is what its promises hold": """
        SELECT count(*) FROM orders_orderline l
        LEFT JOIN (SELECT line_id, sum(allocated) AS held FROM planning_promise GROUP BY 1) p ON p.line_id = l.id
        WHERE l.allocated <> COALESCE(p.held, 0)""",
    "a line's shipped quantity is what its shipments say": """
        SELECT count(*) FROM orders_orderline l
        LEFT JOIN (SELECT order_line_id, sum(shipped) AS shipped FROM orders_fulfillment_shipmentline GROUP BY 1) s
            ON s.order_line_id = l.id
        WHERE l.kind IN ('goods', 'component') AND l.shipped <> COALESCE(s.shipped, 0)""",
    "debit and credit of every document agree": """
        SELECT count(*) FROM (SELECT 1 FROM billing_posting GROUP BY company_id, document_type, document_id
            HAVING sum(debit) <> sum(credit)) d""",
    "an invoice's due parts are what is open of it": """
        SELECT count(*) FROM billing_invoice i LEFT JOIN (
            SELECT invoice_id, sum(amount) AS amount, sum(open_amount) AS open FROM billing_invoicedue GROUP BY 1) d
            ON d.invoice_id = i.id
        WHERE i.kind = 'invoice' AND i.state NOT IN ('draft', 'void') AND i.due_date IS NOT NULL
            AND (d.amount, d.open) IS DISTINCT FROM (i.total_amount, i.open_amount)""",
    "the receivable account is what invoices leave open": """
        SELECT count(*) FROM
            (SELECT customer_id, sum(debit - credit) AS owed FROM billing_posting WHERE account = 'receivable'
                GROUP BY 1) a
        FULL JOIN (SELECT customer_id, sum(open_amount * CASE kind WHEN 'credit_note' THEN -1 ELSE 1 END) AS owed
            FROM billing_invoice WHERE state NOT IN ('draft', 'void') GROUP BY 1) i USING (customer_id)
        WHERE COALESCE(a.owed, 0) <> COALESCE(i.owed, 0)""",
    "an order's stage is its lowest open duty": """
        SELECT count(*) FROM orders_order o
        LEFT JOIN (SELECT order_id, min(stage) AS stage FROM orders_duty WHERE closed_at IS NULL GROUP BY 1) d
            ON d.order_id = o.id
        WHERE o.stage IS DISTINCT FROM d.stage""",
    "invoice numbers have no gaps": """
        SELECT count(*) FROM (
            SELECT split_part(number, '-', 1) || COALESCE('-' || NULLIF(split_part(number, '-', 4), ''), '') AS series,
                split_part(number, '-', 2)::int AS year, company_id,
                min(split_part(number, '-', 3)::int) AS lowest, max(split_part(number, '-', 3)::int) AS highest,
                count(*) AS posted
            FROM billing_invoice WHERE number IS NOT NULL GROUP BY 1, 2, 3) i
        LEFT JOIN orders_numbercounter n USING (company_id, series, year)
        WHERE highest - lowest + 1 <> posted OR last IS DISTINCT FROM highest""",
    "capacity used is what planned shipments take": """
        SELECT count(*) FROM planning_capacityday c
        LEFT JOIN (SELECT warehouse_id, slot_date AS day, sum(work_minutes) AS minutes
            FROM orders_scheduling_plannedshipment WHERE state <> 'cancelled' GROUP BY 1, 2) p
            USING (warehouse_id, day)
        WHERE c.used_minutes <> COALESCE(p.minutes, 0)""",
}


@dataclass(frozen=True)
class Finding:
    what: str
    rows: int


def disagreements(*, one_in: int = 1) -> list[Finding]:
    """Where two books differ; of the event chains every ``one_in``-th subject is recomputed."""
    found = []
    with connection.cursor() as cursor:
        for what, sql in QUESTIONS.items():
            cursor.execute(sql)
            if rows := cursor.fetchone()[0]:
                found.append(Finding(what, rows))
    broken = list(flaws(list(Company.objects.values_list("pk", flat=True)), one_in=one_in))
    return [*found, Finding("every event's chain is whole", len(broken))] if broken else found

"""What customers owe, by age and by customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from omc.lib.actor import Actor

# An invoice's open amount in company currency, at the invoice's own rate.
_OPEN_BASE = "round(i.total_base * i.open_amount / NULLIF(i.total_amount, 0), 2)"

_OWED = f"""
SELECT c.id, COALESCE(i.open_base, 0) - COALESCE(p.unapplied_base, 0) - COALESCE(n.open_base, 0),
    COALESCE(i.overdue_base, 0), COALESCE(i.overdue_days, 0), {{behavior}}
FROM orders_customer c
LEFT JOIN LATERAL (
    SELECT sum({_OPEN_BASE}) AS open_base,
        sum({_OPEN_BASE}) FILTER (WHERE i.due_date < %(today)s) AS overdue_base,
        max(%(today)s::date - i.due_date) FILTER (WHERE i.due_date < %(today)s) AS overdue_days
    FROM billing_invoice i
    WHERE i.customer_id = c.id AND i.open_amount > 0 AND i.kind = 'invoice' AND i.invoice_date IS NOT NULL
) i ON true
LEFT JOIN LATERAL (
    SELECT sum({_OPEN_BASE}) AS open_base FROM billing_invoice i
    WHERE i.customer_id = c.id AND i.open_amount > 0 AND i.kind = 'credit_note' AND i.invoice_date IS NOT NULL
) n ON true
LEFT JOIN LATERAL (
    SELECT sum(round(p.unapplied_amount * p.currency_rate, 2)) AS unapplied_base FROM billing_payment p
    WHERE p.customer_id = c.id AND p.state = 'open'
) p ON true
WHERE c.company_id = %(company)s AND c.id = ANY(%(customers)s)
"""
_BEHAVIOR = """(
    SELECT round(avg(i.paid_at::date - i.due_date), 2) FROM billing_invoice i
    WHERE i.customer_id = c.id AND i.kind = 'invoice' AND i.state = 'paid' AND i.paid_at >= %(today)s::date - 365
)"""

_AGEING = f"""
SELECT c.id, c.code, c.name,
    COALESCE(sum({_OPEN_BASE}) FILTER (WHERE {{days}} <= 0), 0),
    COALESCE(sum({_OPEN_BASE}) FILTER (WHERE {{days}} BETWEEN 1 AND 30), 0),
    COALESCE(sum({_OPEN_BASE}) FILTER (WHERE {{days}} BETWEEN 31 AND 60), 0),
    COALESCE(sum({_OPEN_BASE}) FILTER (WHERE {{days}} BETWEEN 61 AND 90), 0),
    COALESCE(sum({_OPEN_BASE}) FILTER (WHERE {{days}} > 90), 0),
    sum({_OPEN_BASE}), count(*), max({{days}}), c.credit_limit
FROM billing_invoice i JOIN orders_customer c ON c.id = i.customer_id
WHERE i.company_id = %(company)s AND i.kind = 'invoice' AND i.open_amount > 0 AND i.invoice_date IS NOT NULL
GROUP BY c.id
ORDER BY sum({_OPEN_BASE}) DESC, c.id
LIMIT %(limit)s
""".replace("{days}", "(%(today)s::date - i.due_date)")

_ON_ACCOUNT = """
SELECT customer_id, sum(base) FROM (
    SELECT customer_id, round(unapplied_amount * currency_rate, 2) AS base FROM billing_payment
    WHERE company_id = %(company)s AND state = 'open'
    UNION ALL
    SELECT customer_id, round(total_base * open_amount / NULLIF(total_amount, 0), 2) FROM billing_invoice
    WHERE company_id = %(company)s AND kind = 'credit_note' AND open_amount > 0 AND invoice_date IS NOT NULL
) credit GROUP BY customer_id
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """What one customer owes in company currency. ``open_base`` is net of what lies on account."""

    customer_id: int
    open_base: Decimal
    overdue_base: Decimal
    overdue_days: int
    average_days_late: Decimal | None


def owed_by(
    company_id: int, customer_ids: Sequence[int], today: date, *, with_behavior: bool = False
) -> Iterator[Owed]:
    """Open, overdue and (asked for) how late paid, per customer; one query for any number of them."""
    sql = _OWED.format(behavior=_BEHAVIOR if with_behavior else "NULL")
    with connection.cursor() as cursor:
        cursor.execute(sql, {"company": company_id, "customers": list(customer_ids), "today": today})
        rows = cursor.fetchall()
    return (Owed(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Ageing:
    """One customer's open invoices in company currency, by days past due; ``on_account`` is not taken off."""

    customer_id: int
    code: str
    name: str
    current: Decimal
    to_30: Decimal
    to_60: Decimal
    to_90: Decimal
    over_90: Decimal
    total: Decimal
    invoices: int
    oldest_days: int
    credit_limit: Decimal | None
    on_account: Decimal

    @property
    def ages(self) -> list[Decimal]:
        return [self.current, self.to_30, self.to_60, self.to_90, self.over_90]


def ageing(actor: Actor, today: date, *, limit: int = 500) -> list[Ageing]:
    """Customers with open invoices, the largest debt first. Two queries."""
    params: dict[str, Any] = {"company": actor.company_id, "today": today, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_AGEING, params)
        rows = cursor.fetchall()
        cursor.execute(_ON_ACCOUNT, params)
        on_account = dict(cursor.fetchall())
    return [Ageing(*(*row, on_account.get(row[0], Decimal(0)))) for row in rows]

"""What customers owe, by age and by customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, DecimalField, ExpressionWrapper, F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf, Round

from billing.models import Invoice, InvoiceKind
from omc.lib.actor import Actor
from omc.lib.kept import Kept
from orders.core.models import Customer, CustomerFacts

ZERO = Decimal(0)
MONEY = DecimalField(max_digits=18, decimal_places=2)

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
{{paid_late}}
WHERE c.company_id = %(company)s AND c.id = ANY(%(customers)s)
"""
# How late the invoices of a year were paid: weighted by their amounts, the middle one, and how many there were.
_PAID_LATE = """
LEFT JOIN LATERAL (
    SELECT round(sum((i.paid_at::date - i.due_date) * i.total_base) / NULLIF(sum(i.total_base), 0), 2) AS average,
        round((percentile_cont(0.5) WITHIN GROUP (ORDER BY i.paid_at::date - i.due_date))::numeric, 2) AS median,
        count(*)::integer AS paid
    FROM billing_invoice i
    WHERE i.customer_id = c.id AND i.kind = 'invoice' AND i.state = 'paid' AND i.paid_at >= %(today)s::date - 365
) late ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.state = 'open')::integer AS open,
        count(*) FILTER (WHERE d.raised_at >= %(today)s::date - 90)::integer AS lately
    FROM billing_dispute d WHERE d.customer_id = c.id
) disputed ON true
"""
_OWED_NOW = Kept(_OWED.format(behavior="NULL, NULL, NULL, NULL, NULL", paid_late=""))
_OWED_PAID = Kept(
    _OWED.format(behavior="late.average, late.median, late.paid, disputed.open, disputed.lately", paid_late=_PAID_LATE)
)

_ON_ACCOUNT = """
SELECT customer_id, sum(base) FROM (
    SELECT customer_id, round(unapplied_amount * currency_rate, 2) AS base FROM billing_payment
    WHERE company_id = %(company)s AND state = 'open' AND customer_id = ANY(%(customers)s)
    UNION ALL
    SELECT customer_id, round(total_base * open_amount / NULLIF(total_amount, 0), 2) FROM billing_invoice
    WHERE company_id = %(company)s AND kind = 'credit_note' AND open_amount > 0 AND invoice_date IS NOT NULL
        AND customer_id = ANY(%(customers)s)
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
    median_days_late: Decimal | None
    paid_invoices: int | None
    open_disputes: int | None
    disputes_90_days: int | None


def owed_by(
    company_id: int, customer_ids: Sequence[int], today: date, *, with_behavior: bool = False
) -> Iterator[Owed]:
    """Open, overdue and (asked for) how late paid, per customer; one query for any number of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OWED_PAID if with_behavior else _OWED_NOW,
            {"company": company_id, "customers": list(customer_ids), "today": today},
        )
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


def customers_owing(actor: Actor, today: date) -> QuerySet[Any]:
    """Customers with open invoices, with what they owe in company currency by days past due on ``today``.

    Rounds: each invoice's open amount to cents, at the invoice's own rate.
    """
    owing = Customer.objects.filter(
        company_id=actor.company_id,
        invoices__kind=InvoiceKind.INVOICE,
        invoices__open_amount__gt=0,
        invoices__invoice_date__isnull=False,
    )
    return owing.annotate(
        **_by_age("invoices__", today), invoice_count=Count("invoices"), oldest_due=Min("invoices__due_date")
    )


def owed_by_age(actor: Actor, today: date) -> dict[str, Decimal]:
    """What all customers together owe, by days past due. One query."""
    rows = Invoice.objects.filter(
        company_id=actor.company_id, kind=InvoiceKind.INVOICE, open_amount__gt=0, invoice_date__isnull=False
    )
    found = rows.aggregate(**_by_age("", today))
    return {name: amount or Decimal(0) for name, amount in found.items()}


def _by_age(path: str, today: date) -> dict[str, Any]:
    """Sums of open amounts in company currency: all of it, and per age."""
    share = F(f"{path}total_base") * F(f"{path}open_amount") / NullIf(F(f"{path}total_amount"), Value(ZERO, MONEY))
    base = Round(ExpressionWrapper(share, MONEY), precision=2)
    limits = {"current": (None, 0), "to_30": (1, 30), "to_60": (31, 60), "to_90": (61, 90), "over_90": (91, None)}
    sums = {"total": Coalesce(Sum(base), Value(ZERO, MONEY))}
    for name, (least, most) in limits.items():
        due = Q()
        if least is not None:
            due &= Q(**{f"{path}due_date__lte": today - timedelta(days=least)})
        if most is not None:
            due &= Q(**{f"{path}due_date__gte": today - timedelta(days=most)})
        sums[name] = Coalesce(Sum(base, filter=due), Value(ZERO, MONEY))
    return sums


def on_account(actor: Actor, customer_ids: Sequence[int]) -> dict[int, Decimal]:
    """Money and credit that lie on account, in company currency, of those who have any. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_ACCOUNT, {"company": actor.company_id, "customers": list(customer_ids)})
        return dict(cursor.fetchall())


def ageing(actor: Actor, today: date, *, limit: int = 500) -> list[Ageing]:
    """Customers with open invoices, the largest debt first. Two queries."""
    rows: list[Any] = list(customers_owing(actor, today).order_by("-total", "id")[:limit])
    credit = on_account(actor, [row.pk for row in rows])
    return [
        Ageing(
            customer_id=row.pk,
            code=row.code,
            name=row.name,
            current=row.current,
            to_30=row.to_30,
            to_60=row.to_60,
            to_90=row.to_90,
            over_90=row.over_90,
            total=row.total,
            invoices=row.invoice_count,
            oldest_days=(today - row.oldest_due).days,
            credit_limit=row.credit_limit,
            on_account=credit.get(row.pk, Decimal(0)),
        )
        for row in rows
    ]


_EXPECTED = """
SELECT date_trunc('week', GREATEST(d.due_date + COALESCE(round(f.median_days_late), 0)::integer, %(today)s))::date AS week,
    sum(round(i.total_base * d.open_amount / NULLIF(i.total_amount, 0), 2)), count(DISTINCT i.id)
FROM billing_invoicedue d
JOIN billing_invoice i ON i.id = d.invoice_id
LEFT JOIN orders_customerfacts f ON f.customer_id = i.customer_id
WHERE i.company_id = %(company)s AND i.kind = 'invoice' AND i.open_amount > 0 AND d.open_amount > 0
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class CashWeek:
    """What can be expected in the week that begins on ``monday``; None: in later weeks. Units: company currency."""

    monday: date | None
    amount: Decimal
    invoices: int


def cash_forecast(actor: Actor, today: date, *, weeks: int = 8) -> list[CashWeek]:
    """What is open, by the week in which its customer usually pays: due day and median lateness, not before today."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPECTED, {"company": actor.company_id, "today": today})
        rows = [CashWeek(*row) for row in cursor.fetchall()]
    last = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    soon, later = [row for row in rows if row.monday < last], [row for row in rows if row.monday >= last]  # type: ignore[operator]
    rest = CashWeek(None, sum((row.amount for row in later), ZERO), sum(row.invoices for row in later))
    return [*soon, rest] if later else soon


def expected_on(invoice: Invoice, today: date) -> date | None:
    """When an open invoice will be paid, as its customer pays: due day and median lateness, not before today."""
    if not invoice.open_amount or invoice.due_date is None or invoice.kind != InvoiceKind.INVOICE:
        return None
    late = (
        CustomerFacts.objects.filter(customer_id=invoice.customer_id).values_list("median_days_late", flat=True).first()
    )
    return None if late is None else max(invoice.due_date + timedelta(days=round(late)), today)

"""What approved exceptions led to: did the customer buy more afterwards, and did they stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.money import ZERO, margin_percent
from orders.core.models import Order, OrderState
from orders.pricing.guidelines.models import Approval, ApprovalState

DAYS: Final = 90

# Orders count on the day they were handed in; the order that the exception was for counts on neither side.
_OUTCOMES = """
SELECT a.id, a.decided_by_id, a.customer_id, a.system_base - a.net_base AS given_base, a.decided_at,
    a.decided_at + make_interval(days => %(days)s) <= %(now)s AS is_over,
    sum(o.net_base) FILTER (WHERE o.submitted_at < a.requested_at) AS before_base,
    sum(o.net_base) FILTER (WHERE o.submitted_at >= a.decided_at) AS after_base,
    count(o.id) FILTER (WHERE o.submitted_at >= a.decided_at) AS orders_after
FROM orders_pricing_approval a
LEFT JOIN orders_pricing_quote q ON q.id = a.quote_id
LEFT JOIN orders_order o ON o.company_id = a.company_id AND o.customer_id = a.customer_id
    AND o.state NOT IN ('draft', 'abandoned', 'cancelled')
    AND o.id IS DISTINCT FROM a.order_id AND o.id IS DISTINCT FROM q.order_id
    AND o.submitted_at >= a.requested_at - make_interval(days => %(days)s)
    AND o.submitted_at < a.decided_at + make_interval(days => %(days)s)
    AND (o.submitted_at < a.requested_at OR o.submitted_at >= a.decided_at)
WHERE a.company_id = %(company)s AND a.state = 'approved' {narrowed}
GROUP BY a.id
"""
_RECORDS = f"""
SELECT COALESCE(NULLIF(u.full_name, ''), u.username), count(*), count(*) FILTER (WHERE f.is_over),
    count(*) FILTER (WHERE f.is_over AND COALESCE(f.after_base, 0) > COALESCE(f.before_base, 0)),
    count(*) FILTER (WHERE f.is_over AND f.orders_after > 0), sum(f.given_base)
FROM ({_OUTCOMES.format(narrowed="")}) f JOIN accounts_user u ON u.id = f.decided_by_id
GROUP BY u.id ORDER BY count(*) DESC, u.id
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One approved exception. Units: company currency, net of the customer's orders 90 days before and after."""

    before_base: Decimal
    after_base: Decimal
    orders_after: int
    is_over: bool

    @property
    def rose(self) -> bool:
        return self.after_base > self.before_base


@dataclass(frozen=True, slots=True)
class ApproverRecord:
    """Which exceptions of one approver paid. ``over`` counts those whose 90 days have passed; the rest is too early."""

    approver: str
    granted: int
    over: int
    rose: int
    stayed: int
    given_base: Decimal

    @property
    def rose_percent(self) -> Decimal | None:
        return Decimal(self.rose * 100) / self.over if self.over else None

    @property
    def stayed_percent(self) -> Decimal | None:
        return Decimal(self.stayed * 100) / self.over if self.over else None


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """What an approver knows of a customer: the last 12 months, and what was asked for before. Company currency."""

    orders: int
    net_base: Decimal
    margin_percent: Decimal | None
    approved: int
    refused: int


def outcomes_of(approvals: Sequence[Approval]) -> dict[int, Outcome]:
    """What each of these approved exceptions led to; one query."""
    ids = [approval.pk for approval in approvals if approval.state == ApprovalState.APPROVED]
    if not ids:
        return {}
    rows = _rows(_OUTCOMES.format(narrowed="AND a.id = ANY(%(ids)s)"), approvals[0].company_id, ids=ids)
    return {
        pk: Outcome(before or ZERO, after or ZERO, orders, over)
        for pk, _by, _customer, _given, _at, over, before, after, orders in rows
    }


def approver_records(actor: Actor) -> list[ApproverRecord]:
    """The record of everybody who ever approved an exception, those with most first."""
    return [
        ApproverRecord(approver, granted, over, rose, stayed, given or ZERO)
        for approver, granted, over, rose, stayed, given in _rows(_RECORDS, actor.company_id)
    ]


def history_with(approval: Approval) -> CustomerHistory:
    """The customer's last 12 months without this document, and their earlier requests."""
    since = clock.now() - timedelta(days=365)
    orders = (
        Order.objects.filter(company_id=approval.company_id, customer_id=approval.customer_id, submitted_at__gte=since)
        .exclude(state__in=[OrderState.DRAFT, OrderState.ABANDONED, OrderState.CANCELLED])
        .exclude(pk=approval.order_id or 0)
        .values_list("net_base", "cost_base")
    )
    rows = list(orders)
    net = sum((row[0] for row in rows), ZERO)
    known = [row for row in rows if row[1]]
    margin = margin_percent(sum((row[0] for row in known), ZERO), sum((row[1] or ZERO for row in known), ZERO))
    earlier = Approval.objects.filter(company_id=approval.company_id, customer_id=approval.customer_id).exclude(
        pk=approval.pk
    )
    states = list(earlier.values_list("state", flat=True))
    return CustomerHistory(
        orders=len(rows),
        net_base=net,
        margin_percent=margin,
        approved=states.count(ApprovalState.APPROVED),
        refused=states.count(ApprovalState.REFUSED),
    )


def _rows(sql: str, company_id: int, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        params: dict[str, Any] = {"company": company_id, "now": clock.now(), "days": DAYS, **more}
        cursor.execute(sql, params)
        return cursor.fetchall()

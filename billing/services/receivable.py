"""What customers owe: the lock that every verb which changes it takes first, and the figures others may read."""

from collections.abc import Sequence
from typing import Any

from billing.selectors.receivables import owed_by
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core.models import Company, Customer
from orders.core.selectors.companies import as_of
from orders.core.services.facts import publish_customer_facts

SOURCE = "billing"
BEHAVIOR = ("average_days_late", "median_days_late", "paid_invoices", "open_disputes", "disputes_90_days")

_LOCKED = Prepared(
    lambda gaps: (
        Customer.objects.select_for_update(no_key=True, of=("self",))
        .select_related("company")
        .filter(pk=gaps.customer, company_id=gaps.company)
    )
)


def lock_customer(customer_id: int, actor: Actor) -> Customer:
    """Hold the customer's row, so that what it owes changes in one transaction at a time. Before any order is locked.

    Raises: NotFound
    """
    customer = _LOCKED.first(customer=customer_id, company=actor.company_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.", field="customer_id", customer_id=customer_id)
    return customer


def publish(company: Company, customer_ids: Sequence[int], *, with_behavior: bool = False) -> None:
    """Publish open and overdue amounts of locked customers; with their pay behavior after a payment."""
    values: dict[int, dict[str, Any]] = {}
    for row in owed_by(company.pk, customer_ids, as_of(company), with_behavior=with_behavior):
        values[row.customer_id] = {
            "open_receivable_base": row.open_base,
            "overdue_base": row.overdue_base,
            "overdue_days": row.overdue_days,
        }
        if with_behavior:
            values[row.customer_id] |= {name: getattr(row, name) for name in BEHAVIOR}
    publish_customer_facts("receivable", SOURCE, values)


@verb(silent="the passing of a day is no fact about a document")
def refresh_receivables(*, company_id: int, after_customer_id: int = 0, limit: int = 500) -> int:
    """Publish anew what the next customers owe, since invoices fall overdue by themselves.

    Returns the last customer's id, or 0 when there is none left.
    """
    ids = list(
        Customer.objects.select_for_update(no_key=True)
        .filter(company_id=company_id, pk__gt=after_customer_id)
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )
    if not ids:
        return 0
    publish(Company.objects.get(pk=company_id), ids, with_behavior=True)
    return ids[-1]

"""What entry must know of a customer's disputes."""

from collections.abc import Sequence

from django.db.models import Count, Q

from billing.models import Dispute, DisputeState
from billing.services.receivable import SOURCE
from orders.core.services.facts import publish_customer_facts


def publish_disputes(customer_ids: Sequence[int]) -> None:
    """Publish how many disputes of locked customers are open. Inside another verb."""
    rows = (
        Dispute.objects.filter(customer_id__in=customer_ids)
        .values_list("customer_id")
        .annotate(n=Count("id", filter=Q(state=DisputeState.OPEN)))
    )
    publish_customer_facts("receivable", SOURCE, {customer_id: {"open_disputes": n} for customer_id, n in rows})

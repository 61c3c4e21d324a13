"""What entry must know of a customer's disputes."""

from collections.abc import Sequence

from django.db.models import Count, Q

from billing.disputes.selectors import LATELY
from billing.models import Dispute, DisputeState
from billing.services.receivable import SOURCE
from omc.lib import clock
from orders.core.services.facts import publish_customer_facts


def publish_disputes(customer_ids: Sequence[int]) -> None:
    """Publish how many disputes of locked customers are open, and were raised lately. Inside another verb."""
    rows = (
        Dispute.objects.filter(customer_id__in=customer_ids)
        .values_list("customer_id")
        .annotate(
            open=Count("id", filter=Q(state=DisputeState.OPEN)),
            lately=Count("id", filter=Q(raised_at__gte=clock.now() - LATELY)),
        )
    )
    values = {pk: {"open_disputes": still_open, "disputes_90_days": lately} for pk, still_open, lately in rows}
    publish_customer_facts("receivable", SOURCE, values)

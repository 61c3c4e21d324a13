"""What lies on the order desk: drafts, and submitted orders that wait to be confirmed."""

from django.db.models import QuerySet

from omc.lib.actor import Actor
from orders.core.models import Order, OrderState


def drafts(actor: Actor) -> QuerySet[Order]:
    """Drafts of the company, to be paged."""
    return Order.objects.filter(company_id=actor.company_id, state=OrderState.DRAFT).select_related(
        "customer", "created_by"
    )


def waiting(actor: Actor) -> QuerySet[Order]:
    """Submitted orders that nobody confirmed yet, to be paged."""
    return Order.objects.filter(company_id=actor.company_id, state=OrderState.PENDING).select_related(
        "customer", "created_by"
    )

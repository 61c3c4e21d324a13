"""The lock of a dispute: customer, order, then the dispute itself, in the order in which everybody takes them."""

from billing.models import Dispute
from billing.services.receivable import lock_customer
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core import lifecycle


def lock_dispute(dispute_id: int, actor: Actor) -> Dispute:
    """A fresh, locked dispute. Raises: NotFound"""
    known = Dispute.objects.filter(pk=dispute_id, company_id=actor.company_id).values_list("customer_id", "order_id")
    if not known:
        raise NotFound(f"There is no dispute {dispute_id}.", dispute_id=dispute_id)
    lock_customer(known[0][0], actor)
    if known[0][1]:
        lifecycle.lock(known[0][1], actor)
    found: Dispute = (
        Dispute.objects.select_for_update(of=("self",))
        .select_related("invoice__company", "invoice__customer", "invoice__order", "line", "owner")
        .get(pk=dispute_id)
    )
    return found

"""What an administrator does about deliveries that failed."""

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from omc.lib.service import verb
from orders.core import outbox
from orders.core.models import Delivery


@verb(silent="a delivery is plumbing, not a fact about the order")
def retry(*, delivery_id: int, actor: Actor) -> None:
    """Try a parked or failing delivery again now, with all its attempts.

    Raises: NotFound
    """
    require(actor, "orders.manage_outbox")
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id, company_id=actor.company_id).first()
    if delivery is None:
        raise NotFound("This has been delivered meanwhile.")
    delivery.parked, delivery.attempts, delivery.due_at = False, 0, clock.wall()
    delivery.save(update_fields=["parked", "attempts", "due_at"])
    outbox.wake_after_commit([delivery.subscriber])

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.models import Order, OrderState
from orders.entry.events import OrderReturnedToDraft
from orders.pricing.agreements.services.releasing import withdraw_releases


@verb(events=(OrderReturnedToDraft,))
def return_to_draft(*, order_id: int, actor: Actor, reason: str = "to be changed") -> Order:
    """Take a submitted order back to change it; it keeps its number. Its holds are checked again at the next submit.

    Raises: IllegalTransition once it is confirmed, InvalidInput without a reason
    Events: order_returned_to_draft
    """
    require(actor, "entry.write_order")
    order = lifecycle.lock(order_id, actor)
    if not reason.strip():
        raise InvalidInput("Say why the order goes back to draft.", field="reason")
    lifecycle.advance(order, OrderState.DRAFT, OrderReturnedToDraft(reason=reason.strip()[:200]), actor=actor)
    withdraw_releases(order)
    order.version += 1
    order.updated_at = clock.now()
    order.save(update_fields=["version", "updated_at"])
    return order

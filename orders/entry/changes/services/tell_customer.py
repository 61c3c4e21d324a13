"""The customer is told what an order is by now, once per version."""

from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.models import Message, Order
from orders.core.services.messages import tell_customer
from orders.entry.selectors.promised import dates_of


@verb(silent="the message is its own record and belongs to the change that caused it")
def tell_change(*, order_id: int, version: int, actor: Actor) -> Message | None:
    """Send the changed order with its lines and dates; None when nobody has an address, or it was changed again since."""
    require(actor, "entry.write_order")
    order = (
        Order.objects.select_related("company", "customer__company", "contact", "ship_to", "bill_to", "terms")
        .filter(pk=order_id, company_id=actor.company_id)
        .first()
    )
    if order is None or order.version != version:
        return None
    message: Message | None = tell_customer(
        kind="order_changed",
        key=f"order:{order.pk}:changed:{version}",
        about=order,
        customer=order.customer,
        contact=order.contact,
        order_id=order.pk,
        told={"dates": dates_of(order)},
        actor=actor,
    )
    return message

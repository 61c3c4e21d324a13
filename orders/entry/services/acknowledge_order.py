"""Tell the customer what was confirmed, and when a date moves."""

from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.models import Message, Order, OrderState
from orders.core.selectors.messages import told_last
from orders.core.services.messages import tell_customer
from orders.entry.selectors.promised import dates_of, first_dates_of

OVER = (OrderState.CANCELLED, OrderState.ABANDONED, OrderState.DRAFT, OrderState.PENDING, OrderState.CLOSED)


@verb(silent="the message is its own record and belongs to the confirmation that caused it")
def acknowledge_order(*, order_id: int, actor: Actor) -> Message | None:
    """Send the customer the confirmed order with its dates, and every difference from what they asked for.

    Asked twice for the same version of an order, it is sent once. None when there is no address to send to.
    """
    require(actor, "entry.confirm_order")
    order = _order(order_id, actor)
    if order is None:
        return None
    message: Message | None = tell_customer(
        kind="order_confirmed",
        key=f"order:{order.pk}:confirmed:{order.version}",
        about=order,
        customer=order.customer,
        contact=order.contact,
        order_id=order.pk,
        told={"dates": dates_of(order)},
        actor=actor,
    )
    return message


@verb(silent="the message is its own record and belongs to the change that caused it")
def tell_new_dates(*, order_id: int, cause: int, actor: Actor) -> Message | None:
    """Tell the customer all dates of an order that are not those they know; ``cause`` is the event that moved them.

    None where they know them already, nobody has an address, or the order is over.
    """
    require(actor, "entry.confirm_order")
    order = _order(order_id, actor)
    if order is None or order.state in OVER:
        return None
    dates = dates_of(order)
    if dates == (told_last(order.company_id, order.pk, "dates") or first_dates_of(order)):
        return None
    message: Message | None = tell_customer(
        kind="promise_changed",
        key=f"order:{order.pk}:dates:{cause}",
        about=order,
        customer=order.customer,
        contact=order.contact,
        order_id=order.pk,
        told={"dates": dates},
        actor=actor,
    )
    return message


def _order(order_id: int, actor: Actor) -> Order | None:
    found: Order | None = (
        Order.objects.select_related("company", "customer__company", "contact", "ship_to", "bill_to", "terms")
        .filter(pk=order_id, company_id=actor.company_id)
        .first()
    )
    return found

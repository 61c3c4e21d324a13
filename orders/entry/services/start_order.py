from collections.abc import Mapping
from typing import Any

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from omc.lib.writing import insert
from orders.core.models import Channel, Company, Order
from orders.entry.services.header import change_header, customer_of, take_defaults


@verb(silent="a draft is nobody's business yet; submit writes the first event")
def start_order(
    *, customer_id: int, actor: Actor, channel: str = Channel.DESK, header: Mapping[str, Any] | None = None
) -> Order:
    """Open a draft for a customer, with the customer's own terms, places, ship rule and currency.

    Raises: NotFound, CustomerClosed, InvalidInput for a header field that makes no sense
    """
    require(actor, "entry.write_order")
    customer = customer_of(customer_id, actor.company_id)
    return open_draft(customer.company, customer_id, actor, {"channel": channel, **(header or {})}, customer=customer)


def open_draft(
    company: Company, customer_id: int, actor: Actor, header: Mapping[str, Any], *, customer: Any = None
) -> Order:
    """A new draft with its defaults and ``header``; inside another verb."""
    at = clock.now()
    order = Order(company=company, created_by_id=actor.user_id, created_at=at, updated_at=at)
    take_defaults(order, customer or customer_of(customer_id, company.pk))
    change_header(order, header)
    insert([order])
    return order

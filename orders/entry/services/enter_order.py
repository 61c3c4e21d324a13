from collections.abc import Mapping, Sequence
from typing import Any

from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from omc.lib.service import verb
from omc.lib.writing import update
from orders.core.inputs import LineInput
from orders.core.models import Channel, Customer, Order
from orders.entry.events import OrderSubmitted
from orders.entry.services.header import customer_of
from orders.entry.services.lines import AMOUNTS, put_lines
from orders.entry.services.start_order import open_draft
from orders.entry.services.submit_order import submit_order


@verb(events=(OrderSubmitted,))
def enter_order(
    *,
    lines: Sequence[LineInput],
    actor: Actor,
    customer_id: int | None = None,
    customer_code: str = "",
    header: Mapping[str, Any] | None = None,
    submit: bool = False,
) -> Order:
    """Write a whole order at once, for programs: a draft, or submitted right away. All of it or nothing.

    Raises: as ``start_order``, ``save_draft`` and ``submit_order``
    Events: order_submitted when asked
    """
    require(actor, "entry.write_order")
    if customer_id is None:
        customer_id = (
            Customer.objects.filter(company_id=actor.company_id, code=customer_code)
            .values_list("pk", flat=True)
            .first()
        )
    if customer_id is None:
        raise NotFound(f"There is no customer {customer_code}.", field="customer_code")
    customer = customer_of(customer_id, actor.company_id)
    order = open_draft(
        customer.company, customer_id, actor, {"channel": Channel.API, **(header or {})}, customer=customer
    )
    put_lines(order, lines, [], actor)
    update(order, AMOUNTS)
    return submit_order(order_id=order.pk, actor=actor) if submit else order

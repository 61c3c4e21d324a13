from dataclasses import dataclass

from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from omc.lib.service import verb
from orders.core.models import LineKind, Order
from orders.entry.services.lines import AMOUNTS, anew, put_lines
from orders.entry.services.start_order import open_draft

_KEPT = ("contact_id", "bill_to_id", "ship_to_id", "warehouse_id", "currency", "ship_rule", "delivery", "notes")


@dataclass(frozen=True, slots=True)
class Repeated:
    """A new draft, and the items of the old order that are no longer sold."""

    order: Order
    left_out: list[str]


@verb(silent="a draft is nobody's business yet; submit writes the first event")
def repeat_order(*, order_id: int, actor: Actor) -> Repeated:
    """Copy an order as a new draft at today's prices, without its dates and its purchase order number.

    Items that are no longer sold are left out and named.

    Raises: NotFound, CustomerClosed, NoPrice
    """
    require(actor, "entry.write_order")
    old = (
        Order.objects.select_related("company", "ship_to", "bill_to")
        .filter(pk=order_id, company_id=actor.company_id)
        .first()
    )
    if old is None:
        raise NotFound(f"There is no order {order_id}.", order_id=order_id)
    header = {name: getattr(old, name) for name in _KEPT}
    for place in ("ship_to", "bill_to"):
        address = getattr(old, place)
        if address is None or not address.is_active:
            del header[f"{place}_id"]  # the customer's default takes its place
    order = open_draft(old.company, old.customer_id, actor, header)
    lines = [
        line for line in old.lines.select_related("product").order_by("position") if line.kind != LineKind.COMPONENT
    ]
    sold = [line for line in lines if line.product is None or line.product.is_active]
    put_lines(order, [anew(line) for line in sold], [], actor)
    order.save(update_fields=AMOUNTS)
    return Repeated(order, [str(line.product) for line in lines if line not in sold])

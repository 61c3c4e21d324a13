"""A planned release of a blanket agreement becomes an order."""

from dataclasses import dataclass
from typing import Any

from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.inputs import LineInput
from orders.core.models import Order
from orders.core.selectors.companies import today
from orders.entry.services.header import customer_of
from orders.entry.services.lines import AMOUNTS, put_lines
from orders.entry.services.start_order import open_draft
from orders.pricing.agreements.plan_events import ReleaseOrdered
from orders.pricing.agreements.rules import drawn_item
from orders.pricing.agreements.services import begin_order, mark_ordered


@dataclass(frozen=True, slots=True)
class OrderedRelease:
    """A new draft, and the items whose price in force is not that of the agreement."""

    order: Order
    priced_elsewhere: list[str]


@verb(events=(ReleaseOrdered,))
def order_release(*, release_id: int, actor: Actor, version: int | None = None) -> OrderedRelease:
    """Make the order of a planned release: a draft with its lines, its day and the customer's number of the agreement.

    A day that has passed becomes today. Of several at once one makes the order.

    Raises: ReleaseOrderedAlready naming the order, IllegalTransition, InvalidInput where the agreement has not enough
        left, CustomerClosed, NoPrice, StaleVersion, NotFound
    Events: release_ordered
    """
    require(actor, "entry.write_order")
    release, lines = begin_order(release_id, actor, version)
    agreement = release.agreement
    day = max(release.day, today(agreement.company))
    header: dict[str, Any] = {"currency": agreement.currency, "requested_date": day}
    if agreement.customer_po:
        number = f"/{release.number}"
        header["customer_po"] = f"{agreement.customer_po[: 60 - len(number)]}{number}"
    customer = customer_of(agreement.customer_id, agreement.company_id)
    order = open_draft(agreement.company, customer.pk, actor, header, customer=customer)
    typed = [
        LineInput(product_id=line.item.product_id, quantity=line.typed_quantity, unit=line.unit, requested_date=day)
        for line in lines
    ]
    put_lines(order, typed, [], actor)
    order.save(update_fields=AMOUNTS)
    mark_ordered(release, order, actor)
    return OrderedRelease(order, _priced_elsewhere(order, {line.item_id for line in lines}))


def _priced_elsewhere(order: Order, items: set[int]) -> list[str]:
    tops = order.lines.filter(parent=None).select_related("product").order_by("position")
    return [str(line.product) for line in tops if drawn_item(line.price_steps) not in items]

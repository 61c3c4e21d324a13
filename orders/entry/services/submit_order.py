from collections.abc import Sequence

from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, StaleVersion
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import lifecycle, numbers
from orders.core.events import HoldPlaced
from orders.core.models import Customer, LineKind, Order, OrderLine, OrderState
from orders.core.services.search import Findable, index
from orders.entry.events import OrderSubmitted
from orders.entry.services.checks import place_holds
from orders.entry.services.header import CustomerClosed
from orders.pricing.agreements.services.releasing import record_releases
from orders.pricing.guidelines.events import DiscountRequested, DiscountVoided
from orders.pricing.guidelines.services import review_order
from orders.pricing.services.typed_prices import refuse_asked_again

_CUSTOMER = Prepared(
    lambda gaps: (
        Customer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facts")
        .filter(orders__pk=gaps.order, orders__company_id=gaps.company)
    )
)
_LINES = Prepared(
    lambda gaps: OrderLine.objects.filter(order_id=gaps.order).select_related("product").order_by("position")
)


class OrderIncomplete(DomainError):
    """Something that every order needs is missing; ``field`` says what."""

    code, status = "order_incomplete", 422


@verb(events=(OrderSubmitted, HoldPlaced, DiscountRequested, DiscountVoided))
def submit_order(*, order_id: int, actor: Actor, version: int | None = None) -> Order:
    """Hand a draft in: it gets its number, and what is wrong with it holds it.

    Submitting is not refused for a hold; confirming is.

    Raises: OrderIncomplete without lines, ship-to address or price; PriceAskedAgain, CustomerClosed, StaleVersion,
        IllegalTransition
    Events: order_submitted, and hold_placed for each thing found; discount_requested where prices go too far
    """
    require(actor, "entry.write_order")
    customer = lock_customer(order_id, actor)
    order = lifecycle.lock(order_id, actor, version=version)
    lifecycle.MACHINE.check(order, OrderState.PENDING)
    if order.customer_id != customer.pk:
        raise StaleVersion(f"{order} has another customer by now. Look at it again.", current=order.version)
    lines = lines_of(order)
    refuse_incomplete(order, lines, customer)
    refuse_asked_again(lines)
    at, first = clock.now(), order.event_seq == 0
    number = order.number or numbers.next_number(order.company_id, "order")
    event = OrderSubmitted(lines=order.line_count, net_base=order.net_base)
    stamp = {"number": number, "submitted_at": at, "updated_at": at}
    lifecycle.advance(order, OrderState.PENDING, event, actor=actor, stamp=stamp)
    place_holds(order, lines, customer, actor, again=not first)
    review_order(order, lines, customer, actor, again=not first)
    record_releases(order, lines, again=not first)
    index(order.company_id, [findable(order, customer)])
    return order


def lock_customer(order_id: int, actor: Actor) -> Customer:
    """The customer of an order, held before the order itself: what it may still owe is about to change.

    Raises: OrderNotFound
    """
    customer = _CUSTOMER.first(order=order_id, company=actor.company_id)
    if customer is None:
        raise lifecycle.OrderNotFound(f"There is no order {order_id}.", order_id=order_id)
    return customer


def lines_of(order: Order) -> list[OrderLine]:
    """The lines in their order, with items."""
    lines = _LINES.rows(order=order.pk)
    for line in lines:
        line.order = order
    return lines


def refuse_incomplete(order: Order, lines: Sequence[OrderLine], customer: Customer) -> None:
    if not customer.is_active:
        raise CustomerClosed(f"{customer} takes no new orders.", field="customer_id", customer=customer.code)
    if not any(line.kind != LineKind.TEXT for line in lines):
        raise OrderIncomplete(f"{order} has no lines yet.", field="lines")
    if order.ship_to_id is None:
        raise OrderIncomplete(f"Say where {order} is to be shipped.", field="ship_to_id")
    unpriced = [
        line.position for line in lines if line.kind not in (LineKind.TEXT, LineKind.COMPONENT) and not line.price_steps
    ]
    if unpriced:
        raise OrderIncomplete(f"Line {unpriced[0]} has no price yet.", field="lines", lines=unpriced)
    inactive = [line for line in lines if line.product and not line.product.is_active]
    if inactive:
        raise OrderIncomplete(
            f"{inactive[0].product} (line {inactive[0].position}) is no longer sold.",
            field="lines",
            lines=[line.position for line in inactive],
        )


def findable(order: Order, customer: Customer) -> Findable:
    return Findable(
        kind="order",
        object_id=order.pk,
        title=str(order.number),
        url=reverse("core:order", args=[order.pk]),
        words=[customer.name, customer.code, order.customer_po],
        permission="orders.view_order",
    )

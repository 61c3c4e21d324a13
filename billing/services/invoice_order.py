from billing.events import InvoicePaid, InvoicePosted
from billing.models import Invoice
from billing.rules import to_invoice_ahead
from billing.services.posting import NothingToInvoice, billable, new_draft, post
from billing.services.receivable import lock_customer
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core import ledger, lifecycle
from orders.core.models import LineKind, Order, OrderState
from orders.core.selectors.holds import refuse_if_held

_BILLABLE_STATES = (
    OrderState.CONFIRMED,
    OrderState.RELEASED,
    OrderState.IN_FULFILLMENT,
    OrderState.SHIPPED,
    OrderState.DELIVERED,
)


class InvoicedByShipment(DomainError):
    """The order has goods: they, and the charges with them, are invoiced shipment by shipment."""

    code = "invoiced_by_shipment"


@verb(events=(InvoicePosted, InvoicePaid))
def invoice_order(*, order_id: int, actor: Actor) -> Invoice:
    """Invoice what an order bills without a shipment: services, charges, and what is paid ahead.

    Raises: InvoicedByShipment while goods are still to be invoiced, NothingToInvoice, HoldBlocks, OrderNotFound
    Events: invoice_posted
    """
    require(actor, "billing.post_invoice")
    customer_id = Order.objects.filter(pk=order_id, company_id=actor.company_id).values_list("customer_id", flat=True)
    if not customer_id:
        raise lifecycle.OrderNotFound(f"There is no order {order_id}.", order_id=order_id)
    lock_customer(customer_id[0], actor)
    order = lifecycle.lock(order_id, actor)
    if order.state not in _BILLABLE_STATES:
        raise NothingToInvoice(
            f"{order} is {order.get_state_display().lower()}; there is nothing to invoice.", state=order.state
        )
    refuse_if_held(order, "invoice")
    lines = ledger.open_lines(order.pk)
    goods = (LineKind.GOODS, LineKind.KIT)
    if any(
        line.kind in goods and not line.invoice_ahead and line.invoiced < line.ordered - line.cancelled
        for line in lines
    ):
        raise InvoicedByShipment(
            f"{order} has goods to ship; they are invoiced shipment by shipment, with all charges on the first.",
            order=str(order),
        )
    return post(new_draft(order), order, lines, to_invoice_ahead([billable(line) for line in lines]), actor=actor)

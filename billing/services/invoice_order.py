from billing.conditions import conditions_for
from billing.events import InvoicePaid, InvoicePosted
from billing.models import Invoice, InvoiceKind, Method
from billing.preflight.events import InvoicePreflightFailed, InvoicePreflightPassed
from billing.preflight.keeping import WAITING
from billing.rules import to_invoice_ahead
from billing.services.posting import NothingToInvoice, as_mended, billable, new_draft, post
from billing.services.receivable import lock_customer
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core import ledger, lifecycle
from orders.core.models import LineKind, Order, OrderLine, OrderState
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


@verb(events=(InvoicePosted, InvoicePaid, InvoicePreflightFailed, InvoicePreflightPassed))
def invoice_order(*, order_id: int, actor: Actor) -> Invoice:
    """Invoice what an order bills without a shipment: services, charges, and what is paid ahead.

    Raises: InvoicedByShipment while goods are still to be invoiced, NothingToInvoice, HoldBlocks, OrderNotFound
    Events: invoice_posted, or invoice_preflight_failed
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
    seen = conditions_for(order.pk)
    if seen.billing["method"] == Method.ON_ORDER:
        _bill_ahead(order)
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
    quantities = to_invoice_ahead([billable(line) for line in lines])
    return post(_waiting(order) or new_draft(order), order, lines, quantities, seen=seen, actor=actor)


def _bill_ahead(order: Order) -> None:
    """What is billed when the order is confirmed is billed without having left."""
    OrderLine.objects.filter(order=order, kind__in=[LineKind.GOODS, LineKind.KIT], invoice_ahead=False).update(
        invoice_ahead=True
    )


def _waiting(order: Order) -> Invoice | None:
    """An invoice of the order itself that was stopped before."""
    rows = Invoice.objects.select_for_update(of=("self",)).filter(
        order=order, shipment__isnull=True, is_deposit=False, kind=InvoiceKind.INVOICE, state__in=WAITING
    )
    if invoice := rows.order_by("pk").first():
        as_mended(invoice, order)
    return invoice

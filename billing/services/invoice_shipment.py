from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg

from billing.events import InvoicePaid, InvoicePosted
from billing.models import Invoice, InvoiceKind, InvoiceState
from billing.rules import to_invoice
from billing.services.posting import billable, fill, new_draft, post
from billing.services.receivable import lock_customer
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import ledger, lifecycle
from orders.core.models import Order, OrderLine
from orders.core.selectors.holds import refuse_if_held
from orders.fulfillment.models import Shipment
from orders.fulfillment.models.shipments import GONE

# What a shipment carried is no longer changed once it has left: it is read along with it.
_SHIPMENT = Prepared(
    lambda gaps: Shipment.objects.filter(pk=gaps.shipment, company_id=gaps.company).annotate(
        carried_lines=ArrayAgg("lines__order_line_id", order_by="lines__id"),
        carried_units=ArrayAgg("lines__shipped", order_by="lines__id"),
    )
)
_INVOICE = Prepared(
    lambda gaps: (
        Invoice.objects.select_for_update(of=("self",))
        .filter(shipment_id=gaps.shipment, kind=InvoiceKind.INVOICE)
        .exclude(state=InvoiceState.VOID)
        .order_by("pk")[:1]
    )
)


class AlreadyInvoiced(DomainError):
    """There is an invoice for this shipment."""

    code = "already_invoiced"


class NotShipped(DomainError):
    """Only what has left is invoiced."""

    code = "not_shipped"


@verb(events=(InvoicePosted, InvoicePaid))
def invoice_shipment(*, shipment_id: int, actor: Actor) -> Invoice:
    """Invoice what a shipment carried, and post it: freight, other charges and services come with the first one.

    A draft that somebody made before is filled anew and posted.

    Raises: NotShipped, AlreadyInvoiced, NothingToInvoice, HoldBlocks, NotFound
    Events: invoice_posted
    """
    require(actor, "billing.post_invoice")
    shipment, order = _locked(shipment_id, actor)
    invoice = _the_only(shipment) or new_draft(order, shipment_id=shipment.pk)
    if invoice.state != InvoiceState.DRAFT:
        raise AlreadyInvoiced(
            f"{shipment} is invoiced by {invoice}.", shipment=str(shipment), invoice=str(invoice), invoice_id=invoice.pk
        )
    refuse_if_held(order, "invoice")
    invoice.shipment = shipment
    lines, quantities = _what_to_bill(shipment, order)
    return post(invoice, order, lines, quantities, actor=actor)


@verb(silent="a draft tells nobody anything yet; posting it is the fact")
def draft_invoice(*, shipment_id: int, actor: Actor) -> Invoice:
    """Prepare the invoice of a shipment to look at it first; it has no number and bills nothing until it is posted.

    Raises: NotShipped, AlreadyInvoiced, NothingToInvoice, HoldBlocks, NotFound
    """
    require(actor, "billing.post_invoice")
    shipment, order = _locked(shipment_id, actor)
    if found := _the_only(shipment):
        raise AlreadyInvoiced(f"There is {found} for {shipment} already.", shipment=str(shipment), invoice_id=found.pk)
    refuse_if_held(order, "invoice")
    invoice = new_draft(order, shipment_id=shipment.pk)
    fill(invoice, *_what_to_bill(shipment, order))
    return invoice


def _locked(shipment_id: int, actor: Actor) -> tuple[Shipment, Order]:
    """The shipment that has left, with customer and order locked in this order."""
    shipment = _SHIPMENT.first(shipment=shipment_id, company=actor.company_id)
    if shipment is None:
        raise NotFound(f"There is no shipment {shipment_id}.", shipment_id=shipment_id)
    lock_customer(shipment.customer_id, actor)
    order = lifecycle.lock(shipment.order_id, actor)
    if shipment.state not in GONE:
        raise NotShipped(
            f"{shipment} is {shipment.get_state_display().lower()}; only what has left is invoiced.",
            shipment=str(shipment),
            state=shipment.state,
        )
    return shipment, order


def _the_only(shipment: Shipment) -> Invoice | None:
    return _INVOICE.first(shipment=shipment.pk)


def _what_to_bill(shipment: Any, order: Order) -> tuple[list[OrderLine], dict[int, Decimal]]:
    lines = ledger.open_lines(order.pk)
    carried: dict[int, Decimal] = defaultdict(Decimal)
    for line_id, units in zip(shipment.carried_lines, shipment.carried_units, strict=True):
        if line_id:  # a shipment without lines carries one that is nothing
            carried[line_id] += units
    return lines, to_invoice([billable(line) for line in lines], carried)

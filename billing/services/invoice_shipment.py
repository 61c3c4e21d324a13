from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from billing.conditions import Conditions, conditions_of, with_conditions
from billing.events import InvoicePaid, InvoicePosted
from billing.models import Invoice, InvoiceKind, InvoiceState
from billing.preflight.events import InvoicePreflightFailed, InvoicePreflightPassed
from billing.preflight.keeping import WAITING
from billing.rules import to_invoice
from billing.services.posting import as_mended, billable, fill, look_again, new_draft, post
from billing.services.receivable import lock_customer
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import ledger, lifecycle
from orders.core.models import Order, OrderLine
from orders.core.selectors.holds import refuse_if_held
from orders.fulfillment.models import Shipment, ShipmentLine
from orders.fulfillment.models.shipments import GONE

_LINES = ShipmentLine.objects.filter(shipment=OuterRef("pk")).order_by("id")
# What a shipment carried is no longer changed once it has left: it is read along with it.
_SHIPMENT = Prepared(
    lambda gaps: with_conditions(
        Shipment.objects.filter(pk=gaps.shipment, company_id=gaps.company), order="order__"
    ).annotate(
        carried_lines=ArraySubquery(_LINES.values("order_line_id")),
        carried_units=ArraySubquery(_LINES.values("shipped")),
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


@verb(events=(InvoicePosted, InvoicePaid, InvoicePreflightFailed, InvoicePreflightPassed))
def invoice_shipment(*, shipment_id: int, actor: Actor) -> Invoice:
    """Invoice what a shipment carried, and post it: freight, other charges and services come with the first one.

    A draft that somebody made before is filled anew and posted. What the pre-flight stops is not posted: the invoice
    that comes back says so by its state, and its findings say why.

    Raises: NotShipped, AlreadyInvoiced, NothingToInvoice, HoldBlocks, NotFound
    Events: invoice_posted, or invoice_preflight_failed
    """
    require(actor, "billing.post_invoice")
    shipment, order = _locked(shipment_id, actor)
    invoice = _the_only(shipment) or new_draft(order, shipment_id=shipment.pk)
    if invoice.state not in WAITING:
        raise AlreadyInvoiced(
            f"{shipment} is invoiced by {invoice}.", shipment=str(shipment), invoice=str(invoice), invoice_id=invoice.pk
        )
    refuse_if_held(order, "invoice")
    invoice.shipment = shipment
    as_mended(invoice, order)
    seen = conditions_of(shipment, shipment.order)
    lines, quantities = _what_to_bill(shipment, order, seen)
    return post(invoice, order, lines, quantities, seen=seen, actor=actor)


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
    seen = conditions_of(shipment, shipment.order)
    fill(invoice, *_what_to_bill(shipment, order, seen), seen)
    return invoice


def look_again_at_shipment(shipment_id: int, actor: Actor) -> Invoice:
    """Draw the waiting invoice of a shipment up anew and look it over. A building block of ``check_invoice``."""
    shipment, order = _locked(shipment_id, actor)
    invoice = _the_only(shipment)
    if invoice is None or invoice.state not in WAITING:
        raise AlreadyInvoiced(f"{shipment} has no invoice that waits.", shipment=str(shipment))
    as_mended(invoice, order)
    seen = conditions_of(shipment, shipment.order)
    return look_again(invoice, order, *_what_to_bill(shipment, order, seen), actor=actor)


def _locked(shipment_id: int, actor: Actor) -> tuple[Any, Order]:
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


def _what_to_bill(shipment: Any, order: Order, seen: Conditions) -> tuple[list[OrderLine], dict[int, Decimal]]:
    lines = ledger.open_lines(order.pk)
    carried: dict[int, Decimal] = defaultdict(Decimal)
    for line_id, units in zip(shipment.carried_lines, shipment.carried_units, strict=True):
        carried[line_id] += units
    return lines, to_invoice([billable(line) for line in lines], carried, seen.billing["freight"])

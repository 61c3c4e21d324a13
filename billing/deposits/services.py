"""Bill a deposit, and let the order go once it is paid."""

from decimal import Decimal
from typing import Final

from billing.conditions import conditions_for
from billing.deposits.rules import deposit_of
from billing.deposits.taking import wanted_by_tax
from billing.events import InvoicePaid, InvoicePosted
from billing.models import Invoice, InvoiceLine, InvoiceState
from billing.rules import left_to_invoice
from billing.services.posting import NothingToInvoice, billable, book, new_draft, total_up
from billing.services.receivable import lock_customer
from omc.lib.actor import Actor, require, system
from omc.lib.errors import DomainError
from omc.lib.money import plain, round_amount
from omc.lib.service import verb
from orders.core import ledger, lifecycle
from orders.core.events import HoldPlaced
from orders.core.models import Hold, HoldState, HoldType, LineKind, Order, OrderState
from orders.core.selectors.holds import refuse_if_held
from orders.core.services.holds import place_on, resolve_hold

HOLD: Final = "deposit"
_STATES: Final = (OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT)


class DepositRefused(DomainError):
    """There is no deposit to bill on this order, or it is billed already."""

    code = "deposit_refused"


def load_deposit_hold(company_id: int) -> None:
    """The kind of hold that every company has for it."""
    HoldType.objects.bulk_create(
        [
            HoldType(
                company_id=company_id,
                code=HOLD,
                name="Deposit not paid",
                cause="customer",
                blocks=["release"],
                resolve_permission="billing.record_payment",
                sla_minutes=4800,
            )
        ],
        ignore_conflicts=True,
    )


@verb(events=(InvoicePosted, InvoicePaid, HoldPlaced))
def invoice_deposit(*, order_id: int, actor: Actor) -> Invoice:
    """Bill the deposit that is agreed for an order, once, and hold its release until it is paid where that is agreed.

    Raises: DepositRefused, NothingToInvoice, HoldBlocks, OrderNotFound
    Events: invoice_posted; hold_placed
    """
    require(actor, "billing.post_invoice")
    customer_id = Order.objects.filter(pk=order_id, company_id=actor.company_id).values_list("customer_id", flat=True)
    if not customer_id:
        raise lifecycle.OrderNotFound(f"There is no order {order_id}.", order_id=order_id)
    lock_customer(customer_id[0], actor)
    order = lifecycle.lock(order_id, actor)
    seen = conditions_for(order.pk)
    percent = seen.billing["deposit_percent"]
    if not percent:
        raise DepositRefused(f"No deposit is agreed for {order}.", order=str(order))
    if seen.has_deposit:
        raise DepositRefused(f"The deposit of {order} is billed already.", order=str(order))
    if order.state not in _STATES:
        raise DepositRefused(f"{order} is {order.get_state_display().lower()}: no deposit is billed.", order=str(order))
    refuse_if_held(order, "invoice")
    lines = ledger.open_lines(order.pk)
    invoice = new_draft(order)
    invoice.is_deposit = True
    shares = deposit_of(wanted_by_tax(lines), percent)
    words = f"Deposit of {plain(percent)} % on order {order}"
    rows = [
        InvoiceLine(
            invoice=invoice,
            position=position,
            kind=LineKind.CHARGE,
            description=words,
            typed_quantity=Decimal(1),
            quantity=Decimal(1),
            unit_price=share.net,
            net_amount=share.net,
            net_base=round_amount(share.net * invoice.currency_rate),
            tax_code=code,
            tax_rate=rate,
            tax_amount=share.tax,
        )
        for position, ((code, rate), share) in enumerate(sorted(shares.items()), start=1)
    ]
    if not rows:
        raise NothingToInvoice(f"There is nothing to bill on {order}.", order=str(order))
    total_up(invoice, rows)
    left = left_to_invoice([billable(line) for line in lines], {}, seen.billing["freight"])
    book(invoice, order, rows, seen, moves=[], left=left, judged=[], actor=actor)
    if seen.billing["deposit_holds"] and invoice.open_amount:
        place_on(order, [(HOLD, f"{words} is not paid: {invoice.number}")], actor=actor)
    return invoice


def let_go(invoice_id: int, company_id: int) -> None:
    """Lift the hold of an order whose deposit is paid. Events: hold_resolved"""
    invoice = Invoice.objects.filter(
        pk=invoice_id, company_id=company_id, is_deposit=True, state=InvoiceState.PAID
    ).first()
    if invoice is None or invoice.order_id is None:
        return
    hold = (
        Hold.objects.filter(order_id=invoice.order_id, hold_type__code=HOLD).exclude(status=HoldState.RESOLVED).first()
    )
    if hold is not None:
        resolve_hold(hold_id=hold.pk, resolution=f"{invoice.number} is paid.", actor=system("deposit paid", company_id))

"""Building block of payments and credits: so much settles so much of which invoices."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from billing.dues import follow_dues
from billing.events import InvoicePaid, InvoicePartPaid
from billing.machines import INVOICE
from billing.models import Application, Invoice, InvoiceState, Payment, WriteOff
from billing.rules import settled_base
from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import eventlog

_SOURCES: Final[dict[type, str]] = {Payment: "payment", Invoice: "credit_note", WriteOff: "write_off"}


def settle(
    invoices: Sequence[Invoice],
    amounts: Mapping[int, Decimal],
    *,
    by: Payment | Invoice | WriteOff,
    actor: Actor,
    discounts: Mapping[int, Decimal] | None = None,
) -> Decimal:
    """Take the amounts off locked invoices; answers what fell off the receivable in company currency.

    ``discounts`` says what part of an invoice's amount was saved by paying early.

    Events: invoice_part_paid, invoice_paid
    """
    if not amounts:
        return Decimal(0)
    at = clock.now()
    source = {_SOURCES[type(by)]: by}
    saved = discounts or {}
    settled = [invoice for invoice in invoices if amounts.get(invoice.pk)]
    Application.objects.bulk_create(
        Application(
            **source,
            invoice=invoice,
            amount=amounts[invoice.pk],
            discount_amount=saved.get(invoice.pk, Decimal(0)),
            at=at,
        )
        for invoice in settled
    )
    base = Decimal(0)
    for invoice in settled:
        before = invoice.open_amount
        invoice.open_amount -= amounts[invoice.pk]
        invoice.paid_at = None if invoice.open_amount else at
        base += settled_base(before, invoice.open_amount, invoice.total_amount, invoice.total_base)
    Invoice.objects.bulk_update(settled, ["open_amount", "paid_at"])
    follow_dues([invoice.pk for invoice in settled])
    untouched = [item for item in settled if item.state == InvoiceState.POSTED]
    begun = [item for item in settled if item.state == InvoiceState.PART_PAID]
    for group in (untouched, begun):
        _move(group, amounts, str(by), actor)
    return base


def _move(invoices: Sequence[Invoice], amounts: Mapping[int, Decimal], source: str, actor: Actor) -> None:
    """Write the event of each invoice, all of one state, and move those whose state changes."""
    paid = [invoice for invoice in invoices if not invoice.open_amount]
    part = [invoice for invoice in invoices if invoice.open_amount]
    facts = [
        InvoicePartPaid(
            invoice=str(invoice),
            amount=amounts[invoice.pk],
            open_amount=invoice.open_amount,
            currency=invoice.currency,
            source=source,
        )
        for invoice in part
    ]
    if part and part[0].state == InvoiceState.PART_PAID:
        eventlog.record_many(part, facts, actor=actor)
    else:
        INVOICE.advance_many(part, InvoiceState.PART_PAID, facts, actor=actor, record=eventlog.record_many)
    today = clock.now().date()
    INVOICE.advance_many(
        paid,
        InvoiceState.PAID,
        [
            InvoicePaid(
                invoice=str(invoice),
                amount=amounts[invoice.pk],
                currency=invoice.currency,
                source=source,
                days_late=max((today - (invoice.due_date or today)).days, 0),
            )
            for invoice in paid
        ],
        actor=actor,
        record=eventlog.record_many,
    )

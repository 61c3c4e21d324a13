from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum

from billing.corrections.events import InvoiceReopened, PaymentRefunded, PaymentReversed
from billing.dues import follow_dues
from billing.machines import INVOICE, PAYMENT
from billing.models import Account, Application, Invoice, InvoiceState, Payment, PaymentState, Posting
from billing.rules import Entry, settled_base
from billing.services import books, receivable
from billing.services.record_payment import PaymentRefused
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.money import CENT, ZERO, round_amount
from omc.lib.service import verb
from orders.core import eventlog, lifecycle
from orders.core.selectors.companies import today


@verb(events=(PaymentReversed, InvoiceReopened))
def reverse_payment(*, payment_id: int, reason: str, actor: Actor) -> Payment:
    """Take a payment back that was recorded wrongly, or that the bank took back: what it settled is open again.

    The books show it: entries of their own undo those of the payment, on today's date. Discounts taken with it are lost.

    Raises: PaymentRefused when part of it was paid back, IllegalTransition, InvalidInput without a reason, NotFound
    Events: payment_reversed; invoice_reopened per invoice
    """
    require(actor, "billing.record_payment")
    payment = _lock(payment_id, actor)
    PAYMENT.check(payment, PaymentState.REVERSED)
    if not reason.strip():
        raise InvalidInput("Say why it is reversed.", field="reason")
    if payment.refunded_amount:
        raise PaymentRefused(f"Part of {payment} was paid back to the customer; it cannot be reversed.", field="reason")
    applied = list(payment.applications.filter(reversed_at=None).order_by("id"))
    invoices = list(Invoice.objects.filter(pk__in=[one.invoice_id for one in applied]).order_by("id"))
    lifecycle.lock_many([invoice.order_id for invoice in invoices if invoice.order_id], actor)
    reopened_base = _reopen(payment, invoices, applied, actor)
    entries = [Entry(account, -balance) for account, balance in _balances(payment).items()]
    day = today(payment.company)
    payment.unapplied_amount = ZERO
    payment.save(update_fields=["unapplied_amount"])
    fact = PaymentReversed(
        payment=payment.number, amount=payment.amount, currency=payment.currency, reason=reason.strip()[:300]
    )
    stamp = {"reason": reason.strip()[:300]}
    PAYMENT.advance(payment, PaymentState.REVERSED, fact, actor=actor, record=eventlog.record_many, stamp=stamp)
    books.write(payment, [*entries, Entry(Account.RECEIVABLE, reopened_base)], day=day)
    receivable.publish(payment.company, [payment.customer_id], with_behavior=True)
    return payment


@verb(events=(PaymentRefunded,))
def refund_payment(*, payment_id: int, reason: str, actor: Actor, amount: Decimal | None = None) -> Payment:
    """Pay back what of a payment lies on account, or an ``amount`` of it.

    Units: the payment's currency. Raises: PaymentRefused for more than lies there, InvalidInput, NotFound
    Events: payment_refunded
    """
    require(actor, "billing.record_payment")
    payment = _lock(payment_id, actor)
    if not reason.strip():
        raise InvalidInput("Say why it is paid back.", field="reason")
    before = payment.unapplied_amount
    amount = before if amount is None else amount
    if amount <= 0 or amount != amount.quantize(CENT) or amount > before:
        raise PaymentRefused(
            f"{before:,.2f} {payment.currency} of {payment} lie on account; {amount:,.2f} cannot be paid back.",
            field="amount",
        )
    payment.unapplied_amount, payment.refunded_amount = before - amount, payment.refunded_amount + amount
    payment.save(update_fields=["unapplied_amount", "refunded_amount"])
    whole_base = round_amount(payment.amount * payment.currency_rate)
    freed = settled_base(before, payment.unapplied_amount, payment.amount, whole_base)
    entries = [Entry(Account.ON_ACCOUNT, freed), Entry(Account.CASH, -freed)]
    books.write(payment, entries, day=today(payment.company))
    fact = PaymentRefunded(
        payment=payment.number, amount=amount, currency=payment.currency, reason=reason.strip()[:300]
    )
    if payment.unapplied_amount:
        eventlog.record(payment, fact, actor=actor)
    else:
        PAYMENT.advance(payment, PaymentState.APPLIED, fact, actor=actor, record=eventlog.record_many)
    receivable.publish(payment.company, [payment.customer_id])
    return payment


def _lock(payment_id: int, actor: Actor) -> Payment:
    found = Payment.objects.filter(pk=payment_id, company_id=actor.company_id).values_list("customer_id", flat=True)
    if not found:
        raise NotFound(f"There is no payment {payment_id}.", payment_id=payment_id)
    receivable.lock_customer(found[0], actor)
    payment: Payment = Payment.objects.select_for_update(of=("self",)).select_related("company").get(pk=payment_id)
    return payment


def _balances(payment: Payment) -> dict[str, Decimal]:
    """What a payment's entries come to so far, by account. The receivable is counted anew, and what differs follows it."""
    rows = Posting.objects.filter(document_type="payment", document_id=payment.pk).values_list("account")
    found = dict(rows.annotate(balance=Sum("debit") - Sum("credit")))
    found.pop(Account.RECEIVABLE, None)
    found.pop(Account.EXCHANGE, None)
    return found


def _reopen(payment: Payment, invoices: Sequence[Invoice], applied: Sequence[Application], actor: Actor) -> Decimal:
    """Put back on locked invoices what the payment had taken off; answers what that adds to the receivable."""
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    for one in applied:
        amounts[one.invoice_id] += one.amount
    Application.objects.filter(pk__in=[one.pk for one in applied]).update(reversed_at=clock.now())
    base = ZERO
    for invoice in invoices:
        before = invoice.open_amount
        invoice.open_amount += amounts[invoice.pk]
        invoice.paid_at = None
        base -= settled_base(before, invoice.open_amount, invoice.total_amount, invoice.total_base)
        to = InvoiceState.POSTED if invoice.open_amount == invoice.total_amount else InvoiceState.PART_PAID
        fact = InvoiceReopened(
            invoice=str(invoice),
            payment=payment.number,
            open_amount=invoice.open_amount,
            currency=invoice.currency,
            due_date=str(invoice.due_date or today(payment.company)),
        )
        stamp = {"open_amount": invoice.open_amount, "paid_at": None}
        if to == invoice.state:
            eventlog.record(invoice, fact, actor=actor, stamp=stamp)
        else:
            INVOICE.advance(invoice, to, fact, actor=actor, record=eventlog.record_many, stamp=stamp)
    follow_dues([invoice.pk for invoice in invoices])
    return base

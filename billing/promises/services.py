"""Writes of promises to pay: give one, and see whether it was kept."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from billing.models import Invoice, InvoiceKind, PaymentPromise, PromiseState
from billing.promises.events import PaymentPromised, PaymentPromiseEnded
from billing.promises.machines import PROMISE
from billing.rules import base_of
from billing.services.receivable import lock_customer
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import CENT
from omc.lib.service import verb
from orders.core import eventlog, lifecycle
from orders.core.models import Company
from orders.core.selectors.companies import today

RECORD: Final = "billing.record_promise"
BY_LINK: Final = "billing.answer_invoice"  # what the invoice's signed page grants
LONGEST_DAYS: Final = 90
BATCH: Final = 200


class PromiseRefused(DomainError):
    """This cannot be promised."""

    code = "promise_refused"


@verb(events=(PaymentPromised, PaymentPromiseEnded))
def promise_payment(
    *,
    invoice_id: int,
    promised_on: date,
    actor: Actor,
    amount: Decimal | None = None,
    words: str = "",
    name: str = "",
) -> PaymentPromise:
    """Write down that a customer will pay an invoice (or so much of it) by a day. A later word replaces an earlier one.

    The same said again is the same promise. Units: ``amount`` in the invoice's currency, by default all that is open.
    Raises: PromiseRefused for what is not open, InvalidInput for a day that is past or too far, NotFound
    Events: payment_promised; payment_promise_ended on the one that it replaces
    """
    by_customer = actor.can(BY_LINK) and not actor.is_system and actor.user_id is None
    require(actor, BY_LINK if by_customer else RECORD)
    known = Invoice.objects.filter(pk=invoice_id, company_id=actor.company_id).values_list("customer_id", "order_id")
    if not known:
        raise NotFound(f"There is no invoice {invoice_id}.", invoice_id=invoice_id)
    customer = lock_customer(known[0][0], actor)
    if known[0][1]:
        lifecycle.lock(known[0][1], actor)
    invoice = Invoice.objects.get(pk=invoice_id)
    if invoice.kind != InvoiceKind.INVOICE or invoice.invoice_date is None or not invoice.open_amount:
        raise PromiseRefused(f"Nothing of {invoice} is open.", field="amount")
    now = today(customer.company)
    if not now <= promised_on <= now + timedelta(days=LONGEST_DAYS):
        raise InvalidInput(f"The day is one of the next {LONGEST_DAYS} days.", field="promised_on")
    amount = invoice.open_amount if amount is None else amount
    if amount <= 0 or amount != amount.quantize(CENT) or amount > invoice.open_amount:
        raise InvalidInput(
            f"The amount is more than nothing and at most the {invoice.open_amount:,.2f} {invoice.currency} that are open.",
            field="amount",
        )
    standing = PaymentPromise.objects.select_for_update().filter(invoice=invoice, state=PromiseState.OPEN).first()
    if standing is not None:
        if (standing.promised_on, standing.amount) == (promised_on, amount):
            return standing
        standing.invoice = invoice
        _end([standing], PromiseState.SUPERSEDED, actor)
    given = PaymentPromise.objects.create(
        company_id=invoice.company_id,
        invoice=invoice,
        customer=customer,
        order_id=invoice.order_id,
        currency=invoice.currency,
        amount=amount,
        amount_base=base_of(amount, invoice.total_amount, invoice.total_base),
        open_before=invoice.open_amount,
        promised_on=promised_on,
        words=words.strip()[:300],
        by_customer=by_customer,
        name=name.strip()[:120],
        contact_id=actor.contact_id,
        recorded_by_id=actor.user_id,
        given_at=clock.now(),
    )
    fact = PaymentPromised(
        invoice=str(invoice),
        amount=amount,
        currency=invoice.currency,
        promised_on=promised_on,
        by_customer=by_customer,
    )
    eventlog.record(given, fact, actor=actor, to_state=PromiseState.OPEN)
    return given


@verb(events=(PaymentPromiseEnded,))
def review_promises(*, actor: Actor, invoice_id: int | None = None) -> int:
    """See which promises were kept (their amount came in) and which were broken (their day is over); returns how many.

    Run when money came in for an invoice, and every day for all of the company.
    Events: payment_promise_ended
    """
    require(actor, RECORD)
    now = today(Company.objects.get(pk=actor.company_id))
    rows = PaymentPromise.objects.filter(company_id=actor.company_id, state=PromiseState.OPEN)
    rows = rows.filter(promised_on__lt=now) if invoice_id is None else rows.filter(invoice_id=invoice_id)
    found = list(rows.order_by("id").values_list("pk", "order_id")[:BATCH])
    lifecycle.lock_many(sorted({order_id for _pk, order_id in found if order_id}), actor)
    waiting = list(
        PaymentPromise.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=[pk for pk, _order_id in found], state=PromiseState.OPEN)
        .select_related("invoice")
        .order_by("id")
    )
    kept = [one for one in waiting if one.open_before - one.invoice.open_amount >= one.amount]
    broken = [one for one in waiting if one not in kept and one.promised_on < now]
    _end([one for one in kept if one.promised_on >= _settled_on(one, now)], PromiseState.KEPT, actor)
    late = [one for one in kept if one.promised_on < _settled_on(one, now)]
    _end([*late, *broken], PromiseState.BROKEN, actor)
    return len(kept) + len(broken)


def _settled_on(promise: PaymentPromise, now: date) -> date:
    """The day on which the last of what settled the invoice came in."""
    last = promise.invoice.applications.filter(reversed_at=None).order_by("-at").first()
    if last is None:
        return now
    return last.payment.received_on if last.payment else last.at.date()


def _end(promises: Sequence[PaymentPromise], to: PromiseState, actor: Actor) -> None:
    facts = [
        PaymentPromiseEnded(invoice=str(one.invoice), promised_on=one.promised_on, outcome=str(to.label))
        for one in promises
    ]
    stamp = {"ended_at": clock.now()}
    PROMISE.advance_many(promises, to, facts, actor=actor, record=eventlog.record_many, stamp=stamp)

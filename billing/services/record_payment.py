from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from billing.events import InvoicePaid, InvoicePartPaid, PaymentApplied, PaymentRecorded
from billing.machines import PAYMENT
from billing.models import Account, Invoice, InvoiceKind, Payment, PaymentState
from billing.rules import Early, Entry, OpenItem, allocate, base_of, paid_early, settled_base
from billing.services import books, receivable
from billing.services.settling import settle
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import CENT, round_amount
from omc.lib.service import verb
from orders.core import eventlog, lifecycle, numbers
from orders.core.models import Company, Customer
from orders.core.services.search import Findable, index
from orders.pricing.services import rate_of


class PaymentRefused(DomainError):
    """The payment cannot be applied like this."""

    code = "payment_refused"


@verb(events=(PaymentRecorded, PaymentApplied, InvoicePartPaid, InvoicePaid))
def record_payment(
    *,
    customer_id: int,
    amount: Decimal,
    received_on: date,
    actor: Actor,
    method: str = "transfer",
    reference: str = "",
    apply: Mapping[int, Decimal] | None = None,
    currency: str = "",
    take_discount: bool = True,
) -> Payment:
    """Record money that came in, and settle invoices with it; what is left lies on account.

    ``apply`` says which invoices and how much of each; without it those that the reference names, then the oldest.
    Only invoices in the payment's currency (by default the customer's) are settled. Where it pays invoices within the
    days of their discount exactly less that discount, they are settled (unless ``take_discount`` is no).

    Raises: InvalidInput, PaymentRefused when more is applied than came in or than is open, NotFound
    Events: payment_recorded, payment_applied; per invoice invoice_part_paid or invoice_paid
    """
    require(actor, "billing.record_payment")
    if amount <= 0 or amount != amount.quantize(CENT):
        raise InvalidInput("The amount is more than nothing, with at most two decimals.", field="amount")
    customer = receivable.lock_customer(customer_id, actor)
    if received_on > clock.today(customer.company.time_zone):
        raise InvalidInput("Money cannot have come in after today.", field="received_on")
    currency = currency or customer.currency
    invoices = _open_invoices(customer, currency)
    offers = [early_of(item) for item in invoices if _is_early(item, received_on)] if take_discount else []
    if apply is not None:
        amounts = _chosen(invoices, amount, apply)
    else:
        amounts = paid_early(amount, offers, reference) or allocate(amount, _items(invoices), reference)
    discounts = {offer.invoice_id: offer.saved for offer in offers if amounts.get(offer.invoice_id) == offer.to_pay}
    applied = sum(amounts.values(), Decimal(0))
    _lock_orders(invoices, amounts, actor)
    payment = Payment.objects.create(
        company_id=actor.company_id,
        number=numbers.next_number(actor.company_id, "payment"),
        customer=customer,
        currency=currency,
        currency_rate=_rate(customer.company, currency, received_on),
        amount=amount,
        unapplied_amount=amount - applied,
        received_on=received_on,
        method=method[:20],
        reference=reference.strip()[:80],
        recorded_by_id=actor.user_id,
        created_at=clock.now(),
    )
    recorded = PaymentRecorded(
        payment=payment.number, amount=amount, currency=currency, method=payment.method, received_on=received_on
    )
    eventlog.record(payment, recorded, actor=actor)
    whole = {pk: part + discounts.get(pk, Decimal(0)) for pk, part in amounts.items()}
    settled_base_amount = settle(invoices, whole, by=payment, actor=actor, discounts=discounts)
    saved = [_saved_base(item, discounts[item.pk]) for item in invoices if item.pk in discounts]
    cash_base, unapplied_base = (
        round_amount(value * payment.currency_rate) for value in (amount, payment.unapplied_amount)
    )
    books.write(
        payment,
        [
            Entry(Account.CASH, cash_base),
            Entry(Account.DISCOUNT, sum((net for net, _tax in saved), Decimal(0))),
            Entry(Account.TAX, sum((tax for _net, tax in saved), Decimal(0))),
            Entry(Account.RECEIVABLE, -settled_base_amount),
            Entry(Account.ON_ACCOUNT, -unapplied_base),
        ],
        day=received_on,
    )
    if amounts:
        _applied(payment, applied, len(amounts), actor)
    receivable.publish(customer.company, [customer.pk], with_behavior=True)
    index(payment.company_id, [findable(payment)])
    return payment


@verb(events=(PaymentApplied, InvoicePartPaid, InvoicePaid))
def apply_payment(*, payment_id: int, actor: Actor, apply: Mapping[int, Decimal] | None = None) -> Payment:
    """Settle invoices with what a payment left on account: the named ones, else the oldest.

    Raises: PaymentRefused, NotFound
    Events: payment_applied; per invoice invoice_part_paid or invoice_paid
    """
    require(actor, "billing.record_payment")
    found = Payment.objects.filter(pk=payment_id, company_id=actor.company_id).values_list("customer_id", flat=True)
    if not found:
        raise NotFound(f"There is no payment {payment_id}.", payment_id=payment_id)
    customer = receivable.lock_customer(found[0], actor)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    before = payment.unapplied_amount
    invoices = _open_invoices(customer, payment.currency)
    amounts = _chosen(invoices, before, apply) if apply is not None else allocate(before, _items(invoices))
    applied = sum(amounts.values(), Decimal(0))
    if not applied:
        raise PaymentRefused(f"There is nothing that {payment} could settle.", payment=payment.number)
    _lock_orders(invoices, amounts, actor)
    payment.unapplied_amount = before - applied
    payment.save(update_fields=["unapplied_amount"])
    settled_base_amount = settle(invoices, amounts, by=payment, actor=actor)
    whole_base = round_amount(payment.amount * payment.currency_rate)
    freed = settled_base(before, payment.unapplied_amount, payment.amount, whole_base)
    entries = [Entry(Account.ON_ACCOUNT, freed), Entry(Account.RECEIVABLE, -settled_base_amount)]
    books.write(payment, entries, day=clock.today(customer.company.time_zone))
    _applied(payment, applied, len(amounts), actor)
    receivable.publish(customer.company, [customer.pk], with_behavior=True)
    return payment


def _open_invoices(customer: Customer, currency: str) -> list[Invoice]:
    """The customer's open invoices by id; the lock on the customer keeps others from changing them."""
    return list(
        Invoice.objects.filter(
            customer=customer,
            currency=currency,
            kind=InvoiceKind.INVOICE,
            open_amount__gt=0,
            invoice_date__isnull=False,
        ).order_by("id")
    )


def _is_early(invoice: Invoice, day: date) -> bool:
    """Whether an invoice that nothing was paid of yet may still be paid less its discount."""
    in_time = invoice.discount_until is not None and day <= invoice.discount_until
    return in_time and invoice.discount_amount > 0 and invoice.open_amount == invoice.total_amount


def early_of(invoice: Invoice) -> Early:
    return Early(invoice.pk, str(invoice.number), invoice.total_amount, invoice.discount_amount)


def _saved_base(invoice: Invoice, discount: Decimal) -> tuple[Decimal, Decimal]:
    """A discount in company currency, taken apart into net and the tax that is no longer owed on it."""
    net = base_of(discount, invoice.total_amount, invoice.net_base)
    return net, base_of(discount, invoice.total_amount, invoice.total_base) - net


def _lock_orders(invoices: Sequence[Invoice], amounts: Mapping[int, Decimal], actor: Actor) -> None:
    """Settling moves the duties of the invoices' orders."""
    lifecycle.lock_many([item.order_id for item in invoices if item.order_id and item.pk in amounts], actor)


def _items(invoices: Sequence[Invoice]) -> list[OpenItem]:
    return [
        OpenItem(item.pk, str(item.number), item.due_date or item.created_at.date(), item.open_amount)
        for item in invoices
    ]


def _chosen(invoices: Sequence[Invoice], amount: Decimal, apply: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What the person said, checked against what came in and what is open."""
    open_amounts = {invoice.pk: invoice for invoice in invoices}
    for invoice_id, part in apply.items():
        invoice = open_amounts.get(invoice_id)
        if invoice is None:
            raise PaymentRefused(
                f"Invoice {invoice_id} is not an open one of this customer in this currency.",
                field=f"apply_{invoice_id}",
                invoice_id=invoice_id,
            )
        if part <= 0 or part != part.quantize(CENT) or part > invoice.open_amount:
            raise PaymentRefused(
                f"{invoice}: {invoice.open_amount:,.2f} {invoice.currency} are open; {part:,.2f} cannot be applied.",
                field=f"apply_{invoice_id}",
                invoice_id=invoice_id,
            )
    if sum(apply.values(), Decimal(0)) > amount:
        raise PaymentRefused("More is applied than came in.", field="amount", applied=str(sum(apply.values())))
    return dict(apply)


def _rate(company: Company, currency: str, on: date) -> Decimal:
    return Decimal(1) if currency == company.currency else rate_of(company_id=company.pk, currency=currency, on=on)


def _applied(payment: Payment, amount: Decimal, invoices: int, actor: Actor) -> None:
    event = PaymentApplied(
        payment=payment.number,
        applied_amount=amount,
        unapplied_amount=payment.unapplied_amount,
        currency=payment.currency,
        invoices=invoices,
    )
    if payment.unapplied_amount:
        eventlog.record(payment, event, actor=actor)
    else:
        PAYMENT.advance(payment, PaymentState.APPLIED, event, actor=actor, record=eventlog.record_many)


def findable(payment: Payment) -> Findable:
    return Findable(
        kind="payment",
        object_id=payment.pk,
        title=f"{payment.number} · {payment.customer.name}",
        url=f"/billing/payments/{payment.pk}/",
        words=[payment.reference],
        permission="billing.view_invoice",
    )

from decimal import Decimal
from typing import Final

from billing.corrections.events import WriteOffRefused, WriteOffRequested, WrittenOff
from billing.corrections.machines import WRITE_OFF
from billing.events import InvoicePaid, InvoicePartPaid
from billing.models import Account, Invoice, InvoiceKind, WriteOff, WriteOffState
from billing.rules import Entry, base_of
from billing.services import books, receivable
from billing.services.settling import settle
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound, PermissionRefused
from omc.lib.money import CENT, ZERO
from omc.lib.service import verb
from orders.core import eventlog, lifecycle
from orders.core.selectors.companies import settings_in_force, today

PERMISSION: Final = "billing.record_payment"
LIMITS: Final = {role: f"billing.write_off_limit_{role}" for role in ("billing", "credit", "admin")}


class WriteOffNotPossible(DomainError):
    """So much of this invoice cannot be written off."""

    code = "write_off_not_possible"


class OwnWriteOff(PermissionRefused):
    """Above one's own limit somebody else has to agree, whose limit may be as low."""

    code = "own_write_off"


def limit_of(actor: Actor) -> Decimal:
    """How much the actor's roles may write off without asking anybody, in company currency. The system may nothing."""
    keys = [LIMITS[role] for role in sorted(actor.roles) if role in LIMITS]
    found = settings_in_force(actor.company_id, keys) if keys else {}
    return max((Decimal(str(value)) for value in found.values()), default=ZERO)


@verb(events=(WrittenOff, WriteOffRequested, InvoicePaid, InvoicePartPaid))
def write_off(*, invoice_id: int, reason: str, actor: Actor, amount: Decimal | None = None) -> WriteOff:
    """Give up what is open of an invoice, or an ``amount`` of it; above the actor's limit a second person must agree.

    Units: ``amount`` in the invoice's currency; limits in company currency.
    Raises: WriteOffNotPossible for more than is open or what waits already, InvalidInput, NotFound
    Events: written_off with invoice_paid or invoice_part_paid; above the limit write_off_requested
    """
    require(actor, PERMISSION)
    invoice = _lock(invoice_id, actor)
    if not reason.strip():
        raise InvalidInput("Say why it is written off.", field="reason")
    amount = invoice.open_amount if amount is None else amount
    if amount <= 0 or amount != amount.quantize(CENT) or amount > invoice.open_amount:
        raise WriteOffNotPossible(
            f"{invoice.open_amount:,.2f} {invoice.currency} of {invoice} are open; {amount:,.2f} cannot be written off.",
            field="amount",
        )
    if WriteOff.objects.filter(invoice=invoice, state=WriteOffState.REQUESTED).exists():
        raise WriteOffNotPossible(f"A write-off on {invoice} waits to be agreed to already.", field="amount")
    given_up = WriteOff.objects.create(
        company_id=invoice.company_id,
        invoice=invoice,
        customer_id=invoice.customer_id,
        order_id=invoice.order_id,
        currency=invoice.currency,
        amount=amount,
        amount_base=base_of(amount, invoice.total_amount, invoice.total_base),
        reason=reason.strip()[:300],
        requested_by_id=actor.user_id,
        requested_at=clock.now(),
    )
    if given_up.amount_base <= limit_of(actor):
        _apply(given_up, invoice, actor)
        return given_up
    asked = WriteOffRequested(invoice=str(invoice), amount=amount, currency=invoice.currency, reason=given_up.reason)
    eventlog.record(given_up, asked, actor=actor, to_state=WriteOffState.REQUESTED)
    return given_up


@verb(events=(WrittenOff, WriteOffRefused, InvoicePaid, InvoicePartPaid))
def decide_write_off(*, write_off_id: int, agree: bool, actor: Actor) -> WriteOff:
    """Agree to a write-off above a colleague's limit, or refuse it. Nobody decides about their own.

    Raises: OwnWriteOff, WriteOffNotPossible when less is open by now, IllegalTransition, NotFound
    Events: written_off with invoice_paid or invoice_part_paid, or write_off_refused
    """
    require(actor, PERMISSION)
    known = WriteOff.objects.filter(pk=write_off_id, company_id=actor.company_id).values_list("invoice_id", flat=True)
    if not known:
        raise NotFound(f"There is no write-off {write_off_id}.", write_off_id=write_off_id)
    invoice = _lock(known[0], actor)
    given_up = WriteOff.objects.select_for_update(of=("self",)).get(pk=write_off_id)
    WRITE_OFF.check(given_up, WriteOffState.APPLIED if agree else WriteOffState.REFUSED)
    if actor.user_id is not None and actor.user_id == given_up.requested_by_id:
        raise OwnWriteOff("You asked for it; a colleague has to decide.")
    if not agree:
        stamp = {"decided_by": actor.user_id, "decided_at": clock.now()}
        refused = WriteOffRefused(invoice=str(invoice))
        WRITE_OFF.advance(
            given_up, WriteOffState.REFUSED, refused, actor=actor, record=eventlog.record_many, stamp=stamp
        )
        return given_up
    if given_up.amount > invoice.open_amount:
        raise WriteOffNotPossible(
            f"Only {invoice.open_amount:,.2f} {invoice.currency} of {invoice} are still open; refuse it and ask anew."
        )
    _apply(given_up, invoice, actor)
    return given_up


def _lock(invoice_id: int, actor: Actor) -> Invoice:
    """The invoice under its customer's lock, and its order's."""
    known = Invoice.objects.filter(pk=invoice_id, company_id=actor.company_id).values_list("customer_id", "order_id")
    if not known:
        raise NotFound(f"There is no invoice {invoice_id}.", invoice_id=invoice_id)
    receivable.lock_customer(known[0][0], actor)
    if known[0][1]:
        lifecycle.lock(known[0][1], actor)
    invoice = Invoice.objects.select_related("company").get(pk=invoice_id)
    if invoice.kind != InvoiceKind.INVOICE or invoice.invoice_date is None:
        raise WriteOffNotPossible(f"{invoice} is no posted invoice.", invoice_id=invoice_id)
    return invoice


def _apply(given_up: WriteOff, invoice: Invoice, actor: Actor) -> None:
    fact = WrittenOff(invoice=str(invoice), amount=given_up.amount, currency=given_up.currency, reason=given_up.reason)
    stamp = {"decided_by": actor.user_id, "decided_at": clock.now()}
    WRITE_OFF.advance(given_up, WriteOffState.APPLIED, fact, actor=actor, record=eventlog.record_many, stamp=stamp)
    fallen = settle([invoice], {invoice.pk: given_up.amount}, by=given_up, actor=actor)
    entries = [Entry(Account.WRITE_OFF, fallen), Entry(Account.RECEIVABLE, -fallen)]
    books.write(given_up, entries, day=today(invoice.company))
    receivable.publish(invoice.company, [invoice.customer_id], with_behavior=True)

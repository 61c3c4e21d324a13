from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Func, Value

from billing.disputes.events import DisputeOpened
from billing.disputes.rules import proposed_stage
from billing.disputes.selectors import disputed_amount
from billing.disputes.services.facts import publish_disputes
from billing.models import Dispute, DisputeReason, DisputeState, Invoice, InvoiceKind, InvoiceLine
from billing.rules import base_of
from billing.services.receivable import lock_customer
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import CENT
from omc.lib.service import verb
from orders.core import eventlog, lifecycle
from orders.core.models import Company
from orders.core.selectors.companies import setting
from orders.pricing.rules.prices import overrides

RAISE: Final = "billing.raise_dispute"
BY_LINK: Final = "billing.answer_invoice"  # what the invoice's signed page grants
SERVICE_DAYS: Final = "billing.dispute_days"
DAY_MINUTES: Final = 480
LONGEST: Final = 2000


class DisputeRefused(DomainError):
    """This cannot be disputed, or not so much of it."""

    code = "dispute_refused"


@verb(events=(DisputeOpened,))
def raise_dispute(
    *,
    invoice_id: int,
    reason: str,
    actor: Actor,
    amount: Decimal | None = None,
    line_id: int | None = None,
    words: str = "",
    name: str = "",
    stage: int | None = None,
) -> Dispute:
    """Write down that a customer does not want to pay an invoice, or one line of it, and why.

    Without an ``amount`` all that is open and not disputed, of a line at most what it bears. ``stage`` is who caused
    it, by default the one that the reason points to. The same said again while it is open is the same dispute.

    Units: ``amount`` with tax in the invoice's currency.
    Raises: DisputeRefused for what is not posted, not open, or disputed already; InvalidInput, NotFound
    Events: dispute_opened
    """
    by_customer = actor.can(BY_LINK) and not actor.is_system and actor.user_id is None
    require(actor, BY_LINK if by_customer else RAISE)
    known = Invoice.objects.filter(pk=invoice_id, company_id=actor.company_id).values_list("customer_id", "order_id")
    if not known:
        raise NotFound(f"There is no invoice {invoice_id}.", invoice_id=invoice_id)
    customer = lock_customer(known[0][0], actor)
    if known[0][1]:
        lifecycle.lock(known[0][1], actor)
    invoice = Invoice.objects.get(pk=invoice_id)
    if reason not in DisputeReason.values:
        raise InvalidInput("Choose why it is disputed.", field="reason")
    line = _line(invoice, line_id)
    standing = Dispute.objects.filter(invoice=invoice, line=line, state=DisputeState.OPEN).first()
    if standing is not None:
        if standing.reason == reason and standing.words == _said(words):
            return standing
        raise DisputeRefused(
            f"{'This line' if line else invoice} is in dispute already.", field="line_id", dispute_id=standing.pk
        )
    amount = _amount(invoice, line, amount)
    at = clock.now()
    dispute = Dispute.objects.create(
        company_id=invoice.company_id,
        invoice=invoice,
        line=line,
        customer=customer,
        order_id=invoice.order_id,
        reason=reason,
        stage=_stage(stage, reason, line),
        currency=invoice.currency,
        amount=amount,
        amount_base=base_of(amount, invoice.total_amount, invoice.total_base),
        words=_said(words),
        by_customer=by_customer,
        name=name.strip()[:120],
        contact_id=actor.contact_id,
        raised_by_id=actor.user_id,
        raised_at=at,
        due_at=_due(customer.company, at),
    )
    event = DisputeOpened(
        invoice=str(invoice),
        reason=str(DisputeReason(reason).label),
        caused_by=dispute.stage,
        amount=amount,
        currency=invoice.currency,
        by_customer=by_customer,
        due_on=dispute.due_at.astimezone(ZoneInfo(customer.company.time_zone)).date(),
    )
    eventlog.record(dispute, event, actor=actor, to_state=DisputeState.OPEN)
    publish_disputes([customer.pk])
    return dispute


def _line(invoice: Invoice, line_id: int | None) -> InvoiceLine | None:
    if line_id is None:
        return None
    line = invoice.lines.filter(pk=line_id).first()
    if line is None or line.net_amount + line.tax_amount <= 0:
        raise DisputeRefused(f"{invoice} has no such line to dispute.", field="line_id", line_id=line_id)
    return line


def _amount(invoice: Invoice, line: InvoiceLine | None, asked: Decimal | None) -> Decimal:
    """How much is disputed, within what is open and not disputed yet."""
    if invoice.kind != InvoiceKind.INVOICE or invoice.invoice_date is None:
        raise DisputeRefused(f"{invoice} is no posted invoice.", field="invoice_id")
    free = invoice.open_amount - disputed_amount(invoice.pk)
    if free <= 0:
        why = "is in dispute already" if invoice.open_amount else "is settled; a claim is for the goods"
        raise DisputeRefused(f"{invoice} {why}.", field="amount")
    most: Decimal = min(free, line.net_amount + line.tax_amount) if line else free
    if asked is None:
        return most
    if asked <= 0 or asked != asked.quantize(CENT):
        raise InvalidInput("The amount is more than nothing, with at most two decimals.", field="amount")
    if asked > most:
        raise DisputeRefused(
            f"At most {most:,.2f} {invoice.currency} of it can be disputed.", field="amount", most=str(most)
        )
    return asked


def _stage(asked: int | None, reason: str, line: InvoiceLine | None) -> int:
    if asked is None:
        return proposed_stage(reason, typed_price=line is not None and overrides(line.price_steps))
    if not 1 <= asked <= 10:
        raise InvalidInput("There is no such stage.", field="stage")
    return asked


def _said(words: str) -> str:
    words = words.replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise InvalidInput(f"At most {LONGEST} characters, please.", field="words")
    return words


def _due(company: Company, at: datetime) -> datetime:
    """So many business days on; calendar days where the company's calendar does not reach so far."""
    days = setting(company.pk, SERVICE_DAYS)
    until = Func(
        "calendar_id", Value(at), Value(days * DAY_MINUTES), function="omc_business_add", output_field=DateTimeField()
    )
    found: datetime | None = Company.objects.filter(pk=company.pk).values_list(until, flat=True)[0]
    return found or at + timedelta(days=days)

from decimal import Decimal
from typing import Any, Final

from billing.disputes.events import DisputeDecided
from billing.disputes.machines import DISPUTE
from billing.disputes.services.facts import publish_disputes
from billing.disputes.services.locking import lock_dispute
from billing.disputes.services.raising import DisputeRefused
from billing.events import CreditNotePosted, InvoicePaid, InvoicePartPaid
from billing.models import Dispute, DisputeReason, DisputeState, Invoice
from billing.services import credit_amount, credit_lines
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.money import ZERO
from omc.lib.service import verb
from orders.core import eventlog

DECIDE: Final = "billing.credit"
CREDITS: Final = (DisputeState.CREDITED, DisputeState.PARTLY)


@verb(events=(DisputeDecided, CreditNotePosted, InvoicePartPaid, InvoicePaid))
def decide_dispute(
    *,
    dispute_id: int,
    outcome: str,
    decision: str,
    actor: Actor,
    amount: Decimal | None = None,
    quantity: Decimal | None = None,
) -> Dispute:
    """Decide a dispute: credit all of it or a part, or let the invoice stand. What is credited is a credit note.

    ``quantity`` credits so much of the disputed line's goods, at what was billed; otherwise an ``amount`` is credited
    (by default all that is disputed), and no quantity moves.

    Units: ``quantity`` in the stock unit; ``amount`` with tax in the invoice's currency.
    Raises: InvalidInput, DisputeRefused for more than is disputed, CreditRefused, IllegalTransition, NotFound
    Events: dispute_decided; credit_note_posted, and invoice_part_paid or invoice_paid for what it settles
    """
    require(actor, DECIDE)
    dispute = lock_dispute(dispute_id, actor)
    if outcome not in DisputeState.values or outcome == DisputeState.OPEN:
        raise InvalidInput("Choose an outcome.", field="outcome")
    DISPUTE.check(dispute, outcome)
    if not decision.strip():
        raise InvalidInput("Say why, in words that the customer may read.", field="decision")
    said = decision.strip()[:300]
    note = _credit(dispute, outcome, amount, quantity, said, actor) if outcome in CREDITS else None
    credited = note.total_amount if note else ZERO
    if note is not None:
        outcome = DisputeState.CREDITED if credited >= dispute.amount else DisputeState.PARTLY
    stamp: dict[str, Any] = {
        "credit_note": note.pk if note else None,
        "credited_amount": credited,
        "credited_base": note.total_base if note else ZERO,
        "decision": said,
        "decided_by": actor.user_id,
        "decided_at": clock.now(),
    }
    event = DisputeDecided(
        invoice=str(dispute.invoice),
        outcome=str(DisputeState(outcome).label),
        amount=dispute.amount,
        credited_amount=credited,
        currency=dispute.currency,
        caused_by=dispute.stage,
        reason=str(DisputeReason(dispute.reason).label),
        credit_note=str(note.number) if note else "",
    )
    DISPUTE.advance(dispute, outcome, event, actor=actor, record=eventlog.record_many, stamp=stamp)
    publish_disputes([dispute.customer_id])
    return dispute


def _credit(
    dispute: Dispute, outcome: str, amount: Decimal | None, quantity: Decimal | None, said: str, actor: Actor
) -> Invoice:
    invoice, line = dispute.invoice, dispute.line
    why = f"{DisputeReason(dispute.reason).label}: {said}"
    if quantity is None:
        if outcome == DisputeState.PARTLY and amount is None:
            raise InvalidInput("Say how much is credited.", field="amount")
        amount = dispute.amount if amount is None else amount
        _refuse_more(dispute, amount, "amount")
        return credit_amount(invoice=invoice, amount=amount, reason=why, actor=actor, lines=[line] if line else None)
    if line is None or line.order_line_id is None or invoice.order is None:
        raise InvalidInput("A quantity is credited of one line that was ordered.", field="quantity")
    if amount is not None:
        raise InvalidInput("Credit a quantity or an amount, not both.", field="quantity")
    note = credit_lines(
        order=invoice.order, quantities=[(line.order_line_id, quantity)], reason=why, actor=actor, invoice=invoice
    )
    _refuse_more(dispute, note.total_amount, "quantity")
    return note


def _refuse_more(dispute: Dispute, amount: Decimal, field: str) -> None:
    if amount > dispute.amount:
        raise DisputeRefused(
            f"Only {dispute.amount:,.2f} {dispute.currency} are in dispute; {amount:,.2f} would be credited.",
            field=field,
        )

from billing.events import InvoiceVoided
from billing.machines import INVOICE
from billing.models import Invoice, InvoiceState
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core import eventlog


@verb(events=(InvoiceVoided,))
def void_invoice(*, invoice_id: int, reason: str, actor: Actor) -> Invoice:
    """Throw a draft away. A posted invoice is never voided: correct it with a credit note.

    Raises: InvalidInput without a reason, IllegalTransition, NotFound
    Events: invoice_voided
    """
    require(actor, "billing.post_invoice")
    invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=invoice_id, company_id=actor.company_id).first()
    if invoice is None:
        raise NotFound(f"There is no invoice {invoice_id}.", invoice_id=invoice_id)
    INVOICE.check(invoice, InvoiceState.VOID)
    if not reason.strip():
        raise InvalidInput("Say why it is voided.", field="reason")
    invoice.reason = reason.strip()[:160]
    invoice.save(update_fields=["reason"])
    INVOICE.advance(
        invoice, InvoiceState.VOID, InvoiceVoided(reason=invoice.reason), actor=actor, record=eventlog.record_many
    )
    return invoice

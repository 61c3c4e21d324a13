"""Writes of the pre-flight: look a waiting invoice over, and clear it in spite of what was found."""

from billing.machines import INVOICE
from billing.models import Invoice, InvoiceFinding, InvoiceState, Severity
from billing.preflight.checks import CHECKS
from billing.preflight.events import InvoiceCleared, InvoicePreflightFailed, InvoicePreflightPassed
from billing.preflight.keeping import WAITING
from billing.services.invoice_shipment import look_again_at_shipment
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core import eventlog


class NotClearable(DomainError):
    """Some of what was found cannot be posted, whoever says so."""

    code = "not_clearable"


@verb(events=(InvoicePreflightPassed, InvoicePreflightFailed))
def check_invoice(*, invoice_id: int, actor: Actor) -> Invoice:
    """Look a shipment's waiting invoice over without posting it.

    Raises: AlreadyInvoiced, NothingToInvoice, NotFound
    Events: invoice_preflight_passed or invoice_preflight_failed
    """
    require(actor, "billing.post_invoice")
    found = Invoice.objects.filter(pk=invoice_id, company_id=actor.company_id, shipment__isnull=False)
    shipment_id = found.values_list("shipment_id", flat=True).first()
    if shipment_id is None:
        raise NotFound(f"There is no invoice {invoice_id} of a shipment.", invoice_id=invoice_id)
    return look_again_at_shipment(shipment_id, actor)


@verb(events=(InvoiceCleared,))
def clear_invoice(*, invoice_id: int, reason: str, actor: Actor) -> Invoice:
    """Answer for posting an invoice in spite of what its pre-flight found. It is ready to post then.

    Raises: InvalidInput without a reason, NotClearable, NotFound
    Events: invoice_cleared
    """
    require(actor, "billing.override_preflight")
    invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=invoice_id, company_id=actor.company_id).first()
    if invoice is None:
        raise NotFound(f"There is no invoice {invoice_id}.", invoice_id=invoice_id)
    if invoice.state != InvoiceState.PREFLIGHT_FAILED:
        raise NotClearable(f"{invoice} was not stopped before posting.", state=invoice.state)
    if not reason.strip():
        raise InvalidInput("Say why it may be posted all the same.", field="reason")
    stopped = list(invoice.findings.filter(severity=Severity.BLOCK).order_by("id"))
    for finding in stopped:
        if not CHECKS[finding.code].clearable:
            raise NotClearable(
                f"{CHECKS[finding.code].name}: this has to be mended, nobody can clear it.",
                field="reason",
                code=finding.code,
            )
    InvoiceFinding.objects.filter(pk__in=[finding.pk for finding in stopped]).update(
        cleared_by_id=actor.user_id, cleared_at=clock.now(), cleared_because=reason.strip()[:160]
    )
    event = InvoiceCleared(
        invoice=str(invoice),
        codes=", ".join(dict.fromkeys(finding.code for finding in stopped)),
        reason=reason.strip()[:160],
    )
    INVOICE.advance(invoice, InvoiceState.PREFLIGHT_OK, event, actor=actor, record=eventlog.record_many)
    return invoice


@verb(silent="the invoice is looked over with it when it is posted, and that is recorded")
def name_purchase_order(*, invoice_id: int, customer_po: str, actor: Actor) -> Invoice:
    """Write the customer's order number on an invoice that waits, where the order itself has none.

    Raises: InvalidInput, NotFound when no such invoice waits
    """
    require(actor, "billing.post_invoice")
    rows = Invoice.objects.select_for_update(of=("self",)).filter(pk=invoice_id, company_id=actor.company_id)
    invoice = rows.filter(state__in=WAITING).first()
    if invoice is None:
        raise NotFound(f"There is no invoice {invoice_id} that waits.", invoice_id=invoice_id)
    if not customer_po.strip():
        raise InvalidInput("Write the customer's order number.", field="customer_po")
    invoice.customer_po = customer_po.strip()[:60]
    invoice.save(update_fields=["customer_po"])
    return invoice

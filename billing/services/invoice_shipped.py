from collections.abc import Callable, Iterable

from billing.models import Invoice, InvoiceState, Severity
from billing.preflight.checks import sentence
from billing.selectors.invoices import shipments_to_invoice
from billing.services.invoice_shipment import invoice_shipment
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError


def invoice_shipments(shipment_ids: Iterable[int], actor: Actor) -> list[tuple[int, str | None]]:
    """Invoice each of these shipments in its own transaction; answers (shipment, refusal or None) per row."""
    require(actor, "billing.post_invoice")
    outcome: list[tuple[int, str | None]] = []
    for shipment_id in shipment_ids:
        try:
            invoice = invoice_shipment(shipment_id=shipment_id, actor=actor)
            outcome.append((shipment_id, _stopped(invoice)))
        except DomainError as refusal:
            outcome.append((shipment_id, refusal.message))
    return outcome


def _stopped(invoice: Invoice) -> str | None:
    """Why an invoice was not posted, in the words of the first stop."""
    if invoice.state != InvoiceState.PREFLIGHT_FAILED:
        return None
    first = invoice.findings.filter(severity=Severity.BLOCK).order_by("id").first()
    return sentence(first.code, first.expected, first.found) if first else None


def invoice_shipped(
    *, actor: Actor, report: Callable[[int, int], None] | None = None, batch: int = 50
) -> list[tuple[int, str | None]]:
    """Invoice everything that has left and is not invoiced yet.

    Every invoice is a transaction of its own, and what is invoiced is no longer to be invoiced: the run may be broken
    off and started again, or run twice at once, and bills nothing twice.
    """
    require(actor, "billing.post_invoice")
    waiting = list(shipments_to_invoice(actor).order_by("id").values_list("pk", flat=True))
    outcome: list[tuple[int, str | None]] = []
    for start in range(0, len(waiting), batch):
        outcome += invoice_shipments(waiting[start : start + batch], actor)
        if report:
            report(len(outcome), len(waiting))
    return outcome

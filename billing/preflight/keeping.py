"""Building blocks: what the pre-flight found is kept, and the invoice waits or goes on."""

from collections.abc import Sequence

from django.db.models import QuerySet

from billing.machines import INVOICE
from billing.models import Invoice, InvoiceFinding, InvoiceState, Severity
from billing.preflight.checks import Judged, sentence
from billing.preflight.events import InvoicePreflightFailed, InvoicePreflightPassed
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.writing import insert
from orders.core import eventlog
from orders.core.models import Event

FIRST_PASS, MENDED, CLEARED = "first_pass", "mended", "cleared"
WAITING = (InvoiceState.DRAFT, InvoiceState.PREFLIGHT_OK, InvoiceState.PREFLIGHT_FAILED)


def stops(invoice: Invoice, judged: Sequence[Judged]) -> list[Judged]:
    """The findings that keep the invoice from being posted: those that block and nobody cleared with these values."""
    blocking = [item for item in judged if item.severity == Severity.BLOCK]
    if not blocking or invoice.state != InvoiceState.PREFLIGHT_OK:
        return blocking
    cleared = set(_cleared(invoice).values_list("code", "position", "expected", "found"))
    return [item for item in blocking if _key(item) not in cleared]


def hold_back(invoice: Invoice, judged: Sequence[Judged], *, actor: Actor) -> None:
    """The invoice waits with its reasons; its duty says so. Events: invoice_preflight_failed"""
    _keep(invoice, judged)
    stopped = [item.finding for item in judged if item.severity == Severity.BLOCK]
    event = InvoicePreflightFailed(
        invoice=str(invoice),
        codes=", ".join(dict.fromkeys(item.code for item in stopped)),
        reasons=" ".join(sentence(item.code, item.expected, item.found) for item in stopped)[:400],
        total_amount=invoice.total_amount,
        currency=invoice.currency,
    )
    if invoice.state == InvoiceState.PREFLIGHT_FAILED:
        eventlog.record(invoice, event, actor=actor)
    else:
        INVOICE.advance(invoice, InvoiceState.PREFLIGHT_FAILED, event, actor=actor, record=eventlog.record_many)


def let_through(invoice: Invoice, judged: Sequence[Judged], *, actor: Actor) -> str:
    """The invoice may be posted; answers how it got there. What only warns is kept.

    Events: invoice_preflight_passed when it had failed before
    """
    if invoice.state == InvoiceState.DRAFT:
        _keep(invoice, judged)
        return FIRST_PASS
    if invoice.state == InvoiceState.PREFLIGHT_FAILED:
        _keep(invoice, judged)
        passed(invoice, actor=actor)
        return MENDED
    if _cleared(invoice).exists():
        return CLEARED
    _keep(invoice, judged)
    failed = Event.objects.filter(subject_type="invoice", subject_id=invoice.pk, type=InvoicePreflightFailed.name)
    return MENDED if failed.exists() else FIRST_PASS


def passed(invoice: Invoice, *, actor: Actor) -> None:
    """Events: invoice_preflight_passed"""
    event = InvoicePreflightPassed(invoice=str(invoice))
    INVOICE.advance(invoice, InvoiceState.PREFLIGHT_OK, event, actor=actor, record=eventlog.record_many)


def _keep(invoice: Invoice, judged: Sequence[Judged]) -> None:
    if invoice.event_seq:  # without an event it was never looked over before
        invoice.findings.all().delete()
    at = clock.now()
    insert(
        InvoiceFinding(
            invoice_id=invoice.pk,
            code=item.finding.code,
            severity=item.severity,
            position=item.finding.position,
            expected=item.finding.expected[:120],
            found=item.finding.found[:120],
            at=at,
        )
        for item in judged
    )


def _cleared(invoice: Invoice) -> QuerySet[InvoiceFinding]:
    return invoice.findings.filter(cleared_at__isnull=False)


def _key(item: Judged) -> tuple[str, int | None, str, str]:
    found = item.finding
    return found.code, found.position, found.expected[:120], found.found[:120]

"""Reads of the pre-flight: what was found, and how many invoices went through at once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from billing.models import Invoice, InvoiceFinding, InvoiceKind, Severity
from billing.preflight.checks import CHECKS, sentence
from billing.preflight.keeping import CLEARED, FIRST_PASS, MENDED
from billing.preflight.rules import first_pass_percent
from omc.lib.actor import Actor
from omc.lib.registry import Text


@dataclass(frozen=True)
class Found:
    """A finding as people read it."""

    row: InvoiceFinding
    name: Text
    sentence: str
    remedy: Text
    clearable: bool

    @property
    def stops(self) -> bool:
        return self.row.severity == Severity.BLOCK and self.row.cleared_at is None


def findings_of(invoice: Invoice) -> list[Found]:
    """What the last pre-flight found, the stops first. One query."""
    rows = invoice.findings.select_related("cleared_by").order_by("severity", "position", "id")
    return [
        Found(row, check.name, sentence(row.code, row.expected, row.found), check.remedy, check.clearable)
        for row in rows
        if (check := CHECKS.get(row.code))
    ]


@dataclass(frozen=True)
class FirstPass:
    """Posted invoices since a day, by how they came through; ``percent`` is None where none was posted."""

    since: date
    posted: int
    first: int
    mended: int
    cleared: int

    @property
    def percent(self) -> Decimal | None:
        return first_pass_percent(self.first, self.posted)


def first_pass_yield(actor: Actor, since: date) -> FirstPass:
    """How many invoices went through their first pre-flight since a day; what was billed before it existed is left out."""
    rows = Invoice.objects.filter(company_id=actor.company_id, kind=InvoiceKind.INVOICE, invoice_date__gte=since)
    counts = rows.aggregate(
        **{way: Count("id", filter=Q(preflight=way)) for way in (FIRST_PASS, MENDED, CLEARED)},
        posted=Count("id", filter=~Q(preflight="")),
    )
    return FirstPass(since, counts["posted"], counts[FIRST_PASS], counts[MENDED], counts[CLEARED])

"""What the pre-flight records about an invoice that is not posted yet."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class InvoicePreflightFailed(Event):
    """``codes`` are the checks that stop it."""

    name = "invoice_preflight_failed"
    stage = 8
    sentence = "The invoice was stopped before posting: {reasons}"
    invoice: str
    codes: str
    reasons: str
    total_amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class InvoicePreflightPassed(Event):
    name = "invoice_preflight_passed"
    stage = 8
    sentence = "Nothing stops the invoice"
    invoice: str


@dataclass(frozen=True, kw_only=True)
class InvoiceCleared(Event):
    """Somebody answers for posting it in spite of what was found."""

    name = "invoice_cleared"
    stage = 8
    sentence = "Cleared in spite of {codes}: {reason}"
    invoice: str
    codes: str
    reason: str

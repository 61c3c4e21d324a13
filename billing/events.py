"""What stage 8 records: an invoice or credit note from posting to payment, and the money that came in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class InvoicePosted(Event):
    """``left_to_invoice`` counts units of the order that may be billed and are not.

    ``preflight``: first_pass, mended (it had been stopped) or cleared (somebody answers for it).
    """

    name = "invoice_posted"
    stage = 8
    sentence = "Invoice {invoice} posted: {total_amount} {currency}, due {due_date}"
    invoice: str
    total_amount: Decimal
    currency: str
    net_base: Decimal
    due_date: date
    shipment: str | None = None
    left_to_invoice: Decimal
    preflight: str = "first_pass"


@dataclass(frozen=True, kw_only=True)
class InvoicePartPaid(Event):
    name = "invoice_part_paid"
    stage = 8
    sentence = "{amount} {currency} came in for {invoice}; {open_amount} {currency} are still open"
    invoice: str
    amount: Decimal
    open_amount: Decimal
    currency: str
    source: str


@dataclass(frozen=True, kw_only=True)
class InvoicePaid(Event):
    name = "invoice_paid"
    stage = 8
    sentence = "{invoice} is settled by {source}"
    invoice: str
    amount: Decimal
    currency: str
    source: str
    days_late: int


@dataclass(frozen=True, kw_only=True)
class InvoiceVoided(Event):
    name = "invoice_voided"
    stage = 8
    sentence = "Invoice draft voided: {reason}"
    reason: str


@dataclass(frozen=True, kw_only=True)
class CreditNotePosted(Event):
    name = "credit_note_posted"
    stage = 8
    sentence = "Credit note {invoice} posted: {total_amount} {currency}; {reason}"
    invoice: str
    original: str
    total_amount: Decimal
    currency: str
    net_base: Decimal
    units: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentRecorded(Event):
    name = "payment_recorded"
    stage = 8
    sentence = "Payment {payment} recorded: {amount} {currency} by {method}"
    payment: str
    amount: Decimal
    currency: str
    method: str
    received_on: date


@dataclass(frozen=True, kw_only=True)
class PaymentApplied(Event):
    """``unapplied_amount`` stays on account."""

    name = "payment_applied"
    stage = 8
    sentence = "{payment} settles {applied_amount} {currency}; {unapplied_amount} {currency} stay on account"
    payment: str
    applied_amount: Decimal
    unapplied_amount: Decimal
    currency: str
    invoices: int

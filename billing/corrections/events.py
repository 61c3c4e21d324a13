"""Facts about corrections."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class WriteOffRequested(Event):
    name = "write_off_requested"
    stage = 8
    sentence = "A write-off on {invoice} waits for a second person: {reason}"
    invoice: str
    amount: Decimal
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WrittenOff(Event):
    name = "written_off"
    stage = 8
    sentence = "{amount} {currency} of {invoice} written off: {reason}"
    invoice: str
    amount: Decimal
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WriteOffRefused(Event):
    name = "write_off_refused"
    stage = 8
    sentence = "The write-off on {invoice} was refused"
    invoice: str


@dataclass(frozen=True, kw_only=True)
class PaymentReversed(Event):
    name = "payment_reversed"
    stage = 8
    sentence = "Payment {payment} reversed: {reason}"
    payment: str
    amount: Decimal
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvoiceReopened(Event):
    """``due_date`` is as it was: what bounced is as late as if nobody had paid."""

    name = "invoice_reopened"
    stage = 8
    sentence = "{invoice} is open again: {payment} was reversed"
    invoice: str
    payment: str
    open_amount: Decimal
    currency: str
    due_date: str


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event):
    name = "payment_refunded"
    stage = 8
    sentence = "{amount} {currency} of {payment} paid back: {reason}"
    payment: str
    amount: Decimal
    currency: str
    reason: str

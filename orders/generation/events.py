"""Facts about enquiries."""

from dataclasses import dataclass
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class EnquiryReceived(Event):
    name = "enquiry_received"
    stage = 2
    sentence = "Enquiry received by {channel} with {lines} lines"
    channel: str
    lines: int
    value_base: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class EnquiryTaken(Event):
    name = "enquiry_taken"
    stage = 2
    sentence = "Taken by {by}"
    by: str


@dataclass(frozen=True, kw_only=True)
class EnquiryQuoted(Event):
    name = "enquiry_quoted"
    stage = 2
    sentence = "Answered with quote {quote}"
    quote: str


@dataclass(frozen=True, kw_only=True)
class EnquiryOrdered(Event):
    name = "enquiry_ordered"
    stage = 2
    sentence = "Became order {order}"
    order: str


@dataclass(frozen=True, kw_only=True)
class EnquiryClosed(Event):
    name = "enquiry_closed"
    stage = 2
    sentence = "Closed: {reason}"
    reason: str

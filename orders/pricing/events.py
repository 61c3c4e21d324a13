"""Facts about quotes. Sentences name no money: not everybody who sees a quote may see its prices."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class QuoteDrafted(Event):
    name = "quote_drafted"
    stage = 3
    sentence = "Revision {revision} drafted with {lines} lines"
    lines: int
    net_amount: Decimal
    currency: str
    revision: int = 1
    enquiry: str | None = None


@dataclass(frozen=True, kw_only=True)
class QuoteBegun(Event):
    """The first line of a draft that saves itself; what it comes to, ``quote_sent`` says."""

    name = "quote_begun"
    stage = 3
    sentence = "Revision {revision} begun"
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class QuoteChanged(Event):
    name = "quote_changed"
    stage = 3
    sentence = "Quote with {lines} lines changed and priced anew"
    lines: int
    net_amount_before: Decimal
    net_amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class QuoteSent(Event):
    name = "quote_sent"
    stage = 3
    sentence = "Quote sent, valid until {valid_until}"
    total_amount: Decimal
    currency: str
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(Event):
    name = "quote_accepted"
    stage = 3
    sentence = "Quote accepted by the customer"
    total_amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class QuoteRejected(Event):
    name = "quote_rejected"
    stage = 3
    sentence = "Quote rejected: {because}"
    reason: str
    because: str


@dataclass(frozen=True, kw_only=True)
class QuoteExpired(Event):
    name = "quote_expired"
    stage = 3
    sentence = "Quote expired; it was valid until {valid_until}"
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class QuoteSuperseded(Event):
    name = "quote_superseded"
    stage = 3
    sentence = "Superseded by revision {revision}"
    revision: int


@dataclass(frozen=True, kw_only=True)
class QuoteConverted(Event):
    name = "quote_converted"
    stage = 3
    sentence = "Order {order} made from the quote"
    order: str
    net_amount: Decimal
    currency: str

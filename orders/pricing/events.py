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
    """``lines_left_out`` and ``lines_in_part`` only where the customer did not take all.

    ``total_amount`` is that of the whole quote.
    """

    name = "quote_accepted"
    stage = 3
    sentence = "Quote accepted by the customer"
    total_amount: Decimal
    currency: str
    lines_left_out: int | None = None
    lines_in_part: int | None = None


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
    open_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class QuoteClosed(Event):
    name = "quote_closed"
    stage = 3
    sentence = "Rest of the quote closed, {open_lines} lines not ordered: {because}"
    reason: str
    because: str
    open_lines: int


@dataclass(frozen=True, kw_only=True)
class QuoteGivenBack(Event):
    name = "quote_given_back"
    stage = 3
    sentence = "Order {order} was given up; what it took of the quote can be ordered again"
    order: str
    open_lines: int


@dataclass(frozen=True, kw_only=True)
class QuoteReminded(Event):
    name = "quote_reminded"
    stage = 3
    sentence = "Reminded that the quote ends on {valid_until}"
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class QuoteQuestionAsked(Event):
    name = "quote_question_asked"
    stage = 3
    sentence = "The customer asked something about the quote"
    number: int


@dataclass(frozen=True, kw_only=True)
class QuoteQuestionAnswered(Event):
    name = "quote_question_answered"
    stage = 3
    sentence = "The customer's question was answered"
    number: int

"""Facts about price questions. Sentences name no money; what was asked and said stays on the question."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class PriceAsked(Event):
    name = "price_asked"
    stage = 3
    sentence = "Price asked for {units} × {sku}"
    sku: str
    units: Decimal
    due_at: datetime
    asked_unit_price: Decimal | None
    net_base: Decimal


@dataclass(frozen=True, kw_only=True)
class PriceQuestionPassed(Event):
    name = "price_question_passed"
    stage = 3
    sentence = "Passed on to a colleague: {why}"
    why: str
    bounces: int


@dataclass(frozen=True, kw_only=True)
class PriceAnswered(Event):
    name = "price_answered"
    stage = 3
    sentence = "Price question about {sku} answered: {answer}"
    sku: str
    answer: str
    answered_unit_price: Decimal | None
    valid_until: date | None


@dataclass(frozen=True, kw_only=True)
class PriceQuestionWithdrawn(Event):
    name = "price_question_withdrawn"
    stage = 3
    sentence = "Price question withdrawn: {why}"
    why: str


@dataclass(frozen=True, kw_only=True)
class PriceQuestionLapsed(Event):
    name = "price_question_lapsed"
    stage = 3
    sentence = "Over before anybody answered: {because}"
    because: str


@dataclass(frozen=True, kw_only=True)
class AnsweredPriceUsed(Event):
    name = "answered_price_used"
    stage = 3
    sentence = "The answered price of {sku} was put on {document}"
    sku: str
    document: str

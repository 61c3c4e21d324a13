"""Answer a price question, and put the answered price where it was asked for: once."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.money import round_price
from omc.lib.registry import registry
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.selectors.companies import setting
from orders.pricing.guidelines.selectors import judge_price
from orders.pricing.guidelines.services import OwnRequest
from orders.pricing.questions.events import AnsweredPriceUsed, PriceAnswered
from orders.pricing.questions.models import Answer, PriceQuestion, QuestionState
from orders.pricing.questions.selectors import DECIDE
from orders.pricing.questions.services.locking import close, lock_question

VALID_DAYS: Final = "pricing.answer_valid_days"
OVERRIDE: Final = "pricing.override_price"


class NotYourQuestion(DomainError):
    """A colleague has it in hand."""

    code = "not_your_question"


class BeyondGuidelines(DomainError):
    """The discount guidelines let nobody give this price."""

    code = "price_beyond_guidelines"


class CannotUse(DomainError):
    """The answered price cannot be put there; the sentence says why."""

    code = "answered_price_not_usable"


@verb(events=(PriceAnswered, AnsweredPriceUsed))
def answer_question(
    *,
    question_id: int,
    answer: str,
    actor: Actor,
    unit_price: Decimal | None = None,
    words: str = "",
    valid_until: date | None = None,
) -> PriceQuestion:
    """Say yes, name another price (``unit_price``, per stock unit), or say no and why.

    An answered price goes at once on the draft that it was asked from, unless somebody has that open or it changed
    since; then it waits for the asker. It holds for this customer, item and at least this quantity, until
    ``valid_until``, by default the company's usual number of days.

    Raises: OwnRequest, NotYourQuestion, BeyondGuidelines, InvalidInput, IllegalTransition, NotFound
    Events: price_answered, and answered_price_used where it was put on the draft
    """
    require(actor, DECIDE)
    question = lock_question(question_id, actor, to=QuestionState.ANSWERED)
    if question.asked_by_id == actor.user_id:
        raise OwnRequest("Whoever asked does not decide.")
    if question.decider_id != actor.user_id:
        raise NotYourQuestion(f"{question.decider} has it in hand. Take it over first.")
    price = _price(question, answer, unit_price)
    if answer == Answer.NO and not words.strip():
        raise InvalidInput("Say why not, so that they know what to tell the customer.", field="words")
    until = _valid_until(question, valid_until) if price is not None else None
    if price is not None:
        _refuse_beyond_guidelines(question, price, actor)
    fact = PriceAnswered(
        sku=question.product.sku,
        answer=str(Answer(answer).label).lower(),
        answered_unit_price=price,
        valid_until=until,
    )
    said = {"answer": answer, "unit_price": price, "words": words.strip()[:300], "valid_until": until}
    close(question, QuestionState.ANSWERED, fact, actor, **said)
    if price is not None and (question.order_id or question.quote_id):
        why_not = _put(question, actor, by_hand=False)
        if why_not:
            question.not_used_because = why_not[:200]
            question.save(update_fields=["not_used_because"])
    return question


@verb(events=(AnsweredPriceUsed,))
def use_answer(*, question_id: int, actor: Actor) -> PriceQuestion:
    """Put an answered price where it was asked for: on the draft, in a new revision of a quote that the customer has
    seen, or (asked from a call or nowhere in particular) on a new quote. Once.

    Raises: CannotUse, NotFound, and what the document's own service says
    Events: answered_price_used
    """
    require(actor, "pricing.write_quote")
    question = lock_question(question_id, actor)
    if question.unit_price is None:
        raise CannotUse(f"{question} has no answered price.")
    if question.used_at is not None:
        raise CannotUse(f"The price was put on {question.order or question.quote} already.")
    if question.valid_until and question.valid_until < clock.today(question.company.time_zone):
        raise CannotUse(f"The answer was valid until {question.valid_until}. Ask again.")
    if why_not := _put(question, actor, by_hand=True):
        raise CannotUse(why_not)
    return question


def _price(question: PriceQuestion, answer: str, unit_price: Decimal | None) -> Decimal | None:
    if answer not in Answer.values:
        raise InvalidInput("Answer yes, another price, or no.", field="answer")
    if answer == Answer.NO:
        return None
    price = question.asked_price if answer == Answer.YES else unit_price
    if price is None:
        raise InvalidInput("Name the price.", field="unit_price")
    if price < 0:
        raise InvalidInput("A price is not below zero.", field="unit_price")
    return round_price(price)


def _valid_until(question: PriceQuestion, asked: date | None) -> date:
    today = clock.today(question.company.time_zone)
    until = asked or today + timedelta(days=setting(question.company_id, VALID_DAYS))
    if until < today:
        raise InvalidInput("It cannot end before today.", field="valid_until")
    return until


def _refuse_beyond_guidelines(question: PriceQuestion, price: Decimal, actor: Actor) -> None:
    breach = judge_price(
        customer=question.customer,
        product=question.product,
        system_price=question.system_price,
        price=price,
        unit_cost=question.unit_cost,
        currency_rate=question.currency_rate,
        actor=actor,
    )
    if breach is not None and breach.mode == "block":
        raise BeyondGuidelines("The discount guidelines let nobody give this price. Name another.", field="unit_price")


def _put(question: PriceQuestion, actor: Actor, *, by_hand: bool) -> str:
    """Put the price on its document and record it; or why that cannot be."""
    put = registry.price_takers["order" if question.order_id else "quote"]
    giver = replace(actor, permissions=actor.permissions | {OVERRIDE, "pricing.write_quote"})
    why_not = put(question, giver, by_hand)
    if why_not:
        return why_not
    document = question.order or question.quote
    stamp = {"used_at": clock.now(), "quote": question.quote_id, "not_used_because": ""}
    fact = AnsweredPriceUsed(sku=question.product.sku, document=str(document))
    record(question, fact, actor=actor, stamp=stamp)
    return ""


def step_of(question: PriceQuestion, step: dict[str, Any]) -> dict[str, Any]:
    """The step of a typed price, told as what it is: an answer, by whom, for which quantity on."""
    answered = (question.closed_at or clock.now()).astimezone(ZoneInfo(question.company.time_zone))
    return step | {
        "source": "question",
        "question_id": question.pk,
        "min_quantity": format(question.quantity, "f"),
        "author": str(question.decider),
        "on": answered.date().isoformat(),
    }

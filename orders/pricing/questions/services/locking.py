"""The question in hand: its row held until the transaction ends."""

from typing import Any

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.events import Event
from orders.core.eventlog import record_many
from orders.pricing.questions.machines import QUESTION
from orders.pricing.questions.models import PriceQuestion, QuestionState, QuestionTurn


def lock_question(question_id: int, actor: Actor, *, to: QuestionState | None = None) -> PriceQuestion:
    """A question of the actor's company, which can still become ``to``.

    Raises: NotFound, IllegalTransition
    """
    question = (
        PriceQuestion.objects.select_for_update(of=("self",))
        .select_related("company", "customer", "product", "order", "quote", "asked_by", "decider")
        .filter(pk=question_id, company_id=actor.company_id)
        .first()
    )
    if question is None:
        raise NotFound(f"There is no price question {question_id}.", question_id=question_id)
    if to is not None:
        QUESTION.check(question, to)
    return question


def close(question: PriceQuestion, to: QuestionState, fact: Event, actor: Actor, **stamp: Any) -> None:
    """Move it to its end, and end the turn of who had it."""
    at = clock.now()
    QUESTION.advance(question, to, fact, actor=actor, record=record_many, stamp={"closed_at": at, **stamp})
    QuestionTurn.objects.filter(question=question, until=None).update(until=at)

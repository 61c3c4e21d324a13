"""What becomes of an open price question when the document that it was asked from moves on."""

from typing import Any

from omc.lib.actor import Actor, require, system
from omc.lib.service import verb
from orders.pricing.models import Quote
from orders.pricing.questions.events import PriceQuestionLapsed
from orders.pricing.questions.models import PriceQuestion, QuestionState
from orders.pricing.questions.selectors import DECIDE
from orders.pricing.questions.services.locking import close, lock_question


@verb(events=(PriceQuestionLapsed,))
def lapse_questions(*, actor: Actor, because: str, quote_id: int | None = None, order_id: int | None = None) -> int:
    """What they asked about is over: close what still waits for an answer; returns how many. Run by a consumer.

    Events: price_question_lapsed
    """
    require(actor, DECIDE)
    named: dict[str, Any] = {"order_id": order_id}
    if quote_id:
        named = {"quote__number": Quote.objects.values_list("number", flat=True).get(pk=quote_id)}
    waiting = PriceQuestion.objects.filter(company_id=actor.company_id, state=QuestionState.ASKED, **named)
    lapsed = 0
    for question_id in waiting.order_by("pk").values_list("pk", flat=True):
        question = lock_question(question_id, actor)
        if question.state == QuestionState.ASKED:
            close(question, QuestionState.LAPSED, PriceQuestionLapsed(because=because), actor)
            lapsed += 1
    return lapsed


@verb(silent="the question stays the same; its quote has a newer revision")
def follow_revision(*, quote_id: int, actor: Actor) -> int:
    """Open questions about a superseded quote are about its latest revision; returns how many. Run by a consumer.

    One that is asked there again stays where it is, and ends with the quote.
    """
    require(actor, DECIDE)
    number = Quote.objects.values_list("number", flat=True).get(pk=quote_id, company_id=actor.company_id)
    latest = Quote.objects.filter(company_id=actor.company_id, number=number).order_by("-revision").first()
    asked = PriceQuestion.objects.filter(company_id=actor.company_id, state=QuestionState.ASKED)
    moved = 0
    for question in asked.filter(quote_id=quote_id).order_by("pk"):
        again = asked.filter(quote=latest, customer_id=question.customer_id, product_id=question.product_id)
        if latest is not None and not again.exists():
            moved += PriceQuestion.objects.filter(pk=question.pk, state=QuestionState.ASKED).update(quote=latest)
    return moved


def follow_document(event: Any) -> None:
    """A quote or an order moved on, or came to its end."""
    actor = system("price questions", event.company_id)
    if event.type == "quote_superseded":
        follow_revision(quote_id=event.subject_id, actor=actor)
        return
    named = {"quote_id": event.subject_id} if event.subject_type == "quote" else {"order_id": event.subject_id}
    lapse_questions(actor=actor, because=f"the {event.type.replace('_', ' was ', 1)}", **named)

"""Questions about a quote: asked by the customer on the page of the link, answered by us."""

from typing import Final

from omc.lib.actor import Actor, require
from omc.lib.errors import IllegalTransition, InvalidInput
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.services.messages import tell_customer
from orders.pricing.answers.keeping import keep_answer
from orders.pricing.answers.models import QuoteAnswer
from orders.pricing.events import QuoteQuestionAnswered, QuoteQuestionAsked
from orders.pricing.models import Quote, QuoteState
from orders.pricing.services.quotes import lock_quote

LONGEST: Final = 2000  # characters of a question or answer
Kind = QuoteAnswer.Kind


@verb(events=(QuoteQuestionAsked,))
def ask_question(*, quote_id: int, words: str, actor: Actor, name: str = "") -> QuoteAnswer:
    """Ask something about a quote that went out. The same words sent again right away are the same question.

    Raises: InvalidInput for empty or too many words, IllegalTransition for a draft, NotFound
    Events: quote_question_asked
    """
    require(actor, "pricing.answer_quote")
    quote = lock_quote(quote_id, actor)
    _refuse_unseen(quote)
    words = _said(words)
    last = quote.answers.order_by("-id").first()
    if last is not None and last.kind == Kind.QUESTION and last.words == words:
        return last
    question = keep_answer(quote, Kind.QUESTION, actor, name=name, words=words)
    record(quote, QuoteQuestionAsked(number=quote.answers.filter(kind=Kind.QUESTION).count()), actor=actor)
    return question


@verb(events=(QuoteQuestionAnswered,))
def answer_question(*, quote_id: int, words: str, actor: Actor) -> QuoteAnswer:
    """Answer what the customer asked: on their page of the quote, and by mail where they have an address.

    Raises: InvalidInput, IllegalTransition where nothing waits for an answer, NotFound
    Events: quote_question_answered
    """
    require(actor, "pricing.write_quote")
    quote = lock_quote(quote_id, actor)
    words = _said(words)
    said = list(quote.answers.filter(kind__in=[Kind.QUESTION, Kind.REPLY]).order_by("id"))
    if not said or said[-1].kind == Kind.REPLY:
        raise IllegalTransition(
            f"No question about {quote} waits for an answer.", document=str(quote), state=quote.state, to=quote.state
        )
    answer = keep_answer(quote, Kind.REPLY, actor, words=words)
    record(quote, QuoteQuestionAnswered(number=sum(one.kind == Kind.QUESTION for one in said)), actor=actor)
    tell_customer(
        kind="quote_answer",
        key=f"quote:{quote.pk}:answer:{answer.pk}",
        about=quote,
        customer=quote.customer,
        contact=quote.contact,
        actor=actor,
    )
    return answer


def _refuse_unseen(quote: Quote) -> None:
    if quote.state == QuoteState.DRAFT:
        raise IllegalTransition(
            f"{quote} was not sent yet.", document=str(quote), state=quote.state, to=QuoteState.SENT
        )


def _said(words: str) -> str:
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise InvalidInput("Write something first.", field="words")
    if len(words) > LONGEST:
        raise InvalidInput(f"At most {LONGEST} characters, please.", field="words")
    return words

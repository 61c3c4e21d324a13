"""An answered price on a quote: on the line that it was asked for, or on a quote of its own."""

from dataclasses import replace

from omc.lib.actor import Actor
from orders.core.inputs import LineInput
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.questions.models import PriceQuestion
from orders.pricing.questions.services.answering import step_of
from orders.pricing.rules import overrides
from orders.pricing.services.quotes import change_quote, lock_quote, write_quote

OPEN = (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED)


def put_on_quote(question: PriceQuestion, actor: Actor, by_hand: bool) -> str:
    """Empty when the price is on the quote's latest revision (or on a new quote) now; else why it is not."""
    if question.quote is None:
        quote = write_quote(
            customer_id=question.customer_id, lines=[_line(question)], currency=question.currency, actor=actor
        )
        return _mark(question, quote, position=1)
    old = lock_quote(latest_revision(question.quote).pk, actor)
    if old.state not in OPEN:
        return f"{old} is {old.get_state_display().lower()}; its prices stand."
    if not by_hand and old.state != QuoteState.DRAFT:
        return f"The customer has seen {old}: revise it to put the price on it."
    lines = list(old.lines.order_by("position"))
    target = next((line for line in lines if _is_asked(line, question)), None)
    if target is None:
        return f"{old} has no line of {question.quantity.normalize():f} {question.product.sku} any more."
    answered = replace(_typed(target), unit_price=question.unit_price, price_reason=question.because)
    inputs = [answered if line is target else _typed(line) for line in lines]
    quote = change_quote(
        quote_id=old.pk,
        lines=inputs,
        actor=actor,
        requested_date=old.requested_date,
        valid_until=old.valid_until if old.state == QuoteState.DRAFT else None,
        contact_id=old.contact_id,
        ship_to_id=old.ship_to_id,
        customer_note=old.customer_note,
    )
    return _mark(question, quote, target.position)


def latest_revision(quote: Quote) -> Quote:
    """What the customer is offered by now."""
    revisions = Quote.objects.filter(company_id=quote.company_id, number=quote.number)
    return revisions.order_by("-revision")[0]


def _is_asked(line: QuoteLine, question: PriceQuestion) -> bool:
    return bool(line.product_id == question.product_id and line.quantity == question.quantity)


def _line(question: PriceQuestion) -> LineInput:
    return LineInput(
        product_id=question.product_id,
        quantity=question.typed_quantity,
        unit=question.unit,
        unit_price=question.unit_price,
        price_reason=question.because,
    )


def _typed(line: QuoteLine) -> LineInput:
    by_word = line.product_id is None or overrides(line.price_steps)
    return LineInput(
        product_id=line.product_id,
        quantity=line.typed_quantity,
        unit=line.unit,
        unit_price=line.unit_price if by_word else None,
        kind=line.kind,
        description=line.description,
        supply=line.supply,
        ship_to_id=line.ship_to_id,
    )


def _mark(question: PriceQuestion, quote: Quote, position: int) -> str:
    """The line tells that its price is an answer. It was written in this transaction."""
    line = QuoteLine.objects.get(quote=quote, position=position)
    if overrides(line.price_steps):
        line.price_steps[-1] = step_of(question, line.price_steps[-1])
        line.save(update_fields=["price_steps"])
    question.quote = quote
    return ""

"""Ask somebody for a price, and pass a question on."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Func, Max, Value
from django.urls import reverse

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import ZERO, round_amount, round_price
from omc.lib.service import verb
from orders.core.eventlog import record
from orders.core.inputs import LineInput
from orders.core.models import (
    Company,
    Customer,
    Department,
    Duty,
    Event,
    Membership,
    Notification,
    Order,
    OrderState,
    Watch,
)
from orders.core.selectors.companies import setting
from orders.pricing.guidelines.services import OwnRequest
from orders.pricing.models import Quote, QuoteState
from orders.pricing.questions.events import PriceAsked, PriceQuestionPassed, PriceQuestionWithdrawn
from orders.pricing.questions.models import PriceQuestion, QuestionState, QuestionTurn
from orders.pricing.questions.selectors import DECIDE, STAGE, deciders, usual_decider
from orders.pricing.questions.services.locking import close, lock_question
from orders.pricing.selectors.costs import cost_basis, cost_in_force
from orders.pricing.selectors.items import InvalidLines, read_lines
from orders.pricing.selectors.prices import price_of, rate_of

ANSWER_MINUTES: Final = "pricing.question_minutes"
ASKABLE_QUOTES: Final = (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED)


class AskedAlready(DomainError):
    """The same is asked and waits for its answer; ``data["question_id"]`` says which question."""

    code = "price_asked_already"


class NobodyDecides(DomainError):
    """Nobody else here may decide about prices."""

    code = "nobody_decides"


@verb(events=(PriceAsked,))
def ask_price(
    *,
    customer_id: int,
    quantity: Decimal,
    reason: str,
    actor: Actor,
    product_id: int | None = None,
    sku: str = "",
    unit: str = "",
    unit_price: Decimal | None = None,
    decider_id: int | None = None,
    order_id: int | None = None,
    quote_id: int | None = None,
    call_id: int | None = None,
) -> PriceQuestion:
    """Ask whether a customer may have so many of an item at a price, or (without one) which price one may offer.

    It goes to ``decider_id``, else to whom ``usual_decider`` names, and is due after the company's usual number of
    working minutes. Prices per stock unit, in the currency of the document it is asked from, else of the customer.

    Raises: AskedAlready, NobodyDecides, OwnRequest, InvalidInput, NotFound, NoRate
    Events: price_asked
    """
    require(actor, "pricing.write_quote")
    if actor.user_id is None:
        raise InvalidInput("Only a person asks for a price.")
    if not reason.strip():
        raise InvalidInput("Say why the customer should have it, or what for.", field="reason")
    if unit_price is not None and unit_price < 0:
        raise InvalidInput("A price is not below zero.", field="unit_price")
    customer = Customer.objects.filter(pk=customer_id, company_id=actor.company_id, is_active=True).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer_id")
    order, quote = _document(customer, order_id, quote_id)
    question = PriceQuestion(
        company=Company.objects.get(pk=actor.company_id),
        customer=customer,
        order=order,
        quote=quote,
        call_id=call_id,
        currency=(order or quote or customer).currency,
        asked_price=None if unit_price is None else round_price(unit_price),
        reason=reason.strip()[:300],
        asked_by_id=actor.user_id,
        department_id=actor.department_id,
        asked_at=clock.now(),
        decider=_decider(decider_id, actor),
    )
    _look_up(question, product_id, sku, quantity, unit)
    question.due_at = _due(question)
    try:
        with transaction.atomic():
            question.save()
    except IntegrityError:
        raise _asked_already(question) from None
    _give(question, number=1, given_by=None, why="")
    fact = PriceAsked(
        sku=question.product.sku,
        units=question.quantity,
        due_at=question.due_at,
        asked_unit_price=question.asked_price,
        net_base=question.net_base,
    )
    record(question, fact, actor=actor, to_state=QuestionState.ASKED)
    _hand_over(question, actor, listeners=(actor.user_id, question.decider_id))
    return question


@verb(events=(PriceQuestionPassed,))
def pass_question(*, question_id: int, decider_id: int, actor: Actor, why: str = "") -> PriceQuestion:
    """Pass an open question on to a colleague who may decide it, or take it over; it is due as before. Counted.

    Raises: OwnRequest, InvalidInput, IllegalTransition, NotFound
    Events: price_question_passed
    """
    require(actor, DECIDE)
    question = lock_question(question_id, actor, to=QuestionState.ANSWERED)
    if decider_id == question.decider_id:
        raise InvalidInput(f"{question.decider} has it already.", field="decider_id")
    decider = _who_may_decide(decider_id, question.asked_by_id, actor)
    taken = decider.pk == actor.user_id
    said = why.strip()[:300] or ("taken over" if taken else "")
    if not said:
        raise InvalidInput("Say why it goes to somebody else.", field="why")
    QuestionTurn.objects.filter(question=question, until=None).update(until=clock.now())
    question.decider, question.bounces = decider, question.bounces + 1
    _give(question, number=question.bounces + 1, given_by=actor.user_id, why=said)
    fact = PriceQuestionPassed(why=said, bounces=question.bounces)
    record(question, fact, actor=actor, stamp={"decider": decider.pk, "bounces": question.bounces})
    _hand_over(question, actor, listeners=(decider.pk,))
    return question


@verb(events=(PriceQuestionWithdrawn,))
def withdraw_question(*, question_id: int, actor: Actor, why: str = "") -> PriceQuestion:
    """The asker needs no answer any more.

    Raises: InvalidInput for somebody else's, IllegalTransition, NotFound
    Events: price_question_withdrawn
    """
    require(actor, "pricing.write_quote")
    question = lock_question(question_id, actor, to=QuestionState.WITHDRAWN)
    if question.asked_by_id != actor.user_id:
        raise InvalidInput(f"{question.asked_by} asked; nobody else withdraws it.")
    said = why.strip()[:300] or "not needed any more"
    close(question, QuestionState.WITHDRAWN, PriceQuestionWithdrawn(why=said), actor)
    return question


def _document(customer: Customer, order_id: int | None, quote_id: int | None) -> tuple[Order | None, Quote | None]:
    """The draft or quote that it is asked from. Raises: NotFound, InvalidInput when its prices stand"""
    if order_id and quote_id:
        raise InvalidInput("Ask about an order or a quote, not about both.", field="order_id")
    theirs = {"company_id": customer.company_id, "customer": customer}
    order = Order.objects.filter(pk=order_id, **theirs).first() if order_id else None
    quote = Quote.objects.filter(pk=quote_id, **theirs).first() if quote_id else None
    if (order_id and order is None) or (quote_id and quote is None):
        raise NotFound(f"{customer} has no such {'order' if order_id else 'quote'}.", field="customer_id")
    if order is not None and order.state != OrderState.DRAFT:
        raise InvalidInput(f"{order} is {order.get_state_display().lower()}: its prices change by a change order.")
    if quote is not None and quote.state not in ASKABLE_QUOTES:
        raise InvalidInput(f"{quote} is {quote.get_state_display().lower()}; its prices stand.")
    return order, quote


def _look_up(question: PriceQuestion, product_id: int | None, sku: str, quantity: Decimal, unit: str) -> None:
    """Set item, quantities, the price in force and the cost as of now. Raises: InvalidInput, NoRate"""
    company, customer = question.company, question.customer
    typed = LineInput(product_id=product_id, sku=sku.strip(), quantity=quantity, unit=unit.strip())
    try:
        item = read_lines(company_id=company.pk, customer_id=customer.pk, inputs=[typed])[0]
    except InvalidLines as refusal:
        problem = refusal.problems[0]
        raise InvalidInput(problem["message"], field=problem["field"]) from None
    product = item.product
    if product is None:
        raise InvalidInput("Name an item.", field="sku")
    on = clock.today(company.time_zone)
    rate = rate_of(company.pk, question.currency, on)
    found = price_of(
        company_id=company.pk,
        customer=customer,
        quantities={product.pk: item.quantity},
        currency=question.currency,
        currency_rate=rate,
        on=on,
        units={product.pk: item.unit},
    ).get(product.pk)
    question.product, question.unit = product, item.unit
    question.quantity, question.typed_quantity = item.quantity, quantity
    question.currency_rate = rate
    question.system_price = found.unit_price if found else None
    question.unit_cost = cost_in_force(product, cost_basis(company.pk))
    asked = question.asked_price
    if asked is not None and question.system_price is not None and asked >= question.system_price:
        raise InvalidInput(
            "The price in force is not higher than that: leave the price empty on the line.", field="unit_price"
        )
    worth = asked if asked is not None else question.system_price
    question.net_base = round_amount((worth or ZERO) * item.quantity * rate)


def _decider(decider_id: int | None, actor: Actor) -> User:
    """Raises: NobodyDecides, OwnRequest, InvalidInput"""
    if decider_id is not None:
        return _who_may_decide(decider_id, actor.user_id, actor)
    found = usual_decider(actor.company_id, actor.user_id)
    if found is None:
        raise NobodyDecides("Nobody else here may decide about prices. An administrator gives the right to it.")
    return found


def _who_may_decide(user_id: int, asker_id: int | None, actor: Actor) -> User:
    if user_id == asker_id:
        raise OwnRequest("Whoever asked does not decide.", field="decider_id")
    found = next((user for user in deciders(actor.company_id) if user.pk == user_id), None)
    if found is None:
        raise InvalidInput("That person may not decide about prices.", field="decider_id")
    return found


def _due(question: PriceQuestion) -> datetime:
    """So many working minutes on, by the calendar of the department that has pricing, else of the company."""
    minutes = setting(question.company_id, ANSWER_MINUTES)
    calendar = (
        Department.objects.filter(company_id=question.company_id, stages__contains=[STAGE], calendar__isnull=False)
        .order_by("id")
        .values_list("calendar_id", flat=True)
        .first()
    ) or question.company.calendar_id
    until = Func(
        Value(calendar),
        Value(question.asked_at),
        Value(minutes),
        function="omc_business_add",
        output_field=DateTimeField(),
    )
    found: datetime | None = Company.objects.filter(pk=question.company_id).values_list(until, flat=True)[0]
    return found or question.asked_at + timedelta(minutes=minutes)


def _asked_already(question: PriceQuestion) -> AskedAlready:
    open_one = PriceQuestion.objects.filter(
        customer=question.customer,
        product=question.product,
        order=question.order,
        quote=question.quote,
        state=QuestionState.ASKED,
    ).first()
    return AskedAlready(
        f"That is asked already: {open_one} waits for {open_one.decider}." if open_one else "That is asked already.",
        question_id=open_one.pk if open_one else None,
    )


def _give(question: PriceQuestion, *, number: int, given_by: int | None, why: str) -> None:
    member = Membership.objects.filter(company_id=question.company_id, user=question.decider).first()
    QuestionTurn.objects.create(
        question=question,
        number=number,
        decider=question.decider,
        department_id=member.department_id if member else None,
        given_by_id=given_by,
        why=why,
        since=clock.now(),
    )


def _hand_over(question: PriceQuestion, actor: Actor, *, listeners: tuple[int, ...]) -> None:
    """The duty is the decider's, who is told; asker and decider hear what is said about it from now on."""
    Duty.objects.filter(subject_type="pricequestion", subject_id=question.pk, closed_at=None).update(
        owner=question.decider, due_at=question.due_at
    )
    latest = Event.objects.aggregate(latest=Max("id"))["latest"] or 0
    Watch.objects.bulk_create(
        [
            Watch(
                company_id=question.company_id,
                subject_type="pricequestion",
                subject_id=question.pk,
                user_id=user_id,
                told_event_id=latest,
            )
            for user_id in dict.fromkeys(listeners)
        ],
        ignore_conflicts=True,
    )
    if question.decider_id != actor.user_id:
        Notification.objects.create(
            company_id=question.company_id,
            user_id=question.decider_id,
            text=f"{actor.name} asks you about a price: {question.product.sku} for {question.customer}"[:200],
            url=reverse("pricing:question", args=[question.pk]),
            created_at=clock.now(),
        )

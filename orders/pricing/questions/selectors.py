"""Price questions: which there are, who may decide them, and what one has to know to decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from omc.accounts.models import User
from omc.accounts.roles import permissions_of
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import margin_percent
from orders.core.models import Department, Membership, OrderLine, OrderState
from orders.core.selectors.companies import zone_of
from orders.pricing.questions.models import PriceQuestion, QuestionState, QuestionTurn

DECIDE: Final = "pricing.approve_discount"
STAGE: Final = 3
LOST: Final = Q(quote__state__in=["rejected", "expired"], quote__decided_at__gte=F("asked_at")) & (
    Q(closed_at=None) | Q(quote__decided_at__lte=F("closed_at"))
)


def late() -> Q:
    """Answered after it was due, or waiting still and due by now."""
    return Q(state=QuestionState.ANSWERED, closed_at__gt=F("due_at")) | Q(
        state=QuestionState.ASKED, due_at__lt=clock.now()
    )


def question_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PriceQuestion]:
    """Questions of the company that meet the filters; those that wait for an answer unless told otherwise."""
    rows = PriceQuestion.objects.filter(company_id=actor.company_id).select_related(
        "company", "customer", "product", "order", "quote", "asked_by", "department", "decider"
    )
    state = filters.get("state") or QuestionState.ASKED
    if state != "all":
        rows = rows.filter(state=state)
    if filters.get("mine"):
        rows = rows.filter(Q(decider_id=actor.user_id) | Q(asked_by_id=actor.user_id))
    if filters.get("late"):
        rows = rows.filter(late())
    if filters.get("bounced"):
        rows = rows.filter(bounces__gt=0)
    if filters.get("lost"):
        rows = rows.filter(LOST)
    if filters.get("asked_from"):
        rows = rows.filter(asked_at__gte=datetime.combine(filters["asked_from"], time(), zone_of(actor.company_id)))
    if filters.get("hands"):  # named twice by a question that came back to it
        rows = rows.filter(pk__in=QuestionTurn.objects.filter(department=filters["hands"]).values("question_id"))
    if filters.get("no_department"):
        rows = rows.filter(department=None)
    if filters.get("no_hands"):
        rows = rows.filter(pk__in=QuestionTurn.objects.filter(department=None).values("question_id"))
    for name in ("customer", "product", "decider", "department", "answer"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    return rows


def turn_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[QuestionTurn]:
    """Who had which question of the company in hand; of questions asked from a day on, of one department or of none."""
    rows = QuestionTurn.objects.filter(question__company_id=actor.company_id).select_related(
        "question__company", "question__customer", "question__product", "decider", "department", "given_by"
    )
    if filters.get("asked_from"):
        since = datetime.combine(filters["asked_from"], time(), zone_of(actor.company_id))
        rows = rows.filter(question__asked_at__gte=since)
    if filters.get("hands"):
        rows = rows.filter(department=filters["hands"])
    if filters.get("no_hands"):
        rows = rows.filter(department=None)
    return rows


def question_of(actor: Actor, question_id: int) -> PriceQuestion:
    """One question of the company. Raises: NotFound"""
    found = question_list(actor, {"state": "all"}).filter(pk=question_id).first()
    if found is None:
        raise NotFound(f"There is no price question {question_id}.", question_id=question_id)
    return found


def deciders(company_id: int, *, without: int | None = None) -> list[User]:
    """Who may decide about prices here, by name."""
    members = Membership.objects.filter(company_id=company_id, user__is_active=True).select_related("user")
    return [
        member.user
        for member in members.order_by("user__username")
        if member.user_id != without and DECIDE in permissions_of(frozenset(member.roles))
    ]


def usual_decider(company_id: int, asker_id: int | None) -> User | None:
    """Whom a question goes to unless somebody is named: the lead of the department that has pricing, if they may
    decide; else of those whose daily work it is (and then of all who may) the one with the fewest questions in hand."""
    may = deciders(company_id, without=asker_id)
    if not may:
        return None
    lead_id = (
        Department.objects.filter(company_id=company_id, stages__contains=[STAGE])
        .order_by("id")
        .values_list("lead_id", flat=True)
        .first()
    )
    in_hand = dict(
        PriceQuestion.objects.filter(company_id=company_id, state=QuestionState.ASKED)
        .values_list("decider_id")
        .annotate(n=Count("id"))
    )
    own_work = set(
        Membership.objects.filter(company_id=company_id, roles__contains=["pricing"]).values_list("user_id", flat=True)
    )
    return min(may, key=lambda user: (user.pk != lead_id, user.pk not in own_work, in_hand.get(user.pk, 0), user.pk))


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """A line that this customer ordered of this item before. Units: stock unit, ``currency``."""

    order: Any
    on: date | None
    quantity: Decimal
    unit_price: Decimal
    currency: str


def paid_before(question: PriceQuestion, limit: int = 5) -> list[PaidBefore]:
    """What the customer paid for the item, the latest first."""
    lines = (
        OrderLine.objects.filter(
            order__company_id=question.company_id,
            order__customer_id=question.customer_id,
            product_id=question.product_id,
            order__submitted_at__isnull=False,
        )
        .exclude(order__state__in=[OrderState.CANCELLED, OrderState.ABANDONED])
        .select_related("order")
        .order_by("-order__submitted_at", "-id")[:limit]
    )
    zone = zone_of(question.company_id)
    return [
        PaidBefore(
            line.order,
            line.order.submitted_at.astimezone(zone).date() if line.order.submitted_at else None,
            line.ordered,
            line.unit_price,
            line.order.currency,
        )
        for line in lines
    ]


def asked_before(question: PriceQuestion, limit: int = 5) -> QuerySet[PriceQuestion]:
    """Earlier questions of this customer about this item, the latest first."""
    rows = PriceQuestion.objects.filter(
        company_id=question.company_id, customer_id=question.customer_id, product_id=question.product_id
    )
    return rows.exclude(pk=question.pk).select_related("decider").order_by("-id")[:limit]


@dataclass(frozen=True, slots=True)
class Offer:
    """A price and what it leaves. Units: document currency per stock unit; ``under`` is below the price in force."""

    unit_price: Decimal | None
    under_percent: Decimal | None
    margin_percent: Decimal | None


def offers(question: PriceQuestion, actor: Actor) -> dict[str, Offer]:
    """The price in force, the one asked for and the one answered; margins only for those who may see costs."""
    cost = question.unit_cost if actor.can("orders.view_cost") else None
    return {
        name: _offer(price, question, cost)
        for name, price in (
            ("system", question.system_price),
            ("asked", question.asked_price),
            ("answered", question.unit_price),
        )
    }


def _offer(price: Decimal | None, question: PriceQuestion, cost: Decimal | None) -> Offer:
    system = question.system_price
    under = None if price is None or not system else ((system - price) / system * 100).quantize(Decimal("0.01"))
    margin = None if price is None else margin_percent(price * question.currency_rate, cost)
    return Offer(price, under, margin)

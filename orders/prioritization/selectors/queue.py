"""The queue of open orders: who stands where, since when, and why."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import plain
from omc.lib.prepared import Prepared
from orders.core.models import Calendar, Company, Customer, Hold, HoldState, Order
from orders.core.selectors.companies import today
from orders.prioritization.models import Ranking, RuleSet
from orders.prioritization.rules import Part, Rule
from orders.prioritization.selectors.books import CheckedBook, fairness_bound, read
from orders.prioritization.selectors.fields import COST_FIELDS, FIELDS, PRICE_FIELDS, facts_of

NEVER: Final = dt.date(9999, 12, 31)
QUEUE_ORDER: Final = ("-sort_key", "promise_key", "requested_key", "order__confirmed_at", "order_id")


@dataclass(frozen=True)
class Reason:
    """One line of an explanation. Units: points."""

    sentence: str
    points: Decimal
    group: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why an order stands where it stands. The reasons' points sum to ``score``.

    ``stale_points`` is what the same rules would give by today's facts, where that differs.
    """

    ranking: Ranking
    position: int
    of: int
    score: Decimal
    waiting_days: Decimal
    reasons: list[Reason]
    ahead: list[Ranking]
    stale_points: Decimal | None
    bound_days: Decimal | None


def in_rank_order(order: str = "order__") -> tuple[Any, ...]:
    """Ordering of rows that belong to orders: the total order of the queue, unranked orders last."""
    return (
        F(f"{order}ranking__sort_key").desc(nulls_last=True),
        F(f"{order}current_promise").asc(nulls_last=True),
        F(f"{order}requested_date").asc(nulls_last=True),
        F(f"{order}confirmed_at").asc(nulls_last=True),
        F(f"{order}pk").asc(),
    )


def queue(
    actor: Actor, *, text: str = "", customer_class: str = "", held: bool = False, customer: Customer | None = None
) -> QuerySet[Ranking]:
    """The company's open ranks; order them by ``QUEUE_ORDER``. ``waited_minutes`` is working time,
    negative before waiting starts."""
    blocking = Hold.objects.exclude(status=HoldState.RESOLVED).filter(
        Q(order_id=OuterRef("order_id")) | Q(customer_id=OuterRef("order__customer_id"))
    )
    rows = Ranking.objects.filter(company_id=actor.company_id, is_open=True)
    if text:
        rows = rows.filter(Q(order__number__istartswith=text) | Q(order__customer__name__icontains=text))
    if customer_class:
        rows = rows.filter(order__customer__customer_class=customer_class)
    if customer:
        rows = rows.filter(order__customer=customer)
    if held:
        rows = rows.filter(Exists(blocking))
    return (
        _keyed(rows)
        .annotate(
            waited_minutes=_waited(), hold_name=Subquery(blocking.order_by("placed_at").values("hold_type__name")[:1])
        )
        .select_related("order", "order__customer", "rule_set")
    )


def _keyed(rows: QuerySet[Ranking]) -> QuerySet[Ranking]:
    return rows.annotate(
        promise_key=Coalesce("order__current_promise", Value(NEVER)),
        requested_key=Coalesce("order__requested_date", Value(NEVER)),
    )


def _waited(until: datetime | None = None) -> Func:
    return Func(
        F("company__calendar_id"),
        F("waiting_since"),
        Value(until or clock.now()),
        template="round(omc_business_minutes(%(expressions)s))::integer",
        output_field=IntegerField(),
    )


def position_of(ranking: Ranking) -> int:
    """1 + the number of open orders that stand before it."""
    order = ranking.order
    promise, requested = order.current_promise or NEVER, order.requested_date or NEVER
    same = Q(sort_key=ranking.sort_key)
    before = (
        Q(sort_key__gt=ranking.sort_key)
        | same & Q(promise_key__lt=promise)
        | same & Q(promise_key=promise, requested_key__lt=requested)
        | same & Q(promise_key=promise, requested_key=requested, order__confirmed_at__lt=order.confirmed_at)
        | same
        & Q(promise_key=promise, requested_key=requested, order__confirmed_at=order.confirmed_at, order_id__lt=order.pk)
    )
    rows = Ranking.objects.filter(company_id=ranking.company_id, is_open=True)
    return 1 + rows.filter(sort_key__gt=ranking.sort_key).count() + _keyed(rows).filter(same).filter(before).count()


POSITIONS = """
SELECT width_bucket(sort_key, %(keys)s::numeric[]), count(*) FROM orders_prioritization_ranking
WHERE company_id = %(company)s AND is_open AND sort_key > %(lowest)s AND NOT sort_key = ANY(%(keys)s::numeric[])
GROUP BY 1
"""


def positions_of(rankings: Sequence[Ranking]) -> dict[int, int]:
    """The position of each among all open orders, by order. Two queries, however many are asked for."""
    if not rankings:
        return {}
    keys = sorted({ranking.sort_key for ranking in rankings})
    company_id = rankings[0].company_id
    with connection.cursor() as cursor:
        cursor.execute(POSITIONS, {"keys": keys, "company": company_id, "lowest": keys[0]})
        between = dict(cursor.fetchall())
    rows = Ranking.objects.filter(company_id=company_id, is_open=True, sort_key__in=keys)
    places: dict[int, int] = {}
    position = 0
    level = len(keys)
    for order_id, key in _keyed(rows).order_by(*QUEUE_ORDER).values_list("order_id", "sort_key"):
        while level and keys[level - 1] >= key:
            position += between.get(level, 0)
            level -= 1
        position += 1
        places[order_id] = position
    return {ranking.order_id: places[ranking.order_id] for ranking in rankings if ranking.order_id in places}


def rank_of(order_id: int, actor: Actor) -> Ranking:
    """Raises: NotFound when the order has no rank"""
    found = (
        Ranking.objects.filter(order_id=order_id, company_id=actor.company_id)
        .annotate(waited_minutes=_waited())
        .select_related("order", "order__customer", "rule_set", "company__calendar")
        .first()
    )
    if found is None:
        raise NotFound(
            "This order has no rank: only confirmed orders with goods to ship are ranked.", order_id=order_id
        )
    return found


def day_minutes(calendar: Calendar | None) -> int:
    """Working minutes of a day; of nine hours without a calendar."""
    if calendar is None:
        return 540
    return (calendar.closes.hour - calendar.opens.hour) * 60 + calendar.closes.minute - calendar.opens.minute


def waiting_points(rule_set: RuleSet, waited_minutes: int, minutes_of_day: int) -> tuple[Decimal, Decimal]:
    """Working days waited, and the points they give; both below zero before waiting starts. Rounds: to two places."""
    days = Decimal(waited_minutes) / minutes_of_day
    points = (days * rule_set.points_per_day).quantize(Decimal("0.01"))
    return days.quantize(Decimal("0.01")), points


def explain(order_id: int, actor: Actor) -> Explanation:
    """Why the order stands where it stands, in sentences whose points sum to its score.

    What the actor's roles may not see in detail (amounts, cost) is one line.

    Raises: NotFound
    """
    ranking: Any = rank_of(order_id, actor)  # annotated
    checked = read(ranking.rule_set.body)
    days, aged = waiting_points(ranking.rule_set, ranking.waited_minutes, day_minutes(ranking.company.calendar))
    reasons = reasons_of(ranking, checked, actor)
    waiting = Reason(_waiting_words(days, ranking.rule_set.points_per_day), aged)
    ahead = queue(actor).filter(sort_key__gte=ranking.sort_key).exclude(order_id=order_id).order_by("sort_key")
    open_rows = Ranking.objects.filter(company_id=actor.company_id, is_open=True)
    return Explanation(
        ranking=ranking,
        position=position_of(ranking),
        of=open_rows.count(),
        score=ranking.points + aged,
        waiting_days=days,
        reasons=[*reasons, waiting],
        ahead=list(ahead[:3])[::-1],
        stale_points=_stale(ranking, checked) if ranking.is_open else None,
        bound_days=fairness_bound(ranking.rule_set),
    )


def _waiting_words(days: Decimal, points_per_day: Decimal) -> str:
    if days < 0:
        return f"Not wanted yet: its waiting starts in {_working(-days)}, {plain(points_per_day)} points each"
    return f"Waiting for {_working(days)}, {plain(points_per_day)} points each"


def _working(days: Decimal) -> str:
    return f"{plain(days)} working {'day' if days == 1 else 'days'}"


def reasons_of(ranking: Ranking, checked: CheckedBook, actor: Actor) -> list[Reason]:
    """The stored parts in words; their points sum to ``ranking.points``."""
    rules = {rule.key: rule for rule in checked.book.rules}
    groups = {group.key: group for group in checked.book.groups}
    unseen = hidden_fields(actor)
    reasons, hidden = [], Decimal(0)
    for stored in ranking.parts:
        part = Part(stored["rule"], stored["group"], Decimal(stored["points"]), stored["value"])
        rule, group = rules.get(part.rule), groups[part.group]
        if rule is None:
            limit = group.high if part.points < 0 else group.low
            sentence = f"“{group.name}” counts {'at most' if part.points < 0 else 'at least'} {plain(limit)} points"
            reasons.append(Reason(sentence, part.points, group.name))
        elif rule.field in unseen:
            hidden += part.points
        else:
            reasons.append(Reason(sentence_of(rule, part.value), part.points, group.name))
    if hidden:
        reasons.append(Reason("Rules on amounts, which your role does not see in detail", hidden))
    return reasons


def hidden_fields(actor: Actor) -> frozenset[str]:
    """Fields whose values (and so their points) this actor may not see."""
    hidden = frozenset() if actor.can("orders.view_cost") else COST_FIELDS
    return hidden if actor.can("orders.view_price") else hidden | PRICE_FIELDS


def sentence_of(rule: Rule, value: str) -> str:
    """The rule's sentence with the value in words: “The customer is class A”."""
    field = FIELDS.get(rule.field)
    shown = value
    if field is not None and field.choices:
        shown = dict(field.choices).get(value, value)
    elif field is not None and field.kind in ("decimal", "integer"):
        unit = "day" if field.unit == "days" and Decimal(value) == 1 else field.unit
        number = Decimal(value)
        cents = field.unit == "in company currency" and number % 1  # all of them or none
        shown = f"{number:,.2f} {unit}" if cents else f"{number:,} {unit}".strip()
    elif field is not None and field.kind == "boolean":
        shown = "yes" if value == "true" else "no"
    return rule.because.replace("{value}", shown)


def _stale(ranking: Ranking, checked: CheckedBook) -> Decimal | None:
    """The points that today's facts give, where they differ from the stored ones."""
    parts = checked.score(facts_of(ranking.order_id), today(ranking.company))
    points = sum((part.points for part in parts), Decimal(0))
    return points if points != ranking.points else None


_OF_ORDER: Prepared[Any] = Prepared(
    lambda gaps: (
        Ranking.objects.filter(order_id=gaps.order, is_open=True)
        .annotate(waited_minutes=_waited(gaps.moment("now")))
        .select_related("order", "rule_set", "company__calendar")
    )
)


def ranking_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    """What the order's page shows: position, score, waiting. None while it has no open rank."""
    ranking = _OF_ORDER.first(order=order.pk, now=clock.now())
    if ranking is None:
        return None
    minutes = day_minutes(ranking.company.calendar)
    days, aged = waiting_points(ranking.rule_set, ranking.waited_minutes, minutes)
    return {
        "ranking": ranking,
        "position": position_of(ranking),
        "score": ranking.points + aged,
        "waiting_days": days,
        "day_minutes": minutes,
    }


def company_of(actor: Actor) -> Company:
    return Company.objects.select_related("calendar").get(pk=actor.company_id)

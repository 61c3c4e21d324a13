"""How long price questions wait, through how many hands they go, and what is lost meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.money import ZERO
from orders.core.selectors.companies import zone_of

USUAL_DAYS: Final = 90

# Minutes are working time by the calendar of the department that has pricing; where it has none, the company's.
_MINUTES = """
COALESCE(omc_business_minutes(COALESCE(
    (SELECT d.calendar_id FROM orders_department d WHERE d.company_id = q.company_id AND 3 = ANY(d.stages)
        AND d.calendar_id IS NOT NULL ORDER BY d.id LIMIT 1), c.calendar_id), {since}, {until}),
    extract(epoch FROM {until} - {since}) / 60)
"""
_ASKED = f"""
SELECT q.id, q.state, q.bounces, q.decider_id, q.department_id,
    CASE WHEN q.state = 'answered' THEN {_MINUTES.format(since="q.asked_at", until="q.closed_at")} END AS minutes,
    q.state = 'answered' AND q.closed_at > q.due_at OR q.state = 'asked' AND q.due_at < %(now)s AS late,
    quote.state IN ('rejected', 'expired') AND quote.decided_at >= q.asked_at
        AND (q.closed_at IS NULL OR quote.decided_at <= q.closed_at) AS lost,
    quote.id AS lost_quote, quote.net_base AS lost_base,
    (SELECT count(DISTINCT d) FROM (
        SELECT q.department_id UNION ALL
        SELECT t.department_id FROM orders_pricing_questionturn t WHERE t.question_id = q.id
    ) AS hands(d)) AS departments
FROM orders_pricing_pricequestion q JOIN orders_company c ON c.id = q.company_id
LEFT JOIN orders_pricing_quote quote ON quote.id = q.quote_id
WHERE q.company_id = %(company)s AND q.asked_at >= %(since)s
"""
_FIGURES = """
count(*), count(*) FILTER (WHERE state = 'answered'), count(*) FILTER (WHERE state = 'asked'),
count(*) FILTER (WHERE late), count(*) FILTER (WHERE bounces > 0), COALESCE(sum(bounces), 0), avg(departments),
percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE minutes IS NOT NULL),
percentile_cont(0.9) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE minutes IS NOT NULL),
count(DISTINCT lost_quote) FILTER (WHERE lost),
count(*) FILTER (WHERE lost)
"""
# Each quote once, however many questions were asked about it.
_LOST_BASE = """
(SELECT sum(lost_base) FROM (SELECT DISTINCT lost_quote, lost_base FROM asked a WHERE lost AND {of}) AS each)
"""
_ALL = f"""
WITH asked AS ({_ASKED})
SELECT {_FIGURES}, {_LOST_BASE.format(of="true")} FROM asked
"""
_BY_DECIDER = f"""
WITH asked AS ({_ASKED})
SELECT u.id, COALESCE(NULLIF(u.full_name, ''), u.username), {_FIGURES},
    {_LOST_BASE.format(of="a.decider_id = u.id")}
FROM asked JOIN accounts_user u ON u.id = asked.decider_id GROUP BY u.id ORDER BY count(*) DESC, u.id
"""
_BY_ASKER = f"""
WITH asked AS ({_ASKED})
SELECT d.id, d.name, {_FIGURES},
    {_LOST_BASE.format(of="a.department_id IS NOT DISTINCT FROM d.id")}
FROM asked LEFT JOIN orders_department d ON d.id = asked.department_id GROUP BY d.id ORDER BY count(*) DESC, d.id
"""
_WAITED = f"""
SELECT q.id, {_MINUTES.format(since="q.asked_at", until="COALESCE(q.closed_at, %(now)s)")}
FROM orders_pricing_pricequestion q JOIN orders_company c ON c.id = q.company_id WHERE q.id = ANY(%(ids)s)
"""
_LAY = f"""
SELECT t.id, {_MINUTES.format(since="t.since", until="COALESCE(t.until, %(now)s)")}
FROM orders_pricing_questionturn t JOIN orders_pricing_pricequestion q ON q.id = t.question_id
JOIN orders_company c ON c.id = q.company_id WHERE t.id = ANY(%(ids)s)
"""
_BY_HANDS = f"""
SELECT d.id, d.name, count(DISTINCT t.question_id), count(*),
    sum({_MINUTES.format(since="t.since", until="COALESCE(t.until, %(now)s)")})
FROM orders_pricing_questionturn t JOIN orders_pricing_pricequestion q ON q.id = t.question_id
JOIN orders_company c ON c.id = q.company_id LEFT JOIN orders_department d ON d.id = t.department_id
WHERE q.company_id = %(company)s AND q.asked_at >= %(since)s
GROUP BY d.id ORDER BY 5 DESC, d.id
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the questions of a period. Units: working minutes; ``lost_base`` company currency, each quote once."""

    asked: int
    answered: int
    waiting: int
    late: int
    bounced: int
    bounces: int
    departments: Decimal | None
    median_minutes: int | None
    p90_minutes: int | None
    lost_quotes: int
    lost_questions: int
    lost_base: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one decider, or of one asking department (or of those who are in none)."""

    pk: int | None
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Hands:
    """What lay in a department: questions, turns, and how long in all. Units: working minutes."""

    pk: int | None
    name: str
    questions: int
    turns: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Report:
    since: date
    all: Figures
    by_decider: Sequence[Part]
    by_asker: Sequence[Part]
    by_hands: Sequence[Hands]


def question_report(actor: Actor, since: date) -> Report:
    """Price questions asked from a day on (the company's day): four queries, whatever their number."""
    moment = datetime.combine(since, time(), zone_of(actor.company_id))
    params = {"company": actor.company_id, "since": moment, "now": clock.now()}
    return Report(
        since=since,
        all=_figures(_rows(_ALL, params)[0]),
        by_decider=[Part(pk, name, _figures(rest)) for pk, name, *rest in _rows(_BY_DECIDER, params)],
        by_asker=[Part(pk, name or "", _figures(rest)) for pk, name, *rest in _rows(_BY_ASKER, params)],
        by_hands=[
            Hands(pk, name or "", questions, turns, round(minutes or 0))
            for pk, name, questions, turns, minutes in _rows(_BY_HANDS, params)
        ],
    )


def _figures(row: Sequence[Any]) -> Figures:
    asked, answered, waiting, late, bounced, bounces, departments, median, p90, quotes, questions, base = row
    return Figures(
        asked=asked,
        answered=answered,
        waiting=waiting,
        late=late,
        bounced=bounced,
        bounces=bounces,
        departments=None if departments is None else round(Decimal(departments), 1),
        median_minutes=None if median is None else round(median),
        p90_minutes=None if p90 is None else round(p90),
        lost_quotes=quotes,
        lost_questions=questions,
        lost_base=base or ZERO,
    )


def _rows(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def waited(questions: Sequence[Any]) -> dict[int, int]:
    """How long each question waited for its answer or end, or waits by now, by id. Units: working minutes."""
    params = {"ids": [question.pk for question in questions], "now": clock.now()}
    return {pk: round(minutes) for pk, minutes in _rows(_WAITED, params)}


def lay(turns: Sequence[Any]) -> dict[int, int]:
    """How long each turn took, or takes by now, by id. Units: working minutes."""
    params = {"ids": [turn.pk for turn in turns], "now": clock.now()}
    return {pk: round(minutes) for pk, minutes in _rows(_LAY, params)}


def usual_since(actor: Actor) -> date:
    """The first day of the usual period, by the company's own clock."""
    return clock.now().astimezone(zone_of(actor.company_id)).date() - timedelta(days=USUAL_DAYS)

"""The catalogue of duties at work: which events open and close what somebody must do next.

Registered by each stage (``registry.duties``); ``eventlog`` calls ``follow`` in the transaction of the verb, so that
no order is ever without an owner between two stages.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from omc.lib.kept import Kept
from omc.lib.registry import DutyRule, registry

# By the end of work of a named day (or the first working one after it), else so many working minutes from now.
_DUE = """COALESCE(
        (SELECT s.closes_at FROM orders_calendarspan s WHERE s.calendar_id = company.calendar_id AND s.day >= o.due_day
            ORDER BY s.day, s.closes_at DESC LIMIT 1),
        (o.due_day + 1)::timestamp AT TIME ZONE company.time_zone,
        omc_business_add(company.calendar_id, %(at)s, o.due_minutes),
        %(at)s::timestamptz + make_interval(mins => o.due_minutes))"""

# One statement: what closes, what opens, and the orders' stage that follows from both.
_FOLLOW = Kept(f"""
WITH closed AS (
    UPDATE orders_duty d SET closed_at = %(at)s, close_reason = %(event)s
    FROM unnest(%(close_types)s::text[], %(close_ids)s::bigint[], %(close_stages)s::smallint[])
        AS c(subject_type, subject_id, stage)
    WHERE d.subject_type = c.subject_type AND d.subject_id = c.subject_id AND d.stage = c.stage AND d.closed_at IS NULL
    RETURNING d.id
), opened AS (
    INSERT INTO orders_duty (company_id, subject_type, subject_id, stage, name, order_id, customer_id, queue_id,
        value_base, waits_for_customer, opened_at, due_at, close_reason)
    SELECT %(company)s, o.subject_type, o.subject_id, o.stage, o.name, o.order_id,
        COALESCE(o.customer_id, ord.customer_id), queue.id, COALESCE(o.value, ord.net_base, 0), o.waits, %(at)s,
        {_DUE}, ''
    FROM unnest(%(types)s::text[], %(ids)s::bigint[], %(stages)s::smallint[], %(names)s::text[], %(orders)s::bigint[],
            %(customers)s::bigint[], %(values)s::numeric[], %(due)s::integer[], %(due_days)s::date[],
            %(waits)s::boolean[])
        AS o(subject_type, subject_id, stage, name, order_id, customer_id, value, due_minutes, due_day, waits)
    JOIN orders_company company ON company.id = %(company)s
    LEFT JOIN orders_order ord ON ord.id = o.order_id
    CROSS JOIN LATERAL (
        SELECT id FROM orders_department WHERE company_id = %(company)s
        ORDER BY (o.stage = ANY(stages)) DESC, is_active DESC, id LIMIT 1
    ) queue
    ON CONFLICT DO NOTHING
    RETURNING order_id, stage
)
UPDATE orders_order o SET stage = (
    SELECT min(stage) FROM (
        SELECT d.stage FROM orders_duty d
        WHERE d.order_id = o.id AND d.closed_at IS NULL AND d.id NOT IN (SELECT id FROM closed)
        UNION ALL SELECT opened.stage FROM opened WHERE opened.order_id = o.id
    ) still)
WHERE o.id = ANY(%(touched)s::bigint[])
""")

_RENEW = Kept(f"""
UPDATE orders_duty d SET due_at = {_DUE}
FROM unnest(%(types)s::text[], %(ids)s::bigint[], %(stages)s::smallint[], %(due)s::integer[], %(due_days)s::date[])
    AS o(subject_type, subject_id, stage, due_minutes, due_day)
JOIN orders_company company ON company.id = %(company)s
WHERE d.subject_type = o.subject_type AND d.subject_id = o.subject_id AND d.stage = o.stage AND d.closed_at IS NULL
""")

_DUE_BY = Kept(
    "UPDATE orders_duty d SET due_at = o.due_at FROM unnest(%s::bigint[], %s::timestamptz[]) AS o(order_id, due_at)"
    " WHERE d.subject_type = 'order' AND d.subject_id = o.order_id AND d.stage = %s AND d.closed_at IS NULL"
)


def follow(
    event: str,
    subject_type: str,
    subjects: Sequence[Any],
    order_ids: Sequence[int | None],
    data: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
) -> None:
    """Close and open the duties that ``event`` means for these subjects, and set their orders' stage."""
    closing, opening, renewing = [], [], []
    for rule in registry.duties:
        for subject, order_id, facts in zip(subjects, order_ids, data, strict=True):
            target = _target(rule, subject_type, subject, order_id)
            closes, opens = _applies(rule.closes, event, facts), _applies(rule.opens, event, facts)
            if target and closes:
                closing.append((*target, rule.stage))
            if target and opens:
                opening.append((rule, target, subject, order_id, rule.due_in(event, facts)))
            if target and event in rule.due and not (opens or closes):
                renewing.append((*target, rule.stage, *rule.due_in(event, facts)))
    if renewing:
        _renew(subjects[0].company_id, renewing, at)
    if not closing and not opening:
        return
    params = {
        "company": subjects[0].company_id,
        "at": at,
        "event": event,
        "close_types": [target[0] for target in closing],
        "close_ids": [target[1] for target in closing],
        "close_stages": [target[2] for target in closing],
        "types": [target[0] for _, target, _, _, _ in opening],
        "ids": [target[1] for _, target, _, _, _ in opening],
        "stages": [rule.stage for rule, _, _, _, _ in opening],
        "names": [str(rule.name) for rule, _, _, _, _ in opening],
        "orders": [order_id for _, _, _, order_id, _ in opening],
        "customers": [getattr(subject, "customer_id", None) for _, _, subject, _, _ in opening],
        "values": [getattr(subject, "net_base", None) for _, _, subject, _, _ in opening],
        "due": [minutes for *_, (minutes, _day) in opening],
        "due_days": [day for *_, (_minutes, day) in opening],
        "waits": [rule.waits_for_customer for rule, _, _, _, _ in opening],
        "touched": [order_id for order_id in order_ids if order_id],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, params)


def due_by(stage: int, moments: Mapping[int, datetime]) -> None:
    """Say by when a stage must have done its open duty on these orders, where it knows better than the catalogue."""
    if moments:
        with connection.cursor() as cursor:
            cursor.execute(_DUE_BY, [list(moments), list(moments.values()), stage])


def _renew(company_id: int, rows: Sequence[tuple[str, int, int, int, str | None]], at: datetime) -> None:
    names = ("types", "ids", "stages", "due", "due_days")
    columns = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, columns | {"company": company_id, "at": at})


def _applies(rule: Mapping[str, Any], event: str, facts: Mapping[str, Any]) -> bool:
    if event not in rule:
        return False
    when = rule[event]
    return when is None or bool(when(facts))


def _target(rule: DutyRule, subject_type: str, subject: Any, order_id: int | None) -> tuple[str, int] | None:
    if rule.subject == "order":
        return ("order", order_id) if order_id else None
    return (subject_type, subject.pk)

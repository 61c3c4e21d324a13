"""The score of any number of orders in one statement.

The same words as ``rules.score``; a property test holds the two together. Ageing is linear, so the stored key is
points minus points per day × the start of waiting, counted in working days through the calendar. A rank that comes out
as it stands is not written again: what its reasons were made from is kept beside them as one number, so that they need
not be made to be compared.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from django.db import connection
from django.db.models import (
    Case,
    DecimalField,
    Exists,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest, Least, Round

from omc.lib import clock
from omc.lib.kept import Kept
from omc.lib.prepared import Gaps, Prepared
from orders.core.conditions import Tree, where
from orders.core.models import Company, LineKind, Order, OrderLine, OrderState
from orders.core.selectors.companies import setting, today
from orders.prioritization.models import RuleSet
from orders.prioritization.rules import Bands, Constant, Factor, Lookup, Points, RuleBook
from orders.prioritization.selectors.books import read
from orders.prioritization.selectors.fields import FIELDS, ranked_fields

COMPETING: Final = (OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT)
DAY_MINUTES: Final = 540  # of a company without a calendar
_NUMBER = DecimalField(max_digits=20, decimal_places=4)

_SQL = """
WITH facts ({columns}) AS ({facts}),
started AS (
    SELECT f.*, COALESCE(GREATEST(confirmed.position, wanted.position - %s), 0) AS base
    FROM facts f
    LEFT JOIN LATERAL (
        SELECT minutes_before + extract(epoch FROM LEAST(f.confirmed_at, closes_at) - opens_at) / 60 AS position
        FROM orders_calendarspan WHERE calendar_id = %s AND opens_at <= f.confirmed_at ORDER BY opens_at DESC LIMIT 1
    ) confirmed ON true
    LEFT JOIN LATERAL (
        SELECT minutes_before AS position
        FROM orders_calendarspan WHERE calendar_id = %s AND day >= f.requested_date ORDER BY day, opens_at LIMIT 1
    ) wanted ON true
),
waits AS MATERIALIZED (
    SELECT h.order_id, h.customer_id, h.placed_at AS since,
        CASE WHEN h.status = 'resolved' THEN h.resolved_at ELSE %s END AS until
    FROM orders_hold h JOIN orders_holdtype t ON t.id = h.hold_type_id
    WHERE h.company_id = %s AND t.cause = 'customer'{of_these}
),
held AS (
    SELECT order_id, unnest(range_agg(tstzrange(since, GREATEST(since, until)))) AS span FROM (
        SELECT order_id, since, until FROM waits WHERE order_id IS NOT NULL
        UNION ALL
        SELECT o.id, since, until FROM waits JOIN orders_order o ON o.customer_id = waits.customer_id
    ) spans WHERE order_id IN (SELECT order_id FROM started) GROUP BY order_id
),
paused AS (
    SELECT s.order_id, sum(GREATEST(0, omc_business_position(%s, upper(span))
        - GREATEST(omc_business_position(%s, lower(span)), s.base))) AS minutes
    FROM held JOIN started s ON s.order_id = held.order_id WHERE NOT isempty(span) GROUP BY s.order_id
),
grouped AS (
    SELECT s.*, s.base + COALESCE(paused.minutes, 0) AS start{groups}
    FROM started s LEFT JOIN paused ON paused.order_id = s.order_id
),
scored AS (
    SELECT g.*, {points} AS points, round({points} - %s * g.start / %s, 4) AS sort_key,
        hash_record_extended(ROW(g.start, {basis}), %s::bigint) AS basis
    FROM grouped g
),
moment AS (
    SELECT each.start, opens_at + make_interval(secs => ((each.start - minutes_before) * 60)::double precision) AS at
    FROM (SELECT DISTINCT start FROM scored) each
    CROSS JOIN LATERAL (
        SELECT opens_at, minutes_before FROM orders_calendarspan
        WHERE calendar_id = %s AND minutes_before <= floor(each.start)::integer ORDER BY minutes_before DESC LIMIT 1
    ) span
),
changed AS (
    SELECT s.order_id, s.points, s.sort_key, s.basis, old.order_id IS NULL AS is_new,
        ('[' || concat_ws(','{parts}) || ']')::jsonb AS parts, COALESCE(moment.at, s.confirmed_at) AS waiting_since
    FROM scored s
    LEFT JOIN orders_prioritization_ranking old ON old.order_id = s.order_id
    LEFT JOIN moment ON moment.start = s.start
    WHERE old.order_id IS NULL OR NOT old.is_open
        OR (old.rule_set_id, old.points, old.sort_key, old.basis) IS DISTINCT FROM (%s, s.points, s.sort_key, s.basis)
),
rewritten AS (
    UPDATE orders_prioritization_ranking r SET rule_set_id = %s, points = c.points, sort_key = c.sort_key,
        basis = c.basis, waiting_since = c.waiting_since, parts = c.parts, is_open = true, computed_at = %s
    FROM changed c WHERE NOT c.is_new AND r.order_id = c.order_id AND r.computed_at <= %s
),
ranked AS (
    INSERT INTO orders_prioritization_ranking AS r (order_id, company_id, rule_set_id, points, sort_key, basis,
        waiting_since, parts, is_open, computed_at)
    SELECT order_id, %s, %s, points, sort_key, basis, waiting_since, parts, true, %s
    FROM changed WHERE is_new ORDER BY order_id
    ON CONFLICT (order_id) DO UPDATE SET rule_set_id = excluded.rule_set_id, points = excluded.points,
        sort_key = excluded.sort_key, basis = excluded.basis, waiting_since = excluded.waiting_since,
        parts = excluded.parts, is_open = true, computed_at = excluded.computed_at
    WHERE r.computed_at <= excluded.computed_at
    RETURNING order_id, xmax = 0 AS is_new
),
closed AS (
    UPDATE orders_prioritization_ranking r SET is_open = false, computed_at = %s
    WHERE r.company_id = %s AND r.is_open{ranked_of_these}
        AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.order_id = r.order_id)
    RETURNING 1
)
SELECT (SELECT count(*) FROM scored), (SELECT count(*) FROM closed), order_id, points, is_new
FROM (SELECT 1) one LEFT JOIN (
    SELECT s.order_id, s.points, COALESCE(r.is_new, false) AS is_new
    FROM scored s LEFT JOIN ranked r ON r.order_id = s.order_id WHERE r.is_new OR %s
) told ON true
"""
_THESE: Final = {
    "of_these": """ AND (h.order_id = ANY(%s)
        OR h.customer_id IN (SELECT customer_id FROM orders_order WHERE id = ANY(%s)))""",
    "ranked_of_these": " AND r.order_id = ANY(%s)",
}
_WHOLE: Final = dict.fromkeys(_THESE, "")


@dataclass(frozen=True)
class Outcome:
    """``ranked``: points per order, of the new ones and (where ids were given) of all; ``count`` counts all."""

    ranked: dict[int, Decimal]
    new: frozenset[int]
    count: int
    closed: int


def open_orders(company_id: int) -> QuerySet[Order]:
    """Confirmed orders that still have goods to ship."""
    left = OrderLine.objects.filter(
        order_id=OuterRef("pk"),
        kind__in=[LineKind.GOODS, LineKind.KIT],
        ordered__gt=F("cancelled") + F("shipped"),
    )
    return Order.objects.filter(Exists(left), company_id=company_id, state__in=COMPETING, confirmed_at__isnull=False)


def score_orders(rule_set: RuleSet, order_ids: Sequence[int] | None, *, unranked: Sequence[int] = ()) -> Outcome:
    """Write the ranks of these orders (None: all that have one, and ``unranked``); close those with nothing left."""
    company = rule_set.company
    asked = _question(json.dumps(rule_set.body), rule_set.pk, company.pk, today(company), order_ids is None)
    inner, inner_params = asked.facts.sql(orders=list(unranked if order_ids is None else order_ids) or [0])
    words = _SQL.format(facts=inner, **asked.words, **(_WHOLE if order_ids is None else _THESE))
    sql = words if order_ids is None else Kept(words)  # few orders and all of them want different plans
    calendar = company.calendar
    day = _day_minutes(company)
    now = clock.now()
    lead = int(setting(company.pk, "prioritization.lead_days")) * day
    held, ranked = ([], []) if order_ids is None else ([list(order_ids)] * 2, [list(order_ids)])
    calendar_id = calendar.pk if calendar else None
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                *inner_params, lead, calendar_id, calendar_id, now, company.pk, *held, calendar_id, calendar_id,
                *asked.limits, rule_set.points_per_day, day, asked.meaning, calendar_id, rule_set.pk, rule_set.pk, now, now,
                company.pk, rule_set.pk, now, now, company.pk, *ranked, order_ids is not None,
            ],
        )  # fmt: skip
        rows = cursor.fetchall()
    told = [row[2:] for row in rows if row[2] is not None]
    return Outcome(
        ranked={order_id: points for order_id, points, _ in told},
        new=frozenset(order_id for order_id, _, is_new in told if is_new),
        count=rows[0][0],
        closed=rows[0][1],
    )


@dataclass(frozen=True)
class _Question:
    """What a rule book asks on one day, in SQL. ``facts`` has a gap for the orders."""

    facts: Prepared[Any]
    words: dict[str, str]
    limits: list[Decimal]
    meaning: int


@lru_cache(maxsize=64)
def _question(body: str, rule_set_id: int, company_id: int, day: date, whole: bool) -> _Question:
    """The same all day long: of these orders, or of the ``whole`` backlog and these that have no rank yet."""
    checked = read(json.loads(body))
    book, trees = checked.book, checked.on(day)

    def facts(gaps: Gaps) -> QuerySet[Any]:
        these = Q(pk__in=[gaps.orders])
        return _facts(open_orders(company_id).filter(Q(ranking__isnull=False) | these if whole else these), book, trees)

    groups, limits = _groups(book)
    words = {
        "groups": groups,
        "points": " + ".join(f"g{index}" for index in range(len(book.groups))) or "0",
        "basis": ", ".join(_basis(book)) or "0",
        "parts": "".join(f", {part}" for part in _parts(book)),
    }
    meaning = _meaning(words, limits, rule_set_id)
    return _Question(Prepared(facts), words | {"columns": ", ".join(_columns(book))}, limits, meaning)


def _day_minutes(company: Company) -> int:
    calendar = company.calendar
    if calendar is None:
        return DAY_MINUTES
    opens, closes = calendar.opens, calendar.closes
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


def _columns(book: RuleBook) -> list[str]:
    each = [name for index in range(len(book.rules)) for name in (f"r{index}", f"v{index}")]
    return ["order_id", "confirmed_at", "requested_date", *each]


def _facts(orders: QuerySet[Order], book: RuleBook, trees: dict[str, Tree]) -> QuerySet[Any]:
    """Per order what each rule gives (r0, r1, …) and the value it looked at (v0, v1, …)."""
    extra: dict[str, Any] = {}
    for index, rule in enumerate(book.rules):
        tree = trees[rule.key]
        given = _points(rule.points)
        extra[f"r{index}"] = Case(When(where(tree), then=given), default=Value(Decimal(0))) if tree.groups else given
        extra[f"v{index}"] = _value(rule.field)
    return ranked_fields(orders).annotate(**extra).order_by().values_list("pk", *_columns(book)[1:])


def _points(points: Points) -> Expression:
    """One rule's points as an expression; nothing where the field is empty."""
    if isinstance(points, Constant):
        return Value(points.points, output_field=_NUMBER)
    path = FIELDS[points.field].path
    nothing = When(**{f"{path}__isnull": True}, then=Value(Decimal(0), output_field=_NUMBER))
    if isinstance(points, Factor):
        raw = Round(Cast(F(path), _NUMBER) * Value(points.factor, output_field=_NUMBER), 4, output_field=_NUMBER)
        low, high = Value(points.low, output_field=_NUMBER), Value(points.high, output_field=_NUMBER)
        return Case(nothing, default=Least(Greatest(raw, low), high), output_field=_NUMBER)
    if isinstance(points, Lookup):
        found = [
            When(**{path: _typed(points.field, word)}, then=Value(given, output_field=_NUMBER))
            for word, given in points.table.items()
        ]
    elif isinstance(points, Bands):
        found = [
            When(**{f"{path}__gte": start}, then=Value(given, output_field=_NUMBER))
            for start, given in reversed(points.bands)
        ]
    return Case(nothing, *found, default=Value(points.otherwise, output_field=_NUMBER), output_field=_NUMBER)


def _typed(field: str, word: str) -> str | bool:
    return word == "true" if FIELDS[field].kind == "boolean" else word


def _value(field: str) -> Expression:
    """The field as ``rules.word`` writes it."""
    if not field:
        return Value("", output_field=TextField())
    kind, path = FIELDS[field].kind, FIELDS[field].path
    if kind == "decimal":
        return Cast(Func(Cast(F(path), _NUMBER), function="trim_scale", output_field=_NUMBER), TextField())
    if kind == "boolean":
        return Case(
            When(**{path: True}, then=Value("true")),
            When(**{path: False}, then=Value("false")),
            output_field=TextField(),
        )
    return Cast(F(path), TextField())


def _groups(book: RuleBook) -> tuple[str, list[Decimal]]:
    """Each group's sum between its limits (g0, g1, …), and what the limits did (l0, l1, …)."""
    sql, params = "", []
    for index, group in enumerate(book.groups):
        total = " + ".join(f"r{number}" for number, rule in enumerate(book.rules) if rule.group == group.key) or "0"
        limited = f"LEAST(GREATEST({total}, %s), %s)"
        sql += f", {limited} AS g{index}, {limited} - ({total}) AS l{index}"
        params += [group.low, group.high] * 2
    return sql, params


def _parts(book: RuleBook) -> list[str]:
    """JSON text of each part that counts, in the order of ``rules.score``."""
    parts = []
    for place, group in enumerate(book.groups):
        for index, rule in enumerate(book.rules):
            if rule.group == group.key:
                parts.append(_part(f"r{index}", rule.key, group.key, f"COALESCE(v{index}, '')"))
        parts.append(_part(f"l{place}", "", group.key, "''"))
    return parts


def _basis(book: RuleBook) -> list[str]:
    """What the parts are made from, each group's sum and limit following from it."""
    return [f"r{index}, CASE WHEN r{index} <> 0 THEN v{index} END" for index in range(len(book.rules))]


def _meaning(words: Mapping[str, str], limits: Sequence[Decimal], rule_set_id: int) -> int:
    """What turns that into parts, as a whole number of the database: other words or limits rank everything anew."""
    text = repr((_SQL, words, [str(limit) for limit in limits], rule_set_id))
    return int.from_bytes(sha256(text.encode()).digest()[:8], signed=True)


def _part(points: str, rule: str, group: str, value: str) -> str:
    """Text by hand: else each of a backlog's million parts is made jsonb, written out and read again."""
    known = _quoted(f'{{"rule": {json.dumps(rule)}, "group": {json.dumps(group)}, "points": "')
    return (
        f'CASE WHEN {points} <> 0 THEN {known} || trim_scale({points})::text || \'", "value": \' ||'
        f" to_json({value}::text)::text || '}}' END"
    )


def _quoted(word: str) -> str:
    """A key of the rule book as an SQL string."""
    return "'" + word.replace("'", "''").replace("%", "%%") + "'"

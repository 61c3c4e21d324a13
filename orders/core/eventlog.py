"""The one writer of events: fact, chain, deliveries, duties and the state they move, in the verb's transaction.

An event, its subject's new sequence number, hash and state, its line rows and its deliveries are one statement, so
none can exist without the others. ``omc_event_hash`` (a SQL function) is the only place the chain is computed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.events import Event as Fact
from omc.lib.kept import Kept
from omc.lib.registry import registry
from omc.lib.request import request_id
from orders.core import duties, outbox
from orders.core.models import Subject

_TOUCH = """
taken AS (
    SELECT id, open_seconds FROM orders_touchtime WHERE user_id = %(user)s AND subject_type = %(subject_type)s
        AND subject_id = ANY(%(ids)s::bigint[]) AND open_seconds > 0 FOR UPDATE
), emptied AS (
    UPDATE orders_touchtime t SET open_seconds = 0 FROM taken WHERE t.id = taken.id
), touch AS (SELECT %(touch)s::integer + COALESCE(sum(open_seconds), 0)::integer AS seconds FROM taken),
"""
_NO_TOUCH = "touch AS (SELECT %(touch)s::integer AS seconds),"
_RECORD = """
WITH {touch} given AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(data)s::text[], %(lines)s::text[])
        AS g(id, order_id, data, lines)
), subject AS (
    UPDATE {table} s SET
        event_seq = s.event_seq + 1,
        {moved}
        event_hash = omc_event_hash(
            s.event_hash, %(subject_type)s, s.id, s.event_seq + 1, s.company_id, g.order_id, %(stage)s::smallint,
            %(type)s, %(version)s::smallint, %(from_state)s, %(to_state)s, %(user)s::bigint, %(contact)s::bigint,
            %(job)s, %(department)s::bigint, %(channel)s, %(at)s::timestamptz, g.data::jsonb, touch.seconds,
            %(rule_version)s::integer, %(request_id)s, omc_lines_digest(g.lines::jsonb))
    FROM given g, touch WHERE s.id = g.id {guard}
    RETURNING s.id, s.company_id, s.event_seq, s.event_hash, g.order_id, g.data, g.lines, touch.seconds
), event AS (
    INSERT INTO orders_event (company_id, subject_type, subject_id, seq, order_id, stage, type, version, from_state,
        to_state, user_id, contact_id, job, department_id, channel, at, data, touch_seconds, rule_version, request_id,
        lines_digest, hash)
    SELECT company_id, %(subject_type)s, id, event_seq, order_id, %(stage)s, %(type)s, %(version)s, %(from_state)s,
        %(to_state)s, %(user)s, %(contact)s, %(job)s, %(department)s, %(channel)s, %(at)s, data::jsonb, seconds,
        %(rule_version)s, %(request_id)s, omc_lines_digest(lines::jsonb), event_hash
    FROM subject
    RETURNING id, company_id, subject_id, order_id
), line AS (
    INSERT INTO orders_eventline (event_id, ordinal, line_id, field, before, after)
    SELECT event.id, row_number() OVER (PARTITION BY event.id ORDER BY l.ordinality),
        (l.value->>0)::bigint, l.value->>1, l.value->>2, l.value->>3
    FROM event JOIN subject ON subject.id = event.subject_id,
        jsonb_array_elements(subject.lines::jsonb) WITH ORDINALITY AS l(value, ordinality)
), delivery AS (
    INSERT INTO orders_delivery (event_id, company_id, subscriber, key, due_at, attempts, parked, error)
    SELECT event.id, event.company_id, subscriber,
        COALESCE('order:' || event.order_id, %(subject_type)s || ':' || event.subject_id), %(wall)s, 0, false, ''
    FROM event, unnest(%(subscribers)s::text[]) AS subscriber
)
SELECT event.id, event.subject_id, subject.event_seq, subject.event_hash
FROM event JOIN subject ON subject.id = event.subject_id
"""


class StateMovedMeanwhile(RuntimeError):
    """The subject was not locked: somebody else moved it between our read and our write."""


@dataclass(frozen=True)
class LineChange:
    """One line's quantity or price before and after, for the event's line table."""

    line_id: int
    field: str
    before: object
    after: object

    def row(self) -> list[object]:
        return [self.line_id, self.field, _text(self.before), _text(self.after)]


def _text(value: object) -> str:
    return "" if value is None else str(value)[:40]


def record(
    subject: Subject,
    event: Fact,
    *,
    actor: Actor,
    order_id: int | None = None,
    lines: Sequence[LineChange] = (),
    from_state: str = "",
    to_state: str = "",
    rule_version: int | None = None,
    stamp: Mapping[str, Any] | None = None,
) -> int:
    """Write one fact about one locked (or just created) subject; returns the event's id.

    ``order_id`` is taken from the subject where it is an order or has one. ``stamp`` sets further columns of the
    subject in the same statement, for example ``{"shipped_at": at}``.
    """
    ids = record_many(
        [subject],
        [event],
        actor=actor,
        order_ids=[order_id] if order_id else None,
        lines=[lines],
        from_state=from_state,
        to_state=to_state,
        rule_version=rule_version,
        stamp=stamp,
    )
    return ids[0]


def record_many(
    subjects: Sequence[Subject],
    events: Sequence[Fact],
    *,
    actor: Actor,
    order_ids: Sequence[int | None] | None = None,
    lines: Sequence[Sequence[LineChange]] | None = None,
    from_state: str = "",
    to_state: str = "",
    rule_version: int | None = None,
    stamp: Mapping[str, Any] | None = None,
) -> list[int]:
    """Write one fact of the same type about each subject, in a number of statements that does not grow with them.

    Raises: StateMovedMeanwhile when a state move finds a subject in another state than it was read in.
    """
    if not subjects:
        return []
    kind, fact = subjects[0], events[0]
    if len(subjects) != len(events) or any(type(other) is not type(fact) for other in events):
        raise ValueError("record_many takes one event of one type per subject")
    meta = kind._meta
    subject_type = str(meta.model_name)
    orders = list(order_ids) if order_ids else [_order_of(subject) for subject in subjects]
    at = clock.now()
    data = [event.data() for event in events]
    params: dict[str, Any] = {
        "ids": [subject.pk for subject in subjects],
        "orders": orders,
        "data": [json.dumps(item) for item in data],
        "lines": [json.dumps([line.row() for line in changed]) for changed in lines or [()] * len(subjects)],
        "subject_type": subject_type,
        "stage": fact.stage,
        "type": fact.name,
        "version": fact.version,
        "from_state": from_state,
        "to_state": to_state,
        "user": actor.user_id,
        "contact": actor.contact_id,
        "job": actor.job,
        "department": actor.department_id,
        "channel": actor.channel,
        "at": at,
        "wall": clock.wall(),
        "touch": actor.touch_seconds,
        "rule_version": rule_version,
        "request_id": actor.request_id or request_id.get(),
        "subscribers": outbox.subscribers_of(fact.name),
    }
    stamped = {_column(kind, name): value for name, value in (stamp or {}).items()}
    params |= {f"stamp_{column}": value for column, value in stamped.items()}
    # Seconds that a person measured on exactly this subject go into the event that ends them.
    person = actor.channel == "ui" and actor.user_id is not None and len(subjects) == 1
    sql = _statement(meta.db_table, tuple(stamped), person, bool(to_state), bool(to_state and from_state))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        written = {row[1]: row for row in cursor.fetchall()}
    if len(written) != len(subjects):
        raise StateMovedMeanwhile(f"{subject_type}: {fact.name} found {len(written)} of {len(subjects)} rows")
    for subject in subjects:
        _, _, subject.event_seq, subject.event_hash = written[subject.pk]
        for column, value in stamped.items():
            setattr(subject, column, value)
    duties.follow(fact.name, subject_type, subjects, orders, data, at=at)
    outbox.wake_after_commit(params["subscribers"])
    return [written[subject.pk][0] for subject in subjects]


@cache
def _statement(table: str, stamped: tuple[str, ...], person: bool, moves: bool, guarded: bool) -> Kept:
    moved = ["state = %(to_state)s"] if moves else []
    moved += [f"{connection.ops.quote_name(column)} = %(stamp_{column})s" for column in stamped]
    return Kept(
        _RECORD.format(
            touch=_TOUCH if person else _NO_TOUCH,
            table=connection.ops.quote_name(table),
            moved="".join(f"{column}, " for column in moved),
            guard="AND s.state = %(from_state)s" if guarded else "",
        )
    )


def _column(subject: Subject, name: str) -> str:
    """The column (and attribute) of a field by its name; a foreign key's ends in _id."""
    field: Any = subject._meta.get_field(name)
    return str(field.attname)


def _order_of(subject: Subject) -> int | None:
    return subject.pk if subject._meta.label == "orders.Order" else getattr(subject, "order_id", None)


def stages() -> list[Any]:
    """The ten stages in order, as their apps registered them."""
    return sorted(registry.stages, key=lambda stage: stage.number)

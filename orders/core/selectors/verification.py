"""Whether the event log is what was written: every chain recomputed by the SQL function that made it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from orders.core.models import Event, Subject

# All of them is said in a way that the planner takes for all: "n % 1 = 0" it would take for one in two hundred.
_SAMPLE = "(%(one_in)s = 1 OR e.subject_id %% %(one_in)s = 0)"
_BROKEN = """
WITH chained AS (
    SELECT e.*, COALESCE(lag(hash) OVER w, '') AS previous, lag(seq) OVER w AS previous_seq
    FROM orders_event e WHERE e.company_id = ANY(%(companies)s) AND {sample}
    WINDOW w AS (PARTITION BY subject_type, subject_id ORDER BY seq)
), lines AS (
    SELECT event_id, jsonb_agg(jsonb_build_array(line_id, field, before, after) ORDER BY ordinal) AS rows
    FROM orders_eventline l JOIN orders_event e ON e.id = l.event_id AND e.company_id = ANY(%(companies)s)
        AND {sample}
    GROUP BY event_id
)
SELECT c.subject_type, c.subject_id, c.seq,
    CASE WHEN c.seq <> COALESCE(c.previous_seq, 0) + 1 THEN 'an event before it is missing'
         WHEN omc_lines_digest(lines.rows) <> c.lines_digest THEN 'its lines were altered'
         ELSE 'it was altered' END
FROM chained c LEFT JOIN lines ON lines.event_id = c.id
WHERE c.seq <> COALESCE(c.previous_seq, 0) + 1
    OR omc_lines_digest(lines.rows) <> c.lines_digest
    OR c.hash <> omc_event_hash(c.previous, c.subject_type, c.subject_id, c.seq, c.company_id, c.order_id, c.stage,
        c.type, c.version, c.from_state, c.to_state, c.user_id, c.contact_id, c.job, c.department_id, c.channel, c.at,
        c.data, c.touch_seconds, c.rule_version, c.request_id, c.lines_digest)
ORDER BY c.subject_type, c.subject_id, c.seq LIMIT 1000
""".replace("{sample}", _SAMPLE)

_CUT = """
SELECT s.id, s.event_seq FROM {table} s
LEFT JOIN LATERAL (
    SELECT seq, hash FROM orders_event e
    WHERE e.subject_type = %(type)s AND e.subject_id = s.id ORDER BY seq DESC LIMIT 1
) last ON true
WHERE s.company_id = ANY(%(companies)s) AND s.id %% %(one_in)s = 0
    AND (s.event_seq <> COALESCE(last.seq, 0) OR s.event_hash <> COALESCE(last.hash, '')) LIMIT 1000
"""


@dataclass(frozen=True)
class Flaw:
    """One place where the log is not what was written."""

    subject_type: str
    subject_id: int
    seq: int
    what: str


def flaws(company_ids: list[int], *, one_in: int = 1) -> Iterator[Flaw]:
    """Altered, missing and cut-off events of the companies, at most 1,000 of each sort.

    ``one_in`` looks at a sample: every such subject's whole chain.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN, {"companies": company_ids, "one_in": one_in})
        for row in cursor.fetchall():
            yield Flaw(*row)
        for model in subject_models():
            name = str(model._meta.model_name)
            cursor.execute(
                _CUT.format(table=connection.ops.quote_name(model._meta.db_table)),
                {"type": name, "companies": company_ids, "one_in": one_in},
            )
            for subject_id, seq in cursor.fetchall():
                yield Flaw(name, subject_id, seq, "its last event is not the one it remembers")


def subject_models() -> list[type[Subject]]:
    """Every table that events are about."""
    return [model for model in apps.get_models() if issubclass(model, Subject)]


def event_count(company_ids: list[int]) -> int:
    return Event.objects.filter(company_id__in=company_ids).count()

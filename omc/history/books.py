"""One batch of past documents with everything that they leave behind: chained events, duties, what search finds.

The caller tells documents, their rows and, in any order, the facts about them; ``write`` puts all of it down in the
transaction it is called in, by COPY. Events are chained by the one SQL function, duties follow from the same registered
rules as live ones, and nobody is told: there are no deliveries.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from django.db import connection

from omc.history.copying import Ids, Row, copy_rows
from omc.lib.events import Event as Fact
from omc.lib.registry import DutyRule, registry
from orders.core.models import CalendarSpan, Department

_COLUMNS: Final = (
    "company_id, subject_type, subject_id, seq, order_id, stage, type, version, from_state, to_state, user_id,"
    " contact_id, job, department_id, channel, at, data, touch_seconds, rule_version, request_id, lines_digest"
)
_HASH: Final = (
    "omc_event_hash({previous}, e.subject_type, e.subject_id, e.seq, e.company_id, e.order_id, e.stage, e.type,"
    " e.version, e.from_state, e.to_state, e.user_id, e.contact_id, e.job, e.department_id, e.channel, e.at, e.data,"
    " e.touch_seconds, e.rule_version, e.request_id, omc_lines_digest(e.lines))"
)
_TEMPORARY: Final = """
CREATE TEMP TABLE IF NOT EXISTS history_event AS SELECT * FROM orders_event WITH NO DATA;
ALTER TABLE history_event ADD COLUMN IF NOT EXISTS lines jsonb;
CREATE INDEX IF NOT EXISTS history_event_chain ON history_event (seq, subject_type, subject_id);
TRUNCATE history_event
"""
_CHAIN: Final = f"""
WITH RECURSIVE chain AS (
    SELECT e.*, {_HASH.format(previous="''")} AS sealed FROM history_event e WHERE e.seq = 1
    UNION ALL
    SELECT e.*, {_HASH.format(previous="c.sealed")} FROM chain c
    JOIN history_event e ON e.seq = c.seq + 1 AND e.subject_type = c.subject_type AND e.subject_id = c.subject_id
)
INSERT INTO orders_event (id, {_COLUMNS}, hash)
SELECT id, {_COLUMNS.replace("lines_digest", "omc_lines_digest(lines)")}, sealed FROM chain ORDER BY id
RETURNING subject_type, subject_id, seq, hash
"""


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it: a person of a department at the screen, or a job."""

    user_id: int | None = None
    department_id: int | None = None
    job: str = ""

    @property
    def channel(self) -> str:
        return "job" if self.job else "ui"


@dataclass(slots=True)
class Told:
    """One fact about one subject, before it has a place in the chain."""

    at: datetime
    rank: int
    subject: tuple[str, int]
    order_id: int | None
    fact: Fact
    by: Doer
    moved: tuple[str, str]
    lines: list[list[Any]]
    rule_version: int | None
    touch_seconds: int


class WorkingTime:
    """The company's office hours, to say when a duty is due."""

    def __init__(self, calendar_id: int | None) -> None:
        spans = CalendarSpan.objects.filter(calendar_id=calendar_id or 0).order_by("opens_at")
        rows = list(spans.values_list("opens_at", "closes_at", "minutes_before", "day"))
        self.opens = [row[0] for row in rows]
        self.closes = [row[1] for row in rows]
        self.before = [row[2] for row in rows]
        self.days = [row[3].isoformat() for row in rows]

    def add(self, moment: datetime, minutes: int) -> datetime:
        n = bisect_right(self.opens, moment) - 1
        if n < 0:
            return moment + timedelta(minutes=minutes)
        position = self.before[n] + (min(moment, self.closes[n]) - self.opens[n]).total_seconds() / 60 + minutes
        k = max(0, bisect_right(self.before, position) - 1)
        if self.before[k] >= position:
            k = max(0, k - 1)
        return self.opens[k] + timedelta(minutes=position - self.before[k])

    def due(self, moment: datetime, minutes: int, day: str | None) -> datetime:
        """As ``orders.core.duties`` says it: by the end of work of a named day, else so many working minutes on."""
        n = bisect_left(self.days, day) if day else len(self.days)
        return self.closes[n] if n < len(self.days) else self.add(moment, minutes)


class Books:
    """What is to be written about a stretch of the past, for one company."""

    def __init__(self, company_id: int, ids: Ids, hours: WorkingTime) -> None:
        self.company_id, self.ids, self.hours = company_id, ids, hours
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.documents: dict[tuple[str, int], Row] = {}
        self.told: list[Told] = []
        self.queues = _queues(company_id)

    def add(self, table: str, /, **values: Any) -> Row:
        """One row; its id is given here."""
        row = {"id": self.ids.next(table), **values}
        self.rows[table].append(row)
        return row

    def document(self, kind: str, table: str, /, **values: Any) -> Row:
        """One row that events are about."""
        row = self.add(table, company_id=self.company_id, event_seq=0, event_hash="", **values)
        self.documents[kind, row["id"]] = row
        return row

    def tell(
        self,
        kind: str,
        document: Row,
        fact: Fact,
        at: datetime,
        by: Doer,
        *,
        order_id: int | None = None,
        moved: tuple[str, str] = ("", ""),
        lines: list[list[Any]] | None = None,
        rule_version: int | None = None,
        touch_seconds: int = 0,
    ) -> None:
        """One fact about one document; a move also sets its state."""
        if moved[1]:
            document["state"] = moved[1]
        subject = (kind, document["id"])
        self.told.append(
            Told(at, len(self.told), subject, order_id, fact, by, moved, lines or [], rule_version, touch_seconds)
        )

    def write(self) -> int:
        """Put all of it down; returns how many rows. Call it in a transaction."""
        self.told.sort(key=attrgetter("at", "rank"))
        self._events()
        self._duties()
        for table, rows in self.rows.items():
            copy_rows(table, rows)
        return sum(len(rows) for rows in self.rows.values()) + len(self.told)

    def _events(self) -> None:
        sequence: dict[tuple[str, int], int] = defaultdict(int)
        events: list[Row] = []
        for told in self.told:
            sequence[told.subject] += 1
            event_id = self.ids.next("orders_event")
            events.append(
                {
                    "id": event_id, "company_id": self.company_id, "subject_type": told.subject[0],
                    "subject_id": told.subject[1], "seq": sequence[told.subject], "order_id": told.order_id,
                    "stage": told.fact.stage, "type": told.fact.name, "version": told.fact.version,
                    "from_state": told.moved[0], "to_state": told.moved[1], "user_id": told.by.user_id,
                    "contact_id": None, "job": told.by.job, "department_id": told.by.department_id,
                    "channel": told.by.channel, "at": told.at, "data": told.fact.data(),
                    "touch_seconds": told.touch_seconds, "rule_version": told.rule_version, "request_id": "",
                    "lines_digest": "", "hash": "", "lines": told.lines,
                }
            )  # fmt: skip
            for ordinal, (line_id, column, before, after) in enumerate(told.lines, 1):
                self.add(
                    "orders_eventline", event_id=event_id, ordinal=ordinal, line_id=line_id, field=column,
                    before=before, after=after,
                )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_TEMPORARY)
            copy_rows("history_event", events)
            cursor.execute("ANALYZE history_event")
            cursor.execute(_CHAIN)
            for kind, subject_id, seq, sealed in cursor.fetchall():
                row = self.documents[kind, subject_id]
                if seq > row["event_seq"]:
                    row["event_seq"], row["event_hash"] = seq, sealed

    def _duties(self) -> None:
        """What each fact opened and closed, by the rules in force; and each order's lowest open stage."""
        still: dict[tuple[str, int, int], Row] = {}
        for told in self.told:
            data = told.fact.data()
            for rule in registry.duties:
                opens, closes = _applies(rule.opens, told, data), _applies(rule.closes, told, data)
                if not (opens or closes or told.fact.name in rule.due):
                    continue
                target = ("order", told.order_id) if rule.subject == "order" else told.subject
                if target[1] is None:
                    continue
                key = (target[0], target[1], rule.stage)
                if closes and key in still:
                    still.pop(key).update(closed_at=told.at, close_reason=told.fact.name)
                if opens and key not in still:
                    still[key] = self._open(rule, target, told, data)
                elif key in still and told.fact.name in rule.due:
                    still[key]["due_at"] = self.hours.due(told.at, *rule.due_in(told.fact.name, data))
        for row in still.values():
            order = self.documents.get(("order", row["order_id"] or 0))
            if order is not None:
                order["stage"] = min(order["stage"] or row["stage"], row["stage"])

    def _open(self, rule: DutyRule, target: tuple[str, Any], told: Told, data: dict[str, Any]) -> Row:
        subject = self.documents[told.subject]
        order = self.documents.get(("order", told.order_id or 0), {})
        value = subject.get("net_base")
        if value is None:
            value = order.get("net_base", 0)
        return self.add(
            "orders_duty", company_id=self.company_id, subject_type=target[0], subject_id=target[1], stage=rule.stage,
            name=str(rule.name), value_base=value, waits_for_customer=rule.waits_for_customer, opened_at=told.at,
            due_at=self.hours.due(told.at, *rule.due_in(told.fact.name, data)), closed_at=None, close_reason="",
            customer_id=subject.get("customer_id") or order.get("customer_id"), owner_id=None,
            queue_id=self.queues[rule.stage], order_id=told.order_id,
        )  # fmt: skip


def _applies(rule: Any, told: Told, data: dict[str, object]) -> bool:
    if told.fact.name not in rule:
        return False
    when = rule[told.fact.name]
    return when is None or bool(when(data))


def _queues(company_id: int) -> dict[int, int]:
    """The department whose work a stage is; the first one where none says so."""
    departments = list(Department.objects.filter(company_id=company_id).order_by("id").values_list("id", "stages"))
    first = departments[0][0]
    return {
        stage: next((key for key, stages in departments if stage in stages), first) for stage in range(11)
    }  # fmt: skip

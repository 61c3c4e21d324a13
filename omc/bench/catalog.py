"""What the database says about its own tables: columns, keys, and who refers to whom.

Read from pg_catalog, so that a table somebody adds tomorrow is cloned without a line of ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps

from orders.core.models import Subject

ANCHORS = ("orders_customer", "orders_product")
KEPT_ONCE = ("orders_prioritization_ruleset",)  # rules belong to the house, though events are about them
REBUILT = ("analytics_", "orders_delivery")  # made anew from what they read, or empty once everything is drained
SAME_FOR_ALL = ("user_id", "owner_id")  # in an event's data: people belong to the house
# Columns that name a row of another table without a foreign key: the column that says which table, or the table.
LOOSE = {
    "subject_id": "subject_type",
    "orders_searchentry.object_id": "kind",
    "orders_change.row_id": "table",
    "orders_customerlink.subject_id": "page",
    "orders_eventline.line_id": "=orders_orderline",
    "orders_watch.told_event_id": "=orders_event",
    "orders_event.contact_id": "=orders_contact",
    "orders_pricing_pricequestion.call_id": "=orders_entry_call",
    "billing_posting.document_id": "document_type",
}
NICKNAMES = {
    "item": "orders_product",
    "supply": "planning_supplyorder",
    "plan": "orders_scheduling_plannedshipment",
    "messages": "orders_contact",  # the page where a contact chooses them
}

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL), i.indisprimary IS TRUE,
    CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 END
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname, a.attnum
"""
_PARENTS = """
SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text
FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
"""
_UNIQUES = """
SELECT i.indrelid::regclass::text, array_agg(a.attname::text)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace GROUP BY i.indexrelid, 1
"""


@dataclass
class Table:
    """One table: its columns with their types, and where its references lead."""

    name: str
    columns: dict[str, str] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)  # characters, of the columns that have a limit
    primary: str = ""
    parents: dict[str, str] = field(default_factory=dict)
    uniques: list[set[str]] = field(default_factory=list)

    @property
    def is_subject(self) -> bool:
        return "event_hash" in self.columns

    def loose(self) -> dict[str, str]:
        """Columns that refer to rows without a foreign key."""
        found = {}
        for column, kind in self.columns.items():
            if kind == "bigint" and column.endswith("_id") and column not in self.parents and column != self.primary:
                known = LOOSE.get(f"{self.name}.{column}") or LOOSE.get(column)
                if known is None:
                    raise LookupError(f"{self.name}.{column} refers to rows nobody named: add it to LOOSE")
                found[column] = known
        return found


@dataclass(frozen=True)
class Catalog:
    tables: dict[str, Table]
    cloned: tuple[str, ...]  # parents before children

    def table_of(self, word: str) -> str:
        """The table that a subject type, a kind of search entry or a document type means; empty when none does."""
        if word in NICKNAMES:
            return NICKNAMES[word]
        found = [model._meta.db_table for model in apps.get_models() if model._meta.model_name == word]
        return found[0] if len(found) == 1 else word if word in self.tables else ""


def read(cursor: Any) -> Catalog:
    tables: dict[str, Table] = {}
    cursor.execute(_COLUMNS)
    for table, column, kind, primary, longest in cursor.fetchall():
        entry = tables.setdefault(table, Table(table))
        entry.columns[column] = kind
        if longest is not None:
            entry.longest[column] = longest
        if primary:
            entry.primary = column
    cursor.execute(_PARENTS)
    for table, column, parent in cursor.fetchall():
        tables[table].parents[column] = parent
    cursor.execute(_UNIQUES)
    for table, columns in cursor.fetchall():
        tables[table].uniques.append(set(columns))
    return Catalog(tables, tuple(_in_order(tables, _reached(tables))))


def _reached(tables: dict[str, Table]) -> set[str]:
    """Customers, items, documents, and whatever refers to one of them over any number of steps."""
    subjects = {model._meta.db_table for model in apps.get_models() if issubclass(model, Subject)}
    reached = (set(ANCHORS) | subjects) - set(KEPT_ONCE)
    while True:
        more = {
            name
            for name, table in tables.items()
            if name not in reached
            and name not in KEPT_ONCE
            and not name.startswith((*REBUILT, "django_", "auth_", "axes_"))
            and (reached & set(table.parents.values()) or _is_about_subjects(table))
        }
        if not more:
            return reached
        reached |= more


def _is_about_subjects(table: Table) -> bool:
    return any(column in table.columns for column in ("subject_id", "object_id", "row_id"))


def _in_order(tables: dict[str, Table], reached: set[str]) -> Iterable[str]:
    named = {*ANCHORS, *NICKNAMES.values()}
    subjects = {name for name in reached if tables[name].is_subject or name in named}
    graph = {}
    for name in sorted(reached):
        before = {parent for parent in tables[name].parents.values() if parent in reached}
        if _is_about_subjects(tables[name]):
            before |= subjects
        graph[name] = before - {name}
    return TopologicalSorter(graph).static_order()

"""Copy after copy of a seeded company inside itself, by set-based SQL.

Every copy repeats customers, items, stock, documents, events and duties. All keys of one copy move by the same
number, business keys get the copy's suffix, dates move back by whole weeks, and every event's hash is computed anew
by the database's own function, so the chains of a copy are as whole as those of the seed.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from omc.bench.catalog import SAME_FOR_ALL, Catalog, Table
from omc.bench.template import MARK, SCHEMA, SUFFIX

HISTORY_DAYS = 820  # 27 months
EVENTS_AT_ONCE = 60_000  # one chunk's events are sorted in memory
_CHAIN = """
CREATE AGGREGATE {schema}.chain (text, bigint, integer, bigint, bigint, smallint, text, smallint, text, text, bigint,
    bigint, text, bigint, text, timestamptz, jsonb, integer, integer, text, text)
    (SFUNC = omc_event_hash, STYPE = text, INITCOND = '')
"""
_CHAINED = (
    "subject_type, subject_id, seq, company_id, order_id, stage, type, version, from_state, to_state, user_id,"
    " contact_id, job, department_id, channel, at, data, touch_seconds, rule_version, request_id, lines_digest"
)


@dataclass(frozen=True)
class Plan:
    """How many copies, and how each differs from the seed."""

    orders: int
    items: int
    copies: int
    item_copies: int  # further copies of the items alone, to fill the catalog of items


def plan(cursor: Any, *, orders: int, items: int) -> Plan:
    """Enough copies for ``orders`` orders, then items alone until there are ``items``."""
    cursor.execute(
        f"SELECT (SELECT count(*) FROM {SCHEMA}.orders_order), (SELECT count(*) FROM {SCHEMA}.orders_product)"
    )
    seed_orders, seed_items = cursor.fetchone()
    copies = -(-(orders - seed_orders) // seed_orders)
    item_copies = max(0, -(-(items - seed_items * (copies + 1)) // seed_items))
    return Plan(orders, items, copies, item_copies)


def number_copies(cursor: Any, catalog: Catalog, wanted: Plan) -> None:
    """Write down each copy's shift, suffix and days: the youngest last, as ids grow with time."""
    highest = 0
    for name in catalog.cloned:
        cursor.execute(f'SELECT COALESCE(max("{catalog.tables[name].primary}"), 0) FROM public."{name}"')
        highest = max(highest, cursor.fetchone()[0])
    cursor.execute(f"SELECT max(at)::date - min(at)::date FROM {SCHEMA}.orders_event")
    weeks = max(0, (HISTORY_DAYS - cursor.fetchone()[0]) // 7)
    total = wanted.copies + wanted.item_copies
    cursor.execute(
        f"""
        CREATE TABLE {SCHEMA}.copy AS
        SELECT n, n * %(stride)s::bigint AS shift, '-' || lpad(to_hex(n), {SUFFIX - 1}, '0') AS suffix,
            7 * CASE WHEN n > %(copies)s THEN 0 ELSE %(weeks)s - %(weeks)s * n / %(copies)s END AS days
        FROM generate_series(1, %(total)s) n
        """,
        {"stride": highest + 1, "copies": wanted.copies, "weeks": weeks, "total": total},
    )
    cursor.execute(_CHAIN.format(schema=SCHEMA))


def clone(catalog: Catalog, wanted: Plan, report: Callable[[int, int], None], *, workers: int = 2) -> None:
    """All copies, in chunks, over ``workers`` connections; one transaction per chunk."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {SCHEMA}.orders_event")
        size = max(1, EVENTS_AT_ONCE // max(1, cursor.fetchone()[0]))
        statements = _statements(cursor, catalog)
    total = wanted.copies + wanted.item_copies
    whole = [(first, min(first + size - 1, wanted.copies)) for first in range(1, wanted.copies + 1, size)]
    items = [(first, min(first + 50, total)) for first in range(wanted.copies + 1, total + 1, 51)]
    jobs = [(chunk, statements) for chunk in whole] + [(chunk, _items_only(statements)) for chunk in items]
    with ThreadPoolExecutor(workers) as pool:
        done = 0
        for chunk in pool.map(lambda job: _copy(*job), jobs):
            done += chunk[1] - chunk[0] + 1
            report(done, total)


def _copy(chunk: tuple[int, int], statements: Sequence[tuple[str, str]]) -> tuple[int, int]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL synchronous_commit = off")
            for _, sql in statements:
                cursor.execute(sql, {"first": chunk[0], "last": chunk[1]})
    finally:
        connection.close()  # each thread has its own
    return chunk


# What makes an item without stock findable and priced, and which of those rows.
ITEMS_ONLY = {
    "orders_product": "true",
    "orders_productunit": "true",
    "orders_pricing_pricebreak": "t.price_list_id < 0",  # the house's lists; agreements have customers
    "orders_searchentry": "t.kind = 'item'",
}


def _items_only(statements: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, f"{sql} AND {ITEMS_ONLY[name]}") for name, sql in statements if name in ITEMS_ONLY]


def _statements(cursor: Any, catalog: Catalog) -> list[tuple[str, str]]:
    """One INSERT per table; the events first, for their subjects remember the last hash."""
    events = catalog.tables["orders_event"]
    columns = _expressions(cursor, catalog, events)
    columns["data"] = _event_data(cursor, columns["data"])
    columns["lines_digest"] = (
        f"CASE WHEN t.lines_digest = '' THEN '' ELSE omc_lines_digest((SELECT jsonb_agg(jsonb_build_array("
        f"CASE WHEN l.line_id > 0 THEN l.line_id + c.shift ELSE -l.line_id END, l.field, l.before, l.after)"
        f" ORDER BY l.ordinal) FROM {SCHEMA}.orders_eventline l WHERE l.event_id = t.id)) END"
    )
    columns.pop("hash")
    names = _names(columns)
    chained = ", ".join(f"{name.strip()}" for name in _CHAINED.split(","))
    shifted = ", ".join(f'{value} AS "{name}"' for name, value in columns.items())
    hashed = (
        f"CREATE TEMP TABLE chained ON COMMIT DROP AS SELECT s.*, {SCHEMA}.chain({chained})"
        " OVER (PARTITION BY subject_type, subject_id ORDER BY seq) AS hash"
        f" FROM (SELECT {shifted} {_from('orders_event')}) s"
    )
    found = [
        ("", hashed),
        ("", "ANALYZE chained"),
        ("orders_event", f"INSERT INTO orders_event ({names}, hash) SELECT {names}, hash FROM chained"),
    ]
    for name in catalog.cloned:
        if name != "orders_event":
            found.append((name, _insert(cursor, catalog, catalog.tables[name])))
    return found


def _insert(cursor: Any, catalog: Catalog, table: Table) -> str:
    columns = _expressions(cursor, catalog, table)
    last = ""
    if table.is_subject:
        (kind,) = (m._meta.model_name for m in apps.get_models() if m._meta.db_table == table.name)
        columns["event_hash"] = "COALESCE(e.hash, '')"
        last = (
            f" LEFT JOIN chained e ON e.subject_type = '{kind}' AND e.subject_id = t.\"{table.primary}\" + c.shift"
            " AND e.seq = t.event_seq"
        )
    values = ", ".join(columns.values())
    return f'INSERT INTO "{table.name}" ({_names(columns)}) SELECT {values} {_from(table.name, last)}'


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _from(table: str, joined: str = "") -> str:
    between = "c.n BETWEEN %(first)s AND %(last)s"
    return f'FROM {SCHEMA}."{table}" t CROSS JOIN {SCHEMA}.copy c{joined} WHERE {between}'


def _expressions(cursor: Any, catalog: Catalog, table: Table) -> dict[str, str]:
    """What each column of a copy holds."""
    moved = {column for column, parent in table.parents.items() if parent in catalog.cloned} | set(table.loose())
    found = {}
    for column, kind in table.columns.items():
        value = f't."{column}"'
        if column in moved:
            value = f"CASE WHEN {value} > 0 THEN {value} + c.shift ELSE -{value} END"
        elif column == table.primary:
            value = f"{value} + c.shift"
        elif kind == "date":
            value = f"{value} - c.days"
        elif kind == "timestamp with time zone":
            value = f"{value} - make_interval(hours => 24 * c.days)"
        elif kind in ("character varying", "text", "jsonb") and _has_mark(cursor, table.name, column):
            value = f"replace({value}::text, '{MARK}', c.suffix)" + ("::jsonb" if kind == "jsonb" else "")
        elif column == "url" and "object_id" in table.columns:
            value = "replace(t.url, '/' || t.object_id || '/', '/' || t.object_id + c.shift || '/')"
        found[column] = value
    return found


def _has_mark(cursor: Any, table: str, column: str) -> bool:
    cursor.execute(f'SELECT EXISTS (SELECT FROM {SCHEMA}."{table}" WHERE "{column}"::text LIKE \'%{MARK}%\')')
    return bool(cursor.fetchone()[0])


def _event_data(cursor: Any, value: str) -> str:
    """Ids and dates inside the data of events move with everything else."""
    cursor.execute(
        f"""
        SELECT key, bool_and(value ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$'), array_agg(DISTINCT type)
        FROM {SCHEMA}.orders_event, jsonb_each_text(data)
        WHERE key LIKE '%\\_id' OR value ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' GROUP BY key
        """
    )
    for key, is_date, types in cursor.fetchall():
        if key in SAME_FOR_ALL:
            continue
        held = f"t.data->>'{key}'"
        moved = f"to_char(({held})::date - c.days, 'YYYY-MM-DD')" if is_date else f"({held})::bigint + c.shift"
        kinds = ", ".join(f"'{kind}'" for kind in types)
        new = f"({value}) || jsonb_build_object('{key}', {moved})"
        value = f"CASE WHEN t.type IN ({kinds}) AND {held} <> '' THEN {new} ELSE {value} END"
    return value

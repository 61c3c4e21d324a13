"""Loading without indexes, foreign keys and triggers; they are added and validated afterwards."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from omc.bench.template import SCHEMA

_DEFINITIONS = """
CREATE TABLE {schema}.taken_off AS
SELECT c.conrelid::regclass::text AS "table", c.conname::text AS name, true AS is_constraint,
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
        || CASE c.contype WHEN 'f' THEN ' NOT VALID' ELSE '' END AS sql,
    CASE c.contype WHEN 'f' THEN 2 ELSE 0 END AS round, pg_relation_size(c.conrelid) AS size
FROM pg_constraint c
WHERE c.contype IN ('p', 'u', 'f') AND c.connamespace = 'public'::regnamespace
    AND (c.conrelid::regclass::text = ANY(%(tables)s)
        OR c.contype = 'f' AND c.confrelid::regclass::text = ANY(%(tables)s))
UNION ALL
SELECT c.conrelid::regclass::text, '', false,
    format('ALTER TABLE %%s VALIDATE CONSTRAINT %%I', c.conrelid::regclass, c.conname), 3, pg_relation_size(c.conrelid)
FROM pg_constraint c
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
    AND (c.conrelid::regclass::text = ANY(%(tables)s) OR c.confrelid::regclass::text = ANY(%(tables)s))
UNION ALL
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, false, pg_get_indexdef(i.indexrelid), 1,
    pg_relation_size(i.indrelid)
FROM pg_index i
WHERE i.indrelid::regclass::text = ANY(%(tables)s)
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
"""


def take_off(cursor: Any, tables: Sequence[str]) -> None:
    """Drop foreign keys, then all other keys and indexes, keeping their definitions; put the triggers to sleep."""
    cursor.execute(_DEFINITIONS.format(schema=SCHEMA), {"tables": list(tables)})
    cursor.execute(f'SELECT "table", name, is_constraint FROM {SCHEMA}.taken_off WHERE round < 3 ORDER BY round DESC')
    for table, name, is_constraint in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}" if is_constraint else f"DROP INDEX {name}")
    for table in tables:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')


def put_back(tables: Sequence[str], report: Callable[[int, int], None], *, workers: int = 2) -> None:
    """Keys, then indexes, then foreign keys: each is validated by being added."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT round, sql FROM {SCHEMA}.taken_off ORDER BY round, size DESC")
        rows = cursor.fetchall()
    done = 0
    for step in (0, 1, 2, 3):
        if step == 2:
            _run("ANALYZE")  # validating plans by what it knows of the tables
        with ThreadPoolExecutor(workers) as pool:
            for _ in pool.map(_run, [sql for number, sql in rows if number == step]):
                done += 1
                report(done, len(rows))
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def _run(sql: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '256MB'; SET work_mem = '128MB'")
            cursor.execute("SET max_parallel_maintenance_workers = 0")
            cursor.execute(sql)
    finally:
        connection.close()  # each thread has its own

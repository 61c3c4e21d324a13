"""Rows into tables by COPY, and ids for them: the plainest and fastest way a history is written."""

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

Row = dict[str, Any]
BLOCK: Final = 500
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def encoded(value: Any) -> str:
    """A value as COPY reads it in its text format."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value).translate(_ESCAPES)
    return str(value)


def copy_rows(table: str, rows: Sequence[Row]) -> None:
    """Add the rows, which all name the same columns."""
    if not rows:
        return
    columns = list(rows[0])
    buffer = io.StringIO()
    for row in rows:
        buffer.write("\t".join([encoded(row[column]) for column in columns]))
        buffer.write("\n")
    buffer.seek(0)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN", buffer)


class Ids:
    """Ids of new rows: from the ranges that were set aside for them, else from the tables' own sequences."""

    def __init__(self, reserved: Mapping[str, int] | None = None) -> None:
        self.reserved = dict(reserved or {})
        self._blocks: dict[str, list[int]] = defaultdict(list)

    def next(self, table: str) -> int:
        if table in self.reserved:
            self.reserved[table] += 1
            return self.reserved[table] - 1
        block = self._blocks[table]
        if not block:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, BLOCK]
                )
                block.extend(row[0] for row in reversed(cursor.fetchall()))
        return block.pop()


def reserve(counts: Mapping[str, int]) -> dict[str, int]:
    """Set ranges of ids aside, so that what is written later about the past stands before what is written now."""
    starts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table, count in counts.items():
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%(table)s, 'id'),"
                " nextval(pg_get_serial_sequence(%(table)s, 'id')) + %(count)s)",
                {"table": table, "count": count},
            )
            starts[table] = cursor.fetchone()[0] - count
    return starts


def add_all(table: str, rows: Iterable[Row], ids: Ids | None = None) -> None:
    """Add rows with ids of the table's own sequence where they have none."""
    source = ids or Ids()
    copy_rows(table, [row if "id" in row else {"id": source.next(table), **row} for row in rows])

"""Rows written in kept statements.

Django writes the SQL of an insert anew for every call, and PostgreSQL reads and plans it anew: together more than
writing the rows. Here the words of a table's insert are always the same, each column is one array.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Field, Model

from omc.lib.kept import Kept

M = TypeVar("M", bound=Model)

# What the driver writes as the column wants it; anything else is put into its form by its field.
_PLAIN: Final = frozenset({bool, int, str, Decimal, date, datetime, type(None)})
_IN_ONE_WORD: Final = {
    "varchar": "text",
    "timestamp with time zone": "timestamptz",
    "double precision": "float8",
}


def insert(rows: Iterable[M], *, unique: Sequence[str] = (), update: Sequence[str] = ()) -> list[M]:
    """Write new objects of one model; they know their ids afterwards. One statement for any number, none for none.

    Where the columns ``unique`` meet a row that is there, its columns ``update`` are overwritten; ids are then left out.
    """
    made = list(rows)
    if not made:
        return made
    fields, words = _words(type(made[0]), tuple(unique), tuple(update))
    params = {field.attname: _column(field, made) for field in fields}
    with connection.cursor() as cursor:
        cursor.execute(words, params)
        ids = [] if unique else cursor.fetchall()
    for row, (pk,) in zip(made, ids, strict=not unique):
        row.pk = pk
    for row in made:
        row._state.adding, row._state.db = False, connection.alias
    return made


def update(row: Model, names: Sequence[str]) -> None:
    """Write these columns of an object that is there already."""
    fields, words = _change(type(row), tuple(names))
    params = {field.attname: _column(field, [row])[0] for field in fields}
    with connection.cursor() as cursor:
        cursor.execute(words, params | {"this_row": row.pk})


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> tuple[list[Any], Kept]:
    meta, quote = model._meta, connection.ops.quote_name
    fields: list[Any] = [meta.get_field(name) for name in names]
    changes = ", ".join(f"{quote(field.column)} = %({field.attname})s::{_type(field)}" for field in fields)
    where = f"{quote(str(meta.pk.column))} = %(this_row)s"
    return fields, Kept(f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {where}")


@cache
def _words(model: type[Model], unique: tuple[str, ...], update: tuple[str, ...]) -> tuple[list[Any], Kept]:
    meta, quote = model._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if not field.generated and field is not meta.auto_field]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    arrays = ", ".join(f"%({field.attname})s::{_type(field)}[]" for field in fields)
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) SELECT * FROM unnest({arrays})"
    if not unique:
        return fields, Kept(f"{sql} RETURNING {quote(str(meta.pk.column))}")
    key = ", ".join(_quoted(model, unique))
    changes = ", ".join(f"{column} = excluded.{column}" for column in _quoted(model, update))
    return fields, Kept(f"{sql} ON CONFLICT ({key}) DO UPDATE SET {changes}")


def _quoted(model: type[Model], names: Sequence[str]) -> list[str]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [connection.ops.quote_name(field.column) for field in fields]


def _type(field: "Field[Any, Any]") -> str:
    """A column's type without its length, which the table itself looks after: a cast would cut silently."""
    name = re.sub(r"\(.*\)", "", str(field.db_type(connection)))
    if name.endswith("[]"):
        raise TypeError(f"{field} is an array: its rows cannot stand in one")
    return _IN_ONE_WORD.get(name, name)


def _column(field: Any, rows: Sequence[Model]) -> list[Any]:
    name = field.attname
    if field.is_relation:
        for row in rows:  # named before it had an id
            if vars(row)[name] is None and field.is_cached(row) and (named := field.get_cached_value(row)) is not None:
                setattr(row, name, named.pk)
    values = [vars(row)[name] for row in rows]
    if field.get_internal_type() == "JSONField":  # a text there is JSON's text
        return [field.get_db_prep_save(value, connection) for value in values]
    return [value if type(value) in _PLAIN else field.get_db_prep_save(value, connection) for value in values]

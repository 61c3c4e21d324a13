"""Questions whose SQL is written once, not each time they are asked.

Writing the SQL of a wide join costs Django several times what the database needs to answer it. A question that every
order asks again is held here as an ordinary queryset with gaps; only the gaps are filled in when it is asked.
"""

import copy
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Generic, TypeVar, cast

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError

from omc.lib.kept import Kept
from omc.lib.made import maker

T = TypeVar("T")
V = TypeVar("V", int, str, date, datetime)
Filling = int | str | date | Sequence[int]

_NAMED: Final = re.compile(r"%\((\w+)\)s")

_FIRST_GAP: Final = -(10**15)  # no row has such an id
_FIRST_MOMENT: Final = datetime(1, 1, 2, tzinfo=UTC)  # nothing happened so early
_TEXT_GAP: Final = "\ue000"  # a private-use character: no text begins so
_MANY: Final = "_any"  # behind the name of a gap where it stands for any number of ids


class Gaps:
    """``gaps.order`` stands in a queryset for an id (in ``__in=[gaps.orders]`` for any number) that comes later,
    ``gaps.text("country")`` for a text, ``gaps.day("on")`` for a date, ``gaps.moment("now")`` for a time.
    """

    def __init__(self) -> None:
        self._found: dict[str, int | str | date | datetime] = {}
        self.types: dict[str, str] = {}

    def __getattr__(self, name: str) -> int:
        return self._gap(name, _FIRST_GAP - len(self._found), "bigint")

    def text(self, name: str) -> str:
        return self._gap(name, f"{_TEXT_GAP}{name}", "text")

    def day(self, name: str) -> date:
        return self._gap(name, date.min + timedelta(days=len(self._found)), "date")

    def moment(self, name: str) -> datetime:
        return self._gap(name, _FIRST_MOMENT + timedelta(days=len(self._found)), "timestamptz")

    def _gap(self, name: str, gap: V, type_: str) -> V:
        self.types[name] = type_
        return cast(V, self._found.setdefault(name, gap))

    def names(self) -> dict[Any, str]:
        return {gap: name for name, gap in self._found.items()}


class Prepared(Generic[T]):
    """A queryset with gaps for ids, texts and days; asked by ``rows`` or ``first``, it answers as the queryset would.

    >>> ORDER = Prepared(lambda gaps: Order.objects.filter(pk=gaps.order))  # doctest: +SKIP
    >>> ORDER.first(order=7)  # doctest: +SKIP
    """

    def __init__(self, write: Callable[[Gaps], "QuerySet[Any, T]"]) -> None:
        self._write = write
        self._written: _Written[T] | None = None

    def rows(self, **values: Filling) -> list[T]:
        """Every row. No id for a gap of many finds nothing."""
        if any(value == [] or value == () for value in values.values()):
            return []
        return self._once().rows(values)

    def first(self, **values: Filling) -> T | None:
        """The first row, or None. The queryset says itself that it wants one: ``[:1]``."""
        rows = self.rows(**values)
        return rows[0] if rows else None

    def sql(self, **values: Filling) -> tuple[str, list[Any]]:
        """The question as part of a larger statement: its words, always the same, and what fills them."""
        return self._once().words(values)

    def _once(self) -> "_Written[T]":
        if self._written is None:
            self._written = _Written(self._write)
        return self._written


def _as_list(value: Any) -> list[int]:
    return [value] if isinstance(value, int) else list(value)


class _Written(Generic[T]):
    """The SQL in pieces between its parameters, and Django's plan of what its columns are."""

    def __init__(self, write: Callable[[Gaps], "QuerySet[Any, T]"]) -> None:
        gaps = Gaps()
        self._many: set[str] = set()
        self._queryset = write(gaps)
        query = self._queryset.query
        self._compiler = query.get_compiler(using=self._queryset.db)
        sql, params = self._compiler.as_sql()
        self._params = params
        self._pieces = sql.split("%s")
        self._names = gaps.names()
        self._types = gaps.types
        self._wanted = set(self._names.values())
        fields = [column[0] for column in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(fields)
        self._locks = query.select_for_update
        self._make = self._maker()
        filled = [self._names[param] for param in self._params if param in self._names]
        if len(self._pieces) != len(self._params) + 1 or set(filled) != set(self._names.values()):
            raise ValueError(f"Every gap stands for one value (an id is a whole number), as it is: {sql}")
        self._kept = Kept(self._with_named_gaps())

    def _with_named_gaps(self) -> str:
        """The SQL with what never changes filled in, so that it is planned for just that; many ids are one array."""
        database: Any = connections[self._queryset.db]
        compose = database.ops.compose_sql
        sql: str = self._pieces[0]
        for param, piece in zip(self._params, self._pieces[1:], strict=True):
            if param not in self._names:
                sql += compose("%s", (param,)).replace("%", "%%") + piece
            elif sql.endswith("IN (") and piece.startswith(")"):
                self._many.add(self._names[param])
                sql = f"{sql.removesuffix('IN (')}= ANY(%({self._names[param]}{_MANY})s::bigint[]{piece}"
            else:
                name = self._names[param]
                sql += f"%({name})s::{self._types[name]}{piece}"
        return sql

    def _maker(self) -> Callable[[tuple[Any, ...]], T] | None:
        """What makes the queryset's object of a row; None where rows are something else."""
        queryset: Any = self._queryset
        if queryset._iterable_class is not ModelIterable or queryset._prefetch_related_lookups:
            return None
        compiler = self._compiler
        make: Callable[[tuple[Any, ...]], Any] = maker(compiler.klass_info, compiler.select, queryset.db)
        more = compiler.annotation_col_map or {}
        if not more:
            return make

        def annotated(row: tuple[Any, ...]) -> T:
            found: T = make(row)
            found.__dict__.update({name: row[place] for name, place in more.items()})
            return found

        return annotated

    def rows(self, values: dict[str, Filling]) -> list[T]:
        """Ask, and make the objects of the rows."""
        if self._make is None:
            return list(self._asked(values))
        params = self._checked(values)
        with connections[self._queryset.db].cursor() as cursor:
            cursor.execute(self._kept, params)
            rows: Any = cursor.fetchall()
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        return [self._make(row) for row in rows]

    def _asked(self, values: dict[str, Filling]) -> "QuerySet[Any, T]":
        """The queryset, with a compiler that knows its SQL already."""
        params = self._checked(values)
        compiler = copy.copy(self._compiler)
        vars(compiler).update(
            connection=connections[self._queryset.db],
            as_sql=lambda *_, **__: (self._kept, params),
            get_converters=lambda _: self._converters,
        )
        asked = self._queryset.all()
        vars(asked.query)["get_compiler"] = lambda *_, **__: compiler
        return asked

    def _checked(self, values: dict[str, Filling]) -> dict[str, Any]:
        """What fills the gaps; locks are only taken where something holds them."""
        if self._locks and not connections[self._queryset.db].in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        return self._filled(values)

    def _filled(self, values: dict[str, Filling]) -> dict[str, Any]:
        if values.keys() != self._wanted or None in values.values():
            raise ValueError(f"asked with {sorted(values)}, wanted {sorted(self._wanted)}, each a value")
        return values | {name + _MANY: _as_list(values[name]) for name in self._many}

    def words(self, values: dict[str, Filling]) -> tuple[str, list[Any]]:
        """The SQL and what fills its gaps, one after the other."""
        params = self._filled(values)
        return _NAMED.sub("%s", self._kept), [params[name] for name in _NAMED.findall(self._kept)]

"""Statements that PostgreSQL keeps read and planned.

To read and plan the statements of an order costs PostgreSQL more than to carry them out. Words marked as ``Kept`` are
prepared once per database session and then only carried out; whoever executes them, and whoever looks on, sees the
words themselves. They are planned once for whatever fills their gaps: words whose best plan depends on it (one order,
or the whole backlog) are left as they are. Behind a pooler in transaction mode, where sessions are not ours, ``Kept``
words are ordinary statements.
"""

import re
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple, cast
from weakref import WeakKeyDictionary

from psycopg2 import errors
from psycopg2.extensions import cursor

_GAP: Final = re.compile(r"%(?:\((\w+)\)s|(s)|(%))(::\w+(?:\[\])?)?")
# PostgreSQL would plan anew what has an array for a gap: it takes each for ten long, and one of one for cheaper.
_ONE_PLAN: Final = "-c plan_cache_mode=force_generic_plan"
_numbers = count(1)
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # per session, what is kept under which name


class Kept(str):
    """The words of a statement that is asked again and again, in the same words but for what fills its gaps.

    A gap's type is what its place in the statement demands, or its cast: write one where NULLs or nothing may fill it.
    """

    __slots__ = ()


class _Form(NamedTuple):
    """The statement as it is prepared, and how its gaps are filled."""

    numbered: str
    filled: str


@lru_cache(maxsize=2000)
def _form(words: str) -> _Form:
    """
    >>> _form("SELECT %(a)s::bigint[], 5 %% %(b)s, %(a)s::bigint[]")
    _Form(numbered='SELECT $1::bigint[], 5 % $2, $1::bigint[]', filled='%(a)s::bigint[], %(b)s')
    >>> _form("SELECT %(a)s, %(a)s")
    _Form(numbered='SELECT $1, $2', filled='%(a)s, %(a)s')
    """
    gaps: dict[str, int] = {}
    lonely = count()

    def number(match: re.Match[str]) -> str:
        name, _, percent, cast_ = match.groups()
        if percent:
            return "%" + (cast_ or "")
        gap = f"%({name})s" if name else "%s"
        gap += cast_ if name and cast_ else f"{cast_ or ''} {next(lonely)}"  # each place demands its own type
        return f"${gaps.setdefault(gap, len(gaps) + 1)}{cast_ or ''}"

    numbered = _GAP.sub(number, words)
    return _Form(numbered, ", ".join(gap.partition(" ")[0] for gap in gaps))


class KeepingCursor(cursor):  # type: ignore[misc]
    """psycopg2's cursor, which carries out ``Kept`` words as a prepared statement."""

    _asked: tuple[str, Any] | None = None

    def execute(self, query: Any, vars: Any = None) -> None:
        if not isinstance(query, Kept) or self.name:
            self._asked = None
            super().execute(query, vars)
            return
        self._asked = (query, vars)
        form = _form(query)
        names = _prepared.setdefault(self.connection, {})
        name = names.get(query)
        if name is None:
            name = f"kept_{next(_numbers)}"
            super().execute(f"PREPARE {name} AS {form.numbered}")
            names[str(query)] = name
        try:
            super().execute(f"EXECUTE {name} ({form.filled})" if form.filled else f"EXECUTE {name}", vars or None)
        except (errors.FeatureNotSupported, errors.InvalidSqlStatementName):
            names.pop(query, None)  # a migration changed what it answers, or the session was cleared: next time anew
            raise

    @property
    def query(self) -> bytes | None:
        """The words as they were asked, with their gaps filled: what a log or a test wants to read."""
        if self._asked is None:
            return cast(bytes | None, super().query)
        return cast(bytes, self.mogrify(*self._asked))


def keeping(options: dict[str, str]) -> dict[str, Any]:
    """The driver's options for sessions that keep statements, each with one plan for all that fills its gaps."""
    given = options.get("options", "")
    return options | {"cursor_factory": KeepingCursor, "options": f"{given} {_ONE_PLAN}".strip()}

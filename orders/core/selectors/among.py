"""Rows whose column is one of what another question found, quickly for few and for many."""

from typing import Any, Final

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.lookups import In

FEW: Final = 10_000
MANY: Final = 20_000


class _AnyOf(Func):
    """``column = ANY(array)``: one parameter, where ``IN`` has as many as there are values."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class _Noted(Func):
    """``(column IN (question)) IS TRUE``: PostgreSQL then notes the whole answer first, and looks up each row in it."""

    template = "(%(expressions)s) IS TRUE"
    output_field = BooleanField()


def among(column: str, rows: QuerySet[Any], field: str) -> Q:
    """Rows whose ``column`` (a whole number) is ``field`` of one of these rows.

    Few are named one by one: an index then leads to them, whatever the sort. Of more, a page is found by looking
    through the rows as they are sorted: in a note of all that are wanted, as the first of them may come late; of very
    many the first come soon, and each row is asked about by itself.
    """
    found = rows.order_by().values_list(field, flat=True)
    first = list(found[: MANY + 1])
    if not first:
        return Q(pk__in=[])
    if len(first) <= FEW:
        return Q(_AnyOf(F(column), Value(first)))
    asked = Q(**{f"{column}__in": found})
    return asked if len(first) > MANY else asked & Q(_Noted(In(F(column), found)))


def is_few(rows: QuerySet[Any]) -> bool:
    """Whether there are so few that ``among`` names them; of more, their own condition is asked of each row."""
    return not rows.order_by().values_list("pk", flat=True)[FEW : FEW + 1]

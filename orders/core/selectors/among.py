"""Rows whose column is one of what another question found, quickly for few and for many."""

from typing import Any, Final

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

FEW: Final = 10_000


class _AnyOf(Func):
    """``column = ANY(array)``: one parameter, where ``IN`` has as many as there are values."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def among(column: str, rows: QuerySet[Any], field: str) -> Q:
    """Rows whose ``column`` (a whole number) is ``field`` of one of these rows.

    Few are named one by one: an index then leads to them, whatever the sort. Of many, a page is soon found by looking
    through the rows as they are sorted.
    """
    found = rows.order_by().values_list(field, flat=True)
    few = list(found[: FEW + 1])
    if not few:
        return Q(pk__in=[])
    return Q(_AnyOf(F(column), Value(few))) if len(few) <= FEW else Q(**{f"{column}__in": found})

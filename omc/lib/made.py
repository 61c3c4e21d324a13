"""Model objects made straight from rows.

Django sets each column of a new object through its descriptor; over the four hundred objects of one order's way that
is a fifth of our work. What is read from the database needs none of it: the columns are put in place together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

M = TypeVar("M", bound=Model)
Make = Callable[[Sequence[Any]], Any]


def maker(plan: Mapping[str, Any], select: Sequence[Any], database: str) -> Make:
    """What makes the object, and those joined to it, of one row, by Django's ``klass_info`` and ``select``.

    Raises: ValueError for what the shortcut would leave out (inherited tables, models with an ``__init__`` of their own).
    """
    model: type[Model] = plan["model"]
    places = plan["select_fields"]
    own_way = model.__init__ is not Model.__init__ or vars(model).get("from_db")
    heard = any(signal.has_listeners(model) for signal in (pre_init, post_init))
    if plan.get("from_parent") or own_way or heard:
        raise ValueError(f"{model.__name__} is not made of its columns alone")
    start, end = places[0], places[-1] + 1
    names = tuple(select[place][0].target.attname for place in range(start, end))
    joined = [
        (maker(other, select, database), _key(other, select), other["local_setter"], other["remote_setter"])
        for other in plan.get("related_klass_infos", ())
    ]
    new = model.__new__

    def make(row: Sequence[Any]) -> Any:
        made = new(model)
        state = ModelState()
        state.adding, state.db = False, database
        columns = vars(made)
        columns["_state"] = state
        columns.update(zip(names, row[start:end], strict=True))
        for make_other, key_of_other, set_here, set_there in joined:
            other = None if row[key_of_other] is None else make_other(row)
            set_here(made, other)
            if other is not None:
                set_there(other, made)
        return made

    return make


def _key(plan: Mapping[str, Any], select: Sequence[Any]) -> int:
    """Where the primary key of a joined object stands in a row: without it there is no such object."""
    key = plan["model"]._meta.pk.attname
    place: int = next(place for place in plan["select_fields"] if select[place][0].target.attname == key)
    return place


def columns_of(model: type[Model]) -> str:
    """All of a table's columns, for a SELECT whose rows ``objects_of`` takes."""
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def objects_of(model: type[M], rows: Iterable[Sequence[Any]], database: str = "default") -> list[M]:
    """The objects of rows that hold all of a table's columns, as the driver reads them (no JSON)."""
    make: Make = _alone(model, database)
    return [make(row) for row in rows]


@cache
def _alone(model: type[Model], database: str) -> Make:
    select = [(field.get_col(model._meta.db_table),) for field in model._meta.concrete_fields]
    return maker({"model": model, "select_fields": range(len(select))}, select, database)

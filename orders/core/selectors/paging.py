"""Keyset pages: the next page starts after the last row seen, so page 1,000 costs as much as page 1."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the cursors of its neighbors (empty: there is none)."""

    rows: list[Any]
    next: str
    previous: str


def keyset(
    queryset: QuerySet[Any], query: Mapping[str, Any], *, order: Sequence[str] = ("-id",), size: int = PAGE_SIZE
) -> Page:
    """One page of ``queryset`` in a total order over not-null fields; the last one must be unique.

    ``query`` may carry ``after`` or ``before``, the cursor of a neighbor. A cursor that cannot be read starts over.
    """
    backwards = bool(query.get("before"))
    cursor = _read(str(query.get("before") or query.get("after") or ""), len(order))
    wanted = [_flip(field) for field in order] if backwards else list(order)
    rows = queryset.order_by(*wanted)
    if cursor is not None:
        rows = rows.filter(_beyond(wanted, cursor))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = more if not backwards else cursor is not None
    has_previous = cursor is not None if not backwards else more
    return Page(
        rows=found,
        next=_write(found[-1], order) if found and has_next else "",
        previous=_write(found[0], order) if found and has_previous else "",
    )


def capped_count(queryset: QuerySet[Any], cap: int = 1000) -> str:
    """How many rows, up to ``cap``: "37", or "1,000+"."""
    count = queryset.order_by()[: cap + 1].count()
    return f"{cap:,}+" if count > cap else f"{count:,}"


def _flip(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _beyond(order: Sequence[str], cursor: Sequence[Any]) -> Q:
    """Rows strictly after the cursor in this order; said first of the leading field alone, where an index starts."""
    condition, same = Q(), Q()
    for field, value in zip(order, cursor, strict=True):
        name = field.lstrip("-")
        step = "lt" if field.startswith("-") else "gt"
        condition |= same & Q(**{f"{name}__{step}": value})
        same &= Q(**{name: value})
    leading, reach = order[0].lstrip("-"), "lte" if order[0].startswith("-") else "gte"
    return condition if len(order) == 1 else Q(**{f"{leading}__{reach}": cursor[0]}) & condition


def _write(row: Model, order: Sequence[str]) -> str:
    values = []
    for field in order:
        value: Any = row
        for part in field.lstrip("-").split("__"):
            value = getattr(value, part)
        values.append(value if isinstance(value, int) else str(value))
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(text: str, length: int) -> list[Any] | None:
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    sound = isinstance(values, list) and len(values) == length and all(isinstance(v, int | str) for v in values)
    return values if sound else None

"""Before and after of master data, in our own time."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.models import Change


def change_row(row: models.Model, values: Mapping[str, Any], *, actor: Actor) -> bool:
    """Set fields of a master-data row, save them, and keep what they were. True when anything changed.

    The row must have been read under lock by the caller, in its company.
    """
    before, after = {}, {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = _plain(old), _plain(value)
            setattr(row, name, value)
    if not after:
        return False
    row.full_clean(exclude=[field.name for field in row._meta.fields if field.name not in values])
    row.save(update_fields=list(values))
    keep_change(row, before, after, actor=actor)
    return True


def keep_change(row: models.Model, before: Mapping[str, Any], after: Mapping[str, Any], *, actor: Actor) -> Change:
    """Keep what a row, or a part of it ("addresses.7.city"), was and is; nothing before says that it is new."""
    return Change.objects.create(
        company_id=actor.company_id,
        table=str(row._meta.model_name),
        row_id=row.pk,
        before=before,
        after=after,
        user_id=actor.user_id,
        job=actor.job,
        at=clock.now(),
    )


def said(value: Any) -> Any:
    """A value as people read it later, when the row that it named may have another name."""
    return str(value) if isinstance(value, models.Model) else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool | type(None)) else str(value)

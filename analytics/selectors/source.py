"""Where insights are read: the replica, where there is one (``ANALYTICS_DATABASE_URL``)."""

from typing import TypeVar

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def reading() -> CursorWrapper:
    """A cursor for a read."""
    return connections[settings.ANALYTICS_DATABASE].cursor()


def rows_of(model: type[M]) -> QuerySet[M]:
    """All rows of a model, to be read."""
    return model._default_manager.using(settings.ANALYTICS_DATABASE)

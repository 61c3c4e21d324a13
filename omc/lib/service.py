"""``@verb`` marks a use case: one transaction with retry at the outermost call, none of its own when nested."""

import functools
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.db import OperationalError, connection, transaction

from omc.lib.events import Event

RETRIES = 3
RETRYABLE = {"40001", "40P01"}  # serialization failure, deadlock

F = TypeVar("F", bound=Callable[..., Any])
_inside: ContextVar[bool] = ContextVar("inside_verb", default=False)


@dataclass(frozen=True)
class Verb:
    """One use case as the door test and the documentation see it."""

    name: str
    module: str
    events: tuple[type[Event], ...]
    silent: str


VERBS: dict[str, Verb] = {}


def verb(*, events: tuple[type[Event], ...] = (), silent: str = "") -> Callable[[F], F]:
    """Declare a use case and the events that it records, or (``silent``) why it records none."""
    if bool(events) == bool(silent):
        raise TypeError("A verb names its events, or says why it has none.")

    def decorate(function: F) -> F:
        VERBS[f"{function.__module__}.{function.__name__}"] = Verb(
            function.__name__, function.__module__, events, silent
        )

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if args:
                raise TypeError(f"{function.__name__} takes keyword arguments only")
            if _inside.get():
                return function(**kwargs)
            return _outermost(function, kwargs)

        return cast(F, call)

    return decorate


def _outermost(function: Callable[..., Any], kwargs: dict[str, Any]) -> Any:
    may_retry = not connection.in_atomic_block
    for attempt in range(1, RETRIES + 1):
        try:
            with transaction.atomic():
                return _body(function, kwargs)
        except OperationalError as error:
            code = getattr(error.__cause__, "pgcode", None)
            if not may_retry or code not in RETRYABLE or attempt == RETRIES:
                raise
        time.sleep(random.uniform(0.01, 0.05) * attempt)
    raise AssertionError("unreachable")


def _body(function: Callable[..., Any], kwargs: dict[str, Any]) -> Any:
    """Verbs called in it are nested; what it leaves for after the commit is not."""
    token = _inside.set(True)
    try:
        return function(**kwargs)
    finally:
        _inside.reset(token)

"""The checks behind ``/readyz``. Each answers within seconds and never raises."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor

from omc.health import heartbeat


@dataclass(frozen=True)
class Result:
    name: str
    ok: bool
    detail: str


def run_all() -> list[Result]:
    return [_answer(name, check) for name, check in CHECKS.items()]


def _answer(name: str, check: Callable[[], str]) -> Result:
    try:
        return Result(name, True, check())
    except NotReady as reason:
        return Result(name, False, str(reason))
    except (DatabaseError, redis.RedisError, ImproperlyConfigured, MigrationSchemaMissing, OSError) as error:
        return Result(name, False, type(error).__name__)  # the text may hold an address or a user name


class NotReady(Exception):
    """Raised by a check; the text says what is missing."""


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def migrations() -> str:
    if connection.alias not in _migrated():
        executor = MigrationExecutor(connection)
        if missing := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
            raise NotReady(f"{missing} to apply")
        _migrated().add(connection.alias)
    return "all applied"


@cache
def _migrated() -> set[str]:
    """Databases found complete: loading the graph is dear, and nobody takes a migration back under a live server."""
    return set()


def broker() -> str:
    if not settings.BROKER_URL:
        raise NotReady("no broker is set")
    with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()
    return "answers"


def worker() -> str:
    if not settings.BROKER_URL:
        raise NotReady("no broker is set")
    with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        names = heartbeat.live_workers(client)
    if not names:
        raise NotReady("none has reported")
    return f"{len(names)} alive"


CHECKS = {"database": database, "migrations": migrations, "broker": broker, "worker": worker}

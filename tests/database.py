"""The database of a test run: one migrated template per server, cloned for every process.

The template is kept while the migrations stay the same, so a second run against the same server starts at once.
"""

import fcntl
import hashlib
import importlib.util
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg2
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from psycopg2 import sql

from omc.environment import Environment
from omc.run.guard import Guard
from omc.run.places import state_folder
from omc.run.ports import any_port
from omc.run.postgres import FAST_AND_FORGETFUL, Postgres, may_enter

BUILDING = 0x6F6D63  # with the name of a template: the advisory lock under which one process builds it
NEVER_EMPTIED = {"django_migrations", "django_content_type"}


class ThrowAwayServer:
    """A PostgreSQL that forgets on a power cut and is ended with the run, even when the run is killed.

    Its folder is kept for the next run, which so finds the migrated template; a run that did not end well leaves no
    ``clean`` mark, and the next one starts from nothing. A second run at the same time gets a temporary folder.
    """

    def __init__(self) -> None:
        self.folder = state_folder() / "tests"
        self.folder.mkdir(exist_ok=True)
        self.lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.temporary = not may_enter(self.folder)
        except OSError:
            self.temporary = True
        if self.temporary:
            self.folder = Path(tempfile.mkdtemp(prefix="omc-test-"))
            self.folder.chmod(0o755)
        settings = (*FAST_AND_FORGETFUL, "max_connections=200", "max_wal_size=4GB")
        self.server = Postgres(self.folder, any_port(), settings=settings)
        self.guard = Guard()
        self.process: subprocess.Popen[bytes] | None = None
        self.clean = self.folder / "clean"

    def start(self) -> str:
        """Start it, and answer with its address."""
        if not self.clean.exists():
            shutil.rmtree(self.server.data, ignore_errors=True)
        self.clean.unlink(missing_ok=True)
        if not self.server.is_made:
            self.server.make()
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                self.server.command(), cwd="/", stdout=log, stderr=log, start_new_session=True, **self.server.identity
            )
        self.guard.watch(self.process.pid, stop=signal.SIGINT)
        self.server.wait_until_ready(self.process)
        self.server.ensure_database()
        return self.server.url

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)
            if self.process.wait(30) == 0:
                self.clean.touch()
            self.guard.forget(self.process.pid)
        self.guard.close()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.close()


def point_settings_at(url: str) -> None:
    """Use this server although the settings were read before it was there."""
    found = Environment({"DATABASE_URL": url}).database("DATABASE_URL")
    assert found
    own = settings.DATABASES["default"]
    own.update(found | {"OPTIONS": own["OPTIONS"] | found["OPTIONS"]})


def prepare(worker: str) -> str:
    """Make this process's own database, migrated and with reference data, and connect to it. Answers its name."""
    base = settings.DATABASES["default"]["NAME"]
    template, own = f"test_{base}_template", f"test_{base}{'_' + worker if worker else ''}"
    with _maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [BUILDING, template])  # until the connection closes
        fingerprint = _fingerprint()
        if _comment(cursor, template) != fingerprint:
            _drop(cursor, template)
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
            _connect_to(template)
            call_command("migrate", verbosity=0, interactive=False)
            _load_reference()
            connections.close_all()
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
            cursor.execute(comment.format(sql.Identifier(template), sql.Literal(fingerprint)))
        _drop(cursor, own)
        clone = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        cursor.execute(clone.format(sql.Identifier(own), sql.Identifier(template)))
    _connect_to(own)
    return own


def discard(name: str) -> None:
    connections.close_all()
    with _maintenance() as cursor:
        _drop(cursor, name)


def empty_all_tables() -> None:
    """Back to what a fresh database holds: truncate what has rows, and load the reference data again.

    Instead of Django's flush, which truncates every table and fires post_migrate for every app. Only UPDATE and
    DELETE are refused on the event log, so TRUNCATE passes.
    """
    tables = [name for name in connection.introspection.table_names() if name not in NEVER_EMPTIED]
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")  # a test that left a transaction open says so
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in tables))
        if filled := [name for (name,) in cursor.fetchall()]:
            cursor.execute(
                f"TRUNCATE {', '.join(connection.ops.quote_name(n) for n in filled)} RESTART IDENTITY CASCADE"
            )
        # The companies' number series: the next company of the same id starts at 1.
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE sequencename LIKE 'omc\\_number\\_%'")
        if series := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"DROP SEQUENCE {', '.join(map(connection.ops.quote_name, series))}")
        cursor.execute("SET lock_timeout = 0")
    cache.clear()  # the ids start again, and what was remembered of them is wrong
    _load_reference()


def _load_reference() -> None:
    if importlib.util.find_spec("orders.core.reference"):
        from orders.core.reference import load_reference

        load_reference()


def _fingerprint() -> str:
    """Changes with any migration, and with the reference data."""
    digest = hashlib.sha256(django.__version__.encode())
    folders = [Path(config.path) / "migrations" for config in apps.get_app_configs()]
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    for file in [*files, *sorted(Path("orders/core").glob("reference*"))]:
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


@contextmanager
def _maintenance() -> Iterator[Any]:
    """A cursor in the server's own database, outside any transaction."""
    base = settings.DATABASES["default"]
    link = psycopg2.connect(
        host=base["HOST"],
        port=base["PORT"] or None,
        user=base["USER"] or None,
        password=base["PASSWORD"] or None,
        dbname="postgres",
        **base["OPTIONS"],
    )
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def _comment(cursor: Any, database: str) -> str | None:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database])
    row = cursor.fetchone()
    return row[0] if row else None


def _drop(cursor: Any, database: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _connect_to(database: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = database
    for alias in connections:
        connections[alias].settings_dict["NAME"] = database

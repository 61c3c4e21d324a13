"""The bench's own PostgreSQL: careless while databases are built, careful (fsync on) while anything is measured."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from omc.run.guard import Guard
from omc.run.ports import any_port
from omc.run.postgres import Postgres

MEMORY = ("shared_buffers=1GB", "work_mem=16MB", "effective_cache_size=4GB", "random_page_cost=1.1", "jit=off")
CARELESS = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"),
    *("max_wal_size=8GB", "checkpoint_timeout=30min", "autovacuum=off"),
)


@contextmanager
def running(folder: Path, *, careful: bool) -> Iterator[Postgres]:
    """The server on ``folder``, ended with us whatever happens to us."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    server = Postgres(folder, any_port(), settings=MEMORY if careful else (*MEMORY, *CARELESS))
    if not server.is_made:
        server.make()
    server.end_leftover()
    guard = Guard()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            server.command(), cwd="/", stdout=log, stderr=log, start_new_session=True, **server.identity
        )
    guard.watch(process.pid, stop=signal.SIGINT)
    try:
        server.wait_until_ready(process)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=300)  # the last checkpoint writes everything that was built
        guard.forget(process.pid)
        guard.close()


def url_of(server: Postgres, database: str) -> str:
    return f"{server.url.rpartition('/')[0]}/{database}"


def run_sql(server: Postgres, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """One statement on the server's own database, outside any transaction."""
    import psycopg2  # noqa: PLC0415  not needed to look at results

    connection = psycopg2.connect(
        host="127.0.0.1", port=server.port, user="postgres", password=server.password, dbname="postgres"
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()

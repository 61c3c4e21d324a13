"""``make run``: everything on this machine, in one terminal.

Real servers are used where DATABASE_URL and REDIS_URL name them; otherwise private ones start, whose data stays in
the state folder. ``--servers`` starts only these, for work by hand.
"""

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any

from omc.run.guard import Guard
from omc.run.places import CHECKOUT, folder_outside, secret_key, state_folder
from omc.run.ports import choose_port, listen
from omc.run.postgres import Postgres, may_enter
from omc.run.progress import say, step
from omc.run.supervisor import Child, Supervisor
from omc.run.valkey import BROKER, CACHE, Valkey

PORTS = {"web": 8000, "postgres": 54320, "broker": 63790, "cache": 63890}
READY_WITHIN_SECONDS = 120


class Local:
    """One run on this machine: its addresses, its processes."""

    def __init__(self, state: Path, lock: IO[str]) -> None:
        self.state = state
        self.supervisor = Supervisor(Guard(keep_open=(lock.fileno(),)))
        self.addresses: dict[str, str] = {}
        self.ports = _remembered_ports(state)
        for folder in ("static", "media"):
            (state / folder).mkdir(mode=0o700, exist_ok=True)

    def start_servers(self) -> None:
        """The stores that the environment does not name."""
        if not os.environ.get("DATABASE_URL"):
            self._start_postgres()
        if not os.environ.get("REDIS_URL"):
            self._start_valkey("broker", BROKER, "REDIS_URL")
        if not os.environ.get("CACHE_URL"):
            self._start_valkey("cache", CACHE, "CACHE_URL")
        os.environ.setdefault("SECRET_KEY", secret_key())
        _write_private(self.state / "servers.json", json.dumps(self.addresses))
        _write_private(self.state / "ports.json", json.dumps(self.ports))

    def prepare(self) -> None:
        """Migrations and, the first time, the demo company. Its progress lines are its own."""
        command = [sys.executable, "-u", "manage.py", "prepare_local"]
        process = subprocess.Popen(command, cwd=CHECKOUT, start_new_session=True)
        self.supervisor.guard.watch(process.pid)
        while process.poll() is None:
            if self.supervisor.ending.wait(0.1):
                process.terminate()  # each migration is one transaction: what is not done is done next time
                process.wait()
                return
        self.supervisor.guard.forget(process.pid)
        if process.returncode:
            raise RuntimeError("preparing the database did not succeed; the lines above say why")

    def start_processes(self, web_port: int) -> str:
        """Web, worker and beat. Answers the address of the site."""
        self.listener = listen(web_port)
        port = self.ports["web"] = self.listener.getsockname()[1]
        if port != web_port:
            say("run", f"port {web_port} is busy; web takes {port}")
        _write_private(self.state / "ports.json", json.dumps(self.ports))
        bin_, folder = Path(sys.executable).parent, str(CHECKOUT)
        environment = {
            "NUMBA_CACHE_DIR": str(self.state / "numba"),
            "PUBLIC_URL": os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        celery = [sys.executable, "-m", "celery", "--quiet", "--app", "omc"]
        commands = {
            "web": [
                *(str(bin_ / "gunicorn"), "omc.wsgi", "--bind", f"fd://{self.listener.fileno()}", "--preload"),
                *("--workers", "2", "--threads", "4", "--log-level", "warning", "--graceful-timeout", "5"),
                "--no-control-socket",
            ],
            "worker": [
                *(*celery, "worker", "--queues", "interactive,default,analytics", "--concurrency", "2"),
                *("--loglevel", "warning", "--without-gossip", "--without-mingle"),
            ],
            "beat": [
                *(*celery, "beat", "--schedule", str(self.state / "beat"), "--pidfile", ""),
                *("--loglevel", "warning"),
            ],
        }
        for name, command in commands.items():
            keep_open = (self.listener.fileno(),) if name == "web" else ()
            self.supervisor.start(Child(name, command, environment=environment, folder=folder, keep_open=keep_open))
        return f"http://127.0.0.1:{port}/"

    def wait_until_ready(self, address: str) -> bool:
        """True once ``/readyz`` says so; meanwhile whoever dies is started again."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline and not self.supervisor.ending.wait(0.3):
            self.supervisor.look_after()
            try:
                with urllib.request.urlopen(f"{address}readyz", timeout=5):
                    return True
            except (urllib.error.URLError, OSError):
                continue
        return False

    def stop(self) -> None:
        say("run", "ending everything …")
        (self.state / "servers.json").unlink(missing_ok=True)
        self.supervisor.stop_all()
        self.supervisor.guard.close()
        say("run", "ended")

    def _start_postgres(self) -> None:
        server = Postgres(self._folder_for_postgres(), self.ports.get("postgres", PORTS["postgres"]))
        server.end_leftover()
        if not server.is_made:
            with step("making the database folder"):
                server.make()
        with step("starting PostgreSQL"):
            self._start_server("postgres", server, identity=server.identity, stop=signal.SIGINT)
            server.ensure_database()
        os.environ["DATABASE_URL"] = self.addresses["database"] = server.url

    def _start_valkey(self, name: str, role: str, variable: str) -> None:
        server = Valkey(self.state / name, self.ports.get(name, PORTS[name]), role)
        server.end_leftover()
        server.make()
        self._start_server(name, server)
        os.environ[variable] = self.addresses[name] = server.url

    def _start_server(self, name: str, server: Postgres | Valkey, **options: Any) -> None:
        """Start a server on a free port; once more when another program takes that port in the same moment."""
        for attempts_left in (2, 1, 0):
            server.port = self._port(name)
            child = Child(name, server.command(), folder=str(server.folder), **options)
            process = self.supervisor.start(child)
            try:
                server.wait_until_ready(process)
                return
            except RuntimeError:
                if process.poll() is None or not attempts_left:
                    raise
                self.supervisor.give_up(child)

    def _folder_for_postgres(self) -> Path:
        """In the state folder; outside, with a link to it, when the checkout is closed to the server's user."""
        folder = self.state / "postgres"
        if not folder.exists() and not may_enter(self.state):
            outside = folder_outside() / "postgres"
            outside.mkdir(parents=True, exist_ok=True)
            folder.symlink_to(outside)
            say("run", f"the database lies in {outside}, for its user may not enter {self.state}")
        folder.mkdir(exist_ok=True)
        return folder.resolve()

    def _port(self, name: str) -> int:
        """The port of the last run when it is free, so that addresses stay the same."""
        first = self.ports.get(name, PORTS[name])
        port = choose_port(first, taken=frozenset(port for other, port in self.ports.items() if other != name))
        if port != first:
            say("run", f"port {first} is busy; {name} takes {port}")
        self.ports[name] = port
        return port


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make run", description=__doc__)
    arguments.add_argument("--servers", action="store_true", help="only the private servers")
    only_servers = arguments.parse_args().servers
    state = state_folder()
    lock = _locked(state / "run.lock")
    local = Local(state, lock)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: local.supervisor.ending.set())
    try:
        web_port = _wanted_port()  # refused before the slow steps
        local.start_servers()
        if only_servers:
            say("run", f"ready: the servers run, manage.py finds them ({state / 'servers.json'})")
        elif not local.supervisor.ending.is_set():
            local.prepare()
        if not only_servers and not local.supervisor.ending.is_set():
            with step("starting web, worker and beat"):
                address = local.start_processes(web_port)
                ready = local.wait_until_ready(address)
            if not local.supervisor.ending.is_set():
                _greet(address, ready, state)
        local.supervisor.run()
    except RuntimeError as error:
        say("run", str(error))
        return 1
    finally:
        local.stop()
    return 0


def _locked(path: Path) -> IO[str]:
    """Held until the end of this run, and, were this process killed, until its guard has ended all the others."""
    lock = path.open("a+")
    for attempt in range(100):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            return lock
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip()
            if owner.isdecimal() and _lives(int(owner)):
                sys.exit("It runs already, from this checkout and user. End that run first (Ctrl-C), or use it.")
            if attempt == 0:
                say("run", "waiting for the rest of a run that was killed …")
            time.sleep(0.3)
    sys.exit("Another run holds the lock and does not let go.")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _wanted_port() -> int:
    """Raises: RuntimeError"""
    text = os.environ.get("PORT", "").strip() or str(PORTS["web"])
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise RuntimeError(f"the environment variable PORT must be a whole number from 1 to 65535, not {text!r}")
    return int(text)


def _greet(address: str, ready: bool, state: Path) -> None:
    say("run", f"ready: {address}" if ready else f"{address} does not answer yet; its lines above may say why")
    logins = state / "logins.txt"
    for line in logins.read_text().splitlines() if logins.exists() else []:
        say("run", f"  {line}")
    say("run", "Ctrl-C ends everything.")


def _remembered_ports(state: Path) -> dict[str, int]:
    try:
        found: dict[str, int] = json.loads((state / "ports.json").read_text())
        return found
    except (OSError, ValueError):
        return {}


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())

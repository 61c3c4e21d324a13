"""``make run`` for real: separate processes, killed in the worst ways. Each run has a state folder of its own."""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

pytestmark = pytest.mark.slow
CHECKOUT = Path(__file__).resolve().parents[3]
OF_THE_TESTS = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "CACHE_URL", "LOG_LEVEL", "OMC_ENV"}


class Run:
    """One ``python -m omc.run`` and what it says."""

    def __init__(self, state: Path, *arguments: str, checkout: Path = CHECKOUT, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
        self.state, self.lines = state, list[str]()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "omc.run", *arguments],
            cwd=checkout,
            env={**kept, "OMC_STATE": str(state), "DEMO": "false", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait_for(self, words: str, *, seconds: float = 60) -> str:
        """The first line with these words."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in list(self.lines):
                if words in line:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"{words!r} was not said:\n" + "\n".join(self.lines))

    def addresses(self) -> dict[str, str]:
        self.wait_for("ready:")
        found: dict[str, str] = json.loads((self.state / "servers.json").read_text())
        return found

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to pass through, unlike pytest's own folders: under root the database server is nobody."""
    made = Path(tempfile.mkdtemp(prefix="omc-run-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def state(folder: Path) -> Iterator[Path]:
    made = folder / "state"
    made.mkdir(mode=0o711)
    yield made
    assert living_in(folder) == [], "something was left running"


def living_in(state: Path) -> list[str]:
    """Processes whose command line names this folder, zombies aside."""
    rows = subprocess.run(["ps", "-ww", "-eo", "stat=,pid=,args="], capture_output=True, text=True, check=True).stdout
    return [row for row in rows.splitlines() if str(state) in row and not row.startswith("Z")]


def wait_until_nothing_lives_in(state: Path, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    with (state / "run.lock").open("a") as lock:  # the guard holds it until its work is done
        while time.monotonic() < deadline:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.1)
    assert living_in(state) == []


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    link = psycopg2.connect(url)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        link.close()


def retry(url: str, statement: str, *, seconds: float = 30) -> list[tuple[object, ...]]:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return execute(url, statement)
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_ctrl_c_ends_everything_and_the_next_run_has_the_data_and_the_ports(state: Path) -> None:
    first = Run(state, "--servers")
    before = first.addresses()
    execute(before["database"], "CREATE TABLE kept (x int); INSERT INTO kept VALUES (7)")
    with redis.Redis.from_url(before["broker"]) as broker:
        broker.lpush("queue", "a task")
    assert first.end() == 0
    assert living_in(state) == []

    second = Run(state, "--servers")
    after = second.addresses()
    assert after == before
    assert execute(after["database"], "SELECT x FROM kept") == [(7,)]
    with redis.Redis.from_url(after["broker"]) as broker:
        assert broker.lrange("queue", 0, -1) == [b"a task"]
    second.end()


def test_a_killed_database_server_comes_back_with_every_committed_row(state: Path) -> None:
    run = Run(state, "--servers")
    url = run.addresses()["database"]
    execute(url, "CREATE TABLE kept (x int); INSERT INTO kept SELECT generate_series(1, 1000)")
    postmaster = int((state / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    run.wait_for("postgres ended (signal SIGKILL); starting it again")
    assert retry(url, "SELECT count(*) FROM kept") == [(1000,)]
    run.end()


def test_a_killed_run_leaves_nothing_running_and_nothing_locked(state: Path) -> None:
    first = Run(state, "--servers")
    url = first.addresses()["database"]
    execute(url, "CREATE TABLE kept (x int); INSERT INTO kept VALUES (7)")
    first.end(signal.SIGKILL)

    second = Run(state, "--servers")  # at once: it waits for the guard of the first
    assert retry(second.addresses()["database"], "SELECT x FROM kept") == [(7,)]
    second.end(signal.SIGKILL)
    wait_until_nothing_lives_in(state)


def test_when_even_the_guard_is_killed_the_next_run_takes_over_the_data(state: Path) -> None:
    first = Run(state, "--servers")
    found = first.addresses()
    execute(found["database"], "CREATE TABLE kept (x int); INSERT INTO kept VALUES (7)")
    children = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    guard = next(
        int(row.split()[0])
        for row in children.splitlines()
        if "guard.py" in row and int(row.split()[1]) == first.process.pid
    )
    first.process.send_signal(signal.SIGSTOP)  # so that it cannot start another guard
    os.kill(guard, signal.SIGKILL)
    first.end(signal.SIGKILL)

    second = Run(state, "--servers")
    again = second.addresses()
    assert retry(again["database"], "SELECT x FROM kept") == [(7,)]
    assert (again["broker"], again["cache"]) == (found["broker"], found["cache"])  # the old ones made room
    second.end()


def test_a_second_run_of_the_same_checkout_is_told_so(state: Path) -> None:
    first = Run(state, "--servers")
    first.addresses()
    second = Run(state, "--servers")
    assert second.process.wait(30) == 1
    second.wait_for("It runs already")
    first.end()


def test_a_busy_port_makes_way(state: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        (state / "ports.json").write_text(json.dumps({"postgres": taken}))
        run = Run(state, "--servers")
        assert f":{taken}/" not in run.addresses()["database"]
        run.wait_for(f"port {taken} is busy")
        run.end()


@pytest.mark.parametrize("port", ["0", "web", "70000"])
def test_a_port_that_is_none_is_refused_before_anything_is_migrated(state: Path, port: str) -> None:
    run = Run(state, PORT=port)
    assert run.process.wait(60) == 1
    assert "PORT must be a whole number from 1 to 65535" in run.lines[0]


def test_two_checkouts_run_side_by_side(state: Path, folder: Path) -> None:
    another = folder / "checkout"
    shutil.copytree(CHECKOUT / "omc", another / "omc", ignore=shutil.ignore_patterns("__pycache__"))
    here = Run(state, "--servers")
    there = Run(another / ".omc" / "own", "--servers", checkout=another)
    addresses = [*here.addresses().values(), *there.addresses().values()]
    ports = [re.search(r":(\d+)/", address) for address in addresses]
    assert len({match.group(1) for match in ports if match}) == 6
    execute(here.addresses()["database"], "CREATE TABLE here ()")
    assert execute(there.addresses()["database"], "SELECT to_regclass('here')") == [(None,)]
    here.end()
    there.end()


def test_the_whole_system_comes_up_and_heals(state: Path) -> None:
    run = Run(state, PORT=str(20_000 + os.getpid() % 20_000))
    line = run.wait_for("ready: http", seconds=240)
    address = line.split("ready: ")[1]
    answer = _ready(address)
    assert answer["ready"] is True
    assert set(answer["checks"]) == {"database", "migrations", "broker", "worker"}

    victims = {
        name: next(pid for pid, args in _children(run.process.pid) if f" {name} " in f"{args} ")
        for name in ("worker", "beat")
    }
    for name, victim in victims.items():
        os.killpg(victim, signal.SIGKILL)
        run.wait_for(f"{name} ended (signal SIGKILL); starting it again in 1 s")
    deadline = time.monotonic() + 60
    while _alive(run) != set(victims) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _alive(run) == {"worker", "beat"}
    assert run.end() == 0


def _alive(run: Run) -> set[str]:
    children = _children(run.process.pid)
    return {name for name in ("worker", "beat") if any(f" {name} " in f"{args} " for _, args in children)}


def _children(parent: int) -> list[tuple[int, str]]:
    rows = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    split = [row.split(None, 3) for row in rows.splitlines()]
    return [(int(p), args) for p, above, stat, args in split if int(above) == parent and not stat.startswith("Z")]


def _ready(address: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{address}readyz", timeout=10) as response:
        found: dict[str, object] = json.loads(response.read())
        return found

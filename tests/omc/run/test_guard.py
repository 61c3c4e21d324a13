"""Nothing stays behind when whoever started it is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omc.run.guard import Guard, end

OWNER = """
import subprocess, sys, time
from omc.run.guard import Guard
guard = Guard()
for _ in range(2):
    child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], start_new_session=True)
    guard.watch(child.pid)
    print(child.pid, flush=True)
time.sleep(60)
"""
PATIENT = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
PARENT = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"


@pytest.mark.slow
def test_what_a_killed_owner_leaves_behind_is_ended() -> None:
    owner, children = _owner_of(PATIENT)
    owner.kill()
    owner.wait()
    assert _gone(children)


@pytest.mark.slow
def test_descendants_are_ended_too() -> None:
    owner, children = _owner_of(PARENT)
    assert any(len(_members(child)) == 2 for child in children)
    owner.kill()
    owner.wait()
    assert _gone(children)


def test_a_killed_guard_is_replaced_and_knows_everything() -> None:
    guard = Guard()
    children = [subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2)]
    guard.watch(children[0].pid)
    assert guard.process
    guard.process.kill()
    guard.process.wait()
    guard.watch(children[1].pid)
    guard.close()
    assert [child.wait(5) for child in children] == [-signal.SIGTERM, -signal.SIGTERM]


def test_what_was_forgotten_is_left_alone() -> None:
    guard = Guard()
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    guard.watch(child.pid)
    guard.forget(child.pid)
    guard.close()
    assert child.poll() is None
    child.kill()
    child.wait()


@pytest.mark.slow
def test_who_does_not_end_politely_is_ended_by_force() -> None:
    child = subprocess.Popen([sys.executable, "-c", STUBBORN], start_new_session=True)
    time.sleep(0.5)
    end(child.pid, signal.SIGTERM, patience_seconds=0.2)
    assert child.wait(5) == -signal.SIGKILL


def test_a_lock_given_to_the_guard_is_held_until_it_has_ended_everybody(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    with (tmp_path / "lock").open("w") as lock, (tmp_path / "lock").open("w") as another:
        fcntl.flock(lock, fcntl.LOCK_EX)
        guard = Guard(keep_open=(lock.fileno(),))
        child = subprocess.Popen(["sleep", "60"], start_new_session=True)
        guard.watch(child.pid)
        lock.close()
        with pytest.raises(BlockingIOError):
            fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
        guard.close()
        child.wait()
        fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _owner_of(program: str) -> tuple[subprocess.Popen[str], list[int]]:
    root = str(Path(__file__).resolve().parents[3])
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, program], stdout=subprocess.PIPE, text=True, cwd=root, env=os.environ
    )
    assert owner.stdout
    children = [int(owner.stdout.readline()) for _ in range(2)]
    time.sleep(0.5)
    return owner, children


def _gone(groups: list[int], *, within_seconds: float = 10) -> bool:
    deadline = time.monotonic() + within_seconds
    while any(_members(group) for group in groups):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _members(group: int) -> list[str]:
    """The living of a process group, as ps sees them."""
    rows = subprocess.run(
        ["ps", "-ww", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [row for row in rows if row.split()[0] == str(group) and not row.split()[1].startswith("Z")]

"""A small process that outlives whoever started it, only to end what was left behind.

Its standard input is a pipe from its owner. Each line names a process group and the signal that ends it. When the
pipe closes, for whatever reason (``kill -9`` too), the guard ends every group named last: newest first, politely,
then by force. Standard library only.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

PATIENCE_SECONDS = 15


class Guard:
    """The owner's side: tell the guard what there is to end."""

    def __init__(self, *, keep_open: tuple[int, ...] = ()) -> None:
        """``keep_open``: files that stay open (and locked) until the guard has done its work."""
        self.keep_open = keep_open
        self.process: subprocess.Popen[str] | None = None
        self.groups: dict[int, int] = {}

    def watch(self, group: int, *, stop: signal.Signals = signal.SIGTERM) -> None:
        self.groups[group] = stop
        self._tell()

    def forget(self, group: int) -> None:
        self.groups.pop(group, None)
        self._tell()

    def close(self) -> None:
        """Let the guard end whatever is still there, and wait for it."""
        if self.process and self.process.stdin:
            self.process.stdin.close()
            self.process.wait()
            self.process = None

    def _tell(self) -> None:
        line = " ".join(f"{group}:{int(stop)}" for group, stop in self.groups.items()) + "\n"
        for _ in range(2):
            if self.process is None or self.process.poll() is not None:
                self.process = self._started()
            pipe = self.process.stdin
            assert pipe is not None
            try:
                pipe.write(line)
                pipe.flush()
                return
            except BrokenPipeError:
                continue  # somebody ended the guard: a new one takes over

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd="/",
            pass_fds=self.keep_open,
            start_new_session=True,  # a Ctrl-C at the terminal is for the owner
        )


def main(lines: IO[str]) -> None:
    groups: list[tuple[int, int]] = []
    for line in lines:
        groups = [(int(group), int(stop)) for group, _, stop in (part.partition(":") for part in line.split())]
    for group, stop in reversed(groups):
        end(group, stop)


def end(group: int, stop: int, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """End a process group: its own signal first, after a while by force."""
    deadline = time.monotonic() + patience_seconds
    _signal(group, stop)
    while _is_alive(group):
        if time.monotonic() > deadline:
            _signal(group, signal.SIGKILL)
            return
        time.sleep(0.05)


def _is_alive(group: int) -> bool:
    """Whether anybody of the group still runs. The dead whom nobody has buried (zombies) do not count."""
    if not _signal(group, 0):
        return False
    processes = list(Path("/proc").glob("[0-9]*/stat"))
    return not processes or any(_runs_in(group, stat) for stat in processes)  # no /proc outside Linux


def _runs_in(group: int, stat: Path) -> bool:
    try:
        state, _parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return False  # it ended meanwhile
    return int(its_group) == group and state not in "ZX"


def _signal(group: int, number: int) -> bool:
    """True when there was somebody to receive it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # the number was given to somebody else meanwhile
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    main(sys.stdin)

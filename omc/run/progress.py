"""What the person at the terminal sees: one line per slow step, and every process's lines behind its name."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_COLORS = {"postgres": 34, "broker": 35, "cache": 35, "web": 32, "worker": 36, "beat": 33, "run": 1}
_WIDTH = max(len(name) for name in _COLORS)
_one_at_a_time = threading.Lock()


def say(name: str, line: str) -> None:
    label = f"{name:<{_WIDTH}} |"
    if sys.stdout.isatty():
        label = f"\x1b[{_COLORS.get(name, 0)}m{label}\x1b[0m"
    with _one_at_a_time:
        try:
            print(label, line, flush=True)
        except OSError:
            pass  # nobody reads any more; the work goes on


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say that a slow step begins, then how long it took."""
    started = time.monotonic()
    say("run", f"{words} …")
    yield
    say("run", f"{words}: {time.monotonic() - started:.1f} s")

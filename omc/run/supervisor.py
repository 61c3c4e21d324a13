"""Keeps a handful of processes running: starts them, passes on what they say, restarts what dies, ends them all."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omc.run.guard import Guard, end
from omc.run.progress import say

LONGEST_PAUSE_SECONDS = 30.0
SOUND_AFTER_SECONDS = 60.0
PATIENCE_SECONDS = 20.0


@dataclass
class Child:
    """One process to keep running. ``stop`` is the signal that ends it in good order."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    identity: Mapping[str, Any] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    folder: str | None = None
    keep_open: tuple[int, ...] = ()  # files that it inherits
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_again_at: float | None = None

    def pause(self) -> float:
        """Seconds before the next start: 1, 2, 4 … up to half a minute while it keeps dying."""
        return min(2.0 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)


class Supervisor:
    """Started and used from one thread; only the readers of output run beside it."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.children: list[Child] = []
        self.ending = threading.Event()

    def start(self, child: Child) -> subprocess.Popen[str]:
        """Start a child, and keep it running from now on."""
        if child not in self.children:
            self.children.append(child)
        child.process = subprocess.Popen(
            list(child.command),
            env={**os.environ, **child.environment},
            cwd=child.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=child.keep_open,
            start_new_session=True,  # its own group: Ctrl-C is for us, and we end it with all its descendants
            **child.identity,
        )
        self.guard.watch(child.process.pid, stop=child.stop)
        child.started_at, child.start_again_at = time.monotonic(), None
        threading.Thread(target=_pass_on, args=(child.name, child.process), daemon=True).start()
        return child.process

    def give_up(self, child: Child) -> None:
        """Forget a child that has ended."""
        self.children.remove(child)
        if child.process:
            self.guard.forget(child.process.pid)

    def look_after(self) -> None:
        """One round: notice who died, start again whose pause is over."""
        for child in self.children:
            if child.start_again_at is not None:
                if time.monotonic() >= child.start_again_at:
                    self.start(child)
            elif child.process and child.process.poll() is not None:
                self._died(child, child.process)

    def run(self) -> None:
        """Look after everybody until ``ending`` is set."""
        while not self.ending.wait(0.2):
            self.look_after()

    def stop_all(self) -> None:
        """End everybody, the last started first, each group politely and then by force."""
        for child in reversed(self.children):
            process, child.start_again_at = child.process, None
            if process is None:
                continue
            _signal(process.pid, child.stop)
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                say("run", f"{child.name} does not end by itself; ending it by force")
            end(process.pid, signal.SIGKILL)  # whoever of its group is still there
            process.wait()
            self.guard.forget(process.pid)

    def _died(self, child: Child, process: subprocess.Popen[str]) -> None:
        end(process.pid, signal.SIGKILL)  # descendants that it left behind would hold its port or its tasks
        self.guard.forget(process.pid)
        if time.monotonic() - child.started_at > SOUND_AFTER_SECONDS:
            child.failures = 0
        child.failures += 1
        child.start_again_at = time.monotonic() + child.pause()
        say("run", f"{child.name} ended ({_reason(process.returncode)}); starting it again in {child.pause():.0f} s")


def _pass_on(name: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        say(name, line.rstrip())


def _signal(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"

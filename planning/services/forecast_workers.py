"""The demand models on every core: child processes that take series and give forecasts, and know of nothing else.

Plain children on pipes, because a process of the task queue may not have children of the multiprocessing kind. One
whose parent is gone reads the end of its input and ends too.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from planning.services.demand_models import Found

Series = tuple[int, list[float], bool]  # item, demand by bucket, whether a seasonal model may be tried
Shard = Sequence[Series]
Answer = list[tuple[int, "Found"]]
_CHILD = "import django; django.setup(); from planning.services.forecast_workers import serve; serve()"


def forecast_shards(shards: Sequence[Shard]) -> Iterator[Answer]:
    """Each shard's forecasts, in the order of the shards, made on as many cores as there are."""
    count = min(len(shards), _cores())
    if count < 2:
        yield from map(forecast_shard, shards)
    else:
        with _Workers(count) as workers:
            yield from workers.each(shards)


def forecast_shard(shard: Shard) -> Answer:
    from planning.services.demand_models import forecast  # noqa: PLC0415  heavy: only who forecasts needs it

    return [(item, forecast(history, may_be_seasonal=seasonal)) for item, history, seasonal in shard]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Child:
    """One child process with its two pipes."""

    def __init__(self) -> None:
        one_thread_each = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | one_thread_each | path,
        )

    def ask(self, shard: Shard) -> Answer:
        """Raises: EOFError or BrokenPipeError when the child is gone."""
        pickle.dump(list(shard), cast("IO[bytes]", self.process.stdin))
        cast("IO[bytes]", self.process.stdin).flush()
        answer: Answer = pickle.load(cast("IO[bytes]", self.process.stdout))  # noqa: S301  from our own child
        return answer

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class _Workers:
    """So many children, each asked by one thread at a time."""

    def __init__(self, count: int) -> None:
        self.children = [_Child() for _ in range(count)]
        self.free: SimpleQueue[_Child] = SimpleQueue()
        for child in self.children:
            self.free.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.end()

    def each(self, shards: Iterable[Shard]) -> Iterator[Answer]:
        pool = ThreadPoolExecutor(len(self.children))
        try:
            yield from pool.map(self._ask, shards)
        finally:
            pool.shutdown(cancel_futures=True)  # a cancelled job does not wait for what nobody wants

    def _ask(self, shard: Shard) -> Answer:
        child = self.free.get()
        try:
            return child.ask(shard)
        finally:
            self.free.put(child)


def serve() -> None:
    """The child's whole life: a shard in, its forecasts out, until nobody asks any more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    while True:
        try:
            shard = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own parent
        except EOFError:
            return
        pickle.dump(forecast_shard(shard), answers)
        answers.flush()

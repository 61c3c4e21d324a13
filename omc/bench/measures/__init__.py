"""Every budget of the design that can be measured, one function each."""

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from omc.run.progress import step


@dataclass
class Row:
    """One line of the table. ``parts`` tell what the value was taken from."""

    name: str
    value: float | None
    unit: str
    budget: float | None = None
    budget_1m: float | None = None
    more_is_better: bool = False
    busy: float | None = None  # of the value, what processor time of ours and our database session's took
    error: str = ""
    parts: dict[str, Any] = field(default_factory=dict)


Measure = Callable[[], Iterator[Row]]


def measure_all(only: str = "") -> list[dict[str, Any]]:
    """Every measure in turn, or those named; one that fails says so and the others go on."""
    from omc.bench.measures import journeys, keys, pages, planning  # noqa: PLC0415  Django must be up

    rows: list[Row] = []
    for measure in (*pages.MEASURES, *journeys.MEASURES, *keys.MEASURES, *planning.MEASURES):
        if only and measure.__name__ not in only.split(","):
            continue
        with step(f"measuring: {(measure.__doc__ or measure.__name__).splitlines()[0].rstrip('.')}"):
            try:
                rows.extend(measure())
            except Exception as error:
                traceback.print_exc()
                rows.append(Row(measure.__name__.replace("_", " "), None, "", error=repr(error)))
    return [asdict(row) for row in rows]


class Times(list[float]):
    """Milliseconds of each run, smallest first; ``busy`` the processor time of us and our database session alone.

    On a machine that others use too, the two tell waiting for the processor from work.
    """

    busy: list[float]


def times(work: Callable[[], Any], repetitions: int) -> Times:
    """Run it so many times."""
    walls, busy = [], []
    for _ in range(repetitions):
        started, worked = time.perf_counter(), busy_seconds()
        work()
        walls.append((time.perf_counter() - started) * 1000)
        busy.append((busy_seconds() - worked) * 1000)
    return together([(walls, busy)])


def together(runs: Iterable[tuple[list[float], list[float]]]) -> Times:
    """Several runs as one."""
    pairs = list(runs)
    found = Times(sorted(wall for walls, _ in pairs for wall in walls))
    found.busy = sorted(one for _, busy in pairs for one in busy)
    return found


def row_of(name: str, found: Times, percent: int, budget: float | None = None, **more: Any) -> Row:
    """A row of milliseconds."""
    return Row(name, percentile(found, percent), "ms", budget, busy=percentile(found.busy, percent), **more)


def busy_seconds(own: Callable[[], float] = time.process_time) -> float:
    """Processor seconds of this process (or thread) and of its database session, where the system tells."""
    session = 0.0
    try:
        pid = connection.connection.info.backend_pid
        session = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (AttributeError, OSError):
        pass  # no connection yet, or a server elsewhere
    return own() + session


def percentile(sorted_values: list[float], percent: int) -> float:
    """The value that so many percent do not pass (nearest rank)."""
    rank = max(1, -(-len(sorted_values) * percent // 100))
    return round(sorted_values[rank - 1], 1)

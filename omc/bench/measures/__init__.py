"""Every budget of the design that can be measured, one function each."""

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

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
    error: str = ""
    parts: dict[str, Any] = field(default_factory=dict)


Measure = Callable[[], Iterator[Row]]


def measure_all(only: str = "") -> list[dict[str, Any]]:
    """Every measure in turn, or those named; one that fails says so and the others go on."""
    from omc.bench.measures import journeys, pages, planning  # noqa: PLC0415  Django must be up

    rows: list[Row] = []
    for measure in (*pages.MEASURES, *journeys.MEASURES, *planning.MEASURES):
        if only and measure.__name__ not in only.split(","):
            continue
        with step(f"measuring: {(measure.__doc__ or measure.__name__).splitlines()[0].rstrip('.')}"):
            try:
                rows.extend(measure())
            except Exception as error:
                traceback.print_exc()
                rows.append(Row(measure.__name__.replace("_", " "), None, "", error=repr(error)))
    return [asdict(row) for row in rows]


def times(work: Callable[[], Any], repetitions: int) -> list[float]:
    """Milliseconds of each of so many runs, smallest first."""
    found = []
    for _ in range(repetitions):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def percentile(sorted_values: list[float], percent: int) -> float:
    """The value that so many percent do not pass (nearest rank)."""
    rank = max(1, -(-len(sorted_values) * percent // 100))
    return round(sorted_values[rank - 1], 1)

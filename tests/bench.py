"""``make bench``: what the design's budgets say, measured on a private PostgreSQL that keeps its promises (fsync on).

A measure is a number of a real run, printed beside its budget; nothing here fails a build, for machines differ.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from omc.run.guard import Guard
from omc.run.places import state_folder
from omc.run.ports import any_port
from omc.run.postgres import Postgres
from omc.run.progress import step

ORDERS = 60


@dataclass
class Measure:
    what: str
    budget: str
    found: str


def main() -> int:
    folder = state_folder() / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    server, guard = Postgres(folder, any_port(), settings=("shared_buffers=512MB",)), Guard()
    with step("starting a private PostgreSQL"):
        server.make()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                server.command(), cwd="/", stdout=log, stderr=log, start_new_session=True, **server.identity
            )
        guard.watch(process.pid, stop=signal.SIGINT)
        server.wait_until_ready(process)
        server.ensure_database()
    try:
        os.environ["DATABASE_URL"] = server.url
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        measures = _measure_all()
    finally:
        guard.close()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    for measure in measures:
        print(f"{measure.what:<62} {measure.found:>16}   budget {measure.budget}")
    return 0


def _measure_all() -> list[Measure]:
    import django

    django.setup()
    from django.core.management import call_command

    from orders.core.reference import load_reference

    with step("applying the migrations"):
        call_command("migrate", verbosity=0, interactive=False)
        load_reference()
    measures: list[Callable[[], Measure]] = [_order_rate, _statements, _confirm_many_lines]
    found = []
    for measure in measures:
        with step(f"measuring: {(measure.__doc__ or '').rstrip('.')}"):
            found.append(measure())
    return found


def _order_rate() -> Measure:
    """10-line orders from entry to posted invoice, one process."""
    from tests.journeys.world import all_the_way, make_world

    world = make_world(items=10, stock=1_000_000, credit_limit=None)
    all_the_way(world, [1] * 10)
    started = time.perf_counter()
    for _ in range(ORDERS):
        all_the_way(world, [1] * 10)
    seconds = time.perf_counter() - started
    return Measure("10-line orders, entry to posted invoice", "20 orders/s", f"{ORDERS / seconds:.1f} orders/s")


def _statements() -> Measure:
    """statements of a 10-line order."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.journeys.world import all_the_way, make_world

    world = make_world(items=10)
    all_the_way(world, [1] * 10)
    with CaptureQueriesContext(connection) as captured:
        all_the_way(world, [1] * 10)
    return Measure("statements of such an order, with BEGIN and COMMIT", "150", str(len(captured)))


def _confirm_many_lines() -> Measure:
    """confirming an order of 500 lines."""
    from orders.entry import services as entry
    from tests.journeys.world import draft, make_world

    world = make_world(items=500, credit_limit=None)
    order = draft(world, [1] * 500)
    entry.submit_order(order_id=order.pk, actor=world.actor)
    started = time.perf_counter()
    entry.confirm_order(order_id=order.pk, actor=world.actor)
    return Measure("confirm a 500-line order", "1 s", f"{time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    sys.exit(main())

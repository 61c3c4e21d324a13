"""The databases of the bench: a seeded one, and grown ones made from it, kept until what they are made of changes."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from omc.bench import bare, books, catalog, cloning, settling, template
from omc.bench.age import Age
from omc.run.progress import say, step
from orders.core.actors import actor_for
from orders.entry.calls.models import Call, CallState
from orders.entry.calls.services import park_call

ITEMS_PER_ORDER = 0.4  # 100,000 items beside 250,000 orders
SAMPLE = 97  # one in so many event chains is recomputed
VERSION = 3  # of the seed and of the way it is cloned: raise it and all databases are made anew


def made_of() -> dict[str, Any]:
    """What a built database depends on: the version of seed and cloner, and the migrations."""
    loader = MigrationLoader(None)
    return {"version": VERSION, "migrations": [f"{app}.{name}" for app, name in sorted(loader.disk_migrations)]}


def seed() -> None:
    """Migrations, then the demo company through the real services."""
    with step("applying the migrations"):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_reference", verbosity=0)
    with step("playing the seed company"):
        call_command("seed_demo")


def grow(orders: int) -> dict[str, float]:
    """Grow the seeded database that we are connected to. Returns seconds per step.

    Raises: RuntimeError when a book of the grown database does not agree with another.
    """
    seconds: dict[str, float] = {}

    def timed(words: str, work: Callable[[], None]) -> None:
        started = time.monotonic()
        with step(words):
            work()
        seconds[words] = round(time.monotonic() - started, 1)

    _park_calls()
    with connection.cursor() as cursor:
        found = catalog.read(cursor)
        timed("setting apart what is repeated", lambda: template.build(cursor, found))
        wanted = cloning.plan(cursor, orders=orders, items=int(orders * ITEMS_PER_ORDER))
        cloning.number_copies(cursor, found, wanted)
        timed("taking off keys and indexes", lambda: bare.take_off(cursor, found.cloned))
    timed(f"cloning to {orders:,} orders", lambda: cloning.clone(found, wanted, _progress("copies")))
    timed("adding keys and indexes, validating", lambda: bare.put_back(found.cloned, _progress("definitions")))
    timed("counters, capacity, read models, statistics", lambda: settling.settle(found, wanted.copies))
    timed("comparing the books", _compare)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {template.SCHEMA} CASCADE")
    return seconds


def _park_calls() -> None:
    """A person has one call on the line, and copies share their people: whoever is on the line calls back later."""
    for call in Call.objects.filter(state=CallState.OPEN).select_related("taken_by", "company"):
        park_call(call_id=call.pk, actor=actor_for(call.taken_by, call.company))


def _compare() -> None:
    wrong = books.disagreements(one_in=SAMPLE)
    if wrong:
        raise RuntimeError("the books disagree: " + "; ".join(f"{item.what} ({item.rows:,})" for item in wrong))


def _progress(what: str) -> Callable[[int, int], None]:
    """A line every few seconds, not one per step."""
    last = [time.monotonic()]

    def report(done: int, total: int) -> None:
        if time.monotonic() - last[0] > timedelta(seconds=5).total_seconds():
            last[0] = time.monotonic()
            say("run", f"  {done:,} of {total:,} {what}")

    return report


def bring_forward(note: Path) -> None:
    """Apply the migrations that came after a database was built; the note remembers which.

    Its rows are those of the day it was built: what the new migrations brought stands empty until it is built anew.

    Raises: RuntimeError when a book does not agree with another afterwards.
    """
    built = json.loads(note.read_text())
    newer = sorted(set(made_of()["migrations"]) - set(built["migrations"]))
    with step(f"applying what is new: {', '.join(newer)}"):
        call_command("migrate", verbosity=0, interactive=False)
    if any(name.startswith("analytics.") for name in newer):
        with step("building the read models anew"):
            settling.rebuild_all()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    with step("comparing the books"):
        _compare()
    brought = sorted({*built.get("brought forward by", ()), *newer})
    note.write_text(json.dumps(built | made_of() | {"brought forward by": brought}, indent=1))


def age_of(note: Path) -> Age:
    """Whether a database can be used as it is, after the migrations that came since, or not at all."""
    try:
        built = json.loads(note.read_text())
        version, migrations = built["version"], set(built["migrations"])
    except (OSError, ValueError, KeyError):
        return Age.ABSENT
    wanted = set(made_of()["migrations"])
    if version != VERSION or not migrations <= wanted:
        return Age.ABSENT
    return Age.CURRENT if migrations == wanted else Age.BEHIND

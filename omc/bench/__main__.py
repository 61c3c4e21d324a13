"""``make bench``: build what is missing, measure every budget of the design at two sizes, print and write the table."""

import json
import os
import subprocess
import sys
from pathlib import Path

from omc.bench import report
from omc.bench.age import Age
from omc.bench.server import run_sql, running, url_of
from omc.run.places import CHECKOUT, SHARED_STATE, state_folder
from omc.run.postgres import Postgres
from omc.run.progress import say, step

SIZES = {"10k": 10_000, "250k": 250_000, "1m": 1_000_000}
SMALL = "10k"  # what the other size is compared with


def main() -> int:
    size = os.environ.get("SIZE", "250k").lower()
    if size not in SIZES:
        sys.exit(f"SIZE is {size}; it can be {', '.join(SIZES)}.")
    folder = state_folder() / "bench"
    sizes = list(dict.fromkeys([SMALL, size]))
    if any(_age(name, folder) is not Age.CURRENT for name in sizes):
        with running(folder, careful=False) as server:
            for name in sizes:
                _build(server, folder, name)
    found = {}
    with running(folder, careful=True) as server:
        for name in sizes:
            note = folder / f"measured-{name}.json"
            _child("measure", name, str(note), folder=folder, url=url_of(server, f"bench_{name}"))
            found[name] = json.loads(note.read_text())
    rows = report.merged(found[size], found[SMALL], size=size)
    sys.stdout.write(report.table(rows, size=size, small=SMALL) + "\n")
    report.write(_result_file(), rows, size=size, built=_notes(folder, sizes))
    return 0 if all(row["value"] is not None for row in rows) else 1


def _build(server: Postgres, folder: Path, name: str) -> None:
    """Make one size from the seeded database; what is there is only brought up to date."""
    database = f"bench_{name}"
    age = _age(name, folder)
    if age is Age.BEHIND:
        _child("forward", name, folder=folder, url=url_of(server, database))
    if age is not Age.ABSENT:
        return
    if _age("seed", folder) is not Age.CURRENT:
        _fresh(server, "bench_seed", "template1")
        _child("seed", "seed", folder=folder, url=url_of(server, "bench_seed"))
    with step(f"a database of {SIZES[name]:,} orders"):
        _fresh(server, database, "bench_seed")
        _child("grow", name, str(SIZES[name]), folder=folder, url=url_of(server, database))


def _age(name: str, folder: Path) -> Age:
    return Age(_child("age", name, folder=folder))


def _fresh(server: Postgres, database: str, template: str) -> None:
    run_sql(server, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    run_sql(server, f"CREATE DATABASE {database} TEMPLATE {template}")


def _child(task: str, *arguments: str, folder: Path, url: str = "") -> int:
    """Django wants its database named before it starts, so each step is a process of its own."""
    environment = os.environ | {"DATABASE_URL": url or "postgresql://postgres@127.0.0.1:1/omc"}
    command = [sys.executable, "-m", "omc.bench.tasks", task, str(folder), *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment)
    if done.returncode and not (task == "age" and done.returncode in list(Age)):
        say("run", f"{task} {' '.join(arguments)} failed")
        raise SystemExit(done.returncode)
    return done.returncode


def _notes(folder: Path, sizes: list[str]) -> dict[str, object]:
    """When and how each database was made; its migrations are a matter between the note and the builder."""
    found = {name: json.loads((folder / f"built-{name}.json").read_text()) for name in sizes}
    return {name: {key: note[key] for key in note if key != "migrations"} for name, note in found.items()}


def _result_file() -> Path:
    """Where everybody looks; a user who may not write there finds it in his own state folder."""
    wanted = SHARED_STATE / "bench.json"
    writable = os.access(wanted if wanted.exists() else SHARED_STATE, os.W_OK)
    return wanted if writable else state_folder() / "bench.json"


if __name__ == "__main__":
    sys.exit(main())

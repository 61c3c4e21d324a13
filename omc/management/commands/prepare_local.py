"""``make run`` calls it before the first process starts."""

import hashlib
import io
import os
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from omc.run.places import state_folder
from omc.run.progress import say, step


class Command(BaseCommand):
    help = "Migrate, load the demo company once (unless DEMO=false), and note the logins for the terminal."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with step(f"applying {len(plan)} migrations"):
                call_command("migrate", interactive=False, verbosity=0)
        if "load_reference" in get_commands():
            call_command("load_reference", verbosity=0)
        if os.environ.get("DEMO", "true").lower() in {"0", "false", "no", "off"}:
            return
        self._seed_once()
        self._note_logins()

    def _seed_once(self) -> None:
        mark = state_folder() / f"demo-{_this_database()}"
        if "seed_demo" not in get_commands() or mark.exists():
            return
        say("run", "loading the demo company, only this once")
        with step("loading the demo company"):
            call_command("seed_demo")
        mark.touch()

    def _note_logins(self) -> None:
        if "demo_logins" in get_commands():
            lines = io.StringIO()
            call_command("demo_logins", stdout=lines)
            (state_folder() / "logins.txt").write_text(lines.getvalue())


def _this_database() -> str:
    """A name that no other database has: the server's own number and the database's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier::text || oid::text FROM pg_control_system(), pg_database"
            " WHERE datname = current_database()"
        )
        return hashlib.sha256(cursor.fetchone()[0].encode()).hexdigest()[:12]

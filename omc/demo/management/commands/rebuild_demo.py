from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from omc.demo.filling import fill_all, finish
from omc.demo.house import CODE
from omc.demo.seeding import seed
from orders.core.models import Company, Order


class Command(BaseCommand):
    help = (
        "Put the demo away and make it anew. Refuses where a company that is no demo has orders;"
        " one without orders stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fill", action="store_true", help="write its whole past now, not behind the banner")

    def handle(self, *args: Any, fill: bool, **options: Any) -> None:
        own = Company.objects.filter(is_demo=False)
        if company := own.filter(pk__in=Order.objects.values("company_id")).first():
            raise CommandError(
                f"{company.name} is no demo and has orders: nothing is removed beside it, and the demo is not made anew."
            )
        if own.exists():
            Company.objects.filter(code=CODE).update(held_by="put away")  # the seeding puts it aside, seen by nobody
        else:
            self._put_away()
        self.started = perf_counter()
        company = seed(self._played)
        if company is None:
            raise CommandError("The demo could not be made anew.")
        if fill:
            fill_all(company.pk, self._written)
            finish(company)
        self.stdout.write(f"{company.name} is ready after {perf_counter() - self.started:.0f} s.")

    def _put_away(self) -> None:
        """Everything goes but the schema: no company here but the demo."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(c.relname), ', ') FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND c.relkind = 'r'"
                " AND c.relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
            )
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
            cursor.execute(
                "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class"
                " WHERE relkind = 'S' AND relname LIKE 'omc\\_number\\_%'"
            )
            if sequences := cursor.fetchone()[0]:
                cursor.execute(f"DROP SEQUENCE {sequences}")

    def _played(self, count: int) -> None:
        if count % 50 == 0:
            self.stdout.write(f"  {count} stories played, {perf_counter() - self.started:.0f} s")

    def _written(self, done: int, total: int, step: str) -> None:
        if done % 10 == 0 or done == total:
            self.stdout.write(f"  {done} of {total} weeks written ({step}), {perf_counter() - self.started:.0f} s")

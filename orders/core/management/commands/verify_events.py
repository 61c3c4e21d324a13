from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.core.models import Company
from orders.core.selectors.verification import event_count, flaws


class Command(BaseCommand):
    help = "Recompute every event's hash and every subject's chain; name what was altered, removed or cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", help="code of one company; all of them without")

    def handle(self, *args: Any, company: str | None = None, **options: Any) -> None:
        chosen = Company.objects.filter(code=company) if company else Company.objects.all()
        ids = list(chosen.values_list("pk", flat=True))
        if company and not ids:
            raise CommandError(f"There is no company {company}.")
        found = list(flaws(ids))
        for flaw in found:
            self.stdout.write(f"{flaw.subject_type} {flaw.subject_id} event {flaw.seq}: {flaw.what}")
        if found:
            raise CommandError(f"{len(found)} places where the event log is not what was written.")
        self.stdout.write(f"{event_count(ids):,} events verified; every chain is whole.")

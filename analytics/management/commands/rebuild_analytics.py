"""Build the read models from nothing, for one company or all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics import services
from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company


class Command(BaseCommand):
    help = "Rebuild the read models of analytics from the documents."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", help="code of one company; without it all are rebuilt")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = Company.objects.order_by("id")
        if options["company"]:
            companies = companies.filter(code=options["company"])
            if not companies:
                raise CommandError(f"There is no company with the code {options['company']}.")
        for company in companies:
            with clock.running_ahead(company.clock_offset):
                rows = services.rebuild(actor=system("analytics.rebuild", company.pk))
            self.stdout.write(f"{company.code}: {rows} rows of monthly sales")

"""Write anew what search finds: ``manage.py rebuild_search [company code …]``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.core.models import Company
from orders.core.services.search import rebuild


class Command(BaseCommand):
    help = "Writes the search entries of the named companies (or of all) anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("company", nargs="*", help="codes of companies")

    def handle(self, *args: Any, **options: Any) -> None:
        codes = options["company"]
        companies = Company.objects.filter(code__in=codes) if codes else Company.objects.all()
        if unknown := set(codes) - {company.code for company in companies}:
            raise CommandError(f"There is no company {', '.join(sorted(unknown))}.")
        for company in companies.order_by("code"):
            written = rebuild(company.pk)
            said = ", ".join(f"{count:,} {kind}" for kind, count in written.items() if count)
            self.stdout.write(f"{company.code}: {said or 'nothing to find'}")

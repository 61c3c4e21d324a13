import os
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omc.accounts.models import User
from omc.history import profile as profiles
from omc.history.importing import import_history
from omc.history.outcome import Outcome
from omc.lib.errors import DomainError
from orders.core.actors import memberships_of
from orders.core.models import Company, Membership
from orders.core.services.companies import set_membership


class Command(BaseCommand):
    help = "Bring past invoices (CSV, XLSX, parquet) in as the history of a company of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a .csv, .tsv, .txt, .xlsx or .parquet file")
        parser.add_argument("--profile", required=True, help="name of a shipped profile, or path of a .toml file")
        parser.add_argument("--company", required=True, help="name of the company; opened when there is none")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="where to write the report")
        parser.add_argument(
            "--user",
            action="append",
            default=[],
            metavar="NAME",
            help="who may see it, in the roles of their first company; may be given several times",
        )

    def handle(
        self, *args: Any, path: Path, profile: str, company: str, report: Path | None, user: list[str], **options: Any
    ) -> None:
        self.started = perf_counter()
        users = [self._user(name) for name in user]
        try:
            opened, outcome = import_history(path, profiles.load(profile), company, say=self._say, report=report)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self._let_in(opened, users)
        self._tell(outcome)

    def _say(self, words: str) -> None:
        self.stdout.write(f"{perf_counter() - self.started:6.1f} s  {words}")
        self.stdout.flush()

    def _user(self, name: str) -> User:
        user = User.objects.filter(username=name).first()
        if user is None or not memberships_of(user):
            raise CommandError(f"There is no user {name} who works in a company.")
        return user

    def _let_in(self, company: Company, users: list[User]) -> None:
        for user in users:
            set_membership(company_id=company.pk, user_id=user.pk, roles=memberships_of(user)[0].roles)
        if not Membership.objects.filter(company=company).exists():
            self.stdout.write(f"Nobody may see {company.name} yet: run this again with --user NAME.")

    def _tell(self, outcome: Outcome) -> None:
        lines = [f"{outcome.rows_read:,} rows read, Σ quantity × price {outcome.money_read:,}"]
        lines += [
            f"  {name}: {kind.rows:,} rows in {kind.documents:,} documents, {kind.money:,}; "
            f"booked {kind.booked_rows:,} rows, {kind.booked:,}"
            for name, kind in outcome.by_kind.items()
        ]
        lines += [f"  refused {count:,}: {reason}" for reason, count in outcome.refusals.items()]
        lines += [f"  repaired {count:,}: {reason}" for reason, count in outcome.repairs.items()]
        lines += [f"  returned and matched {outcome.matched_return_lines:,} lines, {outcome.matched_return_money:,}"]
        lines += [f"  returned, not matched {count:,}: {why}" for why, count in outcome.unmatched_returns.items()]
        lines += [f"  added {count:,} {what}" for what, count in outcome.added.items()]
        verdict = "yes" if outcome.reconciles else "NO: see the report"
        lines += [
            f"Booked {outcome.money_booked:,}, refused {outcome.money_refused:,}; rounding lines to cents made "
            f"{outcome.rounding:,}. Read = imported + refused: {verdict}",
            f"{outcome.seconds} s, peak memory {outcome.peak_memory_mb} MB, process {os.getpid()}",
        ]
        self.stdout.write(os.linesep.join(lines))

"""Bring a file of past invoices in as a company's history.

Documents come in the state that the source proves (closed, shipped, invoiced), with complete ledgers and original
dates; what the source cannot know (costs, promises, ship dates, payments, taxes) stays empty and pages say
*not in this data*. Nothing is delivered to other stages; the read models are rebuilt at the end.

Every step adds what is missing in one transaction, so a run that was killed is simply started again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command
from django.db import connection
from django.db.models import Max, Min

from omc.history import documents, reading, trail
from omc.history.matching import match_returns
from omc.history.outcome import Outcome, measure, open_report, write_report
from omc.history.profile import Profile
from omc.history.staging import Staging, step
from omc.lib import clock
from omc.lib.errors import DomainError, InvalidInput
from orders.core import ledger
from orders.core.models import Company, Warehouse
from orders.core.services.companies import fill_calendar, open_company

Say = Callable[[str], None]
GRACE_SECONDS: Final = 5  # a server needs a moment to notice that a killed import is gone
LOADED: Final = (
    "orders_customer", "orders_address", "orders_product", "orders_order", "orders_orderline", "billing_invoice",
    "billing_invoiceline", "returns_claims_return", "returns_claims_returnline", "planning_stockmovement",
    "planning_stocklevel", "orders_event", "orders_searchentry",
)  # fmt: skip


class ImportRunning(DomainError):
    """Another import into this company is on its way."""

    code = "import_running"


def import_history(
    path: Path, profile: Profile, company_name: str, *, say: Say, report: Path | None = None
) -> tuple[Company, Outcome]:
    """Read the file and add whatever of it the company does not have yet.

    Raises: InvalidInput when file, company or report cannot be used, ImportRunning
    """
    started = time.perf_counter()
    found = _find(company_name, profile)
    name = found.name if found else company_name  # it may have been called by its code
    with open_report(report) as out, _alone(name):
        company = _find(name, profile)
        staging = Staging(name)
        try:
            for count in staging.load(reading.rows(path, profile)):
                say(f"Reading {path.name}: {count:,} rows")
            say("Telling sales, returns and adjustments apart")
            staging.tell_apart(profile)
            first, last = staging.span()
            company = company or _open(name, profile, first)
            added = _add(company, profile, staging, (first, last), say)
            say("Rebuilding the read models")
            call_command("rebuild_analytics", company=company.code, stdout=StringIO())
            say("Reconciling")
            outcome = measure(staging, company.pk, added, started)
            write_report(out, outcome, staging)
        finally:
            staging.drop()
    return company, outcome


@contextmanager
def _alone(company_name: str) -> Iterator[None]:
    """One import into a company at a time. The lock belongs to this connection and falls with it."""
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        raise InvalidInput("An import needs a connection of its own: set DATABASE_URL to the server, not to a pooler.")
    lock = ("import_history", company_name.casefold())
    with connection.cursor() as cursor:
        cursor.execute("SET client_connection_check_interval = '1s'")  # what a killed import left running ends
        for _ in range(GRACE_SECONDS * 4):
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))", lock)
            if cursor.fetchone()[0]:
                break
            time.sleep(0.25)
        else:
            raise ImportRunning(f"Another import into {company_name} is running.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", lock)
            cursor.execute("RESET client_connection_check_interval")


def _find(name: str, profile: Profile) -> Company | None:
    found = Company.objects.filter(name=name).first() or Company.objects.filter(code=name).first()
    if found is not None and not found.is_history:
        raise InvalidInput(f"{found.name} works live; history goes into a company of its own.")
    if found is not None and found.currency != profile.currency:
        raise InvalidInput(f"{found.name} counts in {found.currency}, the profile in {profile.currency}.")
    return found


def _open(name: str, profile: Profile, first: datetime) -> Company:
    """The history's own company, opened in its own time: nothing in it may be younger than its last document."""
    words = "".join(char if char.isalnum() else " " for char in name.lower()).split()
    with clock.stopped_at(first):
        opened: Company = open_company(
            code="-".join(words)[:20] or "history",
            name=name,
            currency=profile.currency,
            time_zone=profile.time_zone,
            country=profile.country,
            is_history=True,
        )
    return opened


def _add(
    company: Company, profile: Profile, staging: Staging, span: tuple[datetime, datetime], say: Say
) -> dict[str, int]:
    """Add what is missing; returns how many rows of what."""
    added: dict[str, int] = {}
    params: dict[str, Any] = {
        "company": company.pk,
        "currency": profile.currency,
        "zone": profile.time_zone,
        "cash": profile.cash_code,
        "cash_name": profile.cash_name,
        "country_names": list(profile.countries),
        "country_codes": list(profile.countries.values()),
        "source": profile.name,
        "first": span[0],
    }
    with step():
        _extend_calendar(company, span[0].year, span[1].year)
        params["warehouse"] = _warehouse(company).pk
        for what, sql in (
            ("customers", documents.CUSTOMERS),
            ("addresses", documents.ADDRESSES),
            ("items", documents.PRODUCTS),
        ):
            added[what] = staging.run(sql, params)
    _analyze()
    _add_batches(staging, "sale", _SALES, params, added, say)
    say("Matching returns to sales")
    match_returns(staging, company.pk)
    _add_batches(staging, "return", _RETURNS, params, added, say)
    _add_batches(staging, "adjustment", _ADJUSTMENTS, params, added, say)
    say("Stock adjustments, search")
    with step():
        added["stock adjustments"] = staging.run(documents.STOCK_ADJUSTMENTS, params)
        added["opening movements"] = staging.run(documents.OPENINGS, params)
        added["stock levels"] = staging.run(documents.LEVELS, params)
        added["search entries"] = trail.index(staging, company.pk)
    _analyze()
    return added


def _extend_calendar(company: Company, first_year: int, last_year: int) -> None:
    """Working time must reach over the whole history."""
    calendar = company.calendar
    if calendar is None:
        return
    days = calendar.spans.aggregate(first=Min("day"), last=Max("day"))
    years = [day.year for day in days.values() if day]
    if not years or first_year < min(years) or last_year > max(years):
        fill_calendar(calendar, min([first_year, *years]), max([last_year + 1, *years]))


def _warehouse(company: Company) -> Warehouse:
    warehouse, _made = Warehouse.objects.get_or_create(
        company=company,
        code="MAIN",
        defaults={
            "name": "Not in this data",
            "country": company.country,
            "calendar": company.calendar,
            "is_default": True,
        },
    )
    return warehouse


# What the documents of a batch are made of, in order: (rows, SQL), and the subjects that they are
Recipe = tuple[Sequence[tuple[str, str]], Sequence[str]]
_SALES: Final[Recipe] = (
    (
        ("orders", documents.ORDERS),
        ("order lines", documents.ORDER_LINES),
        ("invoices", documents.INVOICES),
        ("invoice lines", documents.INVOICE_LINES),
    ),
    ("order", "invoice"),
)
_RETURNS: Final[Recipe] = (
    (
        ("credit notes", documents.CREDIT_NOTES),
        ("credit note lines", documents.CREDIT_NOTE_LINES),
        ("returns", documents.RETURNS),
        ("return lines", documents.RETURN_LINES),
    ),
    ("invoice", "return"),
)
_ADJUSTMENTS: Final[Recipe] = (
    (("adjustments", documents.ADJUSTMENTS), ("adjustment lines", documents.ADJUSTMENT_LINES)),
    ("invoice",),
)


def _add_batches(
    staging: Staging, rows: str, recipe: Recipe, params: dict[str, Any], added: dict[str, int], say: Say
) -> None:
    """Write the documents of some thousand rows at a time, each batch whole in its own transaction."""
    statements, subjects = recipe
    added |= {what: 0 for what, _sql in statements} | {"events": added.get("events", 0)}
    batches = staging.batches(rows)
    for batch in range(batches):
        chosen = params | {"batch": batch, "numbers": staging.documents(rows, batch)}
        with step():
            for what, sql in statements:
                if sql is documents.RETURN_LINES:
                    added[what] += _take_back(staging.fetch(sql, chosen))
                else:
                    added[what] += staging.run(sql, chosen)
                if batch == 0:
                    _analyze()  # tells the planner what the next statement, and the other batches, will meet
            for subject in subjects:
                added["events"] += trail.leave(staging, subject, chosen)
        say(f"{statements[0][0].capitalize()}: part {batch + 1} of {batches}")


def _take_back(lines: list[tuple[Any, ...]]) -> int:
    """Post what came back to the ledgers of the order lines that it was matched to; returns how many lines came back."""
    matched = [line for line in lines if line[0] is not None]
    ledger.post(
        sorted({order_id for _line, order_id, _quantity in matched}),
        [(line, column, quantity) for line, _order, quantity in matched for column in ("returned", "credited")],
    )
    return len(lines)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(LOADED)}")

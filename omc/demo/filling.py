"""Writes the demo's past behind a banner: a week a transaction, restartable, never through the services."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from analytics import services as analytics
from billing.services import refresh_receivables
from omc.demo import catalog, chance, frames, life, lives, past, scores
from omc.demo.desk import Desk, Numbers, reserve_numbers
from omc.demo.models import Tale
from omc.demo.past import Past
from omc.demo.scribe import Scribe
from omc.history.books import Books, WorkingTime
from omc.history.copying import Ids, reserve
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import DomainError
from orders.core.models import Company
from orders.core.services.jobs import Job, JobRefused, start_job
from orders.fulfillment.radar.services import measure_steps, watch_promises
from planning.selectors import forecasts
from planning.services.forecast_demand import request_forecast

KIND: Final = "demo.fill"
REST: Final = 0.25  # of the time a week takes, so that whoever works at the screens is not held up
# Ids that an order's rows may need at most, on average; what is left over is a gap, and harmless.
PER_ORDER: Final = {
    "orders_order": 1, "orders_orderline": 5, "orders_event": 32, "orders_eventline": 26, "orders_duty": 9,
    "orders_message": 4, "orders_searchentry": 9, "orders_hold": 2, "orders_pricing_approval": 1,
    "planning_promise": 5, "planning_stockmovement": 9,
    "orders_scheduling_plannedshipment": 2, "orders_scheduling_plannedline": 5, "orders_fulfillment_shipment": 2,
    "orders_fulfillment_shipmentline": 5, "orders_fulfillment_parcel": 2, "billing_invoice": 2, "billing_invoiceline": 6,
    "billing_invoicedue": 2, "billing_posting": 8, "billing_payment": 2, "billing_application": 2,
    "planning_supplyorder": 1, "planning_supplyline": 5, "returns_claims_return": 1, "returns_claims_returnline": 1,
    "returns_postsales_case": 1, "returns_postsales_casemessage": 1, "returns_postsales_followup": 1,
    "orders_generation_enquiry": 1, "orders_generation_enquiryline": 1, "orders_pricing_quote": 1,
    "orders_pricing_quoteline": 1,
}  # fmt: skip


class OtherStory(DomainError):
    """The rest of this past would not fit to what is written of it."""

    code = "other_story"


@cache
def told_by() -> str:
    """Which past this program tells: numbers are set aside for exactly that, so another one would leave gaps."""
    sources = (
        Path(str(module.__file__)).read_bytes() for module in (catalog, chance, frames, life, lives, past, scores)
    )
    return hashlib.sha256(b"".join(sources)).hexdigest()[:16]


def is_other_story(tale: Tale) -> bool:
    """Whether something is still to be written that another version of the program began."""
    return tale.next_day < tale.to_day and tale.story != told_by()


def open_tale(company: Company, *, first: date, from_day: date, thin_from: date, to_day: date, until: datetime) -> Tale:
    """Begin the demo's story: its past, from 27 months ago, is set aside before anything of the present is written."""
    tale = Tale(
        company=company, first_day=first, from_day=from_day, next_day=from_day, to_day=to_day, thin_from=thin_from,
        until=until, played_until=until, story=told_by(),
    )  # fmt: skip
    told = Past(first, from_day, to_day, thin_from, until, company.time_zone)
    counts = told.counts()
    _set_numbers_aside(tale, counts)
    rows = counts.get("order", 0) + 200
    tale.ids = reserve({table: n * rows for table, n in PER_ORDER.items()})
    tale.save()
    return tale


def open_stretch(tale: Tale, from_day: date, to_day: date, until: datetime) -> None:
    """A later stretch that nobody saw: its rows follow today's, so their ids are the tables' next ones."""
    with transaction.atomic():
        tale.from_day, tale.next_day, tale.to_day, tale.thin_from, tale.until = (
            from_day,
            from_day,
            to_day,
            to_day,
            until,
        )
        told = Past(tale.first_day, from_day, to_day, to_day, until, tale.company.time_zone)
        _set_numbers_aside(tale, told.counts())
        tale.numbers, tale.ids, tale.story = {}, {}, told_by()
        tale.save()


def _set_numbers_aside(tale: Tale, counts: dict[str, int]) -> None:
    stretch_is_first = not tale.series
    wanted = {kind: count for kind, count in counts.items() if "-" in kind or stretch_is_first}
    numbers = reserve_numbers(tale.company_id, wanted)
    tale.series = {key: value for key, value in numbers.items() if "-" in key}
    tale.numbers = {key: value for key, value in numbers.items() if "-" not in key}


def begin_filling(company_id: int) -> None:
    """Queue the writing of the past, unless it is on its way."""
    with suppress(JobRefused):
        start_job(kind=KIND, inputs={}, actor=system(KIND, company_id))


def fill(job: Job) -> dict[str, Any]:
    """The body of the job: week by week until all is written, then the read models."""
    rows = fill_all(job.company_id, job.report)
    company = Company.objects.get(pk=job.company_id)
    finish(company)
    explain(company)
    return {"rows": rows}


def fill_all(company_id: int, report: Callable[[int, int, str], None]) -> int:
    """Write every week that is not written yet, resting between them; returns how many rows that were."""
    tale = Tale.objects.select_related("company").get(company_id=company_id)
    weeks = max(1, -(-(tale.to_day - tale.from_day).days // 7))
    told = past_of(tale)
    rows = 0
    while True:
        started = time.monotonic()
        written = write_week(company_id, told)
        if written is None:
            break
        rows += written[1]
        report(-(-(written[0] - tale.from_day).days // 7), weeks + 1, f"{written[0]:%B %Y}")
        time.sleep(REST * (time.monotonic() - started))
    report(weeks, weeks + 1, "Figures")
    return rows


def past_of(tale: Tale) -> Past:
    """The whole stretch, in memory.

    Raises: OtherStory
    """
    if is_other_story(tale):
        raise OtherStory(
            "The past of this demo was begun by another version of the program, and the rest would not fit to it."
            " “make demo” makes the demo anew."
        )
    zone = tale.company.time_zone
    told = Past(tale.first_day, tale.from_day, tale.to_day, tale.thin_from, tale.until, zone)
    told.number(tale.series)
    told.score()
    return told


def write_week(company_id: int, told: Past) -> tuple[date, int] | None:
    """Write the next week that is not written yet, whole or not at all; None when there is none."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        tale = Tale.objects.select_for_update(of=("self",)).select_related("company").get(company_id=company_id)
        start = tale.next_day
        if start >= tale.to_day:
            return None
        end = min(tale.to_day, start + timedelta(days=7))
        ids, numbers = Ids(tale.ids), Numbers(company_id, tale.numbers)
        books = Books(company_id, ids, WorkingTime(tale.company.calendar_id))
        scribe = Scribe(Desk(tale.company, tale.first_day), books, numbers, tale.until)
        for frame in told.frames:
            if start <= frame.written.date() < end:
                scribe.frame(frame)
        for day, lived in told.days.items():
            if start <= day < end:
                _tell(scribe, lived.lives, lived.asked)
        scribe.bought(start)
        rows = books.write()
        _raise_levels(company_id, scribe)
        tale.ids, tale.numbers, tale.next_day = ids.reserved, numbers.reserved, end
        tale.save(update_fields=["ids", "numbers", "next_day"])
    return end, rows


def _tell(scribe: Scribe, orders: list[Any], lost: list[Any]) -> None:
    for lived in orders:
        written = scribe.order(lived)
        scribe.aftermath(written)
        if lived.asked:
            scribe.asked(lived.asked, written)
    for story in lost:
        scribe.asked(story)


def _raise_levels(company_id: int, scribe: Scribe) -> None:
    """Returned goods lie in stock again; everything else that left was bought anew."""
    net = sorted(scribe.levels().items())
    if not net:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE planning_stocklevel l SET on_hand = l.on_hand + d.quantity"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS d(product_id, warehouse_id, quantity)"
            " WHERE l.company_id = %s AND l.product_id = d.product_id AND l.warehouse_id = d.warehouse_id",
            [[key[0] for key, _ in net], [key[1] for key, _ in net], [quantity for _, quantity in net], company_id],
        )


def finish(company: Company) -> None:
    """What the past means for today: receivables of the customers, and every read model of analytics."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    after = 0
    while True:
        last = refresh_receivables(company_id=company.pk, after_customer_id=after)
        if not last:
            break
        after = last
    analytics.rebuild(actor=system(KIND, company.pk))
    look_ahead(company)
    Tale.objects.filter(company=company).update(is_filled=True)


def look_ahead(company: Company) -> None:
    """What the clock does every night and every quarter of an hour: which promises are at risk, by how long steps took."""
    measure_steps(actor=system(KIND, company.pk))
    watch_promises(actor=system(KIND, company.pk))


def explain(company: Company) -> None:
    """Ask for what the clock asks for each month: demand for the coming ones, and why the last month's profit changed."""
    this_month = clock.today(company.time_zone).replace(day=1)
    month = (this_month - timedelta(days=1)).replace(day=1)
    with suppress(DomainError):
        request_forecast(actor=system(forecasts.KIND, company.pk))
    for base in ((month - timedelta(days=1)).replace(day=1), month.replace(year=month.year - 1)):
        with suppress(DomainError):
            analytics.run_variance(base_month=base, current_month=month, actor=system("demo", company.pk))

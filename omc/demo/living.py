"""The demo lives: it plays on to the present, takes an order every minute while somebody watches, and can be paused.

Days that nobody saw are written by the history door up to the last few; the rest goes through the services, in the
company's own time. While time is played the company is held: workers and beat leave it alone.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from omc.demo.chance import source
from omc.demo.filling import begin_filling, explain, fill_all, finish, is_other_story, open_stretch
from omc.demo.hours import OPENS, at_work, days_back, rounds, share_of_day
from omc.demo.house import CODE, moved_in
from omc.demo.lives import ORDERS_A_DAY, orders_on
from omc.demo.models import Tale
from omc.demo.stage import hear
from omc.demo.stories import Tales
from omc.demo.tending import Staff
from omc.lib import clock
from omc.lib.actor import Actor, require, system
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core.models import Company, JobRun, JobState, Order
from orders.core.services.jobs import Job, JobRefused, start_job
from orders.entry import services as entry
from planning.models import CapacityDay

logger = logging.getLogger(__name__)
PLAY, NEXT_DAY = "demo.play", "demo.next_day"
HOLDER: Final = "demo"
LEASE: Final = timedelta(minutes=10)
WATCHING: Final = timedelta(minutes=5)
LAST_DAYS: Final = 1  # working days that go through the services whole, however long nobody was there
PIPELINE: Final = 9  # working days before that of which some orders are still under way; the services take those
UNSEEN: Final = timedelta(hours=2)  # work goes on this often when nobody watches
LONG: Final = timedelta(hours=3)  # so much is played on even while somebody watches


class DemoRefused(DomainError):
    """The demo cannot do that just now."""

    code = "demo_refused"


def the_tale() -> Tale | None:
    return Tale.objects.select_related("company").filter(company__code=CODE, company__is_demo=True).first()


@verb(silent="that somebody looks is no fact about a document")
def note_watcher(*, actor: Actor) -> None:
    """Somebody has the demo open."""
    Tale.objects.filter(company_id=actor.company_id).update(watched_at=clock.wall())


@verb(silent="the demo's own switch")
def pause(*, paused: bool, actor: Actor) -> None:
    """Let the demo stand still, or go on.

    Raises: DemoRefused where the company is no demo
    """
    require(actor, "orders.view_order")
    if not Tale.objects.filter(company_id=actor.company_id).update(is_paused=paused):
        raise DemoRefused("This company is no demo.")


@verb(silent="a job's run row is its own record")
def start_next_day(*, actor: Actor) -> JobRun:
    """Move the company's clock on to the next working morning and play what happens until then.

    Raises: DemoRefused where the company is no demo, JobRefused while one is under way
    """
    require(actor, "orders.view_order")
    if not Tale.objects.filter(company_id=actor.company_id, is_filled=True).exists():
        raise DemoRefused("The demo is still being filled. Then its clock can be moved.")
    run: JobRun = start_job(kind=NEXT_DAY, inputs={}, actor=system(NEXT_DAY, actor.company_id))
    return run


def tick() -> str:
    """What beat calls every minute: begins or resumes what the demo needs; says what it did."""
    tale = the_tale()
    if tale is None:
        return "no demo"
    company = tale.company
    _free_lost_lease(company)
    if company.held_by:
        return "held"
    if is_other_story(tale):
        return "another story"
    if not tale.is_filled:
        if not _under_way(company, "demo.fill"):
            begin_filling(company.pk)
        return "filling"
    if tale.is_paused or _under_way(company, NEXT_DAY):
        return "paused"
    with clock.running_ahead(company.clock_offset):
        gap = clock.now() - tale.played_until
    watched = tale.watched_at is not None and clock.wall() - tale.watched_at < WATCHING
    if gap > LONG or (gap > UNSEEN and not watched):
        with _unless_under_way():
            start_job(kind=PLAY, inputs={}, actor=system(PLAY, company.pk))
        return "playing on"
    if watched:
        with clock.running_ahead(company.clock_offset):
            live(tale)
        return "live"
    return "nobody watches"


def live(tale: Tale) -> None:
    """A minute while somebody watches: one order, and one round over the desks."""
    rng = source("minute", clock.now().isoformat(timespec="minutes"))
    house = moved_in(tale.company)
    _enter(Tales(house, rng))
    Staff(house, rng, live=True).tend()
    Tale.objects.filter(pk=tale.pk).update(played_until=clock.now())


def play(job: Job) -> dict[str, Any]:
    """The job that plays on to the present: the unseen days by the history door, the last ones through the services."""
    tale = Tale.objects.select_related("company").get(company_id=job.company_id)
    with held(tale.company):
        done = play_on(tale, clock.now(), job.report)
    if done["written"]:
        explain(tale.company)
    return done


def next_day(job: Job) -> dict[str, Any]:
    """The job behind the button: the company's clock jumps to the next working morning."""
    tale = Tale.objects.select_related("company").get(company_id=job.company_id)
    zone = ZoneInfo(tale.company.time_zone)
    here = clock.now().astimezone(zone)
    morning = here.date() + timedelta(days=0 if here.time() < OPENS else 1)
    while morning.isoweekday() > 5:
        morning += timedelta(days=1)
    target = datetime.combine(morning, time(8, 15), zone)
    with held(tale.company):
        done = play_on(tale, target, job.report)
        Company.objects.filter(pk=job.company_id).update(clock_offset=target - clock.wall())
    return done | {"now": target.isoformat()}


Report = Callable[[int, int, str], None]


def play_on(tale: Tale, target: datetime, report: Report) -> dict[str, Any]:
    """Play from where the tale stands to ``target``. Each step is kept, so that a cut-off play goes on from there."""
    company = tale.company
    zone = ZoneInfo(company.time_zone)
    _lay_out_capacity(company, target)
    written = 0
    seen_from = datetime.combine(days_back(target, LAST_DAYS, zone), time(0), zone)
    if seen_from - tale.played_until > timedelta(days=2):
        written = _write_unseen(tale, seen_from, report)
    house = moved_in(company)
    often_from = days_back(seen_from, PIPELINE, zone)
    steps = [*rounds(tale.played_until, target, zone, often_from), target] if tale.played_until < target else []
    entered = done = 0
    for n, moment in enumerate(steps):
        with clock.stopped_at(moment):
            rng = source("play", moment.isoformat(timespec="minutes"))
            for _order in range(_missing(tale, moment)):
                entered += _enter(Tales(house, rng))
            done += Staff(house, rng).tend()
            hear(company.pk)
        Tale.objects.filter(pk=tale.pk).update(played_until=moment)
        report(n + 1, len(steps), f"{moment:%d %B %H:%M}")
    if written:
        with clock.stopped_at(target):
            finish(company)
    return {"written": written, "entered": entered, "done": done}


def _write_unseen(tale: Tale, until: datetime, report: Report) -> int:
    """The days that nobody saw, by the history door; the work on what was open then follows step by step."""
    day = tale.played_until.astimezone(ZoneInfo(tale.company.time_zone)).date() + timedelta(days=1)
    end = until.astimezone(ZoneInfo(tale.company.time_zone)).date()
    if tale.next_day >= tale.to_day and tale.to_day < end:
        open_stretch(tale, max(day, tale.to_day), end, until)
    return fill_all(tale.company_id, report)


def _missing(tale: Tale, moment: datetime) -> int:
    """How many orders a day lacks at a moment: those that the history did not write because they are under way.

    None at night and at weekends: nobody is there to enter them.
    """
    zone = ZoneInfo(tale.company.time_zone)
    if not at_work(moment, zone):
        return 0
    day = moment.astimezone(zone).date()
    expected = min(orders_on(day, tale.first_day), int(ORDERS_A_DAY)) * share_of_day(moment, zone)
    morning = datetime.combine(day, time(0), zone)
    there = Order.objects.filter(company=tale.company, created_at__gte=morning, created_at__lte=moment).count()
    return max(0, int(expected) - there)


def _enter(tales: Tales) -> int:
    """One order comes in and is submitted, and now and then somebody asks for a price; refusals are part of life."""
    try:
        if tales.rng.random() < 0.15:
            for _pause in tales.enquiry("received"):
                pass
        entry.submit_order(order_id=tales.comes_in().pk, actor=tales.house["csr"])
    except DomainError:
        return 0
    return 1


def _lay_out_capacity(company: Company, until: datetime) -> None:
    """The warehouses have working days a year ahead, however far the clock has come."""
    last = CapacityDay.objects.filter(company=company).order_by("-day").first()
    horizon: date = (until + timedelta(days=300)).date()
    if last is None or last.day >= horizon:
        return
    days = [last.day + timedelta(days=n) for n in range(1, (horizon - last.day).days + 100)]
    houses = list(company_warehouses(company))
    CapacityDay.objects.bulk_create(
        (
            CapacityDay(company=company, warehouse_id=house, day=day, minutes=480, overtime_minutes=60)
            for house in houses
            for day in days
            if day.isoweekday() < 6
        ),
        ignore_conflicts=True,
    )


def company_warehouses(company: Company) -> Iterator[int]:
    yield from CapacityDay.objects.filter(company=company).values_list("warehouse_id", flat=True).distinct()


# The lease ----


@contextmanager
def held(company: Company) -> Iterator[None]:
    """While this runs the company is ours alone.

    Raises: DemoRefused when somebody else holds it
    """
    took = Company.objects.filter(pk=company.pk, held_by="").update(held_by=HOLDER, held_until=clock.wall() + LEASE)
    if not took:
        raise DemoRefused("The demo is being played already.")
    try:
        yield
    finally:
        Company.objects.filter(pk=company.pk, held_by=HOLDER).update(held_by="", held_until=None)


def _free_lost_lease(company: Company) -> None:
    """A player that was killed gives nothing back; its lease runs out."""
    lost = Q(held_until__lt=clock.wall())
    with transaction.atomic():
        if Company.objects.filter(lost, pk=company.pk, held_by=HOLDER).update(held_by="", held_until=None):
            company.held_by = ""


def _under_way(company: Company, kind: str) -> bool:
    """Whether a job of this kind waits or runs; one whose worker died and that may not be tried again does not."""
    runs = JobRun.objects.filter(company=company, kind=kind)
    alive = Q(status=JobState.QUEUED) | Q(status=JobState.RUNNING, lease_until__gte=clock.wall())
    if runs.filter(alive).exists():
        return True
    lost = runs.filter(status=JobState.RUNNING)
    if lost.filter(attempts__lt=3).exists():
        return True  # the sweep takes it up
    lost.update(status=JobState.FAILED, error="Its worker was lost.", finished_at=clock.wall())
    return False


@contextmanager
def _unless_under_way() -> Iterator[None]:
    try:
        yield
    except JobRefused:
        logger.info("demo_plays_already")


__all__ = ["NEXT_DAY", "PLAY", "live", "next_day", "note_watcher", "pause", "play", "play_on", "start_next_day", "tick"]

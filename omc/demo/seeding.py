"""Fill the demo company: its last weeks, played through the services in order of time."""

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from analytics.services import rebuild
from omc.accounts.models import User
from omc.demo import incoming, named
from omc.demo.billed import TOGETHER
from omc.demo.chance import SEED
from omc.demo.filling import begin_filling, look_ahead, open_tale
from omc.demo.hours import CLOSES, days_back
from omc.demo.house import CODE, House, build
from omc.demo.shelves import shelve
from omc.demo.stage import Stage, Story
from omc.demo.stories import STEPS, Tales
from omc.demo.stories.agreements import PLOTS
from omc.demo.stories.answers import ENDS as BY_LINK
from omc.demo.stories.calls import ENDS, who_may
from omc.demo.stories.changes import ENDS as CHANGES_END
from omc.demo.stories.changes import WHY
from omc.demo.stories.costs import RISES
from omc.demo.stories.deliveries import ON_THE_WAY
from omc.demo.stories.questions import ENDS as ASKED
from omc.demo.tending import Staff
from omc.lib import clock
from omc.lib.actor import system
from orders.core.actors import actor_for
from orders.core.models import Company, Membership
from orders.generation.services import EnquiryInput

DAYS = 30  # played through the services; what lies before is written by the history door
ORDERS = 90
HISTORY_DAYS = 823  # 27 months
BACK = {  # how many working days ago an order began that stands here today
    "draft": 1, "pending": 1, "confirmed": 2, "released": 3, "picking": 3, "picked": 4, "packed": 4, "shipped": 4,
    "invoiced": 5, "delivered": 8,
}  # fmt: skip
RETURNS = {  # the same of an order of which something comes back
    "requested": 9, "rejected": 12, "cancelled": 12, "authorized": 10, "received": 12, "inspected": 12, "settled": 13,
    "closed": 16,
}  # fmt: skip
CASES = {"new": 7, "assigned": 7, "waiting_customer": 8, "waiting_internal": 8, "resolved": 9, "closed": 13}
QUOTES = {"draft": 1, "sent": 2, "accepted": 8, "rejected": 8, "expired": 9, "superseded": 8}
BARGAINS = {"requested": 1, "approved": 4, "refused": 5, "voided": 6}
LOW_QUOTES = {"requested": 1, "approved": 3, "expired": 9}
QUESTIONS = {"asked": 1, "withdrawn": 5, "lapsed": 6, "passed": 4, "yes": 3, "no": 7}
TEMPLATES = ("Monthly fittings", "Boiler room, standard", "Van stock")
UNDER_WAY = 8  # working days that an order takes at most to leave: what came in since is not all gone yet


def seed(
    report: Callable[[int], None], *, orders: int = ORDERS, days: int = DAYS, history_days: int = HISTORY_DAYS
) -> Company | None:
    """Open the demo company, play its last ``days`` days and queue the writing of its past. None when there is one already.

    Until it is done the company is held, so that no worker acts in it. What a run that was cut off left behind is put
    aside, seen by nobody, and the next run starts anew.
    """
    if Company.objects.filter(code=CODE, held_by="").exists():
        return None
    _put_aside()
    rng = random.Random(SEED)  # noqa: S311  a story, not a secret
    end = clock.now()
    start = (end - timedelta(days=days)).replace(hour=13, minute=0, second=0, microsecond=0)
    with clock.stopped_at(start), transaction.atomic():
        house = build(end.date())
        house.actors["admin2"] = actor_for(User.objects.get(username="adam"), house.company)
        open_tale(
            house.company, first=end.date(), from_day=end.date() - timedelta(days=history_days), thin_from=start.date(),
            to_day=end.date(), until=end,
        )  # fmt: skip
    stage = Stage(house.company.pk, start, end, ZoneInfo(house.company.time_zone))
    tales = Tales(house, rng, end)
    program = _program(house, tales, rng, start, end, orders)
    for at, story in program:
        stage.enter(at, story)
    stage.play(report)
    if program:
        shelve(house, tales)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    house.company.held_by = ""
    house.company.save(update_fields=["held_by"])
    rebuild(actor=system("demo", house.company.pk))
    look_ahead(house.company)
    if history_days:
        begin_filling(house.company.pk)
    return house.company


def _put_aside() -> None:
    for company in Company.objects.filter(code=CODE).exclude(held_by=""):
        Membership.objects.filter(company=company).delete()
        company.code = f"{CODE}-cut-off-{company.pk}"
        company.save(update_fields=["code"])


def _program(
    house: House, tales: Tales, rng: random.Random, start: datetime, end: datetime, orders: int
) -> list[tuple[datetime, Story]]:
    """When what begins. Order entries fall into office hours of working days.

    Two of three orders came in lately: the past is written without what is still under way, and these take its place.
    """
    zone = ZoneInfo(house.company.time_zone)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    working = [day for day in days if day.isoweekday() < 6 and day.date() <= end.astimezone(zone).date()]
    lately = working[-UNDER_WAY - 1 :]

    def office(day: datetime) -> datetime:
        minute = rng.randint(8 * 60, 16 * 60)
        return datetime.combine(day.date(), time(minute // 60, minute % 60), zone)

    program: list[tuple[datetime, Story]] = []
    for n in range(orders):
        how: dict[str, Any] = {
            "hold": n % 13 == 5, "short": n % 17 == 3, "kit": n % 19 == 4, "service": n % 11 == 7,
            "two_warehouses": n % 9 == 2, "returned": "closed" if n % 12 == 6 else "", "case": "closed" if n % 10 == 1 else "",
            "share": "0.5" if n % 14 == 9 else "1", "change": WHY[n // 6 % len(WHY)] if n % 6 == 4 else "",
        }  # fmt: skip
        day = rng.choice(working) if n % 3 == 0 else rng.choices(lately, range(1, len(lately) + 1))[0]
        program.append((office(day), tales.order(**how)))
    for n in range(24):
        until = ("ordered", "ordered", "quoted", "closed")[n % 4]
        program.append((office(rng.choice(working)), tales.enquiry(until)))
    for until in ("received", "received", "received", "cancelled"):
        program.append((office(rng.choice(working[: max(1, len(working) - 9)])), tales.supply(until)))
    early = working[len(working) // 2]
    program.append((office(early), tales.rules()))
    program.append((office(working[2]), tales.calls()))
    for outcome in ("applied", "discarded"):
        program.append((office(working[-6]), tales.allocation(outcome)))
    for n in range(max(len(ENDS), orders // 3)):
        ends = ENDS[n % len(ENDS)]
        program.append((office(rng.choice(working[-10:])), tales.call(ends, rng.choice(who_may(ends)))))
    for n in range(orders // 12):
        program.append((office(rng.choice(working[:-2])), tales.price_question(ASKED[n % len(ASKED)])))
    for name, plot in PLOTS.items():
        program.append((working[plot.written], tales.agreement(name)))
        program += [(working[day], tales.release(name, many)) for day, many in plot.releases if day < len(working)]
    program.append((office(working[-7]), tales.plan("steady")))
    program += [(working[rise.day], tales.cost_rise(ends)) for ends, rise in RISES.items()]
    program += _ways(tales, working, office)
    program.append((working[3], _sweeping(house, rng)))
    program += _still_open(house, tales, rng, end)
    program += [(recent, story) for recent, story in named.stories(house, tales, end)]
    program += incoming.stories(house, end)
    return program


def _ways(
    tales: Tales, working: list[datetime], office: Callable[[datetime], datetime]
) -> list[tuple[datetime, Story]]:
    """Orders bought for alone, sent by suppliers, to two places, collected, as always; and quotes answered by link."""
    early, middle = working[2:6], working[6:10]
    told = [(day, tales.order(special=True)) for day in early[:2]]
    told += [(day, tales.order(drop_ship=True)) for day in early[2:]]
    told += [(day, tales.order(customer=tales.with_a_yard(), two_places=True)) for day in middle[:2]]
    told += [(day, tales.order(collected=True)) for day in middle[2:]]
    told += [(day, tales.as_always(name)) for day, name in zip(early, TEMPLATES, strict=False)]
    told += [(middle[n % 4], tales.by_link(ends)) for n, ends in enumerate(BY_LINK[1:])]
    told.append((working[-2], tales.wants_no_more("shipped")))
    return [(office(day), story) for day, story in told]


def _sweeping(house: House, rng: random.Random) -> Story:
    """Some times a day everybody looks at what lies on the desk, as they will when the demo lives."""
    while True:
        Staff(house, rng, seeding=True).sweep()
        yield timedelta(hours=3)


def _still_open(house: House, tales: Tales, rng: random.Random, end: datetime) -> list[tuple[datetime, Story]]:
    """What stands open today, in every state that a document may be in."""
    zone = ZoneInfo(house.company.time_zone)

    def recent(days: int) -> datetime:
        """So many working days ago, early enough to be over by then."""
        return datetime.combine(days_back(end, days, zone), CLOSES, zone) - timedelta(hours=rng.uniform(2, 8))

    program = [
        (recent(BACK[until]), tales.order(until, late=late and until in ("released", "picked")))
        for until in STEPS[:-1]
        for late in (False, True)
    ]
    together = house.customers[TOGETHER % len(house.customers)]
    program += [(recent(BACK["shipped"]), tales.order("shipped", customer=together)) for _ in range(2)]
    program += [(recent(2), tales.order("confirmed", short=True)) for _ in range(2)]
    program += [
        (recent(2), tales.order("confirmed", special=True)),
        (recent(1), tales.order("confirmed", drop_ship=True)),  # its supplier needs five days or more
    ]
    program += [
        (recent(2), tales.order("confirmed", customer=tales.with_a_yard(), two_places=True)),
        (recent(4), tales.order("packed", collected=True)),
        (recent(2), tales.by_link("asked")),
    ]
    program += [(recent(4), tales.on_the_way(until)) for until in 2 * ON_THE_WAY]
    program += [(recent(4), tales.looked_over()) for _ in range(2)]
    program += [(recent(days), tales.order("delivered", returned=until)) for until, days in RETURNS.items()]
    program += [(recent(days), tales.order("delivered", case=until)) for until, days in CASES.items()]
    program += [
        (recent(4), tales.way_back(which))
        for which in (
            "abandoned",
            "cancelled",
            "frozen",
            "recalled",
            "unpicked",
            "draft_invoice",
            "void",
            "stopped_invoice",
            "checked_invoice",
        )
    ]
    program += [(recent(2), tales.enquiry(until)) for until in ("received", "working")]
    for until, days in QUOTES.items():
        item = rng.choice(house.goods[:7])
        asked = [EnquiryInput(product_id=item.pk, quantity=Decimal(rng.choice((10, 30, 80))))]
        program.append((recent(days), tales.quote(until, tales.somebody(), asked)))
    program += [
        (recent(3), tales.supply("part_received")),
        (recent(2), tales.supply("ordered")),
        (recent(1), tales.on_account()),
        (recent(3), tales.disputes()),
        (recent(5), tales.promises()),
        (recent(2), tales.corrections()),
    ]
    program += [(recent(3), tales.order("confirmed", change=how)) for how in CHANGES_END]
    program += [
        (end - timedelta(days=4), tales.call("open", "service")),
        (end - timedelta(days=4), tales.call("parked", "csr")),
    ]
    program += [(recent(days), tales.bargain(ends)) for ends, days in BARGAINS.items()]
    program += [(recent(days), tales.low_quote(ends)) for ends, days in LOW_QUOTES.items()]
    program += [(recent(days), tales.price_question(ends)) for ends, days in QUESTIONS.items()]
    program.append((recent(1), tales.allocation("proposed")))
    program.append((recent(18), tales.order("paid", pays_in=4)))
    return program

"""When the demo's people are at work: eight to five on working days, where the company is."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from omc.demo.lives import office, working_days

OPENS: Final = time(8)
CLOSES: Final = time(17)
ROUNDS: Final = (time(9, 10), time(11, 20), time(13, 40), time(15, 50))  # when people look at what lies on their desks


def at_work(moment: datetime, zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    return local.isoweekday() < 6 and OPENS <= local.time() < CLOSES


def next_at_work(moment: datetime, zone: ZoneInfo, rng: random.Random) -> datetime:
    """The moment itself while people are at work, else some minutes into their next day."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    return office(local, rng).replace(tzinfo=zone).astimezone(UTC)


def days_back(moment: datetime, count: int, zone: ZoneInfo) -> date:
    """The working day so many working days before a moment."""
    return working_days(moment.astimezone(zone).date(), -count)


def hours_back(moment: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """The moment so many hours of work before another one.

    >>> monday = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))
    >>> f"{hours_back(monday, 3, ZoneInfo('UTC')):%a %H:%M}"
    'Fri 15:00'
    """
    local, left = moment.astimezone(zone).replace(tzinfo=None), timedelta(hours=hours)
    while True:
        opens = datetime.combine(local.date(), OPENS)
        worked = min(local, datetime.combine(local.date(), CLOSES)) - opens
        if local.isoweekday() < 6 and worked >= left:
            return (opens + worked - left).replace(tzinfo=zone).astimezone(UTC)
        if local.isoweekday() < 6:
            left -= max(timedelta(0), worked)
        local = datetime.combine(local.date() - timedelta(days=1), CLOSES)


def rounds(since: datetime, until: datetime, zone: ZoneInfo, often_from: date) -> Iterator[datetime]:
    """The moments between two at which people look at their desks: once a working day, from ``often_from`` four times."""
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        if day.isoweekday() < 6:
            for hour in ROUNDS if day >= often_from else ROUNDS[-1:]:
                moment = datetime.combine(day, hour, zone).astimezone(UTC)
                if since < moment < until:
                    yield moment
        day += timedelta(days=1)


def share_of_day(moment: datetime, zone: ZoneInfo) -> float:
    """How much of a working day has passed."""
    local = moment.astimezone(zone)
    opens, closes = datetime.combine(local.date(), OPENS, zone), datetime.combine(local.date(), CLOSES, zone)
    return min(1.0, max(0.0, (local - opens) / (closes - opens)))

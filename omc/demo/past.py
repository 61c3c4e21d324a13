"""A stretch of the demo's past, all of it told once in memory: how many of each there are, and the invoices in order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from omc.demo.frames import agree
from omc.demo.life import Asked, Comeback, Life, Truck
from omc.demo.lives import lives_of
from omc.demo.scores import score_all

THIN = 0.9  # of the usual number, on days that the services have told part of


@dataclass(frozen=True, slots=True)
class Day:
    lives: list[Life]
    asked: list[Asked]


class Past:
    """The lives of some days as far as they have happened at ``until``. Takes two seconds for two years."""

    def __init__(self, first: date, start: date, end: date, thin_from: date, until: datetime, zone: str) -> None:
        self.start, self.end = start, end
        self.until = until.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        self.days = {day: self._day(day, first, thin_from) for day in _days(start, end)}
        self.frames = agree((life for day in self.days.values() for life in day.lives), first, start, end)

    def _day(self, day: date, first: date, thin_from: date) -> Day:
        lives, asked = lives_of(day, first, THIN if day >= thin_from else 1.0)
        return Day([life for life in lives if self._whole(life)], asked)

    def _whole(self, life: Life) -> bool:
        """Whether the goods have left (or the order was cancelled): the past leaves nothing to pick."""
        if life.cancelled:
            return life.cancelled[0] <= self.until
        return max(truck.shipped for truck in life.trucks) <= self.until

    def counts(self) -> dict[str, int]:
        """How many numbers of each kind this stretch needs: exactly so for the gapless series, at most so for others."""
        count: Counter[str] = Counter()
        for day in self.days.values():
            for life in day.lives:
                count["order"] += 1
                count["plan"] += max(1, len(life.trucks))
                count["shipment"] += len(life.trucks)
                count["payment"] += sum(len(truck.parts) for truck in life.trucks)
                count["return"] += life.comeback is not None
                count["case"] += life.question is not None
                count["enquiry"] += life.asked is not None
                count["quote"] += life.asked is not None
            count["enquiry"] += len(day.asked)
            count["quote"] += len(day.asked)
        count["agreement"] = len(self.frames)
        count["supply"] = 16 * (len(self.days) // 7 + 2)
        for series, moment, _owner in self._posted():
            count[f"{series}-{moment.year}"] += 1
        return dict(count)

    def score(self) -> None:
        """Say how clean each order was when it was handed in, by what was known then."""
        score_all([life for day in self.days.values() for life in day.lives])

    def number(self, series: dict[str, int]) -> None:
        """Number invoices and credit notes in the order they were posted, from where each series begins."""
        following = dict(series)
        for name, moment, owner in sorted(self._posted(), key=lambda row: row[:2]):
            key = f"{name}-{moment.year}"
            number = f"{key}-{following[key]:06d}"
            following[key] += 1
            if isinstance(owner, Truck):
                owner.invoice = number
            else:
                owner.credit_note = number

    def _posted(self) -> Iterator[tuple[str, datetime, Truck | Comeback]]:
        for day in self.days.values():
            for life in day.lives:
                for truck in life.trucks:
                    if truck.invoiced <= self.until:
                        yield "INV", truck.invoiced, truck
                if life.comeback and life.comeback.closed <= self.until:
                    yield "CN", life.comeback.settled, life.comeback


def _days(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start += timedelta(days=1)

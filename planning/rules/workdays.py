"""Days on which a warehouse works."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A week's working days (ISO numbers, 1 is Monday) without the holidays. No weekday at all means every day."""

    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, weekdays: Iterable[int], holidays: Iterable[date] = ()) -> "WorkingDays":
        return cls(frozenset(weekdays) or frozenset(range(1, 8)), frozenset(holidays))

    def works(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """
        >>> str(WorkingDays().on_or_after(date(2026, 11, 21)))  # a Saturday
        '2026-11-23'
        """
        while not self.works(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        while not self.works(day):
            day -= ONE_DAY
        return day

    def after(self, day: date, count: int) -> date:
        """``count`` working days after ``day``; 0 is the first working day on or after it.

        >>> str(WorkingDays().after(date(2026, 11, 20), 2))  # from a Friday
        '2026-11-24'
        """
        day = self.on_or_after(day)
        for _step in range(count):
            day = self.on_or_after(day + ONE_DAY)
        return day

    def before(self, day: date, count: int) -> date:
        """``count`` working days before ``day``; 0 is the last working day on or before it."""
        day = self.on_or_before(day)
        for _step in range(count):
            day = self.on_or_before(day - ONE_DAY)
        return day

"""Minutes of a warehouse's day, taken and given back."""

import calendar
from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

from omc.lib.kept import Kept
from omc.lib.prepared import Prepared
from orders.core.models import Warehouse
from orders.core.selectors.companies import setting
from planning.models import CapacityDay
from planning.selectors.workdays import working_days

MINUTES_PER_DAY = "planning.capacity_minutes_per_day"

_RESERVE = (
    "UPDATE planning_capacityday SET used_minutes = used_minutes + %s"
    " WHERE warehouse_id = %s AND day = %s AND used_minutes + %s <= minutes + overtime_minutes"
)
_RELEASE = (
    "UPDATE planning_capacityday SET used_minutes = greatest(0, used_minutes - %s) WHERE warehouse_id = %s AND day = %s"
)
# All of them or none, in one order; a day that changed since it was read answers with none.
_DAYS = Prepared(
    lambda gaps: CapacityDay.objects.filter(
        warehouse_id=gaps.warehouse, day__gte=gaps.day("first"), day__lte=gaps.day("last")
    ).values_list("day", "minutes", "overtime_minutes", "used_minutes")
)
_CHANGE = Kept("""
WITH asked AS (
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::integer[]) AS a(warehouse_id, day, delta)
), held AS (
    SELECT c.id, a.delta, a.delta <= 0 OR c.used_minutes + a.delta <= c.minutes + c.overtime_minutes AS fits
    FROM planning_capacityday c JOIN asked a USING (warehouse_id, day) ORDER BY c.id FOR UPDATE OF c
)
UPDATE planning_capacityday c SET used_minutes = greatest(0, c.used_minutes + held.delta)
FROM held WHERE c.id = held.id AND (SELECT bool_and(fits) FROM held)
""")


class CapacityBook:
    """Days of one company's warehouses for many shipments: taken and given back here, then by one statement.

    A warehouse's days are read a month at a time, without a lock. ``usual`` minutes has a working day that nobody
    planned yet; the caller asks for no other days.
    """

    def __init__(self, company_id: int, usual: int) -> None:
        self.company_id, self.usual = company_id, usual
        self.forget()

    def forget(self) -> None:
        """Start again with the days as they are now."""
        self._free: dict[tuple[int, date], int] = {}
        self._months: set[tuple[int, int, int]] = set()
        self._changes: dict[tuple[int, date], int] = defaultdict(int)

    def take(self, warehouse_id: int, day: date, minutes: int) -> bool:
        """Take minutes of a day, if it still has them."""
        self._read(warehouse_id, day)
        key = (warehouse_id, day)
        if self._free.get(key, self.usual) - self._changes.get(key, 0) < minutes:
            return False
        self._changes[key] += minutes
        return True

    def give_back(self, warehouse_id: int, day: date, minutes: int) -> None:
        self._read(warehouse_id, day)
        self._changes[warehouse_id, day] -= minutes

    def mark(self) -> dict[tuple[int, date], int]:
        """What was taken and given so far, for ``back_to``."""
        return dict(self._changes)

    def back_to(self, mark: dict[tuple[int, date], int]) -> None:
        self._changes = defaultdict(int, mark)

    def write(self) -> bool:
        """Take and give back for all to see. False when a day no longer has the minutes: nothing is written then, the
        days stay locked, and whoever forgets and tries again finds them as they will be."""
        changes = {key: delta for key, delta in sorted(self._changes.items()) if delta}
        if not changes:
            return True
        if unknown := [key for key in changes if key not in self._free]:
            CapacityDay.objects.bulk_create(
                [
                    CapacityDay(company_id=self.company_id, warehouse_id=warehouse_id, day=day, minutes=self.usual)
                    for warehouse_id, day in unknown
                ],
                ignore_conflicts=True,
            )
        with connection.cursor() as cursor:
            days = [day for _, day in changes]
            cursor.execute(_CHANGE, [[warehouse_id for warehouse_id, _ in changes], days, list(changes.values())])
            return bool(cursor.rowcount == len(changes))

    def _read(self, warehouse_id: int, day: date) -> None:
        month = (warehouse_id, day.year, day.month)
        if month in self._months:
            return
        self._months.add(month)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        rows = _DAYS.rows(warehouse=warehouse_id, first=day.replace(day=1), last=last)
        for at, minutes, overtime, used in rows:
            self._free[warehouse_id, at] = minutes + overtime - used


def reserve_capacity(warehouse_id: int, day: date, minutes: int) -> bool:
    """Take minutes of a day, if it still has them. Inside another verb; one conditional statement.

    A day that nobody planned yet starts with the company's usual minutes, a day off with none.
    """
    if _changed(_RESERVE, [minutes, warehouse_id, day, minutes]):
        return True
    if CapacityDay.objects.filter(warehouse_id=warehouse_id, day=day).exists():
        return False
    warehouse = Warehouse.objects.select_related("calendar", "company__calendar").get(pk=warehouse_id)
    works = working_days(warehouse.calendar or warehouse.company.calendar).works(day)
    usual = int(setting(warehouse.company_id, MINUTES_PER_DAY)) if works else 0
    CapacityDay.objects.bulk_create(
        [CapacityDay(company_id=warehouse.company_id, warehouse=warehouse, day=day, minutes=usual)],
        ignore_conflicts=True,
    )
    return _changed(_RESERVE, [minutes, warehouse_id, day, minutes])


def release_capacity(warehouse_id: int, day: date, minutes: int) -> None:
    """Give minutes back."""
    _changed(_RELEASE, [minutes, warehouse_id, day])


def _changed(sql: str, params: list[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return bool(cursor.rowcount == 1)

"""Minutes of a warehouse's day, taken and given back."""

from datetime import date
from typing import Any

from django.db import connection

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

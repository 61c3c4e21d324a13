"""How many minutes a warehouse has on which days."""

from collections.abc import Sequence
from datetime import date

from orders.core.models import Warehouse
from planning.models import CapacityDay


def plan_capacity(warehouse: Warehouse, days: Sequence[date], minutes: int, overtime_minutes: int) -> list[date]:
    """Give the days that many minutes, all of them or none. Inside another verb.

    Answers the days that have more work planned already; where there are any, nothing is written.
    """
    rows = {
        row.day: row
        for row in CapacityDay.objects.select_for_update().filter(warehouse=warehouse, day__in=days).order_by("id")
    }
    too_full = sorted(day for day, row in rows.items() if row.used_minutes > minutes + overtime_minutes)
    if too_full:
        return too_full
    CapacityDay.objects.bulk_create(
        [
            CapacityDay(
                company_id=warehouse.company_id,
                warehouse=warehouse,
                day=day,
                minutes=minutes,
                overtime_minutes=overtime_minutes,
            )
            for day in sorted(days)
        ],
        update_conflicts=True,
        unique_fields=["warehouse", "day"],
        update_fields=["minutes", "overtime_minutes"],
    )
    return []

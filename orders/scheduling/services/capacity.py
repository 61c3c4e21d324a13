"""Minutes of work that a warehouse can do, day by day."""

from datetime import date, timedelta
from typing import Final

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Warehouse
from planning.selectors.workdays import working_days
from planning.services.plan_capacity import plan_capacity

LONGEST_DAYS: Final = 366


class CapacityRefused(DomainError):
    """More is planned on a day than it would have."""

    code = "capacity_refused"


@verb(silent="a day's minutes are their own record; no document is about them")
def set_capacity(
    *, warehouse_id: int, first: date, last: date, minutes: int, overtime_minutes: int, actor: Actor
) -> list[date]:
    """Give every working day from ``first`` to ``last`` that many minutes; answers those days.

    Raises: InvalidInput, NotFound, CapacityRefused naming the days on which more is planned already
    """
    require(actor, "scheduling.manage_capacity")
    warehouse = (
        Warehouse.objects.select_related("calendar", "company__calendar")
        .filter(pk=warehouse_id, company_id=actor.company_id)
        .first()
    )
    if warehouse is None:
        raise NotFound(f"There is no warehouse {warehouse_id}.", field="warehouse_id")
    if minutes < 0 or overtime_minutes < 0:
        raise InvalidInput("A day cannot have less than no minutes.", field="minutes")
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise InvalidInput("The last day comes after the first, at most a year later.", field="last")
    workdays = working_days(warehouse.calendar or warehouse.company.calendar)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    days = [day for day in span if workdays.works(day)]
    if not days:
        raise InvalidInput(f"{warehouse} does not work on any of these days.", field="first")
    if too_full := plan_capacity(warehouse, days, minutes, overtime_minutes):
        named = ", ".join(f"{day:%d %b %Y}" for day in too_full[:5])
        raise CapacityRefused(
            f"More work than that is planned on {named}. Move shipments away first.",
            field="minutes",
            days=[day.isoformat() for day in too_full],
        )
    return days

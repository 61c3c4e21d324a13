"""When warehouses work, what can leave first, and how long the way to the customer is."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from omc.lib import clock
from omc.lib.prepared import Prepared
from orders.core.models import Calendar, Company, Order, Warehouse
from orders.core.selectors.companies import setting
from planning.models import TransitTime
from planning.rules.promising import Horizon
from planning.rules.workdays import WorkingDays

HORIZON_DAYS = "planning.allocation_horizon_days"

_AT_WORK = Prepared(
    lambda gaps: Warehouse.objects.filter(company_id=gaps.company, pk__in=[gaps.warehouses]).select_related(
        "calendar", "company__calendar"
    )
)
_TRANSITS = Prepared(
    lambda gaps: (
        TransitTime.objects.filter(warehouse_id__in=[gaps.warehouses], service__is_active=True)
        .order_by("warehouse_id", "country", "service_id")
        .distinct("warehouse_id", "country")
        .values_list("warehouse_id", "country", "days")
    )
)


def working_days(calendar: Calendar | None) -> WorkingDays:
    """A calendar's working days; without a calendar Monday to Friday."""
    return WorkingDays.of(calendar.weekdays, calendar.holidays) if calendar else WorkingDays()


def horizons(company: Company, warehouse_ids: Iterable[int], horizon_days: int | None = None) -> dict[int, Horizon]:
    """By warehouse: the first day that something can leave (today until the cut-off), and the end of the horizon in
    which confirming allocates."""
    if horizon_days is None:
        horizon_days = int(setting(company.pk, HORIZON_DAYS))
    warehouses = warehouses_at_work(company.pk, warehouse_ids)
    return {pk: horizon_of(warehouse, horizon_days) for pk, warehouse in warehouses.items()}


def warehouses_at_work(company_id: int, warehouse_ids: Iterable[int]) -> dict[int, Warehouse]:
    """These warehouses with the calendars they work by."""
    rows = _AT_WORK.rows(company=company_id, warehouses=list(set(warehouse_ids)))
    return {warehouse.pk: warehouse for warehouse in rows}


def horizon_of(warehouse: Warehouse, horizon_days: int) -> Horizon:
    """A warehouse read with its calendars: what it can send first, and how far its horizon reaches."""
    calendar = warehouse.calendar or warehouse.company.calendar
    workdays = working_days(calendar)
    local = clock.now().astimezone(ZoneInfo(calendar.time_zone if calendar else warehouse.company.time_zone))
    leaves = local.date() if local.time() <= warehouse.cut_off else local.date() + timedelta(days=1)
    return Horizon(
        today=local.date(),
        first=workdays.on_or_after(leaves),
        until=workdays.after(local.date(), horizon_days),
        workdays=workdays,
    )


def transit_days(service_id: int | None, warehouse_id: int, country: str) -> int | None:
    """Working days on the way; without a service, that of the first active one that goes there. None is not known.

    Units: working days.
    """
    rows = TransitTime.objects.filter(warehouse_id=warehouse_id, country=country, service__is_active=True)
    if service_id is not None:
        rows = rows.filter(service_id=service_id)
    return rows.order_by("service_id").values_list("days", flat=True).first()


def transits(warehouse_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """Working days by (warehouse, country) with the first active service that goes there, in one query."""
    rows = _TRANSITS.rows(warehouses=list(set(warehouse_ids)))
    return {(warehouse_id, country): days for warehouse_id, country, days in rows}


def default_warehouse_id(company_id: int) -> int | None:
    """Where things lie when nobody said where."""
    return (
        Warehouse.objects.filter(company_id=company_id)
        .order_by("-is_default", "id")
        .values_list("pk", flat=True)
        .first()
    )


def ship_by(order: Order) -> date | None:
    """The day an order must leave to arrive on the requested date; None when no date was requested."""
    if order.requested_date is None:
        return None
    warehouse_id = order.warehouse_id or default_warehouse_id(order.company_id)
    if warehouse_id is None:
        return order.requested_date
    warehouse = Warehouse.objects.select_related("calendar", "company__calendar").get(pk=warehouse_id)
    country = order.ship_to.country if order.ship_to else ""
    days = transit_days(None, warehouse_id, country) or 0
    return working_days(warehouse.calendar or warehouse.company.calendar).before(order.requested_date, days)

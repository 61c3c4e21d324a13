"""By which days and hours a warehouse's carriers come."""

from zoneinfo import ZoneInfo

from orders.core.models import Calendar
from orders.fulfillment.models import Shipment
from planning.rules.workdays import WorkingDays
from planning.selectors.workdays import warehouses_at_work, working_days


def calendar_of(shipment: Shipment) -> tuple[WorkingDays, ZoneInfo]:
    """On which days the warehouse works, and where its days begin."""
    warehouse = warehouses_at_work(shipment.company_id, [shipment.warehouse_id])[shipment.warehouse_id]
    calendar: Calendar | None = warehouse.calendar or warehouse.company.calendar
    return working_days(calendar), ZoneInfo(calendar.time_zone if calendar else warehouse.company.time_zone)

"""Days against warehouses: how full each day is, and what leaves."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, Count, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber

from omc.lib.actor import Actor
from orders.core.models import Company, Warehouse
from orders.core.selectors.companies import as_of, setting
from orders.scheduling.models import PlannedShipment, PlanState
from orders.scheduling.rules import load_meaning, load_percent
from orders.scheduling.selectors.plans import late_word
from planning.models import CapacityDay
from planning.selectors.workdays import working_days
from planning.services.capacity import MINUTES_PER_DAY

DAYS: Final = 10
SHOWN: Final = 6
WAITING: Final = (PlanState.PLANNED, PlanState.FROZEN)
SHOWN_STATES: Final = (*WAITING, PlanState.RELEASED, PlanState.DONE)


@dataclass
class Cell:
    """A warehouse's day. Units: minutes of work."""

    day: date
    works: bool
    used: int = 0
    capacity: int = 0
    overtime: int = 0
    shipments: list[Any] = field(default_factory=list)
    count: int = 0

    @property
    def percent(self) -> int | None:
        return load_percent(self.used, self.capacity)

    @property
    def meaning(self) -> str:
        return load_meaning(self.percent)

    @property
    def more(self) -> int:
        return self.count - len(self.shipments)


@dataclass
class Row:
    """A warehouse, what it should have sent before the first day, and its days."""

    warehouse: Warehouse
    overdue: int
    cells: list[Cell]


@dataclass
class Board:
    """``days`` are those on which any shown warehouse works, or which hold a shipment."""

    days: list[date]
    rows: list[Row]
    today: date
    before: date
    after: date


def board(actor: Actor, first: date | None = None, warehouse_id: int | None = None) -> Board:
    """Two weeks of working days from ``first`` (today). A constant number of queries."""
    company = Company.objects.select_related("calendar").get(pk=actor.company_id)
    today = as_of(company)
    first = first or today
    warehouses = Warehouse.objects.filter(company=company).select_related("calendar").order_by("-is_default", "code")
    if warehouse_id:
        warehouses = warehouses.filter(pk=warehouse_id)
    shown = list(warehouses)
    days = _days(shown, company, first)
    plans = PlannedShipment.objects.filter(company=company, warehouse__in=shown, state__in=SHOWN_STATES)
    inside = plans.filter(slot_date__range=(days[0], days[-1]))
    counts = {
        (row["warehouse_id"], row["slot_date"]): row["n"]
        for row in inside.values("warehouse_id", "slot_date").annotate(n=Count("id"))
    }
    listed = _listed(inside)
    capacity = {
        (row.warehouse_id, row.day): row
        for row in CapacityDay.objects.filter(warehouse__in=shown, day__range=(days[0], days[-1]))
    }
    overdue = dict(
        plans.filter(state__in=WAITING, slot_date__lt=min(first, today))
        .values("warehouse_id")
        .annotate(n=Count("id"))
        .values_list("warehouse_id", "n")
    )
    usual = int(setting(company.pk, MINUTES_PER_DAY))
    rows = []
    for warehouse in shown:
        workdays = working_days(warehouse.calendar or company.calendar)
        cells = []
        for day in days:
            key = (warehouse.pk, day)
            cell = Cell(day, workdays.works(day), shipments=listed[key], count=counts.get(key, 0))
            known = capacity.get(key)
            cell.capacity = known.minutes if known else usual if cell.works else 0
            cell.used, cell.overtime = (known.used_minutes, known.overtime_minutes) if known else (0, 0)
            cells.append(cell)
        rows.append(Row(warehouse, overdue.get(warehouse.pk, 0), cells))
    return Board(days, rows, today, _shift(first, -14), _shift(first, 14))


def _days(warehouses: Sequence[Warehouse], company: Company, first: date) -> list[date]:
    calendars = [working_days(item.calendar or company.calendar) for item in warehouses]
    calendars = calendars or [working_days(company.calendar)]
    found: list[date] = []
    day = first
    while len(found) < DAYS:
        if any(calendar.works(day) for calendar in calendars):
            found.append(day)
        day += timedelta(days=1)
    return found


def _listed(plans: Any) -> dict[tuple[int, date], list[Any]]:
    """The first few shipments of each cell: what still waits comes first."""
    sent = Case(When(state__in=WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    place = Window(RowNumber(), partition_by=[F("warehouse_id"), F("slot_date")], order_by=[sent, F("id")])
    rows = plans.annotate(place=place).filter(place__lte=SHOWN).select_related("order", "customer")
    found: dict[tuple[int, date], list[Any]] = defaultdict(list)
    for row in rows.order_by("place"):
        row.late_word = late_word(row)
        found[row.warehouse_id, row.slot_date].append(row)
    return found


def _shift(day: date, days: int) -> date:
    return day + timedelta(days=days)


def capacity_days(actor: Actor, warehouse_id: int | None = None) -> Any:
    """Planned capacity from today on, day by day."""
    company = Company.objects.get(pk=actor.company_id)
    rows = CapacityDay.objects.filter(company=company, day__gte=as_of(company)).select_related("warehouse")
    return rows.filter(warehouse_id=warehouse_id) if warehouse_id else rows

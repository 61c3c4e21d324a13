"""New shipments for the board: the day that has the minutes for each, found for many and taken at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.writing import insert
from orders.core import numbers
from orders.core.eventlog import record_many
from orders.core.models import Order
from orders.core.services.search import index
from orders.scheduling.events import ShipmentPlanned
from orders.scheduling.machines import PLANNED_SHIPMENT
from orders.scheduling.models import PlannedLine, PlannedShipment
from orders.scheduling.rules import Place, late_reason
from orders.scheduling.services.plans import NoCapacity, Work, findable, work_of
from planning.selectors.workdays import horizon_of, warehouses_at_work
from planning.services import CapacityBook

SEARCHED_DAYS: Final = 90
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """A shipment that an order still needs: (order line, promise, units) each, from one place.

    ``late_because`` is why it leaves ``not_before`` a day, where that makes it late.
    """

    order: Order
    place: Place
    loads: Sequence[tuple[int, int, Decimal]]
    not_before: date | None = None
    late_because: str = ""

    def __lt__(self, other: "Wanted") -> bool:
        """Those of one order take their days by warehouse, then day."""
        return self._turn < other._turn

    @property
    def _turn(self) -> tuple[int, date, int, bool]:
        return (self.place.warehouse, self.place.due, self.place.ship_to or 0, self.place.drop_ship)


@dataclass(frozen=True)
class Placed:
    """A wanted shipment and the day that was found for it. Units: minutes of warehouse work."""

    wanted: Wanted
    minutes: int
    slot: date
    late_reason: str


class Slots:
    """The days of one company's warehouses, as planners fill them: in ``days`` first, then for all to see."""

    def __init__(self, company_id: int, warehouse_ids: Iterable[int]) -> None:
        self.company_id = company_id
        self.work: Work = work_of(company_id)
        self.warehouses = warehouses_at_work(company_id, warehouse_ids)
        self.horizons = {pk: horizon_of(warehouse, 0) for pk, warehouse in self.warehouses.items()}
        self.days = CapacityBook(company_id, usual=self.work.longest)

    def place(self, wanted: Wanted) -> Placed:
        """Take the first working day on or after the date with that many minutes left.

        Raises: NoCapacity when there is none within three months
        """
        place, horizon = wanted.place, self.horizons[wanted.place.warehouse]
        minutes = 0 if place.drop_ship else self.work.of(units for _, _, units in wanted.loads)
        earliest = horizon.workdays.on_or_after(max(place.due, horizon.first))
        day = horizon.workdays.on_or_after(max(earliest, wanted.not_before or earliest))
        for _ in range(SEARCHED_DAYS):
            if place.drop_ship or self.days.take(place.warehouse, day, minutes):
                reason = late_reason(place.due, horizon.first, earliest, day)
                return Placed(wanted, minutes, day, (wanted.late_because or reason) if reason else "")
            day = horizon.workdays.on_or_after(day + ONE_DAY)
        raise NoCapacity(
            f"No day before {day:%d %b %Y} has {minutes} minutes left.", minutes=minutes, until=day.isoformat()
        )

    def write(self, placed: Sequence[Placed], *, actor: Actor) -> list[PlannedShipment]:
        """Put shipments of locked orders on the board, their minutes being taken. Statements do not grow with them.

        Events: shipment_planned for each
        """
        if not placed:
            return []
        at, given = clock.now(), numbers.next_numbers(self.company_id, "plan", len(placed))
        plans = [
            PlannedShipment(
                company_id=self.company_id,
                number=number,
                order=one.wanted.order,
                customer_id=one.wanted.order.customer_id,
                warehouse=self.warehouses[one.wanted.place.warehouse],
                ship_to_id=one.wanted.place.ship_to,
                slot_date=one.slot,
                due_date=one.wanted.place.due,
                work_minutes=one.minutes,
                late_reason=one.late_reason,
                supplier_ships=one.wanted.place.drop_ship,
                created_at=at,
            )
            for number, one in zip(given, placed, strict=True)
        ]
        insert(plans)
        insert(
            PlannedLine(planned=planned, order_line_id=line, promise_id=promise, quantity=units)
            for planned, one in zip(plans, placed, strict=True)
            for line, promise, units in one.wanted.loads
        )
        facts = [_planned(planned, one.wanted) for planned, one in zip(plans, placed, strict=True)]
        record_many(plans, facts, actor=actor, to_state=PLANNED_SHIPMENT.initial)
        index(self.company_id, [findable(planned, planned.order) for planned in plans])
        return plans


def make_plans(wanted: Sequence[Wanted], *, actor: Actor) -> list[PlannedShipment]:
    """Put new shipments of locked orders on the board, in the order asked.

    Raises: NoCapacity. Events: shipment_planned for each
    """
    if not wanted:
        return []
    slots = Slots(wanted[0].order.company_id, {one.place.warehouse for one in wanted})
    while True:
        placed = [slots.place(one) for one in wanted]
        if slots.days.write():
            return slots.write(placed, actor=actor)
        slots.days.forget()


def _planned(planned: PlannedShipment, wanted: Wanted) -> ShipmentPlanned:
    return ShipmentPlanned(
        planned=planned.number,
        warehouse=planned.warehouse.code,
        units=sum((units for _, _, units in wanted.loads), Decimal(0)),
        lines=len(wanted.loads),
        slot_date=planned.slot_date,
        due_date=planned.due_date,
        late_reason=planned.late_reason,
    )

"""Orders on their way through the schedule: confirmed and promised as entry does it."""

from datetime import date
from decimal import Decimal
from typing import Any

from omc.lib.actor import Actor
from orders.core.models import Order, Warehouse
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import plan_order
from planning.models import CapacityDay
from planning.services import adjust_stock
from tests.factories import WarehouseFactory, make_actor
from tests.planning.factories import D, Yard

__all__ = ["D", "Dock", "carried"]


class Dock(Yard):
    """A yard with a dispatcher who plans and releases."""

    def __init__(self, **stock: object) -> None:
        super().__init__(**stock)
        self.ops: Actor = make_actor(self.company, "ops")

    def second_warehouse(self, code: str = "WEST") -> Warehouse:
        return WarehouseFactory(company=self.company, code=code)

    def promised(self, lines: Any, requested: date | None = None, warehouses: Any = (), **fields: Any) -> Order:
        """A confirmed order with promises; ``warehouses`` per line where not the main one."""
        order = self.order(lines, requested, **fields)
        for line, warehouse in zip(order.lines.order_by("position"), warehouses, strict=False):
            line.warehouse = warehouse
            line.save()
        self.promise(order)
        return order

    def planned(self, lines: Any, requested: date | None = None, **fields: Any) -> list[PlannedShipment]:
        order = self.promised(lines, requested, **fields)
        return plan_order(order_id=order.pk, actor=self.ops)

    def lose(self, sku: str, units: object) -> None:
        """Stock that turns out not to be there."""
        adjust_stock(
            product_id=self.items[sku].pk,
            warehouse_id=self.warehouse.pk,
            delta=-D(units),
            reason="Counted",
            actor=self.planner,
        )

    def capacity(self, day: date, minutes: int, warehouse: Warehouse | None = None) -> None:
        CapacityDay.objects.update_or_create(
            warehouse=warehouse or self.warehouse, day=day, defaults={"company": self.company, "minutes": minutes}
        )

    def used(self, day: date, warehouse: Warehouse | None = None) -> int:
        row = CapacityDay.objects.filter(warehouse=warehouse or self.warehouse, day=day).first()
        return row.used_minutes if row else 0


def carried(planned: PlannedShipment) -> dict[str, Decimal]:
    """Units by SKU."""
    found: dict[str, Decimal] = {}
    for line in planned.lines.select_related("order_line__product").order_by("order_line__position"):
        sku = line.order_line.product.sku
        found[sku] = found.get(sku, D(0)) + line.quantity
    return found

"""A dock whose items a supplier sells, and orders that he has to send something for."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from omc.lib import clock
from orders.core import outbox
from orders.core.inputs import LineInput
from orders.core.models import Order, Product, Supplier, SupplierItem
from orders.fulfillment.models import Shipment
from orders.fulfillment.services import confirm_supplier_shipment
from planning.models import SupplyOrder
from planning.services import receive_supply
from tests.factories import make_actor
from tests.orders.fulfillment.factories import Dock

D = Decimal


class Trade(Dock):
    """``acme`` sells what is made by ``bought_item``: 5 days, cost 6.00, no lots."""

    def __init__(self, ship_rule: str = "back_order") -> None:
        super().__init__(ship_rule)
        self.buyer = make_actor(self.company, "planner", channel="job")
        self.acme = Supplier.objects.create(company=self.company, code="ACME", name="Acme", lead_time_days=5)

    def bought_item(self, stock: object = 0, multiple: int = 1, **fields: Any) -> Product:
        item = self.item(stock=stock, **fields)
        SupplierItem.objects.create(supplier=self.acme, product=item, unit_price=D("6.00"), order_multiple=multiple)
        return item

    def ordered(self, *lines: LineInput) -> Order:
        """Confirmed, and heard of by everybody."""
        order = self.confirmed(*lines)
        self.drain()
        return order

    def drain(self) -> None:
        outbox.drain_all(company_id=self.company.pk)

    def supply(self) -> SupplyOrder:
        return SupplyOrder.objects.get(company=self.company)

    def came(self, units: object) -> SupplyOrder:
        """So much of the one open line came to us, and everybody heard of it."""
        supply = self.supply()
        line = supply.lines.get(order_line__isnull=False)
        receive_supply(supply_id=supply.pk, received={line.pk: D(str(units))}, actor=self.buyer)
        self.drain()
        return supply

    def sent(self, units: Mapping[int, Decimal], **fields: Any) -> list[Shipment]:
        """So much of each line left the supplier for the customer."""
        said = {"supply_id": self.supply().pk, "sent_on": self.today, "actor": self.buyer, **fields}
        shipments: list[Shipment] = confirm_supplier_shipment(sent=units, **said)
        return shipments

    @property
    def today(self) -> date:
        return clock.today(self.company.time_zone)


def special(item: Product, units: int) -> LineInput:
    return LineInput(product_id=item.pk, quantity=D(units), supply="special")


def drop_ship(item: Product, units: int, ship_to_id: int | None = None) -> LineInput:
    return LineInput(product_id=item.pk, quantity=D(units), supply="drop_ship", ship_to_id=ship_to_id)

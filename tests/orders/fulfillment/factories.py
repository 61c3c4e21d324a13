"""Released orders, made by the services of the stages before: what the warehouse starts from."""

from decimal import Decimal
from typing import Any

from omc.lib.actor import Actor
from orders.core.inputs import LineInput
from orders.core.models import Customer, KitComponent, LineKind, Order, OrderLine, Product
from orders.entry.services import confirm_order, save_draft, start_order, submit_order
from orders.fulfillment.models import Shipment
from orders.fulfillment.services import ParcelInput, pack_shipment, pick_shipment, ship_shipment, start_picking
from orders.scheduling.models import PlannedShipment, PlanState
from orders.scheduling.services import plan_order, release_shipment
from planning.models import StockLevel
from planning.services import receive_stock
from tests.factories import (
    AddressFactory,
    ContactFactory,
    CustomerFactory,
    ProductFactory,
    WarehouseFactory,
    make_actor,
    make_company,
)

D = Decimal


class Dock:
    """A company with a warehouse, a customer, and people for every step up to the door."""

    def __init__(self, ship_rule: str = "back_order") -> None:
        self.company = make_company()
        self.warehouse = WarehouseFactory(company=self.company, code="MAIN", is_default=True)
        self.desk: Actor = make_actor(self.company, "csr_lead", channel="job")
        self.ops: Actor = make_actor(self.company, "ops", channel="job")
        self.picker: Actor = make_actor(self.company, "warehouse", channel="job")
        self.customer: Customer = CustomerFactory(company=self.company, ship_rule=ship_rule)
        AddressFactory(customer=self.customer)
        ContactFactory(customer=self.customer)

    def item(self, stock: object = 0, **fields: Any) -> Product:
        product: Product = ProductFactory(company=self.company, **fields)
        if stock:
            self.receive(product, stock)
        return product

    def receive(self, product: Product, quantity: object) -> None:
        receive_stock(product_id=product.pk, warehouse_id=self.warehouse.pk, quantity=D(str(quantity)), actor=self.ops)

    def kit(self, *parts: tuple[Product, int]) -> Product:
        kit: Product = ProductFactory(company=self.company, kind=LineKind.KIT)
        KitComponent.objects.bulk_create(
            KitComponent(kit=kit, product=product, quantity=quantity) for product, quantity in parts
        )
        return kit

    def released(self, *lines: tuple[Product, object] | LineInput) -> PlannedShipment:
        """One order of these lines; its first shipment is released to the warehouse."""
        order = self.confirmed(*lines)
        planned = min(plan_order(order_id=order.pk, actor=self.ops), key=lambda plan: (plan.slot_date, plan.pk))
        return release_shipment(planned_id=planned.pk, actor=self.ops)

    def confirmed(self, *lines: tuple[Product, object] | LineInput) -> Order:
        order = start_order(customer_id=self.customer.pk, actor=self.desk)
        inputs = [
            line
            if isinstance(line, LineInput)
            else LineInput(product_id=line[0].pk, quantity=D(str(line[1])), kind=line[0].kind)
            for line in lines
        ]
        save_draft(order_id=order.pk, lines=inputs, actor=self.desk)
        submit_order(order_id=order.pk, actor=self.desk)
        return confirm_order(order_id=order.pk, actor=self.desk)

    def picking(self, *lines: tuple[Product, object] | LineInput) -> Shipment:
        return start_picking(planned_id=self.released(*lines).pk, actor=self.picker)

    def packed(self, *lines: tuple[Product, object] | LineInput) -> Shipment:
        return self.pack(pick_shipment(shipment_id=self.picking(*lines).pk, actor=self.picker))

    def pack(self, shipment: Shipment) -> Shipment:
        return pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput(D("2.5"))], actor=self.picker)

    def ship(self, shipment: Shipment) -> Shipment:
        return ship_shipment(shipment_id=shipment.pk, tracking_number="1Z999", actor=self.picker)

    def level(self, product: Product) -> StockLevel:
        return StockLevel.objects.get(product=product, warehouse=self.warehouse)

    def plans(self, order: Order) -> list[tuple[str, list[Decimal]]]:
        return [
            (planned.state, list(planned.lines.order_by("id").values_list("quantity", flat=True)))
            for planned in PlannedShipment.objects.filter(order=order).exclude(state=PlanState.CANCELLED).order_by("id")
        ]


def ledger_of(line: OrderLine) -> dict[str, Decimal]:
    """The columns of a line's ledger that are not zero."""
    line.refresh_from_db()
    columns = ("cancelled", "allocated", "picked", "packed", "shipped", "delivered", "invoiced")
    return {name: getattr(line, name) for name in columns if getattr(line, name)}

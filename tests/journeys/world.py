"""A small company in which an order can travel through all ten stages, and the steps of its way."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

from billing import services as billing
from billing.models import Invoice
from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import outbox
from orders.core.inputs import LineInput
from orders.core.models import Company, Customer, Order, Product, Warehouse
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.fulfillment.models import Shipment
from orders.fulfillment.services import ParcelInput
from orders.prioritization import services as prioritization
from orders.scheduling import services as scheduling
from orders.scheduling.models import PlannedShipment
from planning import services as planning
from planning.models import CapacityDay
from tests.factories import (
    AddressFactory,
    ContactFactory,
    CustomerFactory,
    ProductFactory,
    WarehouseFactory,
    make_actor,
    make_company,
)


@dataclass
class World:
    """One company with somebody who may do everything."""

    company: Company
    actor: Actor
    customer: Customer
    warehouse: Warehouse
    products: list[Product]


def make_world(items: int = 10, stock: int = 1000, capacity: int = 100_000, **customer: Any) -> World:
    """Items at 10.00 with ``stock`` pieces each in one warehouse that works every weekday."""
    company = make_company()
    actor = make_actor(company, "admin")
    warehouse = WarehouseFactory(company=company, is_default=True)
    buyer = CustomerFactory(company=company, default_warehouse=warehouse, **customer)
    AddressFactory(customer=buyer)
    ContactFactory(customer=buyer)
    products = [ProductFactory(company=company) for _ in range(items)]
    for product in products:
        if stock:
            planning.receive_stock(
                product_id=product.pk, warehouse_id=warehouse.pk, quantity=D(stock), unit_cost=D("6.00"), actor=actor
            )
    today = clock.today(company.time_zone)
    CapacityDay.objects.bulk_create(
        CapacityDay(company=company, warehouse=warehouse, day=today + timedelta(days=n), minutes=capacity)
        for n in range(60)
    )
    return World(company, actor, buyer, warehouse, products)


def draft(world: World, quantities: list[Any], **header: Any) -> Order:
    """A draft over the world's first items."""
    lines = [
        LineInput(product_id=product.pk, quantity=D(quantity))
        for product, quantity in zip(world.products, quantities, strict=False)
    ]
    order = entry.start_order(customer_id=world.customer.pk, actor=world.actor)
    return entry.save_draft(order_id=order.pk, header=header, lines=lines, actor=world.actor)


def confirmed(world: World, quantities: list[Any], **header: Any) -> Order:
    """An order as confirm leaves it."""
    order = draft(world, quantities, **header)
    entry.submit_order(order_id=order.pk, actor=world.actor)
    return entry.confirm_order(order_id=order.pk, actor=world.actor)


def planned(world: World, order: Order) -> list[PlannedShipment]:
    """What the consumers plan once they heard of the order."""
    outbox.drain_all(company_id=world.company.pk)
    return list(order.planned_shipments.filter(state="planned").order_by("pk"))


def shipped(world: World, plan: PlannedShipment) -> Shipment:
    """Released, picked, packed and on its way."""
    scheduling.release_shipment(planned_id=plan.pk, actor=world.actor)
    shipment = fulfillment.start_picking(planned_id=plan.pk, actor=world.actor)
    fulfillment.pick_shipment(shipment_id=shipment.pk, actor=world.actor)
    fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput()], actor=world.actor)
    return fulfillment.ship_shipment(shipment_id=shipment.pk, actor=world.actor)


def all_the_way(world: World, quantities: list[Any]) -> Invoice:
    """From entry to posted invoice, without consumers: each step is called by name."""
    lines = [
        LineInput(product_id=product.pk, quantity=D(quantity))
        for product, quantity in zip(world.products, quantities, strict=True)
    ]
    order = entry.enter_order(customer_id=world.customer.pk, lines=lines, submit=True, actor=world.actor)
    entry.confirm_order(order_id=order.pk, actor=world.actor)
    prioritization.rank_order(order_id=order.pk, actor=world.actor)
    (plan,) = scheduling.plan_order(order_id=order.pk, actor=world.actor)
    shipment = shipped(world, plan)
    return billing.invoice_shipment(shipment_id=shipment.pk, actor=world.actor)

"""Companies with stock, and orders that go through planning as entry drives it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from omc.lib.actor import Actor, system
from orders.core import ledger, lifecycle
from orders.core.models import Company, Order, Product, Supplier, Warehouse
from planning.models import StockLevel
from planning.services import PromiseResult, promise_order, receive_stock
from tests.factories import OrderFactory, ProductFactory, WarehouseFactory, make_actor, make_company

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))


def D(value: object) -> Decimal:  # noqa: N802  reads as the type it makes
    return Decimal(str(value))


class Yard:
    """A company with one warehouse, a planner, and items with stock."""

    def __init__(self, **stock: object) -> None:
        self.company: Company = make_company()
        self.warehouse: Warehouse = WarehouseFactory(company=self.company, code="MAIN", is_default=True)
        self.planner: Actor = make_actor(self.company, "planner", "ops")
        self.items: dict[str, Product] = {}
        for sku, quantity in stock.items():
            self.item(sku, quantity)

    def item(self, sku: str, quantity: object = 0, **fields: Any) -> Product:
        product = ProductFactory(company=self.company, sku=sku, **fields)
        self.items[sku] = product
        if D(quantity):
            self.receive(sku, quantity)
        return product

    def receive(self, sku: str, quantity: object, warehouse: Warehouse | None = None, **fields: Any) -> StockLevel:
        return receive_stock(
            product_id=self.items[sku].pk,
            warehouse_id=(warehouse or self.warehouse).pk,
            quantity=D(quantity),
            actor=self.planner,
            **fields,
        )

    def order(self, lines: Sequence[tuple[str, object]], requested: date | None = None, **fields: Any) -> Order:
        """A confirmed order by rows alone, not promised yet."""
        return OrderFactory(
            company=self.company,
            confirmed=True,
            requested_date=requested,
            items=[(self.items[sku], D(quantity), "10.00") for sku, quantity in lines],
            **fields,
        )

    def promise(self, order: Order, actor: Actor | None = None) -> PromiseResult:
        """As entry does it: lock the order, promise its lines, post the ledger."""
        actor = actor or system("test", self.company.pk)
        with transaction.atomic():
            locked = lifecycle.lock(order.pk, actor)
            result = promise_order(locked, list(locked.lines.order_by("position")), actor)
            ledger.post(locked.pk, result.moves)
        return result

    def supplier(self, code: str = "ACME") -> Supplier:
        return Supplier.objects.get_or_create(company=self.company, code=code, defaults={"name": code.title()})[0]

    def level(self, sku: str, warehouse: Warehouse | None = None) -> StockLevel:
        return StockLevel.objects.get(product=self.items[sku], warehouse=warehouse or self.warehouse)

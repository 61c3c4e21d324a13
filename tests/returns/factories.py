"""Orders that have been shipped and invoiced, ready to come back."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.models import Invoice
from billing.services.posting import new_draft, post
from omc.lib.actor import Actor, system
from orders.core import ledger
from orders.core.models import Company, Order, Product, Warehouse
from planning.models import StockLevel
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, WarehouseFactory, make_actor, make_company


def D(value: object) -> Decimal:  # noqa: N802  reads as the type it makes
    return Decimal(str(value))


class Shop:
    """A company with a warehouse, a customer, two items, and people who handle returns."""

    def __init__(self) -> None:
        self.company: Company = make_company()
        self.warehouse: Warehouse = WarehouseFactory(company=self.company, code="MAIN", is_default=True)
        self.customer = CustomerFactory(company=self.company, name="Nordwind Fittings")
        self.bolt: Product = ProductFactory(company=self.company, sku="BOLT", stock_unit="pc")
        self.nut: Product = ProductFactory(company=self.company, sku="NUT", stock_unit="pc")
        self.desk: Actor = make_actor(self.company, "csr_lead")
        self.dock: Actor = make_actor(self.company, "warehouse")
        self.service: Actor = make_actor(self.company, "service")
        self.finance: Actor = make_actor(self.company, "billing")

    def delivered(
        self, *items: tuple[Product, Any, Any], invoiced: bool = True, closed: bool = True, **fields: Any
    ) -> Order:
        """An order of which everything was shipped and delivered; invoiced it closes, unless told otherwise."""
        order: Order = OrderFactory(
            company=self.company,
            customer=fields.pop("customer", self.customer),
            state="shipped",
            warehouse=self.warehouse,
            items=list(items) or [(self.bolt, 10, "12.50"), (self.nut, 4, "3.00")],
            **fields,
        )
        steps = ("picked", "packed", "shipped", "delivered")
        lines = list(order.lines.order_by("position"))
        ledger.post(order.pk, [(line.pk, step, line.ordered) for line in lines for step in steps])
        if invoiced:
            self.invoice(order)
        order.refresh_from_db()
        assert order.state == ("closed" if invoiced else "shipped")
        return order

    def invoice(self, order: Order) -> Invoice:
        """Bill all of a delivered order, as its shipment's invoice would."""
        actor = system("test", self.company.pk)
        with transaction.atomic():
            order.refresh_from_db()
            lines = list(order.lines.order_by("position"))
            return post(new_draft(order), order, lines, {line.pk: line.ordered for line in lines}, actor=actor)

    def stock(self, product: Product) -> tuple[Decimal, Decimal]:
        """(on hand, of which not for sale)."""
        level = StockLevel.objects.filter(product=product, warehouse=self.warehouse).first()
        return (level.on_hand, level.unavailable) if level else (Decimal(0), Decimal(0))

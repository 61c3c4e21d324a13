"""What order entry's tests start from: a customer who may order, items with stock, people who enter."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from omc.lib.actor import Actor
from orders.core.inputs import LineInput
from orders.core.models import Company, Customer, KitComponent, LineKind, Order, Product, Warehouse
from orders.entry.services import save_draft, start_order, submit_order
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


@dataclass
class Desk:
    """A company with a warehouse and a customer, and somebody at the order desk."""

    company: Company = field(default_factory=make_company)
    csr: Actor = field(init=False)
    lead: Actor = field(init=False)
    warehouse: Warehouse = field(init=False)
    customer: Customer = field(init=False)

    def __post_init__(self) -> None:
        self.csr = make_actor(self.company, "csr")
        self.lead = make_actor(self.company, "csr_lead")
        self.warehouse = WarehouseFactory(company=self.company, is_default=True)
        self.customer = self.make_customer()

    def make_customer(self, **fields: Any) -> Customer:
        customer = CustomerFactory(company=self.company, **fields)
        AddressFactory(customer=customer)
        ContactFactory(customer=customer)
        return customer

    def item(self, *, stock: int = 0, **fields: Any) -> Product:
        product = ProductFactory(company=self.company, **fields)
        if stock:
            receive_stock(
                product_id=product.pk,
                warehouse_id=self.warehouse.pk,
                quantity=Decimal(stock),
                actor=make_actor(self.company, "ops"),
            )
        return product

    def kit(self, *parts: tuple[Product, int], **fields: Any) -> Product:
        kit = ProductFactory(company=self.company, kind=LineKind.KIT, **fields)
        KitComponent.objects.bulk_create(
            KitComponent(kit=kit, product=product, quantity=quantity) for product, quantity in parts
        )
        return kit

    def draft(self, *lines: LineInput, customer: Customer | None = None, **header: Any) -> Order:
        order = start_order(customer_id=(customer or self.customer).pk, actor=self.csr)
        return save_draft(order_id=order.pk, header=header, lines=lines, actor=self.csr)

    def pending(self, *lines: LineInput, customer: Customer | None = None, **header: Any) -> Order:
        order = self.draft(*lines, customer=customer, **header)
        return submit_order(order_id=order.pk, actor=self.csr)


def line(product: Product, quantity: Any = 1, **fields: Any) -> LineInput:
    """A line as somebody types it; a typed price with the reason that it needs."""
    if fields.get("unit_price") is not None:
        fields.setdefault("price_reason", "as agreed by phone")
    return LineInput(product_id=product.pk, quantity=Decimal(str(quantity)), **fields)

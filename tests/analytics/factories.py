"""Months of sales by rows alone."""

from datetime import date
from decimal import Decimal
from typing import Any

from analytics.services import rebuild_sales
from billing.models import Invoice, InvoiceLine
from omc.lib import clock
from omc.lib.actor import Actor, system
from orders.core.models import Company, Customer, LineKind, Order, Product
from tests.factories import CustomerFactory, ProductFactory, make_actor, make_company

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)


def D(value: object) -> Decimal:  # noqa: N802  reads as the type it makes
    return Decimal(str(value))


class Books:
    """A company whose invoices are written down directly."""

    def __init__(self) -> None:
        self.company: Company = make_company()
        self.customer: Customer = CustomerFactory(company=self.company)
        self.boss: Actor = make_actor(self.company, "exec")
        self.items: dict[str, Product] = {}

    def item(self, sku: str, **fields: Any) -> Product:
        if sku not in self.items:
            self.items[sku] = ProductFactory(company=self.company, sku=sku, **fields)
        return self.items[sku]

    def sell(
        self,
        day: date,
        *lines: tuple[str, object, object, object],
        kind: str = "invoice",
        state: str = "posted",
        customer: Customer | None = None,
        order: Order | None = None,
    ) -> Invoice:
        """Lines are (item, quantity, unit price, unit cost or None)."""
        invoice = Invoice.objects.create(
            company=self.company,
            number=f"{kind}-{Invoice.objects.count() + 1}",
            kind=kind,
            state=state,
            customer=customer or self.customer,
            order=order,
            currency="USD",
            invoice_date=day,
            created_at=clock.now(),
        )
        InvoiceLine.objects.bulk_create(
            InvoiceLine(
                invoice=invoice,
                position=position,
                product=self.item(sku),
                quantity=D(quantity),
                unit_price=D(price),
                net_amount=D(quantity) * D(price),
                net_base=D(quantity) * D(price),
                unit_cost=None if cost is None else D(cost),
                cost_base=None if cost is None else D(quantity) * D(cost),
                kind=LineKind.GOODS,
            )
            for position, (sku, quantity, price, cost) in enumerate(lines, start=1)
        )
        return invoice

    def two_months(self) -> None:
        """SPEC §14's fixture: profit 710 in August, 784 in September."""
        self.sell(date(2026, 8, 5), ("A", 100, 10, 6), ("B", 50, 20, 15), ("C", 20, 8, 5))
        self.sell(date(2026, 9, 30), ("A", 120, "10.5", "6.3"), ("B", 40, 20, 16), ("D", 10, 30, 18))
        self.rebuild()

    def rebuild(self) -> int:
        rows: int = rebuild_sales(actor=system("test", self.company.pk))
        return rows

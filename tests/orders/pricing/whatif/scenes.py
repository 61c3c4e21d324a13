"""A base list with a contract, a percentage and a promotion above it, and orders of last year at those prices."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from omc.accounts.models import User
from omc.lib import clock
from orders.core import ledger
from orders.core.models import Order, OrderLine, ProductUnit, Supplier, SupplierItem
from orders.core.models.products import Category
from orders.pricing.models import PriceList, TaxRule, WhatIf
from orders.pricing.services import BreakInput, load_tax_rules, price_lines, set_breaks
from orders.pricing.whatif import services
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company
from tests.orders.pricing.factories import PriceListFactory

PRICES = ("10", "2.37", "0.4100", "125.5", "33.3333", "7.77")


class Scene:
    """Six items P0 to P5, P0 and P1 in the category PIPE, P2 from the supplier ACME; three customers."""

    def __init__(self, orders: int = 8, lines: int = 5) -> None:
        self.company = make_company()
        self.actor = make_actor(self.company, "pricing")
        pipe = Category.objects.create(company=self.company, code="PIPE", name="Pipes")
        self.items = [
            ProductFactory(
                company=self.company,
                sku=f"P{number}",
                category=pipe if number < 2 else None,
                list_price=None,
                standard_cost=None if number == 5 else (Decimal(price) * Decimal("0.7")).quantize(Decimal("0.0001")),
            )
            for number, price in enumerate(PRICES)
        ]
        ProductUnit.objects.create(product=self.items[0], unit="BOX", factor=12)
        acme = Supplier.objects.create(company=self.company, code="ACME", name="Acme")
        SupplierItem.objects.create(supplier=acme, product=self.items[2], unit_price=Decimal(1))
        self.customers = [CustomerFactory(company=self.company) for _ in range(3)]
        self.base = PriceListFactory(company=self.company, code="BASE")
        rungs = [("1", "1"), ("10", "0.95"), ("50", "0.9")]
        ladders = [
            (f"P{n}", low, str(Decimal(price) * Decimal(part)), "")
            for n, price in enumerate(PRICES)
            for low, part in rungs
        ]
        self.set(self.base, [*ladders, ("P0", "1", "112.20", "BOX")])
        fixed = PriceListFactory(company=self.company, code="C0", kind="contract", customer=self.customers[0])
        self.set(fixed, [("P0", "1", "8.8", "")])
        off = PriceListFactory(company=self.company, code="C1", kind="contract", customer=self.customers[1])
        set_breaks(
            list_id=off.pk,
            rows=[BreakInput(sku="P3", min_quantity=Decimal(1), percent=Decimal("12.5"))],
            actor=self.actor,
        )
        promotion = PriceListFactory(company=self.company, code="PROMO", kind="promotion")
        self.set(promotion, [("P4", "20", "25", "")])
        if not TaxRule.objects.filter(company=self.company).exists():
            load_tax_rules(self.company)
        dice = random.Random(7)
        self.orders = [self.order(dice, lines) for _ in range(orders)]

    def set(self, price_list: PriceList, rows: list[tuple[str, str, str, str]]) -> None:
        typed = [
            BreakInput(
                sku=sku, min_quantity=Decimal(low), unit_price=Decimal(price).quantize(Decimal("0.0001")), unit=unit
            )
            for sku, low, price, unit in rows
        ]
        set_breaks(list_id=price_list.pk, rows=typed, actor=self.actor)

    def order(self, dice: random.Random, lines: int) -> Order:
        """Priced as the lists say; now and then a price is typed."""
        customer = dice.choice(self.customers)
        order = OrderFactory(company=self.company, customer=customer, confirmed=True)
        order.submitted_at = clock.now() - timedelta(days=dice.randrange(2, 360))
        order.save(update_fields=["submitted_at"])
        made = []
        for position, item in enumerate(dice.sample(self.items, lines), start=1):
            boxed = item.sku == "P0" and dice.random() < 0.5
            count, factor = Decimal(dice.choice([1, 3, 9, 10, 12, 49, 50, 200])), Decimal(12 if boxed else 1)
            made.append(
                OrderLine(
                    order=order, position=position, product=item, description=item.name, unit="BOX" if boxed else "pc",
                    unit_factor=factor, typed_quantity=count,
                )
            )  # fmt: skip
        self.price(order, made, {1: Decimal("5.5")} if dice.random() < 0.3 else {})
        OrderLine.objects.bulk_create(made)
        ledger.post(order.pk, [(line.pk, "ordered", line.typed_quantity * line.unit_factor) for line in made])
        return order

    def price(
        self, order: Order, lines: list[Any], typed: dict[int, Decimal] | None = None, on: date | None = None
    ) -> None:
        price_lines(
            document=order,
            lines=lines,
            customer=order.customer,
            ship_to=None,
            on=on or clock.today(self.company.time_zone),
            manual=typed,
            actor=self.actor,
        )

    @property
    def tomorrow(self) -> date:
        return clock.today(self.company.time_zone) + timedelta(days=1)

    def rule(self, value: str = "5", **more: Any) -> services.Rule:
        return services.Rule(**{"change": "percent", "value": Decimal(value), "valid_from": self.tomorrow} | more)

    def write(self, *args: Any, **more: Any) -> WhatIf:
        made: WhatIf = services.write_what_if(list_id=self.base.pk, rule=self.rule(*args, **more), actor=self.actor)
        return made

    def client(self, *roles: str) -> Client:
        user = make_actor(self.company, *roles).user_id if roles else self.actor.user_id
        client = Client()
        client.force_login(User.objects.get(pk=user), backend="omc.accounts.backends.RoleBackend")
        return client

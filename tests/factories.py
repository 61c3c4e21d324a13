"""Things that tests start from. A stage's own are in its test folder."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import factory

from omc.accounts.models import User
from omc.accounts.roles import ROLES
from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import ledger, numbers
from orders.core.actors import actor_of
from orders.core.models import (
    Address,
    Company,
    Contact,
    Customer,
    Membership,
    Order,
    OrderLine,
    Product,
    Warehouse,
)
from orders.core.services.companies import open_company

_numbers = iter(range(1, 10_000_000))


def make_company(code: str | None = None, **fields: Any) -> Company:
    """A company ready to work, as the service opens it."""
    code = code or f"co{next(_numbers)}"
    return open_company(code=code, name=fields.pop("name", f"Company {code}"), **fields)


def make_user(company: Company, *roles: str, username: str = "", **fields: Any) -> User:
    """A user who is a member of the company with these roles. The password is not usable; log in by force."""
    return _join(company, roles, username, fields).user


def make_actor(company: Company, *roles: str, channel: str = "ui") -> Actor:
    """The Actor of a new user with these roles."""
    return actor_of(_join(company, roles, "", {}), channel=channel)


def _join(company: Company, roles: Sequence[str], username: str, fields: dict[str, Any]) -> Membership:
    assert set(roles) <= set(ROLES)
    user = User(username=username or f"user{next(_numbers)}", **fields)
    user.set_unusable_password()
    user.save(force_insert=True)
    return Membership.objects.create(company=company, user=user, roles=sorted(set(roles)), is_default=True)


class WarehouseFactory(factory.django.DjangoModelFactory[Warehouse]):
    class Meta:
        model = Warehouse

    company = factory.LazyFunction(make_company)
    code = factory.Sequence(lambda n: f"W{n}")
    name = factory.LazyAttribute(lambda o: f"Warehouse {o.code}")
    calendar = factory.LazyAttribute(lambda o: o.company.calendar)


class CustomerFactory(factory.django.DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    company = factory.LazyFunction(make_company)
    code = factory.Sequence(lambda n: f"C{n:05d}")
    name = factory.LazyAttribute(lambda o: f"Customer {o.code}")
    currency = factory.LazyAttribute(lambda o: o.company.currency)
    created_at = factory.LazyFunction(clock.now)


class ContactFactory(factory.django.DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    customer = factory.SubFactory(CustomerFactory)
    name = "Pat Buyer"
    email = factory.Sequence(lambda n: f"buyer{n}@customer.example")
    is_primary = True


class AddressFactory(factory.django.DjangoModelFactory[Address]):
    class Meta:
        model = Address

    customer = factory.SubFactory(CustomerFactory)
    name = factory.LazyAttribute(lambda o: o.customer.name)
    street = "1 Main Street"
    postal_code = "12345"
    city = "Springfield"
    country = "US"
    is_default = True


class ProductFactory(factory.django.DjangoModelFactory[Product]):
    class Meta:
        model = Product

    company = factory.LazyFunction(make_company)
    sku = factory.Sequence(lambda n: f"SKU-{n:05d}")
    name = factory.LazyAttribute(lambda o: f"Item {o.sku}")
    list_price = Decimal("10.0000")
    standard_cost = Decimal("6.0000")
    created_at = factory.LazyFunction(clock.now)


class OrderFactory(factory.django.DjangoModelFactory[Order]):
    """An order in the state of a trait, by rows alone: ``OrderFactory(confirmed=True, items=[(product, 5, "10.00")])``.

    Use the services where the way there matters.
    """

    class Meta:
        model = Order
        skip_postgeneration_save = True

    class Params:
        pending = factory.Trait(state="pending", submitted_at=factory.LazyFunction(clock.now))
        confirmed = factory.Trait(
            state="confirmed",
            submitted_at=factory.LazyFunction(clock.now),
            confirmed_at=factory.LazyFunction(clock.now),
        )
        released = factory.Trait(
            state="released",
            submitted_at=factory.LazyFunction(clock.now),
            confirmed_at=factory.LazyFunction(clock.now),
        )

    company = factory.LazyFunction(make_company)
    customer = factory.LazyAttribute(lambda o: CustomerFactory(company=o.company))
    currency = factory.LazyAttribute(lambda o: o.company.currency)
    number = factory.LazyAttribute(
        lambda o: None if getattr(o, "state", "draft") == "draft" else numbers.next_number(o.company.pk, "order")
    )
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def items(self: Any, create: bool, items: Sequence[tuple[Product, Any, Any]] | None, **kwargs: Any) -> None:
        """(product, quantity, unit price) per line, sold from stock."""
        if not items:
            return
        net = Decimal(0)
        lines = []
        for position, (product, quantity, price) in enumerate(items, start=1):
            amount = (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"))
            net += amount
            lines.append(
                OrderLine(
                    order=self,
                    position=position,
                    product=product,
                    description=product.name,
                    unit=product.stock_unit,
                    typed_quantity=Decimal(quantity),
                    unit_price=Decimal(price),
                    list_price=Decimal(price),
                    net_amount=amount,
                    net_base=amount,
                    unit_cost=product.cost,
                    cost_base=None
                    if product.cost is None
                    else (product.cost * Decimal(quantity)).quantize(Decimal("0.01")),
                )
            )
        OrderLine.objects.bulk_create(lines)
        ledger.post(self.pk, [(line.pk, "ordered", line.typed_quantity) for line in lines])
        self.net_amount = self.total_amount = self.net_base = net
        self.line_count = len(lines)
        self.save(update_fields=["net_amount", "total_amount", "net_base", "line_count"])

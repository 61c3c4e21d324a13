"""Where the measures happen: the grown company for what is read, a small new one beside it for what is written."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.test import Client

from billing import services as billing
from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.actors import actor_for
from orders.core.inputs import LineInput
from orders.core.models import Address, Company, Contact, Customer, Membership, Order, Product, Warehouse
from orders.core.services.companies import open_company, set_membership
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.prioritization import services as prioritization
from orders.scheduling import services as scheduling
from planning import services as planning
from planning.models import CapacityDay


def grown() -> Company:
    """The company with nearly all orders."""
    largest = Order.objects.values("company").annotate(orders=Count("id")).order_by("-orders")[0]
    return Company.objects.get(pk=largest["company"])


def someone(role: str, company: Company) -> User:
    found = Membership.objects.filter(company=company, roles__contains=[role]).select_related("user").order_by("id")[0]
    return found.user


def browser(role: str, company: Company) -> Client:
    """A logged-in browser without a network between."""
    client = Client()
    client.force_login(someone(role, company), backend="omc.accounts.backends.RoleBackend")
    return client


def get(client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
    return _answered(client.get(path, data or {}), path)


def post(client: Client, path: str, data: dict[str, Any]) -> Any:
    return _answered(client.post(path, data), path)


def _answered(response: Any, path: str) -> Any:
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    if response.streaming:
        b"".join(response.streaming_content)
    return response


@dataclass
class World:
    """A small company with somebody who may do everything, and much of every item."""

    company: Company
    actor: Actor
    customer: Customer
    products: list[Product]

    def lines(self, count: int) -> list[LineInput]:
        return [LineInput(product_id=product.pk, quantity=Decimal(1)) for product in self.products[:count]]


def make_world(items: int) -> World:
    """Opened anew for each measure, so that what one leaves behind is no part of another."""
    number = Company.objects.count()
    company = open_company(code=f"bench-{number}", name=f"Bench {number}")
    user, _made = User.objects.get_or_create(username="bench", defaults={"full_name": "Bench"})
    set_membership(company_id=company.pk, user_id=user.pk, roles=["admin"])
    actor = actor_for(user, company)
    at = clock.now()
    warehouse = Warehouse.objects.create(
        company=company, code="MAIN", name="Main", calendar=company.calendar, is_default=True
    )
    customer = Customer.objects.create(
        company=company, code="C1", name="Customer", currency=company.currency, default_warehouse=warehouse,
        credit_limit=None, created_at=at,
    )  # fmt: skip
    Address.objects.create(
        customer=customer, name=customer.name, street="1 Main Street", postal_code="12345", city="Springfield",
        country="US", is_default=True,
    )  # fmt: skip
    Contact.objects.create(customer=customer, name="Pat Buyer", email="pat@customer.example", is_primary=True)
    products = Product.objects.bulk_create(
        Product(
            company=company, sku=f"B-{n:05d}", name=f"Item {n}", list_price=Decimal("10"), standard_cost=Decimal("6"),
            created_at=at,
        )
        for n in range(items)
    )  # fmt: skip
    for product in products:
        planning.receive_stock(
            product_id=product.pk, warehouse_id=warehouse.pk, quantity=Decimal(100_000), unit_cost=Decimal(6),
            actor=actor,
        )  # fmt: skip
    today = clock.today(company.time_zone)
    CapacityDay.objects.bulk_create(
        CapacityDay(company=company, warehouse=warehouse, day=today + timedelta(days=n), minutes=100_000)
        for n in range(60)
    )
    return World(company, actor, customer, products)


def submitted(world: World, lines: int) -> Order:
    return entry.enter_order(customer_id=world.customer.pk, lines=world.lines(lines), submit=True, actor=world.actor)


def confirmed(world: World, lines: int) -> Order:
    return entry.confirm_order(order_id=submitted(world, lines).pk, actor=world.actor)


def invoiced(world: World, lines: int) -> None:
    """From entry to posted invoice, each step called by name, without consumers and documents."""
    actor = world.actor
    order = confirmed(world, lines)
    prioritization.rank_order(order_id=order.pk, actor=actor)
    (plan,) = scheduling.plan_order(order_id=order.pk, actor=actor)
    scheduling.release_shipment(planned_id=plan.pk, actor=actor)
    shipment = fulfillment.start_picking(planned_id=plan.pk, actor=actor)
    fulfillment.pick_shipment(shipment_id=shipment.pk, actor=actor)
    fulfillment.pack_shipment(shipment_id=shipment.pk, parcels=[fulfillment.ParcelInput()], actor=actor)
    fulfillment.ship_shipment(shipment_id=shipment.pk, actor=actor)
    billing.invoice_shipment(shipment_id=shipment.pk, actor=actor)

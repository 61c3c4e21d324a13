"""Customers: make one, change what is agreed."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Company, Customer, Product
from orders.core.services.history import change_row
from orders.core.services.search import Findable, index


def findable(customer: Customer) -> Findable:
    """How search finds a customer."""
    return Findable(
        kind="customer",
        object_id=customer.pk,
        title=customer.name,
        url=reverse("core:customer", args=[customer.pk]),
        words=[customer.code, customer.tax_registration],
        permission="orders.view_order",
        weight=5,
    )


def findable_item(product: Product) -> Findable:
    """How search finds an item: by SKU, name, barcode and every other name (``aliases`` and ``units`` are read)."""
    return Findable(
        kind="item",
        object_id=product.pk,
        title=f"{product.sku} {product.name}",
        url=reverse("core:product", args=[product.pk]),
        words=[
            product.barcode,
            *(alias.alias for alias in product.aliases.all()),
            *(unit.barcode for unit in product.units.all()),
        ],
        permission="orders.view_order",
        weight=3,
    )


def customers_found(company_id: int) -> Iterator[Findable]:
    """Every customer for search."""
    return (findable(row) for row in Customer.objects.filter(company_id=company_id).iterator(2000))


def items_found(company_id: int) -> Iterator[Findable]:
    """Every item for search."""
    rows = Product.objects.filter(company_id=company_id).prefetch_related("aliases", "units")
    return (findable_item(row) for row in rows.iterator(1000))


@verb(silent="master data keeps its own before/after history")
def add_customer(*, code: str, name: str, actor: Actor, **fields: Any) -> Customer:
    """Take in a new customer.

    Raises: InvalidInput when the code is taken
    """
    require(actor, "orders.manage_customer")
    if Customer.objects.filter(company_id=actor.company_id, code=code).exists():
        raise InvalidInput(f"There is a customer {code} already.", field="code")
    fields.setdefault("currency", Company.objects.get(pk=actor.company_id).currency)
    customer = Customer.objects.create(
        company_id=actor.company_id, code=code, name=name, created_at=clock.now(), **fields
    )
    index(actor.company_id, [findable(customer)])
    return customer


@verb(silent="master data keeps its own before/after history")
def change_customer(*, customer_id: int, values: Mapping[str, Any], actor: Actor) -> Customer:
    """Change what is agreed with a customer; before and after are kept.

    Raises: NotFound, InvalidInput
    """
    require(actor, "orders.manage_customer")
    customer = Customer.objects.select_for_update().filter(pk=customer_id, company_id=actor.company_id).first()
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    try:
        changed = change_row(customer, values, actor=actor)
    except ValidationError as error:
        name, said = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(said), field=name) from error
    if changed:
        index(actor.company_id, [findable(customer)])
    return customer

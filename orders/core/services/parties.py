"""Customers: make one, change what is agreed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Company, Customer
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

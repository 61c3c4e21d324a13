"""Customers and items as lists read them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from omc.lib.actor import Actor
from orders.core.models import Address, Contact, Customer, Hold, HoldState, Order, Product, ProductAlias
from orders.core.selectors.among import among
from orders.core.selectors.orders import OPEN_STATES


def customer_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Customer]:
    """Customers of the company that meet the filters of ``CustomerFilterForm``; each may be missing."""
    rows = Customer.objects.filter(company_id=actor.company_id).select_related(
        "facts", "terms", "csr", "salesperson", "default_warehouse"
    )
    text = str(filters.get("text") or "").strip()
    if text:
        rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))
    if filters.get("customer_class"):
        rows = rows.filter(customer_class=filters["customer_class"])
    if filters.get("overdue") and actor.can("billing.view_invoice"):
        rows = rows.filter(facts__overdue_base__gt=0)
    if filters.get("held"):
        rows = rows.filter(Exists(Hold.objects.exclude(status=HoldState.RESOLVED).filter(customer=OuterRef("pk"))))
    return _active(rows, str(filters.get("show") or ""), text)


def product_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Product]:
    """Items of the company that meet the filters of ``ProductFilterForm``; each may be missing."""
    rows = Product.objects.filter(company_id=actor.company_id).select_related("category")
    text = str(filters.get("text") or "").strip()
    if text:
        alias = ProductAlias.objects.filter(company_id=actor.company_id, alias__istartswith=text)
        rows = rows.filter(
            Q(sku__istartswith=text) | Q(name__icontains=text) | Q(barcode=text) | among("pk", alias, "product_id")
        )
    for name in ("category", "kind"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    return _active(rows, str(filters.get("show") or ""), text)


def _active(rows: QuerySet[Any], show: str, text: str) -> QuerySet[Any]:
    """Active rows unless asked otherwise; whoever searches for one finds it in any case."""
    if show == "all" or (text and not show):
        return rows
    return rows.filter(is_active=show != "inactive")


def open_orders_of(customer_ids: Sequence[int]) -> dict[int, tuple[int, Decimal]]:
    """Open orders of these customers: how many, and their net in company currency; one query."""
    rows = (
        Order.objects.filter(customer_id__in=customer_ids, state__in=OPEN_STATES)
        .order_by()
        .values_list("customer_id")
        .annotate(orders=Count("id"), net=Sum("net_base"))
    )
    return {customer_id: (orders, net) for customer_id, orders, net in rows}


class MainParts:
    """The main address and contact of some customers, read when somebody asks, one query each."""

    def __init__(self, customer_ids: Sequence[int]) -> None:
        self.customer_ids = customer_ids

    @cached_property
    def places(self) -> dict[int, Address]:
        rows = Address.objects.filter(customer_id__in=self.customer_ids, is_active=True)
        return {row.customer_id: row for row in rows.order_by("is_default", "-id")}

    @cached_property
    def persons(self) -> dict[int, Contact]:
        rows = Contact.objects.filter(customer_id__in=self.customer_ids, is_active=True)
        return {row.customer_id: row for row in rows.order_by("is_primary", "-id")}

"""How search finds customers, items, suppliers and warehouses."""

from collections.abc import Iterator

from django.urls import reverse

from orders.core.models import Customer, Product, Supplier, Warehouse
from orders.core.services.search import Findable


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


def findable_house(row: Supplier | Warehouse) -> Findable:
    """How search finds a supplier or a warehouse."""
    kind = "supplier" if isinstance(row, Supplier) else "warehouse"
    return Findable(
        kind=kind,
        object_id=row.pk,
        title=row.name,
        url=reverse(f"core:{kind}", args=[row.pk]),
        words=[row.code],
        permission="orders.view_order",
        weight=2,
    )


def customers_found(company_id: int) -> Iterator[Findable]:
    """Every customer for search."""
    return (findable(row) for row in Customer.objects.filter(company_id=company_id).iterator(2000))


def items_found(company_id: int) -> Iterator[Findable]:
    """Every item for search."""
    rows = Product.objects.filter(company_id=company_id).prefetch_related("aliases", "units")
    return (findable_item(row) for row in rows.iterator(1000))


def suppliers_found(company_id: int) -> Iterator[Findable]:
    """Every supplier for search."""
    return (findable_house(row) for row in Supplier.objects.filter(company_id=company_id))


def warehouses_found(company_id: int) -> Iterator[Findable]:
    """Every warehouse for search."""
    return (findable_house(row) for row in Warehouse.objects.filter(company_id=company_id))

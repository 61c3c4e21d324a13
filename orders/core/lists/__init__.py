"""Core's own lists, declared."""

from omc.lib.registry import registry


def register() -> None:
    from orders.core.lists.orders import ORDERS
    from orders.core.lists.parties import CUSTOMERS, PRODUCTS
    from orders.core.lists.work import DUTIES, HOLDS, JOBS

    for declared in (ORDERS, CUSTOMERS, PRODUCTS, DUTIES, HOLDS, JOBS):
        registry.lists.add(declared.key, declared)

"""What customers' orders want from suppliers: special orders, and what suppliers send themselves."""

from typing import Any

from django.db.models import F, Q, QuerySet

from omc.lib.actor import Actor
from planning.models import FROM_SUPPLIER, Promise, SupplyState
from planning.selectors.sources import sources_of
from planning.selectors.stock import OPEN_SUPPLY


def specials(actor: Actor, text: str = "", show: str = "") -> QuerySet[Promise]:
    """Open promises that suppliers have to send something for. ``show``: unordered, ordered, or everything."""
    rows = Promise.objects.filter(
        company_id=actor.company_id, is_open=True, source__in=FROM_SUPPLIER, quantity__gt=F("allocated")
    )
    if text:
        rows = rows.filter(
            Q(product__sku__istartswith=text) | Q(order__number__iexact=text) | Q(order__customer__name__icontains=text)
        )
    ordered = Q(supply_line__supply__state__in=OPEN_SUPPLY)
    if show == "ordered":
        rows = rows.filter(ordered)
    elif show == "unordered":
        rows = rows.exclude(ordered)
    return rows.select_related("order__customer", "line", "product", "warehouse", "supply_line__supply__supplier")


def say_what_is_ordered(promises: list[Any]) -> None:
    """Set on each: ``coming``, its open supply line, or ``missing``, why nothing is ordered for it (empty: not yet)."""
    suppliers = sources_of({row.product_id for row in promises if row.source in FROM_SUPPLIER})
    for row in promises:
        line = row.supply_line if row.source in FROM_SUPPLIER else None
        row.coming = line if line is not None and line.supply.state in OPEN_SUPPLY else None
        row.missing = ""
        if row.source in FROM_SUPPLIER and row.coming is None and row.quantity > row.allocated:
            row.missing = "order"
            if row.product_id not in suppliers:
                row.missing = "supplier"
            elif line is not None and line.supply.state == SupplyState.CANCELLED:
                row.missing = "cancelled"

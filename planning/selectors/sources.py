"""Who would supply an item, and how long that takes."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from orders.core.models import SupplierItem


@dataclass(frozen=True, slots=True)
class Source:
    """The supplier to order an item from. Units: ``unit_cost`` in company currency per stock unit, calendar days."""

    supplier_id: int
    unit_cost: Decimal
    lead_time_days: int
    minimum: Decimal
    multiple: Decimal

    def lot(self, quantity: Decimal) -> Decimal:
        """What has to be ordered to get ``quantity``.

        Rounds: up to the supplier's minimum and multiple.

        >>> Source(1, Decimal(2), 5, Decimal(10), Decimal(4)).lot(Decimal(3))
        Decimal('12')
        """
        wanted = max(quantity, self.minimum)
        if self.multiple <= 0:
            return wanted
        return (wanted / self.multiple).to_integral_value(ROUND_CEILING) * self.multiple


def sources_of(product_ids: Collection[int]) -> dict[int, Source]:
    """By item: its cheapest supplier that is in use, of two the quicker. Items that nobody supplies are left out."""
    if not product_ids:
        return {}
    rows = SupplierItem.objects.filter(product_id__in=set(product_ids), supplier__is_active=True).select_related(
        "supplier"
    )
    found: dict[int, Source] = {}
    offers = [
        (row.unit_price, row.supplier.lead_time_days if row.lead_time_days is None else row.lead_time_days, row.pk, row)
        for row in rows
    ]
    for price, days, _pk, row in sorted(offers, key=lambda offer: offer[:3]):
        source = Source(row.supplier_id, price, days, row.minimum_quantity, row.order_multiple)
        found.setdefault(row.product_id, source)
    return found

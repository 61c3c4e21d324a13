"""The lists of stock, back-orders, supply orders and forecasts, and where people may write about a supply order."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Document, registry
from orders.core.services.search import Findable
from planning.lists.forecasts import FORECASTS
from planning.lists.stock import BACKORDERS, SEE, STOCK
from planning.lists.supply import SPECIALS, SUPPLY
from planning.models import SupplyOrder
from planning.places import lists as places
from planning.services.supply import findable


def _findables(company_id: int) -> Iterator[Findable]:
    rows = SupplyOrder.objects.filter(company_id=company_id).prefetch_related("lines__product")
    return (findable(row, [line.product.sku for line in row.lines.all()]) for row in rows.iterator(500))


def register() -> None:
    for declared in (STOCK, BACKORDERS, SPECIALS, SUPPLY, FORECASTS):
        registry.lists.add(declared.key, declared)
    places.register()
    registry.documents.add(
        "supplyorder",
        Document("supplyorder", _("Supply order"), "planning.SupplyOrder", SEE, "planning:supply"),
    )
    registry.search.add("supply", _findables)

"""The list of supply orders, and where people may write about one."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from omc.lib.registry import Document, registry
from orders.core.services.search import Findable
from planning.forms import SupplyFilterForm
from planning.models import SupplyOrder
from planning.selectors.stock import supply_orders
from planning.services.supply import findable


def _form(data: Any, actor: Actor) -> SupplyFilterForm:
    return SupplyFilterForm(data)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[SupplyOrder]:
    return supply_orders(actor, filters.get("text") or "", filters.get("state") or "")


SUPPLY = ListView(
    key="supply-orders",
    name=_("Supply orders"),
    unit=_("supply orders"),
    one=_("supply order"),
    permission="planning.view_stock",
    url="planning:supply-orders",
    subject="supplyorder",
    rows=_rows,
    form=_form,
    columns=(
        lists.link("number", _("Number"), "planning:supply", "number"),
        lists.state("state", _("State")),
        lists.text("supplier", _("Supplier"), "supplier", css="clip"),
        lists.text("warehouse", _("Deliver to"), "warehouse"),
        lists.day("expected", _("Expected"), "expected_date"),
        lists.money("cost", _("Cost"), "net_base", permission="orders.view_cost"),
        lists.moment("ordered", _("Ordered"), "created_at"),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-id",), "ordered"),
        "oldest": Sort(_("Oldest first"), ("id",), "ordered"),
        "expected": Sort(_("Expected first"), ("expected_date", "id"), "expected"),
    },
)


def _findables(company_id: int) -> Iterator[Findable]:
    rows = SupplyOrder.objects.filter(company_id=company_id).prefetch_related("lines__product")
    return (findable(row, [line.product.sku for line in row.lines.all()]) for row in rows.iterator(500))


def register() -> None:
    registry.lists.add(SUPPLY.key, SUPPLY)
    registry.documents.add(
        "supplyorder",
        Document("supplyorder", _("Supply order"), "planning.SupplyOrder", "planning.view_stock", "planning:supply"),
    )
    registry.search.add("supply", _findables)

"""The lists of stock and of what it could not give."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.money import plain
from omc.lib.templatetags import ui
from planning.forms import BackorderFilterForm, StockFilterForm
from planning.models import Promise, StockLevel
from planning.selectors import stock as reads

SEE = "planning.view_stock"
UNIT = "product.stock_unit"


def _stock_form(data: Any, actor: Actor) -> StockFilterForm:
    return StockFilterForm(data, company_id=actor.company_id)


def _levels(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[StockLevel]:
    warehouse = filters.get("warehouse")
    return reads.stock_levels(actor, filters.get("text") or "", warehouse and warehouse.pk, filters.get("show") or "")


def _shelve(rows: list[Any], look: Look) -> None:
    for shelf in reads.shelves(look.actor, rows):
        shelf.level.shelf, shelf.level.now = shelf, shelf.now  # type: ignore[attr-defined]


def _item(row: Any, look: Look) -> SafeString:
    url = reverse("planning:item", args=[row.product_id])
    name = format_html('<div class="sub clip">{}</div>', row.product.name)
    return format_html('<a href="{}?warehouse={}">{}</a>{}', url, row.warehouse_id, row.product.sku, name)


def _short(level: Any, look: Look) -> SafeString:
    shown = ui.qty(level.shelf.backordered, level.product.stock_unit)
    return ui.chip(shown, "risk", "package-x") if level.shelf.backordered else shown


def _next_supply(row: Any, look: Look) -> SafeString:
    if not row.now or not row.now.next_supply:
        return format_html('<span class="missing">{}</span>', _now("none on order"))
    quantity = ui.qty(row.now.next_supply_quantity, row.product.stock_unit)
    return format_html("{} · {}", quantity, ui.when(row.now.next_supply))


ITEM = Column("item", _("Item"), lambda row, look: row.product.sku, _item)
NEXT_SUPPLY = (
    Column("next_supply", _("Next supply"), lambda row, look: row.now and row.now.next_supply, _next_supply),
    lists.measured("next_quantity", _("Quantity of it"), "now.next_supply_quantity", UNIT, shown=False),
)

STOCK = ListView(
    key="stock",
    name=_("Stock"),
    unit=_("rows"),
    one=_("row"),
    permission=SEE,
    url="planning:stock",
    rows=_levels,
    form=_stock_form,
    prepare=_shelve,
    columns=(
        ITEM,
        lists.text("name", _("Name"), "product.name", shown=False, css="clip"),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.measured("on_hand", _("On hand"), "now.on_hand", UNIT, term="on_hand"),
        lists.measured("allocated", _("Allocated"), "now.allocated", UNIT, term="allocation"),
        lists.measured("blocked", _("Blocked"), "now.unavailable", UNIT),
        lists.measured("available", _("Can be promised"), "now.available", UNIT, term="available_to_promise"),
        lists.measured("backordered", _("Back-ordered"), "shelf.backordered", UNIT, draw=_short, term="backorder"),
        *NEXT_SUPPLY,
        lists.measured("reorder", _("Reorder point"), "reorder_point", UNIT, shown=False),
    ),
    sorts={
        "sku": Sort(_("SKU"), ("product__sku", "id"), "item"),
        "most": Sort(_("Most on hand"), ("-on_hand", "-id")),
        "least": Sort(_("Least on hand"), ("on_hand", "id")),
    },
)


def _backorder_form(data: Any, actor: Actor) -> BackorderFilterForm:
    return BackorderFilterForm(data, company_id=actor.company_id)


def _backorders(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Promise]:
    rows = reads.backorders(actor, filters.get("text") or "")
    return rows.filter(warehouse=filters["warehouse"]) if filters.get("warehouse") else rows


def _beside_stock(rows: list[Any], look: Look) -> None:
    """Each back-ordered promise beside what is free and coming of its item."""
    levels = reads.stock_levels(look.actor).filter(product_id__in={row.product_id for row in rows})
    shelves = reads.shelves(look.actor, list(levels))
    found = {(shelf.level.product_id, shelf.level.warehouse_id): shelf.now for shelf in shelves}
    for row in rows:
        row.now = found.get((row.product_id, row.warehouse_id))


def _order_supply(row: Any, look: Look) -> SafeString:
    if not look.actor.can("planning.order_supply"):
        return SafeString("")
    return format_html(
        '<a class="button small" href="{}?product={}&amp;warehouse={}&amp;quantity={}">{}</a>',
        reverse("planning:new-supply"),
        row.product_id,
        row.warehouse_id,
        plain(row.backordered),
        _now("Order supply"),
    )


BACKORDERS = ListView(
    key="back-orders",
    name=_("Back-orders"),
    unit=_("back-orders"),
    one=_("back-order"),
    permission=SEE,
    url="planning:backorders",
    rows=_backorders,
    form=_backorder_form,
    prepare=_beside_stock,
    columns=(
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.link("customer", _("Customer"), "core:customer", "order.customer", to="order.customer_id", css="clip"),
        ITEM,
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.measured("backordered", _("Back-ordered"), "backordered", UNIT, term="backorder"),
        lists.day("ship_date", _("Promised to ship"), "ship_date"),
        lists.text("source", _("From"), "get_source_display"),
        lists.measured("free", _("Free now"), "now.free", UNIT),
        *NEXT_SUPPLY,
        lists.buttons("supply", _order_supply),
    ),
    sorts={
        "day": Sort(_("Earliest ship date"), ("ship_date", "id"), "ship_date"),
        "latest": Sort(_("Latest ship date"), ("-ship_date", "-id"), "ship_date"),
        "most": Sort(_("Most back-ordered"), ("-backordered", "-id")),
    },
)

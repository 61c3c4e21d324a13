"""The lists of stock, back-orders, supply orders and forecasts, and where people may write about a supply order."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.money import plain
from omc.lib.registry import Document, registry
from omc.lib.templatetags import charts, ui
from orders.core.services.search import Findable
from planning.forms import BackorderFilterForm, ForecastFilterForm, SpecialFilterForm, StockFilterForm, SupplyFilterForm
from planning.models import Forecast, Promise, StockLevel, SupplyOrder
from planning.selectors import forecasts as forecasting
from planning.selectors import specials as bought
from planning.selectors import stock as reads
from planning.selectors.stock import supply_orders
from planning.services.supply import findable

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


def _special_form(data: Any, actor: Actor) -> SpecialFilterForm:
    return SpecialFilterForm(data)


def _specials(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Promise]:
    return bought.specials(actor, filters.get("text") or "", filters.get("show") or "")


def _beside_supply(rows: list[Any], look: Look) -> None:
    bought.say_what_is_ordered(rows)
    for row in rows:
        row.wanted = row.quantity - row.allocated


def _coming(row: Any, look: Look) -> SafeString:
    if row.coming:
        supply = row.coming.supply
        link = format_html('<a href="{}">{}</a>', reverse("planning:supply", args=[supply.pk]), supply)
        return format_html('{}<div class="sub clip">{}</div>', link, supply.supplier)
    return ui.chip(NOT_ORDERED[row.missing], "risk", "shopping-cart") if row.missing else SafeString("")


NOT_ORDERED = {
    "order": _("not ordered yet"),
    "supplier": _("nobody supplies it"),
    "cancelled": _("supply was cancelled"),
}
SPECIALS = ListView(
    key="special-orders",
    name=_("Special orders"),
    unit=_("lines"),
    one=_("line"),
    permission=SEE,
    url="planning:specials",
    rows=_specials,
    form=_special_form,
    prepare=_beside_supply,
    columns=(
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.link("customer", _("Customer"), "core:customer", "order.customer", to="order.customer_id", css="clip"),
        ITEM,
        lists.measured("wanted", _("Still to come"), "wanted", UNIT),
        lists.text("how", _("How"), "get_source_display"),
        Column("supply", _("Supply order"), lambda row, look: row.coming and str(row.coming.supply), _coming),
        lists.day("expected", _("Expected"), lambda row: row.coming and row.coming.expected_date),
        lists.day("ship_date", _("Promised to ship"), "ship_date"),
    ),
    sorts={
        "day": Sort(_("Earliest ship date"), ("ship_date", "id"), "ship_date"),
        "latest": Sort(_("Latest ship date"), ("-ship_date", "-id"), "ship_date"),
    },
)


def _forecast_form(data: Any, actor: Actor) -> ForecastFilterForm:
    return ForecastFilterForm(data)


def _forecasts(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Forecast]:
    return forecasting.current_forecasts(actor, filters.get("text") or "", filters.get("kind") or "")


def _judge(rows: list[Any], look: Look) -> None:
    for row in rows:
        row.figures, row.next_month = forecasting.figures_of(row), row.values[0] if row.values else None


def _demand(row: Any, look: Look) -> SafeString:
    return charts.sparkline(row.history, _now("Demand of %(sku)s by month") % {"sku": row.product.sku})


def _forecast_item(row: Any, look: Look) -> SafeString:
    url, name = reverse("planning:forecast", args=[row.pk]), row.product.name
    return format_html('<a href="{}">{}</a><div class="sub clip">{}</div>', url, row.product.sku, name)


FORECASTS = ListView(
    key="forecasts",
    name=_("Demand forecasts"),
    unit=_("forecasts"),
    one=_("forecast"),
    permission=SEE,
    url="planning:forecasts",
    rows=_forecasts,
    form=_forecast_form,
    prepare=_judge,
    columns=(
        Column("item", _("Item"), lambda row, look: row.product.sku, _forecast_item),
        lists.text("name", _("Name"), "product.name", shown=False, css="clip"),
        Column("demand", _("Demand by month"), lambda row, look: " ".join(map(str, row.history)), _demand),
        lists.measured("next_month", _("Next month"), "next_month", UNIT),
        lists.text("model", _("Model"), lambda row: forecasting.MODEL_NAMES.get(row.model, row.model)),
        lists.percent("error", _("Error"), "figures.error", missing=_("not judged"), term="forecast_error"),
        lists.percent("naive_error", _("Naive error"), "figures.naive_error", missing=_("not judged")),
        lists.percent("better_by", _("Better by"), "figures.better_by", plus=True, missing="–"),
        lists.percent("bias", _("Bias"), "figures.bias", plus=True, missing="–"),
        lists.quantity("months", _("Months"), lambda row: len(row.history)),
    ),
    sorts={
        "sku": Sort(_("SKU"), ("product__sku", "id"), "item"),
        "worst": Sort(_("Largest error"), ("-wape", "-id"), "", Q(wape__isnull=False)),
        "best": Sort(_("Smallest error"), ("wape", "id"), "", Q(wape__isnull=False)),
    },
)


def _form(data: Any, actor: Actor) -> SupplyFilterForm:
    return SupplyFilterForm(data)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[SupplyOrder]:
    return supply_orders(actor, filters.get("text") or "", filters.get("state") or "")


SUPPLY = ListView(
    key="supply-orders",
    name=_("Supply orders"),
    unit=_("supply orders"),
    one=_("supply order"),
    permission=SEE,
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
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "ordered"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "ordered"),
        "expected": Sort(_("Expected first"), ("expected_date", "id"), "expected"),
    },
)


def _findables(company_id: int) -> Iterator[Findable]:
    rows = SupplyOrder.objects.filter(company_id=company_id).prefetch_related("lines__product")
    return (findable(row, [line.product.sku for line in row.lines.all()]) for row in rows.iterator(500))


def register() -> None:
    for declared in (STOCK, BACKORDERS, SPECIALS, SUPPLY, FORECASTS):
        registry.lists.add(declared.key, declared)
    registry.documents.add(
        "supplyorder",
        Document("supplyorder", _("Supply order"), "planning.SupplyOrder", SEE, "planning:supply"),
    )
    registry.search.add("supply", _findables)

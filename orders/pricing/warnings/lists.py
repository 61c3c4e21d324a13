"""Cost warnings, their items and what they reach, as lists."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import Document, registry
from orders.pricing.models import CostWarningRow
from orders.pricing.warnings.forms import item_filter, row_filter, warning_filter
from orders.pricing.warnings.selectors import moved_items, reached_rows, warning_list, year_from

SEE = "orders.view_cost"

WARNINGS = ListView(
    key="cost-warnings",
    name=_("Cost warnings"),
    unit=_("warnings"),
    one=_("warning"),
    permission=SEE,
    url="pricing:cost-warnings",
    subject="costwarning",
    rows=warning_list,
    form=warning_filter,
    columns=(
        lists.link("what", _("What rose"), "pricing:cost-warning"),
        lists.state("state", _("State")),
        lists.quantity("items", _("Items"), "items"),
        lists.quantity("quotes", _("Quotes"), "quotes"),
        lists.quantity("orders", _("Orders"), "orders"),
        lists.quantity("prices", _("Prices"), "prices"),
        lists.money("stake", _("At stake a year"), "stake_base", permission=SEE),
        lists.money("rise", _("Costs more a year"), "rise_base", permission=SEE, shown=False),
        lists.text("changed_by", _("Changed by"), "changed_by", missing=_("a receipt or a file")),
        lists.moment("changed", _("Changed"), "changed_at"),
        lists.moment("raised", _("Raised"), "raised_at"),
        lists.moment("decided", _("Decided"), "decided_at", missing=_("not yet")),
        lists.text("decision", _("Decision"), "decision", shown=False),
    ),
    sorts={
        "stake": Sort(_("Most at stake first"), ("-stake_base", "-id"), "stake"),
        "newest": Sort(_("Newest first"), ("-id",), "raised"),
    },
)

ITEMS = ListView(
    key="cost-warning-items",
    name=_("Items whose cost rose"),
    unit=_("items"),
    one=_("item"),
    permission=SEE,
    url="pricing:cost-warning-items",
    rows=moved_items,
    form=item_filter,
    columns=(
        lists.link("item", _("Item"), "core:product", "product", to="product_id", sub=lambda row: row.product.name),
        lists.link("warning", _("Warning"), "pricing:cost-warning", "warning", to="warning_id", shown=False),
        lists.text("kind", _("Cost"), "get_kind_display"),
        lists.money("before", _("Before"), "before", places=4, permission=SEE),
        lists.money("after", _("After"), "after", places=4, permission=SEE),
        lists.percent("change", _("Change"), "change_percent", plus=True),
        lists.percent("floor", _("Margin floor"), "floor_percent"),
        lists.measured("year", _("Sold in twelve months"), "year_quantity", "product.stock_unit"),
        lists.money("rise", _("Costs more a year"), "rise_base", permission=SEE),
    ),
    sorts={
        "first": Sort(_("As they were found"), ("id",)),
        "rise": Sort(_("Largest change first"), ("-change_percent", "-id"), "change"),
    },
)


def _where(row: CostWarningRow) -> tuple[str, str]:
    """The document or list that it stands on: its name and address."""
    if row.quote_id:
        return str(row.quote), reverse("pricing:quote", args=[row.quote_id])
    if row.order_id:
        return str(row.order), reverse("core:order", args=[row.order_id])
    if row.price_break:
        return row.price_break.price_list.code, reverse("pricing:price-list", args=[row.price_break.price_list_id])
    asked = {"product": row.product_id, "customer": row.customer_id, "first": year_from(row.warning)}
    return str(_("Sold")), f"{reverse('pricing:sold-lines')}?{urlencode(asked)}"


def _draw_where(row: CostWarningRow, look: Look) -> SafeString:
    said, url = _where(row)
    return format_html('<a href="{}">{}</a>', url, said)


def _from(row: CostWarningRow) -> Any:
    """The quantity that it is about: a price holds from one on."""
    return row.price_break.stock_quantity if row.price_break else row.quantity


ROWS = ListView(
    key="cost-warning-rows",
    name=_("Under the floor at the new cost"),
    unit=_("rows"),
    one=_("row"),
    permission=SEE,
    url="pricing:cost-warning-rows",
    rows=reached_rows,
    form=row_filter,
    columns=(
        Column("where", _("Where"), lambda row, look: _where(row)[0], _draw_where),
        lists.text("kind", _("What"), "get_kind_display", shown=False),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("item", _("Item"), "core:product", "product", to="product_id", sub=lambda row: row.product.name),
        lists.measured("quantity", _("Quantity"), _from, "product.stock_unit"),
        lists.money("price", _("Price"), "price", places=4, permission=SEE),
        lists.percent("margin_before", _("Margin before"), "margin_before"),
        lists.percent("margin_after", _("Margin now"), "margin_after"),
        lists.money("needed", _("Keeps the floor at"), "needed_price", places=4, permission=SEE),
        lists.money("short", _("Falls short by"), "short_base", permission=SEE),
    ),
    sorts={
        "short": Sort(_("Falls shortest first"), ("-short_base", "-id"), "short"),
        "margin": Sort(_("Lowest margin first"), ("margin_after", "id"), "margin_after"),
    },
)


def register() -> None:
    for one in (WARNINGS, ITEMS, ROWS):
        registry.lists.add(one.key, one)
    registry.documents.add(
        "costwarning",
        Document(
            "costwarning",
            _("Cost warning"),
            "orders_pricing.CostWarning",
            SEE,
            "pricing:cost-warning",
            "triangle-alert",
        ),
    )

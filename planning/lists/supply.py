"""The lists of what is ordered from suppliers, and of what orders want from them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.templatetags import ui
from planning.forms import SpecialFilterForm, SupplyFilterForm
from planning.lists.stock import ITEM, SEE, UNIT
from planning.models import Promise, SupplyOrder
from planning.selectors import specials as bought
from planning.selectors.stock import supply_orders


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

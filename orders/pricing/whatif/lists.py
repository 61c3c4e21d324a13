"""What-ifs, and the customers, items and lines of one, as lists."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Sort
from omc.lib.money import ZERO, margin_percent
from omc.lib.registry import registry
from orders.core.lists.forms import CompanyFilterForm, choice, flag
from orders.core.models import Customer, Product
from orders.pricing.models import PriceList
from orders.pricing.whatif.models import By, Effect, WhatIf, WhatIfSum
from orders.pricing.whatif.selectors import line_list, sum_list, what_ifs, words_of
from orders.pricing.whatif.services.clearing import kept_until

MAY = "pricing.edit_price_list"
COST = "orders.view_cost"


def _hidden(model: Any, label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(model.objects.all(), label=label, required=False, widget=forms.HiddenInput)


class WhatIfFilterForm(CompanyFilterForm):
    mine = flag(_("Mine only"))
    price_list = _hidden(PriceList, _("Price list"))


class SumFilterForm(CompanyFilterForm):
    side = choice(_("Show"), [("losers", _("Who would pay more")), ("winners", _("Who would pay less"))])
    under = flag(_("With lines under the floor"))
    what_if = _hidden(WhatIf, _("What-if"))


class LineFilterForm(CompanyFilterForm):
    effect = choice(_("Effect"), [("moved", _("Price moves")), ("untouched", _("Stays as it was")), *Effect.choices])
    under = choice(
        _("Margin"),
        [
            ("after", _("Under the floor after")),
            ("before", _("Under the floor before")),
            ("unknown", _("Cost unknown")),
        ],
    )
    customer = _hidden(Customer, _("Customer"))
    product = _hidden(Product, _("Item"))
    what_if = _hidden(WhatIf, _("What-if"))


WHAT_IFS = ListView(
    key="what-ifs",
    name=_("What if prices changed"),
    unit=_("what-ifs"),
    one=_("what-if"),
    permission=MAY,
    url="pricing:what-ifs",
    rows=what_ifs,
    form=WhatIfFilterForm,
    columns=(
        lists.link("what", _("Price list and change"), "pricing:what-if", sub=words_of),
        lists.text("change", _("Change"), "get_change_display"),
        lists.text("rounding", _("Rounded"), "get_rounding_display"),
        lists.percent("floor", _("Margin floor"), "min_margin_percent", missing=_("none"), permission=COST),
        lists.day("starts", _("In force from"), "valid_from"),
        lists.text("by", _("By"), "created_by"),
        lists.moment("at", _("Tried"), "created_at"),
        lists.text("version", _("Version made of it"), "file.version", missing=_("none")),
        lists.day("kept_until", _("Kept until"), kept_until),
    ),
    sorts={"newest": Sort(_("Newest first"), ("-id",), "at")},
)


def _address(row: WhatIfSum, **more: Any) -> str:
    asked = {"what_if": row.what_if_id, "customer": row.customer_id, "product": row.product_id} | more
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"{reverse('pricing:what-if-lines')}?{query}"


def _counted(key: str, label: Any, source: str, **more: Any) -> Column:
    """A count that opens its lines."""

    def draw(row: WhatIfSum, look: Any) -> Any:
        return format_html('<a href="{}">{}</a>', _address(row, **more), f"{getattr(row, source):,}")

    return Column(key, label, lambda row, look: getattr(row, source), draw, figure=True)


def margin_before(row: WhatIfSum) -> Any:
    return margin_percent(row.known_before_base, row.known_cost_base)


def margin_after(row: WhatIfSum) -> Any:
    return margin_percent(row.known_after_base, row.known_cost_base)


def change_percent(row: Any) -> Any:
    return row.change_base / row.before_base * 100 if row.before_base != ZERO else None


_FIGURES = (
    _counted("lines", _("Lines"), "lines"),
    _counted("moved", _("Price moves"), "moved", effect="moved"),
    lists.money("before", _("Sales before"), "before_base"),
    lists.money("after", _("Sales after"), "after_base"),
    lists.money("difference", _("Difference"), "change_base"),
    lists.percent("difference_percent", _("Difference in %"), change_percent, plus=True, missing=_("unknown")),
    lists.percent("margin_before", _("Margin before"), margin_before, permission=COST, missing=_("unknown")),
    lists.percent("margin_after", _("Margin after"), margin_after, permission=COST, missing=_("unknown")),
    _counted("under", _("Under the floor after"), "under_after", under="after"),
)
_SORTS: Mapping[str, Sort] = {
    "more": Sort(_("Pays most more first"), ("-change_base", "-id"), "difference"),
    "less": Sort(_("Pays most less first"), ("change_base", "id"), "difference"),
}


def _of(by: str, actor: Actor, filters: Mapping[str, Any]) -> Any:
    return sum_list(actor, filters, by)


CUSTOMERS = ListView(
    key="what-if-customers",
    name=_("What-if by customer"),
    unit=_("customers"),
    one=_("customer"),
    permission=MAY,
    url="pricing:what-if-customers",
    rows=partial(_of, By.CUSTOMER),
    form=SumFilterForm,
    columns=(
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("class", _("Class"), "customer.customer_class"),
        *_FIGURES,
    ),
    sorts=_SORTS,
)
ITEMS = ListView(
    key="what-if-items",
    name=_("What-if by item"),
    unit=_("items"),
    one=_("item"),
    permission=MAY,
    url="pricing:what-if-items",
    rows=partial(_of, By.ITEM),
    form=SumFilterForm,
    columns=(
        lists.link(
            "item", _("Item"), "core:product", "product", to="product_id", sub=lambda row: row.product.name, css="clip"
        ),
        *_FIGURES,
    ),
    sorts=_SORTS,
)
LINES = ListView(
    key="what-if-lines",
    name=_("What-if by line"),
    unit=_("lines"),
    one=_("line"),
    permission=MAY,
    url="pricing:what-if-lines",
    rows=line_list,
    form=LineFilterForm,
    columns=(
        lists.link("order", _("Order"), "core:order", "line.order", to="line.order_id"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link(
            "item", _("Item"), "core:product", "product", to="product_id", sub=lambda row: row.product.name, css="clip"
        ),
        lists.day("ordered", _("Ordered"), "line.order.submitted_at"),
        lists.state("effect", _("Effect"), "effect"),
        lists.measured("quantity", _("Quantity"), "quantity", "product.stock_unit"),
        lists.money("charged", _("Charged then"), "price_charged", "what_if.price_list.currency", places=4),
        lists.money("price_before", _("List today"), "price_before", "what_if.price_list.currency", places=4),
        lists.money("price_after", _("With the rule"), "price_after", "what_if.price_list.currency", places=4),
        lists.money("before", _("Sales before"), "before_base", shown=False),
        lists.money("after", _("Sales after"), "after_base", shown=False),
        lists.money("difference", _("Difference"), "change_base"),
        lists.money("cost", _("Cost"), "known_cost_base", permission=COST, missing=_("unknown"), shown=False),
        lists.percent(
            "margin_before",
            _("Margin before"),
            lambda row: margin_percent(row.before_base, row.known_cost_base),
            permission=COST,
            missing=_("unknown"),
        ),
        lists.percent(
            "margin_after",
            _("Margin after"),
            lambda row: margin_percent(row.after_base, row.known_cost_base),
            permission=COST,
            missing=_("unknown"),
        ),
    ),
    sorts={
        "more": Sort(_("Dearer most first"), ("-change_base", "-id"), "difference"),
        "less": Sort(_("Cheaper most first"), ("change_base", "id"), "difference"),
    },
)


def register() -> None:
    for declared in (WHAT_IFS, CUSTOMERS, ITEMS, LINES):
        registry.lists.add(declared.key, declared)

"""The lists of what prices follow from: price lists, tax rules, exchange rates."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer, choice, flag, search
from orders.pricing.forms import PriceListFilterForm
from orders.pricing.models import ExchangeRate, PriceList, TaxRule
from orders.pricing.selectors import price_lists as reads

SEE = "orders.view_price"


class TaxFilterForm(forms.Form):
    text = search(_("Code, name or country"))
    category = choice(_("Category"), TaxRule.Category.choices)
    active = flag(_("In force only"))


class RateFilterForm(forms.Form):
    text = search(_("Currency"))


def _price_list_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(PriceListFilterForm(data), actor)


def _price_lists(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PriceList]:
    rows = reads.price_lists(actor, filters)
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _active(row: Any, shown: Any) -> SafeString:
    return format_html("{}", shown) if row.is_active else format_html("{} {}", shown, ui.chip(_now("not in force")))


def _code(row: Any, look: Look) -> SafeString:
    url = reverse("pricing:price-list", args=[row.pk])
    return _active(row, format_html('<a href="{}">{}</a>', url, row.code))


def _for_whom_word(row: Any, look: Look) -> str:
    if row.customer:
        return str(row.customer)
    words = []
    if row.price_group:
        words.append(_now("group %(group)s") % {"group": row.price_group})
    if row.customer_class:
        words.append(_now("class %(class)s") % {"class": row.customer_class})
    return " ".join(words) or _now("everybody")


def _for_whom(row: Any, look: Look) -> SafeString:
    said = _for_whom_word(row, look)
    if not row.customer:
        return format_html("{}", said)
    return format_html('<a href="{}">{}</a>', reverse("core:customer", args=[row.customer_id]), said)


PRICE_LISTS = ListView(
    key="price-lists",
    name=_("Price lists"),
    unit=_("price lists"),
    one=_("price list"),
    permission=SEE,
    url="pricing:price-lists",
    rows=_price_lists,
    form=_price_list_form,
    columns=(
        Column("code", _("Code"), lambda row, look: row.code, _code),
        lists.text("name", _("Name"), "name"),
        lists.text("kind", _("Kind"), "get_kind_display"),
        Column("for", _("For"), _for_whom_word, _for_whom, css="clip"),
        lists.text("currency", _("Currency"), "currency"),
        lists.day("from", _("From"), "valid_from"),
        lists.day("to", _("To"), "valid_to"),
        lists.quantity("prices", _("Prices"), "price_count"),
        lists.text("force", _("In force"), lambda row: _now("yes") if row.is_active else _now("no"), shown=False),
        lists.moment("made", _("Made"), "created_at", shown=False),
    ),
    sorts={
        "code": Sort(_("Code"), ("code", "id"), "code"),
        "newest": Sort(_("Newest first"), ("-created_at", "-id")),
    },
)


def _tax_form(data: Any, actor: Actor) -> forms.Form:
    return TaxFilterForm(data)


def _taxes(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[TaxRule]:
    rows = reads.tax_rules(actor)
    text = str(filters.get("text") or "").strip()
    if text:
        rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text) | Q(country__iexact=text))
    if filters.get("category"):
        rows = rows.filter(category=filters["category"])
    return rows.filter(is_active=True) if filters.get("active") else rows


def _rule(row: Any, look: Look) -> SafeString:
    if not look.actor.can("pricing.edit_price_list"):
        return _active(row, row.code)
    return _active(row, format_html('<a href="{}">{}</a>', reverse("pricing:edit-tax", args=[row.pk]), row.code))


TAXES = ListView(
    key="taxes",
    name=_("Taxes"),
    unit=_("tax rules"),
    one=_("tax rule"),
    permission=SEE,
    url="pricing:taxes",
    rows=_taxes,
    form=_tax_form,
    columns=(
        Column("code", _("Code"), lambda row, look: row.code, _rule),
        lists.text("country", _("Country"), lambda row: row.country or _now("everywhere else")),
        lists.text("region", _("Region"), "region"),
        lists.text("class", _("Class of items"), "tax_class"),
        lists.text("name", _("Name"), "name"),
        lists.text("category", _("Category"), "get_category_display"),
        lists.percent("rate", _("Rate"), "rate", places=2),
        lists.day("from", _("From"), "valid_from", missing=_("always")),
    ),
    sorts={
        "place": Sort(_("Place"), ("country", "region", "tax_class", "category", "id"), "country"),
        "code": Sort(_("Code"), ("code", "id"), "code"),
    },
)


def _rate_form(data: Any, actor: Actor) -> forms.Form:
    return RateFilterForm(data)


def _rates(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[ExchangeRate]:
    text = str(filters.get("text") or "").strip()
    rows = reads.exchange_rates(actor)
    return rows.filter(currency__istartswith=text) if text else rows


RATES = ListView(
    key="rates",
    name=_("Exchange rates"),
    unit=_("rates"),
    one=_("rate"),
    permission=SEE,
    url="pricing:rates",
    rows=_rates,
    form=_rate_form,
    columns=(
        lists.text("currency", _("Currency"), "currency"),
        lists.day("from", _("From"), "day"),
        lists.money("rate", _("Rate"), "rate", places=8),
    ),
    sorts={
        "newest": Sort(_("Latest first"), ("-day", "currency", "id"), "from"),
        "currency": Sort(_("Currency"), ("currency", "-day", "id"), "currency"),
    },
)


def register() -> None:
    for declared in (PRICE_LISTS, TAXES, RATES):
        registry.lists.add(declared.key, declared)

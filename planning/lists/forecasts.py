"""The list of forecasts."""

from collections.abc import Mapping
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
from omc.lib.templatetags import charts
from planning.forms import ForecastFilterForm
from planning.lists.stock import SEE, UNIT
from planning.models import Forecast
from planning.selectors import forecasts as forecasting


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

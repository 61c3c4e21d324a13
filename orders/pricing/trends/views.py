"""Screens of prices over time: the trend of an item or a customer, and charged against expected."""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orders.core.access import allow
from orders.core.models import Customer
from orders.core.selectors.companies import as_of
from orders.core.views.lists import show_list
from orders.pricing.trends import selectors
from orders.pricing.trends.forms import TrendForm, VarianceForm
from orders.pricing.trends.lists import typed_by
from orders.pricing.trends.sold import DAYS, VARIANCE_DAYS, period_of, scope_of
from orders.pricing.trends.variance import Variance, price_variance

SHOWN: Final = 100


@require_GET
@allow("orders.view_price")
def trend(request: HttpRequest) -> HttpResponse:
    """How the prices of an item, of a customer, or of both went, and what lies far from the usual."""
    form = TrendForm(request.GET or None, company_id=request.actor.company_id)
    asked = form.is_valid() and bool(form.product or form.cleaned_data["customer"])
    context: dict[str, Any] = {"form": form, "asked": asked}
    if asked:
        first, last = period_of(form.cleaned_data, as_of(request.company), DAYS)
        customer = form.cleaned_data["customer"]
        ids = {"product_id": form.product and form.product.pk, "customer_id": customer and customer.pk}
        found = selectors.price_trend(request.actor, scope_of(request.actor, first, last, **ids))
        context |= {"trend": found, "product": form.product, "customer": customer, "first": first, "last": last}
        context |= _drawn(found, request.actor.can("orders.view_cost"))
    status = 422 if request.GET and not form.is_valid() else 200
    return render(request, "orders/pricing/trends/trend.html", context, status=status)


def _drawn(found: selectors.Trend, shows_cost: bool) -> dict[str, Any]:
    """The lines of the charts, month by month, and where each month leads."""
    months = selectors.months_between(found.scope.first, found.scope.last)
    by_month = {point.month: point for point in found.months}

    def values(name: str) -> list[Decimal | None]:
        return [getattr(by_month[month], name) if month in by_month else None for month in months]

    prices = [("price", _("Charged")), ("list_price", _("List price"))]
    percents = [("discount_percent", _("Off list"))]
    if shows_cost:
        prices.append(("cost", _("Cost")))
        percents.append(("margin_percent", _("Margin")))
    place = {month: index for index, month in enumerate(months)}
    far = [(selectors.month_of(one.line, found.scope), one.price) for one in found.outliers]
    if found.is_index:  # a price is no index point: the mark stands on its month
        far = [(month, mean) for month, _price in far if (mean := by_month[month].price) is not None]
    return {
        "labels": [date_format(month, "M Y") for month in months],
        "marks": {"name": _("Far from the usual"), "points": [(place[month], value) for month, value in far]},
        "prices": [{"name": name, "values": values(key)} for key, name in prices],
        "percents": [{"name": name, "values": values(key)} for key, name in percents],
        "rows": [(point, _lines_address(found, point.month)) for point in reversed(found.months) if point.month],
        "lines_url": _lines_address(found),
        "outliers": [(one, typed_by(one.line)) for one in found.outliers],
        "shows_cost": shows_cost,
        "far": selectors.FAR,
    }


def _lines_address(found: selectors.Trend, month: date | None = None) -> str:
    first, last = found.scope.first, found.scope.last
    if month:
        first, last = max(first, month), min(last, month.replace(day=monthrange(month.year, month.month)[1]))
    return lines_address(first, last, product=found.scope.product_id, customer=found.scope.customer_id)


def lines_address(first: date, last: date, **only: Any) -> str:
    """The list of exactly these lines."""
    asked = {name: value for name, value in only.items() if value} | {"first": first, "last": last}
    return f"{reverse('pricing:sold-lines')}?{urlencode(asked)}"


@require_GET
@allow("orders.view_price")
def variance(request: HttpRequest) -> HttpResponse:
    """By item: what lists and agreements gave on each day, against what was charged."""
    form = VarianceForm(request.GET, request.actor)
    data = form.cleaned_data if form.is_valid() else {}
    first, last = period_of(data, as_of(request.company), VARIANCE_DAYS)
    category, customer = data.get("category"), data.get("customer")
    scope = scope_of(request.actor, first, last, customer_id=customer and customer.pk)
    found = price_variance(scope, category and category.pk, after=data.get("after"), most=SHOWN)
    asked = {"category": category and category.pk, "customer": customer and customer.pk}
    context = {
        "form": form,
        "first": first,
        "last": last,
        "customer": customer,
        "rows": [_linked(row, first, last, customer) for row in found.rows],
        "count": found.items,
        "whole": found.whole,
        "is_first": not data.get("after"),
        "next_url": _page_after(request, found.after),
        "first_url": _page_after(request, None),
        "whole_url": lines_address(first, last, **asked),
        "differing_url": lines_address(first, last, against="differs", **asked),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "orders/pricing/trends/variance.html", context, status=status)


def _linked(row: Variance, first: date, last: date, customer: Customer | None) -> dict[str, Any]:
    asked = {"product": row.product_id, "customer": customer and customer.pk}
    shown = {"sku": row.sku} | ({"customer": customer.code} if customer else {}) | {"first": first, "last": last}
    return {
        "row": row,
        "trend_url": f"{reverse('pricing:trend')}?{urlencode(shown)}",
        "lines_url": lines_address(first, last, **asked),
        "differing_url": lines_address(first, last, against="differs", **asked),
        "without_url": lines_address(first, last, against="unknown", **asked),
    }


def _page_after(request: HttpRequest, after: str | None) -> str:
    """The address of the page after a row; without one of the first."""
    if after == "":
        return ""
    asked = request.GET.copy()
    asked.pop("after", None)
    if after:
        asked["after"] = after
    return f"{request.path}?{asked.urlencode()}"


@require_GET
@allow("orders.view_price")
def sold_lines(request: HttpRequest) -> HttpResponse:
    """The lines behind trends and variances."""
    empty = {"hint": _("Lines appear here once their order is confirmed.")}
    return show_list(request, "sold-lines", "orders/pricing/trends/sold_lines.html", empty=empty)

"""The executive's figures, and exactly the rows behind each."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from analytics.selectors import figures
from analytics.selectors.behind import ROWS
from analytics.selectors.figures import PERIODS
from omc.lib.actor import Actor
from orders.core.access import allow
from orders.core.models import Company
from orders.core.selectors.companies import as_of
from orders.core.selectors.paging import capped_count, keyset


def days_of(request: HttpRequest) -> int:
    """The length of the period that was asked for, in days."""
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdigit() and int(asked) in PERIODS else PERIODS[0]


def cards(company: Company, actor: Actor, days: int) -> dict[str, Any]:
    """The figures that the actor may see, for the insights and the executive's home."""
    return {
        "figures": figures.figures(company, actor, days),
        "days": days,
        "periods": PERIODS,
        "few": figures.FEW,
    }


@require_GET
@allow("analytics.view_insights")
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """One figure: what it means, how it went, and the rows that it is made of."""
    actor, days = request.actor, days_of(request)
    found = next((one for one in cards(request.company, actor, days)["figures"] if one.about.key == key), None)
    if found is None:
        raise Http404
    rows_behind, order = ROWS[key]
    rows = rows_behind(actor, found.span)
    page = keyset(rows, request.GET, order=order)
    context = {
        "figure": found,
        "about": found.about,
        "day": as_of(request.company),
        "days": days,
        "periods": PERIODS,
        "few": figures.FEW,
        "page": page,
        "count_text": capped_count(rows),
        "series": [{"name": found.about.name, "values": found.month_values}],
        "labels": [date_format(month, "M Y") for month, _value in found.months],
        "template": f"analytics/rows/{key}.html",
        "shows_price": actor.can("orders.view_price"),
        "shows_cost": actor.can("orders.view_cost"),
    }
    return render(request, "analytics/figure.html#rows" if request.htmx else "analytics/figure.html", context)

"""Insights: the figures, the wall, one order's walk, why profit changed, what customers will want."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from analytics.selectors import sales, variance
from analytics.selectors.wall import DAY_MINUTES, longest_unattended
from analytics.views.figures import cards, days_of
from analytics.views.wall import drawn_wall
from orders.core.access import allow
from orders.core.selectors.companies import as_of


@require_GET
@allow("analytics.view_insights")
def insights(request: HttpRequest) -> HttpResponse:
    """Everything at a glance, as of which day, and how fresh."""
    actor = request.actor
    totals = sales.month_totals(actor)
    bridge = variance.reports(actor).order_by("-id").first() if actor.can("orders.view_cost") else None
    context = {
        "day": as_of(request.company),
        "freshness": sales.freshness(actor),
        "day_minutes": DAY_MINUTES,
        "worst": longest_unattended(actor, 3),
        "months": totals[:13],
        "has_cost": any(total.known_lines for total in totals),
        "latest_bridge": bridge,
        "steps": variance.steps_of(bridge) if bridge else [],
        "shows_cost": actor.can("orders.view_cost"),
        "shows_price": actor.can("orders.view_price"),
        "forecasts_url": _url("planning:forecasts"),
    }
    context |= drawn_wall(actor) | cards(request.company, actor, days_of(request))
    return render(request, "analytics/insights.html", context)


def _url(name: str) -> str:
    """The address of a screen of another stage, or nothing while there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

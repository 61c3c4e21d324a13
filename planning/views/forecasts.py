"""Screens of the demand forecast."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.models import JobState
from orders.core.selectors.companies import as_of
from orders.core.views.lists import show_list
from planning.rules.forecasting import last_complete_month
from planning.selectors import forecasts as reads
from planning.services.forecast_demand import request_forecast


@require_GET
@allow("planning.view_stock")
def forecasts(request: HttpRequest) -> HttpResponse:
    """What demand is expected of every item, and how much better than naive that is."""
    actor = request.actor
    latest, run = reads.latest_run(actor), reads.run_in_force(actor)
    running = latest if latest and latest.status in (JobState.QUEUED, JobState.RUNNING) else None
    may_run = actor.can("planning.run_forecast")
    context = {
        "run": run,
        "made_on": date.fromisoformat(run.inputs["as_of"]) if run else None,
        "overall": {
            "error": reads.percent(run.result.get("wape")),
            "naive_error": reads.percent(run.result.get("naive_wape")),
        }
        if run
        else None,
        "running": running,
        "until": last_complete_month(as_of(request.company)),
        "may_run": may_run,
    }
    if running:
        empty = {"title": _("Still being computed"), "hint": _("Forecasts appear here as soon as the job has ended.")}
    elif may_run:
        hint = _("Start one with the button above; otherwise one is made every Sunday night.")
        empty = {"title": _("No forecast yet"), "hint": hint}
    else:
        hint = _("One is made every Sunday night, or when a planner starts it.")
        empty = {"title": _("No forecast yet"), "hint": hint}
    return show_list(request, "forecasts", "planning/forecasts.html", empty=empty, **context)


@require_GET
@allow("planning.view_stock")
def forecast(request: HttpRequest, forecast_id: int) -> HttpResponse:
    """One item's demand so far and to come, and every model that was tried on it."""
    found = reads.forecast_of(request.actor, forecast_id)
    lines = reads.lines_of(found)
    months = reads.months_of(found)
    context = {
        "forecast": found,
        "model_name": reads.MODEL_NAMES.get(found.model, found.model),
        "note": reads.note_of(found),
        "figures": reads.figures_of(found),
        "tried": reads.tried_models(found),
        "labels": [date_format(month, "M Y") for month in months],
        "series": [
            {"name": _("Demand"), "values": lines["history"]},
            {"name": _("Forecast"), "values": lines["forecast"]},
        ],
        "ahead": list(zip(months[len(found.history) :], found.values, strict=True)),
    }
    return render(request, "planning/forecast.html", context)


@require_POST
@allow("planning.run_forecast")
def run_forecast(request: HttpRequest) -> HttpResponse:
    """Start the forecast of every item, and go to watch it."""
    try:
        run = request_forecast(actor=request.actor)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("planning:forecasts"))
    return redirect("core:job", run.pk)

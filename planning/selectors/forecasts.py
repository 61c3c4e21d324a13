"""What demand is expected, by which model, and how wrong that model was."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import JobRun, JobState
from planning.models import Forecast
from planning.rules.forecasting import (
    CROSTON,
    ETS,
    NAIVE,
    NO_RECENT_DEMAND,
    SEASONAL_NAIVE,
    SHORT,
    SIMPLEST_FIRST,
    add_months,
)

KIND = "planning.forecast"  # of the job run
MODEL_NAMES = {
    NAIVE: _("Naive: as last month"),
    SEASONAL_NAIVE: _("Seasonal naive: as the same month last year"),
    CROSTON: _("Croston SBA: for demand that comes and goes"),
    ETS: _("Exponential smoothing (ETS)"),
}
NOTES = {
    SHORT: _("Short history: fewer than 9 months, so no model could be judged. The last month is carried on."),
    NO_RECENT_DEMAND: _("No demand in the last 6 months, so no error can be stated."),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a forecast was over the judged months. Units: percent of their demand; None is not judged."""

    error: Decimal | None
    naive_error: Decimal | None
    better_by: Decimal | None
    bias: Decimal | None
    zeros: Decimal | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One model that was tried on an item. Units: percent of the demand of the judged months."""

    name: Any
    is_chosen: bool
    error: Decimal | None
    bias: Decimal | None


def current_forecasts(actor: Actor, text: str = "", kind: str = "") -> QuerySet[Forecast]:
    """The forecasts in force, with their items. ``kind``: better (than naive), naive, or unjudged."""
    rows = Forecast.objects.filter(company_id=actor.company_id, is_current=True).select_related("product")
    if text:
        rows = rows.filter(Q(product__sku__istartswith=text) | Q(product__name__icontains=text))
    if kind == "better":
        rows = rows.filter(wape__lt=F("naive_wape"))
    elif kind == "naive":
        rows = rows.filter(model=NAIVE, wape__isnull=False)
    elif kind == "unjudged":
        rows = rows.filter(wape__isnull=True)
    return rows


def forecast_of(actor: Actor, forecast_id: int) -> Forecast:
    """One forecast with its item and run.

    Raises: NotFound
    """
    found = (
        Forecast.objects.filter(pk=forecast_id, company_id=actor.company_id).select_related("product", "run").first()
    )
    if found is None:
        raise NotFound(f"There is no forecast {forecast_id}.")
    return found


def figures_of(forecast: Forecast) -> Figures:
    """Its errors in percent."""
    return Figures(
        error=percent(forecast.wape),
        naive_error=percent(forecast.naive_wape),
        better_by=percent(forecast.value_added),
        bias=percent(forecast.bias),
        zeros=percent(forecast.zero_share),
    )


def months_of(forecast: Forecast) -> list[date]:
    """The first day of every month of the history and the forecast, in order."""
    return [add_months(forecast.first_bucket, n) for n in range(len(forecast.history) + len(forecast.values))]


def lines_of(forecast: Forecast) -> dict[str, list[Any]]:
    """History and forecast over the same months, None where there is nothing; the forecast starts at the last month
    known, so that a chart draws one line."""
    known, ahead = len(forecast.history), len(forecast.values)
    before = max(0, known - 1)
    return {
        "history": [*forecast.history, *[None] * ahead],
        "forecast": [*[None] * before, *forecast.history[-1:], *forecast.values],
    }


def tried_models(forecast: Forecast) -> list[Tried]:
    """Every model that was tried, the simplest first."""
    scores = forecast.scores.get("models", {})
    return [
        Tried(MODEL_NAMES[name], name == forecast.model, percent(scores[name]["wape"]), percent(scores[name]["bias"]))
        for name in SIMPLEST_FIRST
        if name in scores
    ]


def note_of(forecast: Forecast) -> Any:
    """What one must know of the series, or an empty text."""
    return NOTES.get(forecast.scores.get("note", ""), "")


def latest_run(actor: Actor) -> JobRun | None:
    """The newest forecast run of the company, whatever became of it."""
    return JobRun.objects.filter(company_id=actor.company_id, kind=KIND).order_by("-id").first()


def run_in_force(actor: Actor) -> JobRun | None:
    """The run that the current forecasts come from; its result holds the error over all items."""
    runs = JobRun.objects.filter(company_id=actor.company_id, kind=KIND, status=JobState.DONE)
    return runs.order_by("-id").first()


def percent(fraction: Decimal | str | None) -> Decimal | None:
    """A fraction as percent; None stays None."""
    return None if fraction is None else Decimal(fraction) * 100

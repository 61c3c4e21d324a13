"""The models of demand at work, on numpy and statsforecast: imported only by the job that forecasts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from statsforecast.models import AutoETS, CrostonSBA, Naive, SeasonalNaive

from planning.rules.forecasting import (
    AHEAD,
    CROSTON,
    ETS,
    JUDGED,
    NAIVE,
    NO_RECENT_DEMAND,
    SEASON,
    SEASONAL_NAIVE,
    SHORT,
    Score,
    choose,
    ets_season,
    is_short,
    models_to_try,
    score,
)

UNFIT = (ArithmeticError, LookupError, NotImplementedError, ValueError)  # how the library says: not with this series
Series = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Found:
    """The chosen model, what it forecasts, and how every model that was tried did. Units: stock unit per bucket."""

    model: str
    values: list[float]
    scores: dict[str, Score] = field(default_factory=dict)
    note: str = ""


def forecast(history: Sequence[float], *, may_be_seasonal: bool) -> Found:
    """Try the models that the series can bear on its last buckets, and forecast with the best.

    The same history always gives the same answer.
    """
    series = np.asarray(history, dtype=np.float64)
    if is_short(history):
        return Found(NAIVE, _ahead(NAIVE, series, 1), note=SHORT)
    season = ets_season(history, may_be_seasonal=may_be_seasonal)
    actual = [float(value) for value in series[-JUDGED:]]
    scores = {}
    for name in models_to_try(history):
        seen = _backtest(name, series, season)
        if seen is not None:
            scores[name] = score(actual, seen)
    best = choose(scores)
    values = _ahead(best, series, season)
    return Found(best, values, scores, NO_RECENT_DEMAND if not any(actual) else "")


def _model(name: str, season: int) -> Any:
    makers: dict[str, Callable[[], Any]] = {
        NAIVE: Naive,
        SEASONAL_NAIVE: lambda: SeasonalNaive(SEASON),
        CROSTON: CrostonSBA,
        ETS: lambda: AutoETS(season_length=season),
    }
    return makers[name]()


def _backtest(name: str, series: Series, season: int) -> list[float] | None:
    """Each judged bucket, forecast from all before it; None when the model cannot be fitted.

    Exponential smoothing is fitted once, on what lies before all judged buckets, and then only moves on with the
    series: six fits would cost six times as much, and none of them may see what it is judged by.
    """
    model = _model(name, season)
    starts = range(len(series) - JUDGED, len(series))
    try:
        with np.errstate(all="ignore"):
            if name == ETS:
                model.fit(series[:-JUDGED])
                ahead = [model.forward(y=series[:start], h=1)["mean"][0] for start in starts]
            else:
                ahead = [model.forecast(y=series[:start], h=1)["mean"][0] for start in starts]
    except UNFIT:
        return None
    return _sound(ahead)


def _ahead(name: str, series: Series, season: int) -> list[float]:
    if not len(series):
        return [0.0] * AHEAD
    try:
        with np.errstate(all="ignore"):
            found = _sound(_model(name, season).forecast(y=series, h=AHEAD)["mean"])
    except UNFIT:
        found = None
    return found if found is not None else [float(series[-1])] * AHEAD


def _sound(values: Any) -> list[float] | None:
    """Nobody demands less than nothing; what is no number is no forecast."""
    numbers = [float(value) for value in values]
    return [max(0.0, number) for number in numbers] if all(np.isfinite(numbers)) else None

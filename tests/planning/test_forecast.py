"""The demand forecast: what counts as demand, which model wins, and how the job behaves."""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omc.lib import clock
from omc.lib.errors import PermissionRefused
from orders.core.models import JobRun, Order, OrderLine
from orders.core.services import jobs
from planning.models import Forecast
from planning.rules.forecasting import (
    CROSTON,
    ETS,
    NAIVE,
    SEASONAL_NAIVE,
    Score,
    add_months,
    choose,
    ets_season,
    models_to_try,
    score,
)
from planning.selectors.demand import demand_by_month
from planning.selectors.forecasts import figures_of, lines_of, months_of, note_of, tried_models
from planning.services import forecast_demand, schedule
from planning.services.forecast_demand import monthly, request_forecast
from tests.factories import make_actor
from tests.planning.factories import D, Yard

NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))
SEASONS = [round(100 + 60 * math.sin(month * math.pi / 6)) for month in range(36)]


def forecast(*series: Any, **choices: Any) -> Any:
    """By the models' library, which only the process that runs these tests loads, not each one that collects them."""
    from planning.services import demand_models

    return demand_models.forecast(*series, **choices)


# --- rules


def test_which_models_a_series_can_bear() -> None:
    assert models_to_try([5] * 8) == [NAIVE]
    assert models_to_try([5] * 9) == [NAIVE]
    assert models_to_try([5] * 14) == [NAIVE, ETS]
    assert models_to_try([5] * 18) == [NAIVE, SEASONAL_NAIVE, ETS]
    assert models_to_try([5, 0] * 9) == [NAIVE, SEASONAL_NAIVE, CROSTON]
    assert models_to_try([5, 5, 0] * 6) == [NAIVE, SEASONAL_NAIVE]
    assert [ets_season([5] * n, may_be_seasonal=True) for n in (29, 30)] == [1, 12]
    assert ets_season([5] * 48, may_be_seasonal=False) == 1


def test_error_bias_and_their_absence() -> None:
    assert score([10, 20, 0], [12, 14, 1]) == Score(D("0.3"), D("-0.1"))
    assert score([0, 0], [1, 2]) == Score(None, None)


def test_the_simpler_model_wins_a_tie() -> None:
    same = Score(D("0.2"), D(0))

    assert choose({ETS: same, SEASONAL_NAIVE: same, NAIVE: Score(D("0.3"), D(0))}) == SEASONAL_NAIVE
    assert choose({ETS: Score(D("0.1"), D(0)), NAIVE: same}) == ETS
    assert choose({NAIVE: Score(None, None), CROSTON: Score(None, None)}) == NAIVE


@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_whatever_the_series_naive_is_tried_first_and_nothing_twice(history) -> None:
    models = models_to_try(history)
    assert models[0] == NAIVE
    assert len(set(models)) == len(models)


# --- models


def test_a_season_is_found() -> None:
    found = forecast(SEASONS, may_be_seasonal=True)

    assert found.model == SEASONAL_NAIVE
    assert found.values == [float(value) for value in SEASONS[24:30]]
    assert found.scores[SEASONAL_NAIVE] == Score(D(0), D(0))
    assert found.scores[NAIVE].wape > D("0.2")


def test_demand_that_comes_and_goes_gets_crostons_method() -> None:
    history = [0, 4, 0, 0, 6, 0, 5, 0, 0, 4, 0, 6, 0, 0, 5, 0, 4, 0]

    found = forecast(history, may_be_seasonal=True)

    assert CROSTON in found.scores
    assert all(0 < value < 6 for value in forecast([0, 5] * 12, may_be_seasonal=False).values) or found.model != CROSTON
    assert set(found.scores) == {NAIVE, SEASONAL_NAIVE, CROSTON}


def test_steady_growth_is_smoothed() -> None:
    found = forecast([100 + 10 * n for n in range(24)], may_be_seasonal=False)

    assert found.model == ETS
    assert found.scores[ETS].wape < found.scores[NAIVE].wape
    assert found.values == sorted(found.values)
    assert found.values[0] == pytest.approx(340, rel=0.02)


def test_a_short_series_says_so() -> None:
    found = forecast([3, 7], may_be_seasonal=True)

    assert (found.model, found.values, found.scores, found.note) == (NAIVE, [7.0] * 6, {}, "short_history")


def test_demand_that_ended_says_so_and_forecasts_nothing() -> None:
    found = forecast([5] * 14 + [0] * 6, may_be_seasonal=True)

    assert (found.model, found.values, found.note) == (NAIVE, [0.0] * 6, "no_recent_demand")


def test_the_same_series_gives_the_same_answer() -> None:
    history = [float((n * 37) % 23 + n) for n in range(40)]

    assert forecast(history, may_be_seasonal=True) == forecast(history, may_be_seasonal=True)


# --- demand and the job

database = pytest.mark.django_db


def wanted(yard: Yard, sku: str, quantity: object, day: date, **fields: object) -> Order:
    return yard.order([(sku, quantity)], day, **fields)


@database
def test_demand_is_what_was_asked_for_shipped_or_not_in_the_month_it_was_asked_for() -> None:
    yard = Yard(BOLT=0, NUT=0)
    with clock.stopped_at(NOW):
        wanted(yard, "BOLT", 5, date(2026, 9, 30))
        short = wanted(yard, "BOLT", 7, date(2026, 9, 1))
        OrderLine.objects.filter(order=short).update(cancelled=7)  # could not be had
        moved = wanted(yard, "BOLT", 2, date(2026, 9, 2))
        OrderLine.objects.filter(order=moved).update(requested_date=date(2026, 10, 31))
        wanted(yard, "BOLT", 100, date(2026, 11, 2))  # this month is not over
        wanted(yard, "BOLT", 100, date(2026, 9, 2), state="cancelled")
        charge = wanted(yard, "NUT", 3, date(2026, 9, 2))
        OrderLine.objects.filter(order=charge).update(kind="charge")
        undated = wanted(yard, "NUT", 4, None)
        Order.objects.filter(pk=undated.pk).update(submitted_at=datetime(2026, 8, 3, tzinfo=ZoneInfo("UTC")))
        Yard(BOLT=0).order([("BOLT", 9)], date(2026, 9, 9))  # another company

        rows = demand_by_month(yard.company, date(2026, 11, 23))

    bolt, nut = yard.items["BOLT"].pk, yard.items["NUT"].pk
    assert [(row.product_id, row.month, row.quantity) for row in rows] == [
        (bolt, date(2026, 9, 1), 12),
        (bolt, date(2026, 10, 1), 2),
        (nut, date(2026, 8, 1), 4),
    ]
    assert monthly(rows, date(2026, 10, 1)) == {
        bolt: (date(2026, 9, 1), [12.0, 2.0]),
        nut: (date(2026, 8, 1), [4.0, 0.0, 0.0]),
    }


def with_history(months: int = 36) -> Yard:
    """A company with a seasonal item, an intermittent one and a young one."""
    yard = Yard(SEASON=0, RARE=0, YOUNG=0)
    first = add_months(date(2026, 11, 1), -months)
    for number in range(months):
        day = add_months(first, number)
        lines = [("SEASON", SEASONS[number])] + ([("RARE", 3 + number % 5)] if number % 3 == 0 else [])
        lines += [("YOUNG", 8)] if number >= months - 2 else []
        yard.order(lines, day)
    return yard


@pytest.mark.slow
@database
def test_a_run_forecasts_every_item_and_puts_itself_in_force() -> None:
    with clock.stopped_at(NOW):
        yard = with_history()
        first = _run(yard)
        second = _run(yard)

    assert (first.status, second.status, second.done, second.total) == ("done", "done", 3, 3)
    current = {row.product.sku: row for row in Forecast.objects.filter(is_current=True).select_related("product")}
    assert {row.run_id for row in current.values()} == {second.pk}
    season, rare, young = current["SEASON"], current["RARE"], current["YOUNG"]
    assert (season.model, season.wape, season.first_bucket) == (SEASONAL_NAIVE, 0, date(2023, 11, 1))
    assert season.history[-3:] == [str(value) for value in SEASONS[-3:]]
    assert season.value_added == season.naive_wape > 0
    assert figures_of(season).better_by == season.naive_wape * 100
    assert rare.zero_share == D("0.666667")
    assert {row.is_chosen for row in tried_models(rare)} == {True, False}
    assert (young.model, young.values, young.wape, young.naive_wape) == (NAIVE, ["8"] * 6, None, None)
    assert "Short history" in str(note_of(young))
    assert second.result["items"] == 3
    assert second.result["short"] == 1
    assert Decimal(second.result["wape"]) < Decimal(second.result["naive_wape"])
    before = Forecast.objects.filter(run=first).order_by("product").values_list("values", "wape", "model", "scores")
    after = Forecast.objects.filter(run=second).order_by("product").values_list("values", "wape", "model", "scores")
    assert list(before) == list(after)


@database
@pytest.mark.slow
def test_a_chart_draws_one_line_from_history_into_the_forecast() -> None:
    with clock.stopped_at(NOW):
        _run(with_history())
    season = Forecast.objects.get(product__sku="SEASON", is_current=True)

    lines = lines_of(season)

    assert len(lines["history"]) == len(lines["forecast"]) == len(months_of(season)) == 42
    assert lines["history"][35] == lines["forecast"][35] == str(SEASONS[35])
    assert lines["history"][36:] == [None] * 6
    assert months_of(season)[-1] == date(2027, 4, 1)


@pytest.mark.slow
@database
def test_a_cancelled_run_leaves_the_old_forecasts_in_force_and_nothing_of_its_own(queued_jobs, monkeypatch) -> None:
    monkeypatch.setattr(forecast_demand, "SHARD", 1)
    with clock.stopped_at(NOW):
        yard = with_history()
        old = _run(yard)
        run = request_forecast(actor=yard.planner)
        body = jobs.KINDS["planning.forecast"][2]
        monkeypatch.setitem(
            jobs.KINDS, "planning.forecast", (*jobs.KINDS["planning.forecast"][:2], _cancelling(body, 3))
        )
        jobs.execute(run.pk)

    run.refresh_from_db()
    assert run.status == "cancelled"
    assert not Forecast.objects.filter(run=run).exists()
    assert set(Forecast.objects.filter(is_current=True).values_list("run", flat=True)) == {old.pk}


@pytest.mark.slow
@database
def test_a_killed_run_goes_on_where_it_stopped(monkeypatch) -> None:
    monkeypatch.setattr(forecast_demand, "SHARD", 1)
    with clock.stopped_at(NOW):
        yard = with_history()
        run = JobRun.objects.create(
            company=yard.company, kind="planning.forecast", inputs={"as_of": "2026-11-23"}, created_at=NOW
        )
        job = jobs.Job(run)
        with pytest.raises(RuntimeError, match="killed"):
            _dying(job, after=3)
        made = list(Forecast.objects.filter(run=run).values_list("pk", flat=True))
        assert (len(made), Forecast.objects.filter(is_current=True).count()) == (2, 0)
        forecast_demand.forecast_demand(jobs.Job(run))

    rows = Forecast.objects.filter(run=run, is_current=True)
    assert rows.count() == 3
    assert set(made) <= set(rows.values_list("pk", flat=True))


@database
def test_a_company_without_orders_gets_a_run_that_says_so() -> None:
    run = _run(Yard())

    assert run.status == "done"
    assert run.result["items"] == 0
    assert run.result["wape"] is None


@database
def test_only_planners_start_a_forecast() -> None:
    yard = Yard()

    with pytest.raises(PermissionRefused):
        request_forecast(actor=make_actor(yard.company, "csr"))

    assert not JobRun.objects.exists()


@database
def test_the_clock_starts_it_for_every_company_that_nothing_holds(queued_jobs) -> None:
    yard, held = Yard(), Yard()
    held.company.held_by = "simulator"
    held.company.save()

    assert schedule.forecast_everywhere() == 1
    assert schedule.forecast_everywhere() == 0  # it is on its way already
    assert schedule.reconcile_everywhere() == 1
    assert set(JobRun.objects.values_list("company", "kind", "status")) == {
        (yard.company.pk, "planning.forecast", "queued"),
        (yard.company.pk, "planning.reconcile_stock", "queued"),
    }


def _run(yard: Yard) -> JobRun:
    run = JobRun.objects.create(
        company=yard.company, kind="planning.forecast", inputs={"as_of": "2026-11-23"}, created_at=NOW
    )
    jobs.execute(run.pk)
    run.refresh_from_db()
    return run


def _cancelling(body, after: int):
    """The job's body, with somebody asking it to stop after some reports."""

    def run(job):
        report, count = job.report, iter(range(100))

        def counted(done, total, step=""):
            if next(count) == after:
                JobRun.objects.filter(pk=job.run.pk).update(cancel_requested=True)
            report(done, total, step)

        job.report = counted
        return body(job)

    return run


def _dying(job, after: int) -> None:
    report, count = job.report, iter(range(100))

    def counted(done, total, step=""):
        if next(count) == after:
            raise RuntimeError("killed")
        report(done, total, step)

    job.report = counted
    forecast_demand.forecast_demand(job)

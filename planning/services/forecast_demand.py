"""The demand forecast as a long job: one row per item, the model chosen by backtest, the naive score always kept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.money import QUANTITY_STEP
from omc.lib.service import verb
from orders.core.models import Company, JobRun, Product
from orders.core.selectors.companies import as_of
from orders.core.services.jobs import Job, JobCancelled, start_job
from planning.models import Forecast
from planning.rules.forecasting import NAIVE, SEASONAL_ETS_ITEMS, SHORT, last_complete_month, zero_share
from planning.selectors.demand import Demand, demand_by_month
from planning.selectors.forecasts import KIND
from planning.services.forecast_workers import Answer, forecast_shards

if TYPE_CHECKING:
    from planning.services.demand_models import Found

PERMISSION = "planning.run_forecast"
SHARD = 100
FORECAST_STEP = Decimal("0.01")  # nobody forecasts closer

History = dict[int, tuple[date, list[float]]]  # by item: its first month, and its demand month by month


@verb(silent="a job's run row is its own record")
def request_forecast(*, actor: Actor) -> JobRun:
    """Forecast every item anew, as of the company's day.

    Raises: JobRefused when the same forecast is on its way, PermissionRefused
    """
    company = Company.objects.get(pk=actor.company_id)
    run: JobRun = start_job(kind=KIND, inputs={"as_of": as_of(company).isoformat()}, actor=actor)
    return run


def forecast_demand(job: Job) -> dict[str, Any]:
    """The body of the job: read the demand, forecast shard by shard, then put the whole run in force at once.

    A killed run starts over where it stopped; a cancelled one leaves nothing behind.
    """
    company = Company.objects.get(pk=job.company_id)
    day = date.fromisoformat(job.inputs["as_of"])
    job.report(0, 1, _("Reading the demand"))
    histories = monthly(demand_by_month(company, day), last_complete_month(day))
    largest = sorted(histories, key=lambda pk: (-sum(histories[pk][1]), pk))
    seasonal = set(largest[:SEASONAL_ETS_ITEMS])
    made = set(Forecast.objects.filter(run=job.run).values_list("product_id", flat=True))
    waiting = [pk for pk in sorted(histories) if pk not in made]
    try:
        job.report(len(made), len(histories), _("Forecasting item by item"))
        for done, answer in enumerate(found_by_item(waiting, histories, seasonal), start=1):
            _write(job, answer, histories)
            job.report(len(made) + min(done * SHARD, len(waiting)), len(histories), _("Forecasting item by item"))
        job.report(len(histories), len(histories), _("Putting the forecasts in force"))
    except JobCancelled:
        Forecast.objects.filter(run=job.run).delete()
        raise
    _put_in_force(job)
    return summary(job.run) | {"as_of": job.inputs["as_of"]}


def monthly(demand: Sequence[Demand], last: date) -> History:
    """Each item's demand from its first month to the ``last``, with a zero where there was none."""
    import pandas as pd  # noqa: PLC0415  heavy: only the worker needs it

    if not demand:
        return {}
    frame = pd.DataFrame(
        {
            "item": [row.product_id for row in demand],
            "month": pd.PeriodIndex([row.month for row in demand], freq="M"),
            "quantity": [float(row.quantity) for row in demand],
        }
    )
    months = pd.period_range(frame["month"].min(), pd.Period(last, freq="M"), freq="M")
    first = frame.groupby("item")["month"].min()
    table = frame.pivot(index="month", columns="item", values="quantity").reindex(months).fillna(0.0)
    return {int(item): (since.to_timestamp().date(), table[item].loc[since:].tolist()) for item, since in first.items()}


def found_by_item(items: Sequence[int], histories: History, seasonal: set[int]) -> Iterator[Answer]:
    """What the models find for each item, shard by shard, on every core."""
    series = [(item, histories[item][1], item in seasonal) for item in items]
    return forecast_shards([series[start : start + SHARD] for start in range(0, len(series), SHARD)])


def _write(job: Job, answer: Answer, histories: History) -> None:
    items = [item for item, _found in answer]
    known = set(Product.objects.filter(company_id=job.company_id, pk__in=items).values_list("pk", flat=True))
    at = clock.now()
    rows = [_row(job, item, *histories[item], found) for item, found in answer if item in known]
    for row in rows:
        row.created_at = at
    Forecast.objects.bulk_create(rows)


def _row(job: Job, item: int, since: date, history: list[float], found: "Found") -> Forecast:
    used, naive = found.scores.get(found.model), found.scores.get(NAIVE)
    return Forecast(
        company_id=job.company_id,
        run=job.run,
        product_id=item,
        bucket="month",
        first_bucket=since,
        model=found.model,
        values=[_plain(value, FORECAST_STEP) for value in found.values],
        history=[_plain(value) for value in history],
        wape=used.wape if used else None,
        bias=used.bias if used else None,
        naive_wape=naive.wape if naive else None,
        zero_share=zero_share(history),
        scores={
            "note": found.note,
            "models": {
                name: {"wape": _text(score.wape), "bias": _text(score.bias)} for name, score in found.scores.items()
            },
        },
        is_current=False,
    )


def _put_in_force(job: Job) -> None:
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=job.company_id)  # one run at a time
        current = Forecast.objects.filter(company_id=job.company_id, is_current=True)
        current.exclude(run=job.run).update(is_current=False)
        Forecast.objects.filter(run=job.run).update(is_current=True)


def summary(run: JobRun) -> dict[str, Any]:
    """What the run found: how many items each model won, and the error over all of them beside the naive one.

    Units: errors as fractions of the demand of the judged months, over all items together.
    """
    rows = Forecast.objects.filter(run=run).values_list("model", "history", "wape", "naive_wape", "scores")
    models: Counter[str] = Counter()
    short = 0
    missed = naive_missed = total = Decimal(0)
    for model, history, wape, naive_wape, scores in rows.iterator(chunk_size=2000):
        models[model] += 1
        short += scores.get("note") == SHORT
        if wape is not None and naive_wape is not None:
            judged = sum((Decimal(value) for value in history[-6:]), Decimal(0))
            missed, naive_missed, total = missed + wape * judged, naive_missed + naive_wape * judged, total + judged
    return {
        "items": models.total(),
        "short": short,
        "models": dict(sorted(models.items())),
        "wape": _text(_share(missed, total)),
        "naive_wape": _text(_share(naive_missed, total)),
    }


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(Decimal("0.000001")) if whole else None


def _plain(value: float, step: Decimal = QUANTITY_STEP) -> str:
    return format(Decimal(repr(value)).quantize(step).normalize(), "f")


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)

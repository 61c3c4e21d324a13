"""What the planners' jobs cost: ranking the whole backlog, forecasting every item."""

import math
import random
import time
from collections.abc import Iterator
from datetime import date

from django.db import connection, transaction

from omc.bench.measures import Measure, Row, times
from omc.bench.measures.world import grown
from omc.lib.actor import system
from orders.core.models import Order
from orders.prioritization.services import rank_backlog, scoring
from planning.rules.forecasting import SEASONAL_ETS_ITEMS
from planning.services.forecast_demand import History, found_by_item

BACKLOG = 100_000
SERIES = 5_000
MONTHS = 36

# More of the backlog than there is: closed orders of which one more piece of the first line is wanted.
_REOPEN = """
WITH more AS (
    SELECT id FROM orders_order WHERE company_id = %(company)s AND state = 'closed' AND confirmed_at IS NOT NULL
    ORDER BY id LIMIT %(wanted)s
), opened AS (UPDATE orders_order o SET state = 'confirmed' FROM more WHERE o.id = more.id)
UPDATE orders_orderline l SET ordered = l.ordered + 1 FROM more
WHERE l.order_id = more.id AND l.kind = 'goods'
    AND l.position = (SELECT min(position) FROM orders_orderline f WHERE f.order_id = more.id AND f.kind = 'goods')
"""


class _Undo(Exception):
    pass


def rank() -> Iterator[Row]:
    """ranking the whole backlog."""
    company = grown()
    actor = system("bench", company.pk)
    open_before = scoring.open_orders(company.pk).count()
    wanted = min(BACKLOG, int(Order.objects.filter(company=company).count() * 0.4))
    found: dict[str, float] = {}
    busy: dict[str, float] = {}
    ranks: list[int] = []
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_REOPEN, {"company": company.pk, "wanted": max(0, wanted - open_before)})
            for name in ("every rank written", "ranks that stand"):
                if name == "every rank written":
                    with connection.cursor() as cursor:
                        cursor.execute(
                            "UPDATE orders_prioritization_ranking SET points = points - 1 WHERE company_id = %s",
                            [company.pk],
                        )
                took = times(lambda: ranks.append(rank_backlog(actor=actor).ranked), 1)
                found[name], busy[name] = round(took[0] / 1000, 2), round(took.busy[0] / 1000, 2)
            raise _Undo
    except _Undo:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM orders_order, orders_orderline, orders_prioritization_ranking")
    value, worked = (round(one["every rank written"] * BACKLOG / ranks[0], 2) for one in (found, busy))
    parts = {"orders": ranks[0], "open before": open_before, "seconds": found}
    yield Row("rank the backlog, per 100,000 open orders, every rank written", value, "s", 5, busy=worked, parts=parts)


def forecast() -> Iterator[Row]:
    """forecasting 5,000 monthly series with model selection."""
    histories = series(SERIES)
    seasonal = set(sorted(histories, key=lambda item: -sum(histories[item][1]))[:SEASONAL_ETS_ITEMS])
    started = time.perf_counter()
    models: dict[str, int] = {}
    for answer in found_by_item(list(histories), histories, seasonal):
        for _item, made in answer:
            models[made.model] = models.get(made.model, 0) + 1
    seconds = round(time.perf_counter() - started, 1)
    yield Row("forecast 5,000 monthly series of 36 months", seconds, "s", 300, parts={"models": models})


def series(count: int) -> History:
    """Steady, seasonal, trending and intermittent demand in turn, the same every time."""
    rng = random.Random(1992)  # noqa: S311  a story, not a secret
    found: History = {}
    for item in range(1, count + 1):
        level, season, trend = rng.uniform(5, 500), rng.uniform(0, 0.6), rng.uniform(-0.01, 0.02)
        values = []
        for month in range(MONTHS):
            usual = level * (1 + trend * month) * (1 + (season if item % 4 == 1 else 0) * math.sin(month * math.pi / 6))
            here = max(0.0, round(usual * rng.uniform(0.7, 1.3)))
            values.append(here if item % 4 != 3 or rng.random() < 0.3 else 0.0)
        found[item] = (date(2023, 11, 1), values)
    return found


MEASURES: tuple[Measure, ...] = (rank, forecast)

"""What the services cost: an order on its way, a large confirmation, a burst for the consumers."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.bench.measures import Measure, Row, percentile, row_of, times
from omc.bench.measures.world import World, confirmed, invoiced, make_world, submitted
from orders.core import outbox
from orders.core.models import Delivery
from orders.entry import services as entry
from orders.scheduling import services as scheduling

ORDERS = 60
BURST = 1000
PLANS = 500


def order_rate() -> Iterator[Row]:
    """10-line orders from entry to posted invoice, one process."""
    world = make_world(10)
    for _ in range(3):
        invoiced(world, 10)
    found = times(lambda: invoiced(world, 10), ORDERS)
    rate, busy = (round(ORDERS * 1000 / sum(walls), 1) for walls in (found, found.busy))
    yield Row("10-line orders, entry to posted invoice", rate, "orders/s", 20, more_is_better=True, busy=busy)
    with CaptureQueriesContext(connection) as captured:
        invoiced(world, 10)
        statements = len(captured)
    yield Row("statements of such an order, BEGIN and COMMIT too", statements, "", 150)


def confirm_long_order() -> Iterator[Row]:
    """confirming orders of 500 lines."""
    world = make_world(500)
    held, counts = [], []
    confirmed(world, 500)
    waiting = [submitted(world, 500).pk for _ in range(5)]

    def confirm() -> None:
        clock = StockClock()
        with connection.execute_wrapper(clock):
            entry.confirm_order(order_id=waiting.pop(), actor=world.actor)
        ended = time.perf_counter()
        held.append((ended - (clock.locked_at or ended)) * 1000)
        counts.append(clock.statements)

    yield row_of("confirm a 500-line order, slowest of 5", times(confirm, 5), 95, 1000)
    yield Row("stock locks held by that, slowest of 5", percentile(sorted(held), 95), "ms", 100)
    yield Row("statements of that", max(counts), "", parts={"ten lines": _statements_of_ten(world)})


def _statements_of_ten(world: World) -> int:
    order, clock = submitted(world, 10), StockClock()
    with connection.execute_wrapper(clock):
        entry.confirm_order(order_id=order.pk, actor=world.actor)
    return clock.statements


class StockClock:
    """Notes when a transaction first takes a lock on stock levels."""

    def __init__(self) -> None:
        self.locked_at: float | None = None
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        locks = "planning_stocklevel" in sql and ("FOR " in sql.upper() or sql.lstrip().upper().startswith("UPDATE"))
        result = execute(sql, params, many, context)
        if locks and self.locked_at is None:
            self.locked_at = time.perf_counter()
        return result


def planning_and_draining() -> Iterator[Row]:
    """planning 500 shipments, then draining a burst."""
    world = make_world(20)
    orders = [confirmed(world, 1 + n % 4) for n in range(PLANS)]
    fresh = make_world(20)
    burst = [confirmed(fresh, 1 + n % 4) for n in range(BURST // 4)]
    plans: list[int] = []

    def plan_all() -> None:
        done = scheduling.plan_orders(order_ids=[one.pk for one in orders], actor=world.actor)
        plans.append(sum(len(one.made) for one in done))

    found = times(plan_all, 1)
    seconds, busy = round(found[0] / 1000, 2), round(found.busy[0] / 1000, 2)
    yield Row("plan 500 shipments at once", seconds, "s", 3, busy=busy, parts={"plans": plans[0]})
    waiting = Delivery.objects.filter(company=fresh.company).count()
    drained: list[int] = []
    found = times(lambda: drained.append(_drain(fresh, BURST)), 1)
    per_thousand, busy = (round(one[0] / drained[0], 1) for one in (found, found.busy))  # ms each is s per thousand
    parts = {"orders": len(burst), "waiting at first": waiting, "handled": drained[0]}
    yield Row("consumers drain a burst of 1,000", per_thousand, "s", 60, busy=busy, parts=parts)


def _drain(world: World, wanted: int) -> int:
    """Round by round over all subscribers, as the sweep does, until so many are dealt with or nothing is due."""
    handled = 0
    while handled < wanted:
        names = set(Delivery.objects.filter(company=world.company, parked=False).values_list("subscriber", flat=True))
        done = sum(outbox.drain(name, 500, company_id=world.company.pk) for name in sorted(names))
        if not done:
            break
        handled += done
    return handled


MEASURES: tuple[Measure, ...] = (order_rate, confirm_long_order, planning_and_draining)

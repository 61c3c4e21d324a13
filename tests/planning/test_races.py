"""Many at once: nobody gets what another has, and stored sums stay the sum of their rows."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core import ledger, lifecycle
from orders.core.models import JobRun, OrderLine
from orders.core.services import jobs
from planning.counts.models import CycleCount
from planning.counts.services import ask_count, record_count
from planning.models import CapacityDay, Forecast, Promise, StockMovement
from planning.places.services import BinInput, Place, put_away, save_bins
from planning.selectors.reconcile import stock_differences
from planning.services import (
    ShortStock,
    SupplyInput,
    adjust_stock,
    allocate_promises,
    cancel_supply,
    issue_stock,
    order_supply,
    promise_order,
    put_back,
    receive_stock,
    receive_supply,
    release_promises,
    reserve_capacity,
    settle_returned,
)
from planning.services.free_promises import free_promises
from tests.planning.factories import D, Yard

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(calls: list[Callable[[], object]], threads: int = 10) -> list[object]:
    """Run all calls in threads of their own connections; a refusal counts as its answer."""

    def run(call: Callable[[], object]) -> object:
        try:
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, calls))


@verb(silent="a test of planning alone; entry records the confirmation")
def promise(*, order_id: int, actor) -> str:
    order = lifecycle.lock(order_id, actor)
    ledger.post(order.pk, promise_order(order, list(order.lines.order_by("position")), actor).moves)
    return "promised"


def promise_many(yard: Yard, count: int, quantity: object = 1, **fields: object) -> list[object]:
    actor = system("test", yard.company.pk)
    orders = [yard.order([("BOLT", quantity)], **fields) for _ in range(count)]
    return at_once([lambda pk=order.pk: promise(order_id=pk, actor=actor) for order in orders], threads=50)


def test_fifty_want_one_of_twenty_and_thirty_are_refused_by_name() -> None:
    yard = Yard(BOLT=20)

    outcomes = promise_many(yard, 50, ship_rule="ship_complete_order")

    refusals = [outcome for outcome in outcomes if isinstance(outcome, ShortStock)]
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"str": 20, "ShortStock": 30}
    assert all(r.data["lines"][0]["short_by"] == "1" and r.data["lines"][0]["sku"] == "BOLT" for r in refusals)
    assert (yard.level("BOLT").allocated, Promise.objects.count()) == (20, 20)
    assert stock_differences(yard.company.pk) == []


def test_fifty_want_one_of_twenty_and_thirty_are_backordered() -> None:
    yard = Yard(BOLT=20)

    assert promise_many(yard, 50) == ["promised"] * 50

    sums = Promise.objects.aggregate(allocated=Sum("allocated"), backordered=Sum("backordered"))
    assert sums == {"allocated": 20, "backordered": 30}
    assert OrderLine.objects.aggregate(total=Sum("allocated"))["total"] == 20
    assert stock_differences(yard.company.pk) == []


def test_orders_over_many_items_in_any_order_do_not_deadlock() -> None:
    yard = Yard(A=30, B=30, C=30)
    actor = system("test", yard.company.pk)
    mixes = [("A", "B", "C"), ("C", "B", "A"), ("B", "A", "C"), ("C", "A", "B")]
    orders = [yard.order([(sku, 1) for sku in mixes[n % 4]]) for n in range(40)]

    outcomes = at_once([lambda pk=order.pk: promise(order_id=pk, actor=actor) for order in orders])

    assert outcomes == ["promised"] * 40
    assert {yard.level(sku).allocated for sku in "ABC"} == {30}


def test_items_that_never_were_in_stock_are_promised_at_once() -> None:
    """Nobody has a level to lock yet; each makes it, one wins."""
    yard = Yard(BOLT=0)

    assert promise_many(yard, 10) == ["promised"] * 10
    assert Promise.objects.aggregate(total=Sum("backordered"))["total"] == 10


def test_dated_supply_is_promised_once() -> None:
    yard = Yard(BOLT=0)
    order_supply(
        supplier_id=yard.supplier().pk,
        warehouse_id=yard.warehouse.pk,
        expected_date=date(2026, 12, 1),
        lines=[SupplyInput(yard.items["BOLT"].pk, D(6))],
        actor=yard.planner,
    )

    promise_many(yard, 10, requested=date(2099, 1, 5))

    sources = Promise.objects.values_list("source").annotate(total=Sum("quantity"))
    assert dict(sources) == {"supply": 6, "lead_time": 4}


def test_two_runs_do_not_give_the_same_stock() -> None:
    yard = Yard(BOLT=0)
    orders = [yard.order([("BOLT", 4)]) for _ in range(10)]
    for order in orders:
        yard.promise(order)
    yard.receive("BOLT", 22)

    @verb(silent="a test of planning alone")
    def allocate(*, order_id: int) -> D:
        order = lifecycle.lock(order_id, yard.planner)
        waiting = Promise.objects.get(order=order)
        return sum(allocate_promises({waiting.pk: D(4)}, [order.pk], yard.planner).values())

    calls = [lambda pk=order.pk: allocate(order_id=pk) for order in [*orders, *orders]]
    given = at_once(calls)

    assert sum(given) == 22
    assert yard.level("BOLT").allocated == 22
    assert stock_differences(yard.company.pk) == []


def test_goods_ship_once_however_often_it_is_tried() -> None:
    yard = Yard(BOLT=10)
    order = yard.order([("BOLT", 6)])
    yard.promise(order)
    promise_id, line = Promise.objects.get().pk, order.lines.get()

    @verb(silent="a test of planning alone")
    def ship() -> str:
        locked = lifecycle.lock(order.pk, yard.planner)
        moves = issue_stock(locked, [(promise_id, D(6))], "SH-1", yard.planner)
        ledger.post(order.pk, [*moves, *((line.pk, c, D(6)) for c in ("picked", "packed", "shipped"))])
        return "shipped"

    outcomes = at_once([ship] * 8)

    assert Counter(str(o) if isinstance(o, str) else o.code for o in outcomes) == {"shipped": 1, "stock_refused": 7}
    assert yard.level("BOLT").on_hand == 4
    assert stock_differences(yard.company.pk) == []


def test_shipping_and_cancelling_at_once_leave_one_of_them() -> None:
    for _round in range(5):
        yard = Yard(BOLT=6)
        order = yard.order([("BOLT", 6)])
        yard.promise(order)
        promise_id, line = Promise.objects.get(order=order).pk, order.lines.get().pk

        @verb(silent="a test of planning alone")
        def ship(order=order, promise_id=promise_id, line=line, yard=yard) -> str:
            locked = lifecycle.lock(order.pk, yard.planner)
            moves = issue_stock(locked, [(promise_id, D(6))], "SH-1", yard.planner)
            ledger.post(order.pk, [*moves, *((line, c, D(6)) for c in ("picked", "packed", "shipped"))])
            return "shipped"

        @verb(silent="a test of planning alone")
        def cancel(order=order, line=line, yard=yard) -> str:
            locked = lifecycle.lock(order.pk, yard.planner)
            still_open = locked.lines.get().open_quantity
            moves = release_promises(locked, {line: still_open}, yard.planner)
            ledger.post(order.pk, [*moves, (line, "cancelled", still_open)])
            return "cancelled"

        at_once([ship, cancel], threads=2)

        assert order.lines.get().open_quantity == 0
        assert stock_differences(yard.company.pk) == []


def test_receipts_adjustments_and_returns_at_once_add_up() -> None:
    yard = Yard(BOLT=50)
    place = {"product_id": yard.items["BOLT"].pk, "warehouse_id": yard.warehouse.pk}

    @verb(silent="a test of planning alone")
    def come_back() -> None:
        put_back(place["product_id"], place["warehouse_id"], D(2), None, "RMA", yard.planner)

    @verb(silent="a test of planning alone")
    def scrap() -> None:
        settle_returned(place["product_id"], place["warehouse_id"], D(1), D(1), "RMA", yard.planner)

    calls: list[Callable[[], object]] = []
    for n in range(10):
        calls += [
            lambda n=n: receive_stock(**place, quantity=D(3), unit_cost=D(n + 1), actor=yard.planner),
            lambda: adjust_stock(**place, delta=D(-1), reason="count", actor=yard.planner),
            come_back,
        ]
    at_once(calls)
    at_once([scrap] * 12)

    level = yard.level("BOLT")
    assert (level.on_hand, level.unavailable) == (50 + 30 - 10 + 20 - 10, 0)
    assert StockMovement.objects.filter(kind="scrap").count() == 10
    assert stock_differences(yard.company.pk) == []


def test_receipts_in_two_warehouses_do_not_average_past_each_other() -> None:
    yard = Yard(BOLT=0)
    other = type(yard.warehouse).objects.create(company=yard.company, code="EAST", name="East")
    calls = [lambda n=n: yard.receive("BOLT", 1, (yard.warehouse, other)[n % 2], unit_cost=D(n + 1)) for n in range(10)]

    at_once(calls)

    yard.items["BOLT"].refresh_from_db()
    assert abs(yard.items["BOLT"].average_cost - D("5.5")) < D("0.001")


def test_adjustments_never_take_more_than_is_free() -> None:
    yard = Yard(BOLT=20)
    place = {"product_id": yard.items["BOLT"].pk, "warehouse_id": yard.warehouse.pk}

    outcomes = at_once([lambda: adjust_stock(**place, delta=D(-1), reason="lost", actor=yard.planner)] * 30)

    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 10
    assert yard.level("BOLT").on_hand == 0


def test_a_supply_order_is_received_once_and_not_after_it_was_cancelled() -> None:
    yard = Yard(BOLT=0)
    supply = order_supply(
        supplier_id=yard.supplier().pk,
        warehouse_id=yard.warehouse.pk,
        expected_date=date(2026, 12, 1),
        lines=[SupplyInput(yard.items["BOLT"].pk, D(10), D(2))],
        actor=yard.planner,
    )
    line = supply.lines.get().pk

    outcomes = at_once(
        [lambda: receive_supply(supply_id=supply.pk, received={line: D(4)}, actor=yard.planner)] * 6
        + [lambda: cancel_supply(supply_id=supply.pk, actor=yard.planner)] * 2
    )

    supply.refresh_from_db()
    received = supply.lines.get().received
    assert received == (StockMovement.objects.aggregate(total=Sum("quantity"))["total"] or 0)
    assert stock_differences(yard.company.pk) == []
    assert received <= 8
    assert supply.state == "cancelled"
    assert sum(not isinstance(outcome, DomainError) for outcome in outcomes[6:]) == 1


def test_capacity_is_given_to_as_many_as_fit() -> None:
    yard = Yard()

    def reserve() -> bool:
        with transaction.atomic():
            return reserve_capacity(yard.warehouse.pk, date(2026, 11, 23), 100)

    assert sum(at_once([reserve] * 20)) == 9
    assert CapacityDay.objects.get().used_minutes == 900


def test_stock_that_is_taken_back_does_not_ship_as_well() -> None:
    for _round in range(5):
        yard = Yard(BOLT=6)
        order = yard.order([("BOLT", 6)])
        yard.promise(order)
        promise_id, line = Promise.objects.get(order=order).pk, order.lines.get().pk

        @verb(silent="a test of planning alone")
        def ship(order=order, promise_id=promise_id, line=line, yard=yard) -> str:
            locked = lifecycle.lock(order.pk, yard.planner)
            moves = issue_stock(locked, [(promise_id, D(6))], "SH-1", yard.planner)
            ledger.post(order.pk, [*moves, *((line, c, D(6)) for c in ("picked", "packed", "shipped"))])
            return "shipped"

        @verb(silent="a test of planning alone")
        def take_back(order=order, promise_id=promise_id, yard=yard) -> str:
            locked = lifecycle.lock(order.pk, yard.planner)
            ledger.post(order.pk, free_promises(locked, {promise_id: D(6)}, yard.planner))
            return "taken back"

        at_once([ship, take_back], threads=2)

        level = yard.level("BOLT")
        assert (level.on_hand, level.allocated) in ((0, 0), (6, 0))
        assert stock_differences(yard.company.pk) == []


def test_of_two_forecast_runs_that_end_at_once_one_is_in_force() -> None:
    yard = Yard(BOLT=0)
    for month in range(1, 11):
        yard.order([("BOLT", month)], date(2026, month, 3))
    runs = [
        JobRun.objects.create(
            company=yard.company,
            kind="planning.forecast",
            inputs={"as_of": f"2026-11-{day}"},
            created_at=clock.now(),
        )
        for day in (20, 21, 22)
    ]

    at_once([lambda pk=run.pk: jobs.execute(pk) for run in runs], threads=3)

    assert set(JobRun.objects.values_list("status", flat=True)) == {"done"}
    assert Forecast.objects.filter(is_current=True).count() == 1
    assert Forecast.objects.count() == 3


def test_what_is_not_placed_is_put_away_once() -> None:
    yard = Yard(BOLT=5)
    save_bins(warehouse_id=yard.warehouse.pk, bins=[BinInput("A"), BinInput("B")], actor=yard.planner)
    place = {"product_id": yard.items["BOLT"].pk, "warehouse_id": yard.warehouse.pk, "quantity": D(3)}
    outcomes = at_once([lambda code=code: put_away(**place, place=Place(code), actor=yard.planner) for code in "ABAB"])
    assert sum(isinstance(outcome, list) for outcome in outcomes) == 1
    assert stock_differences(yard.company.pk) == []


def test_a_fall_of_stock_and_a_put_away_at_once_place_no_more_than_there_is() -> None:
    yard = Yard(BOLT=5)
    save_bins(warehouse_id=yard.warehouse.pk, bins=[BinInput("A")], actor=yard.planner)
    key = {"product_id": yard.items["BOLT"].pk, "warehouse_id": yard.warehouse.pk}
    at_once(
        [
            lambda: put_away(**key, quantity=D(5), place=Place("A"), actor=yard.planner),
            lambda: adjust_stock(**key, delta=D(-2), reason="counted", actor=yard.planner),
        ]
    )
    assert yard.level("BOLT").on_hand == 3
    assert stock_differences(yard.company.pk) == []


def test_a_place_is_asked_for_once_and_counted_once() -> None:
    yard = Yard(BOLT=5)
    where = {
        "warehouse_id": yard.warehouse.pk,
        "bin": "",
        "reason": "Not found",
        "reference": "",
        "actor": yard.planner,
    }

    @verb(silent="a test of the building block alone")
    def ask() -> CycleCount:
        return ask_count(product=yard.items["BOLT"], **where)

    assert len({count.pk for count in at_once([ask] * 4)}) == 1
    pk = CycleCount.objects.get().pk
    outcomes = at_once([lambda: record_count(count_id=pk, counted=D(4), actor=yard.planner)] * 3)
    assert sum(isinstance(outcome, CycleCount) for outcome in outcomes) == 1
    assert yard.level("BOLT").on_hand == 4
    assert stock_differences(yard.company.pk) == []

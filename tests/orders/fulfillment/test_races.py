"""Several people at one shipment at the same moment."""

from collections.abc import Callable
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from omc.lib.errors import DomainError
from orders.core.models import Event, Order
from orders.core.services.holds import place_hold
from orders.fulfillment.models import PickTake, Shipment
from orders.fulfillment.services import (
    WaveFilter,
    cancel_wave,
    make_wave,
    pick_shipment,
    ship_shipment,
    start_picking,
    take_item,
    unpick_shipment,
)
from orders.scheduling.services import recall_shipment
from planning.models import StockMovement
from tests.orders.fulfillment.factories import Dock, ledger_of

D = Decimal
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(*attempts: Callable[[], Any]) -> list[str]:
    """What each attempt came to: "done", or the code of its refusal."""
    start, outcome = Barrier(len(attempts)), ["" for _ in attempts]

    def run(n: int, attempt: Callable[[], Any]) -> None:
        start.wait()
        try:
            attempt()
            outcome[n] = "done"
        except DomainError as refusal:
            outcome[n] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n, attempt)) for n, attempt in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def test_two_pickers_take_one_planned_shipment_once() -> None:
    dock = Dock()
    planned = dock.released((dock.item(stock=5), 5))
    outcome = at_once(*[lambda: start_picking(planned_id=planned.pk, actor=dock.picker)] * 3)
    assert sorted(outcome) == ["done", "not_released", "not_released"]
    assert Shipment.objects.count() == 1


def test_a_shipment_leaves_once() -> None:
    dock = Dock()
    item = dock.item(stock=5)
    shipment = dock.packed((item, 5))
    outcome = at_once(*[lambda: ship_shipment(shipment_id=shipment.pk, actor=dock.picker)] * 3)
    assert sorted(outcome) == ["done", "illegal_transition", "illegal_transition"]
    assert StockMovement.objects.filter(kind="ship").count() == 1
    assert dock.level(item).on_hand == 0
    assert Event.objects.filter(type="shipment_shipped").count() == 1


def test_a_hold_and_a_pick_at_once_leave_one_truth() -> None:
    dock = Dock()
    shipment = dock.picking((dock.item(stock=5), 5))
    picked, held = at_once(
        lambda: pick_shipment(shipment_id=shipment.pk, actor=dock.picker),
        lambda: place_hold(order_id=shipment.order_id, code="customer_request", reason="wait", actor=dock.ops),
    )
    assert held == "done"
    assert picked in ("done", "hold_blocks")
    events = list(
        Event.objects.filter(type__in=["hold_placed", "shipment_picked"]).order_by("id").values_list("type", flat=True)
    )
    assert events == (["shipment_picked", "hold_placed"] if picked == "done" else ["hold_placed"])
    assert bool(ledger_of(shipment.order.lines.get()).get("picked")) == (picked == "done")


def test_shipping_and_putting_back_exclude_each_other() -> None:
    dock = Dock()
    item = dock.item(stock=5)
    shipment = dock.packed((item, 5))
    outcome = at_once(
        lambda: ship_shipment(shipment_id=shipment.pk, actor=dock.picker),
        lambda: unpick_shipment(shipment_id=shipment.pk, reason="wrong truck", actor=dock.picker),
    )
    assert sorted(outcome) == ["done", "illegal_transition"]
    shipment.refresh_from_db()
    level = dock.level(item)
    assert (shipment.state, level.on_hand, level.allocated) in (("shipped", D(0), D(0)), ("cancelled", D(5), D(5)))


def test_picking_and_recalling_exclude_each_other() -> None:
    dock = Dock()
    planned = dock.released((dock.item(stock=5), 5))
    outcome = at_once(
        lambda: start_picking(planned_id=planned.pk, actor=dock.picker),
        lambda: recall_shipment(planned_id=planned.pk, actor=dock.ops),
    )
    assert outcome.count("done") == 1
    order = Order.objects.get(pk=planned.order_id)
    assert order.state == ("in_fulfillment" if outcome[0] == "done" else "confirmed")
    assert Shipment.objects.count() == (1 if outcome[0] == "done" else 0)


def test_two_shipments_of_one_item_leave_side_by_side() -> None:
    dock = Dock()
    item = dock.item(stock=10)
    shipments = [dock.packed((item, 5)) for _ in range(2)]
    outcome = at_once(
        *(lambda pk=shipment.pk: ship_shipment(shipment_id=pk, actor=dock.picker) for shipment in shipments)
    )
    assert outcome == ["done", "done"]
    assert (dock.level(item).on_hand, dock.level(item).allocated) == (D(0), D(0))


def test_two_who_make_waves_at_once_never_take_a_shipment_twice() -> None:
    dock = Dock()
    item = dock.item(stock=9)
    for _ in range(3):
        dock.released((item, 1))
    chosen = WaveFilter(warehouse_id=dock.warehouse.pk, orders=2)
    outcome = at_once(*[lambda: make_wave(chosen=chosen, actor=dock.picker)] * 3)
    assert sorted(outcome) == ["done", "done", "nothing_to_pick"]
    assert Shipment.objects.count() == Shipment.objects.values("planned").distinct().count() == 3
    assert sorted(Shipment.objects.values_list("tote", flat=True)) == [1, 1, 2]


def test_one_scan_that_arrives_twice_at_once_counts_once() -> None:
    dock = Dock()
    item = dock.item(stock=5)
    line = dock.picking((item, 5)).lines.get()
    scan = uuid4()
    take = {"line_id": line.pk, "quantity": D(2), "item": item.sku, "client_id": scan, "actor": dock.picker}
    assert at_once(*[lambda: take_item(**take)] * 3) == ["done"] * 3
    line.refresh_from_db()
    assert (line.taken, PickTake.objects.count()) == (D(2), 1)


def test_two_pickers_of_one_line_take_no_more_than_is_asked() -> None:
    dock = Dock()
    item = dock.item(stock=9)
    line = dock.picking((item, 5)).lines.get()
    take = {"line_id": line.pk, "quantity": D(3), "item": item.sku, "actor": dock.picker}
    assert sorted(at_once(*[lambda: take_item(**take)] * 2)) == ["done", "pick_refused"]
    line.refresh_from_db()
    assert line.taken == D(3)


def test_a_wave_that_is_put_back_while_it_is_picked_ends_once() -> None:
    dock = Dock()
    item = dock.item(stock=9)
    for _ in range(2):
        dock.released((item, 1))
    wave = make_wave(chosen=WaveFilter(warehouse_id=dock.warehouse.pk), actor=dock.picker)
    first, second = wave.shipments.order_by("tote")
    at_once(
        lambda: cancel_wave(wave_id=wave.pk, reason="no truck", actor=dock.picker),
        lambda: pick_shipment(shipment_id=second.pk, actor=dock.picker),
        lambda: pick_shipment(shipment_id=first.pk, actor=dock.picker),
    )
    wave.refresh_from_db()
    states = set(wave.shipments.values_list("state", flat=True))
    assert wave.state == ("done" if "picked" in states else "cancelled")
    assert "picking" not in states
    assert Event.objects.filter(subject_type="wave", type__in=["wave_done", "wave_cancelled"]).count() == 1

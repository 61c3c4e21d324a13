"""What the warehouse has in hand is not planned again; what it was short of is."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from omc.lib import clock
from orders.core import outbox
from orders.core.models import Duty, Event, Order
from orders.fulfillment.models import ShortReason
from orders.fulfillment.services import (
    ParcelInput,
    pack_shipment,
    pick_shipment,
    ship_shipment,
    start_picking,
    unpick_shipment,
)
from orders.scheduling.models import PlannedShipment
from orders.scheduling.selectors.in_hand import in_hand
from orders.scheduling.services import plan_order, recall_shipment, release_shipment
from planning.models import Promise
from tests.factories import make_actor
from tests.orders.scheduling.factories import Dock, carried

pytestmark = pytest.mark.django_db
FAR = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.stopped_at(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))):
        yield


@pytest.fixture
def dock():
    return Dock(BOLT=100, NUT=100)


@pytest.fixture
def picker(dock):
    return make_actor(dock.company, "warehouse")


def released(dock, lines, **fields):
    [planned] = dock.planned(lines, requested=FAR, **fields)
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    return planned


def hear():
    outbox.drain("scheduling.plan")


def open_plans(order_id):
    return [carried(plan) for plan in PlannedShipment.objects.filter(order_id=order_id, state="planned").order_by("id")]


def pick_short(shipment, picker, sku, units):
    line = next(line for line in shipment.lines.all() if line.order_line.product.sku == sku)
    pick_shipment(
        shipment_id=shipment.pk,
        picked={line.pk: Decimal(units)},
        reasons={line.pk: ShortReason.values[0]},
        actor=picker,
    )


def ship(shipment, picker):
    pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput()], actor=picker)
    ship_shipment(shipment_id=shipment.pk, actor=picker)


def test_what_is_being_picked_is_not_planned_again(dock, picker):
    planned = released(dock, [("BOLT", 10), ("NUT", 4)])
    start_picking(planned_id=planned.pk, actor=picker)
    assert sorted(in_hand([planned.order_id]).values()) == [4, 10]
    assert plan_order(order_id=planned.order_id, actor=dock.ops) == []


def test_the_short_rest_of_a_pick_is_planned_and_stage_6_owes_its_release(dock, picker):
    planned = released(dock, [("BOLT", 10), ("NUT", 4)])
    pick_short(start_picking(planned_id=planned.pk, actor=picker), picker, "BOLT", 7)
    hear()
    assert open_plans(planned.order_id) == [{"BOLT": 3}]
    assert Duty.objects.filter(order=planned.order_id, stage=6, closed_at=None).count() == 1
    assert plan_order(order_id=planned.order_id, actor=dock.ops) == []


def test_after_shipping_only_the_rest_is_open_and_it_goes_the_same_way(dock, picker):
    planned = released(dock, [("BOLT", 10), ("NUT", 4)])
    shipment = start_picking(planned_id=planned.pk, actor=picker)
    pick_short(shipment, picker, "BOLT", 7)
    hear()
    ship(shipment, picker)
    hear()
    assert in_hand([planned.order_id]) == {}
    assert open_plans(planned.order_id) == [{"BOLT": 3}]
    rest = PlannedShipment.objects.get(order=planned.order_id, state="planned")
    release_shipment(planned_id=rest.pk, actor=dock.ops)
    last = Event.objects.filter(type="shipment_released").order_by("id").last()
    assert last.data["unreleased_units"] == "0"
    second = start_picking(planned_id=rest.pk, actor=picker)
    pick_shipment(shipment_id=second.pk, actor=picker)
    ship(second, picker)
    hear()
    assert Order.objects.get().state == "shipped"
    assert not Promise.objects.filter(is_open=True).exists()
    assert open_plans(planned.order_id) == []
    assert not Duty.objects.filter(order=planned.order_id, stage=6, closed_at=None).exists()


def test_put_back_it_waits_to_be_picked_again_and_nothing_is_planned_twice(dock, picker):
    planned = released(dock, [("BOLT", 10)])
    shipment = start_picking(planned_id=planned.pk, actor=picker)
    pick_short(shipment, picker, "BOLT", 7)
    hear()
    assert open_plans(planned.order_id) == [{"BOLT": 3}]
    unpick_shipment(shipment_id=shipment.pk, reason="Wrong pallet", actor=picker)
    hear()
    planned.refresh_from_db()
    assert (planned.state, carried(planned), open_plans(planned.order_id)) == ("released", {"BOLT": 10}, [])
    recall_shipment(planned_id=planned.pk, actor=dock.ops)
    assert Order.objects.get().state == "confirmed"


def test_a_second_round_after_an_unpick_counts_its_own_pick_only(dock, picker):
    planned = released(dock, [("BOLT", 10)])
    first = start_picking(planned_id=planned.pk, actor=picker)
    pick_short(first, picker, "BOLT", 7)
    unpick_shipment(shipment_id=first.pk, reason="Wrong pallet", actor=picker)
    hear()
    second = start_picking(planned_id=planned.pk, actor=picker)
    assert list(in_hand([planned.order_id]).values()) == [10]
    pick_short(second, picker, "BOLT", 9)
    hear()
    assert list(in_hand([planned.order_id]).values()) == [9]
    assert open_plans(planned.order_id) == [{"BOLT": 1}]


def test_two_shipments_at_once_are_told_apart(dock, picker):
    west = dock.second_warehouse()
    dock.receive("BOLT", 50, warehouse=west)
    order = dock.promised([("BOLT", 10), ("BOLT", 6)], FAR, warehouses=[dock.warehouse, west])
    shipments = {}
    for planned in plan_order(order_id=order.pk, actor=dock.ops):
        release_shipment(planned_id=planned.pk, actor=dock.ops)
        shipments[planned.warehouse.code] = start_picking(planned_id=planned.pk, actor=picker)
    pick_short(shipments["WEST"], picker, "BOLT", 2)
    hear()
    assert sorted(in_hand([order.pk]).values()) == [2, 10]
    assert open_plans(order.pk) == [{"BOLT": 4}]
    pick_shipment(shipment_id=shipments["MAIN"].pk, actor=picker)
    ship(shipments["WEST"], picker)
    hear()
    assert list(in_hand([order.pk]).values()) == [10]
    assert open_plans(order.pk) == [{"BOLT": 4}]

"""From a released planned shipment to the customer's door: ledger, stock, promises, states, events."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core import outbox
from orders.core.models import Duty, Event, EventLine, Order, SearchEntry
from orders.core.selectors.holds import HoldBlocks
from orders.core.services.holds import place_hold
from orders.fulfillment.models import Shipment
from orders.fulfillment.services import (
    ParcelInput,
    deliver_shipment,
    pack_shipment,
    pick_shipment,
    ship_shipment,
    start_picking,
)
from planning.models import Promise, StockMovement
from tests.factories import make_actor, make_company
from tests.orders.fulfillment.factories import Dock, ledger_of

D = Decimal
pytestmark = pytest.mark.django_db


def test_an_order_is_picked_packed_shipped_and_delivered() -> None:
    dock = Dock()
    item = dock.item(stock=50)
    planned = dock.released((item, 10))
    order = planned.order

    shipment = start_picking(planned_id=planned.pk, actor=dock.picker)
    order.refresh_from_db()
    planned.refresh_from_db()
    assert (shipment.state, order.state, planned.state) == ("picking", "in_fulfillment", "done")
    assert shipment.number.startswith("SH-")

    line = order.lines.get()
    pick_shipment(shipment_id=shipment.pk, actor=dock.picker)
    assert ledger_of(line) == {"allocated": D(10), "picked": D(10)}
    dock.pack(shipment)
    assert ledger_of(line) == {"allocated": D(10), "picked": D(10), "packed": D(10)}
    assert (dock.level(item).on_hand, dock.level(item).allocated) == (D(50), D(10))

    dock.ship(shipment)
    assert ledger_of(line) == {"picked": D(10), "packed": D(10), "shipped": D(10)}
    assert (dock.level(item).on_hand, dock.level(item).allocated) == (D(40), D(0))
    assert not Promise.objects.get().is_open
    assert StockMovement.objects.filter(kind="ship").get().quantity == D(-10)
    order.refresh_from_db()
    assert (order.state, order.shipping) == ("shipped", "done")
    assert "1z999" in SearchEntry.objects.get(kind="shipment").text

    deliver_shipment(shipment_id=shipment.pk, received_by="Pat", actor=dock.picker)
    order.refresh_from_db()
    assert (order.state, ledger_of(line)["delivered"]) == ("delivered", D(10))
    told = list(Event.objects.filter(subject_type="shipment").order_by("id").values_list("type", flat=True))
    assert told == ["picking_started", "shipment_picked", "shipment_packed", "shipment_shipped", "shipment_delivered"]
    shipped = Event.objects.get(type="shipment_shipped")
    assert {key: shipped.data[key] for key in ("units", "open_units", "left_to_ship", "to_invoice")} == {
        "units": "10", "open_units": "0", "left_to_ship": "0", "to_invoice": "10",
    }  # fmt: skip
    assert list(EventLine.objects.filter(event=shipped).values_list("line_id", "field", "before", "after")) == [
        (line.pk, "shipped", "0", "10")
    ]


def test_the_duty_of_the_warehouse_ends_with_the_last_shipment_and_billing_has_the_next() -> None:
    dock = Dock()
    shipment = dock.packed((dock.item(stock=5), 5))
    assert Duty.objects.filter(order=shipment.order, stage=7, closed_at=None).exists()
    dock.ship(shipment)
    waiting = Duty.objects.filter(order=shipment.order, closed_at=None, stage__gte=6)
    assert list(waiting.values_list("stage", "name")) == [(8, "Invoice")]


def test_only_what_is_released_is_picked_and_only_once() -> None:
    dock = Dock()
    planned = dock.released((dock.item(stock=5), 5))
    start_picking(planned_id=planned.pk, actor=dock.picker)
    with pytest.raises(Exception, match="only a released one"):
        start_picking(planned_id=planned.pk, actor=dock.picker)
    assert Shipment.objects.count() == 1


def test_steps_cannot_be_skipped_or_repeated() -> None:
    dock = Dock()
    shipment = dock.picking((dock.item(stock=5), 5))
    before = Event.objects.count()
    for step in (
        lambda: dock.pack(shipment),
        lambda: dock.ship(shipment),
        lambda: deliver_shipment(shipment_id=shipment.pk, received_by="Pat", actor=dock.picker),
    ):
        with pytest.raises(IllegalTransition):
            step()
    pick_shipment(shipment_id=shipment.pk, actor=dock.picker)
    with pytest.raises(IllegalTransition):
        pick_shipment(shipment_id=shipment.pk, actor=dock.picker)
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize("parcels", [[], [ParcelInput(D("0"))], [ParcelInput(D("1")), ParcelInput(D("-2"))]])
def test_goods_travel_in_parcels_that_weigh_something(parcels: list[ParcelInput]) -> None:
    dock = Dock()
    shipment = pick_shipment(shipment_id=dock.picking((dock.item(stock=5), 5)).pk, actor=dock.picker)
    with pytest.raises(InvalidInput) as refused:
        pack_shipment(shipment_id=shipment.pk, parcels=parcels, actor=dock.picker)
    assert refused.value.field == "parcels"
    assert not shipment.parcels.exists()
    assert ledger_of(shipment.order.lines.get()) == {"allocated": D(5), "picked": D(5)}


def test_a_hold_placed_while_picking_stops_the_truck_and_nothing_is_written() -> None:
    dock = Dock()
    item = dock.item(stock=5)
    shipment = dock.packed((item, 5))
    place_hold(order_id=shipment.order_id, code="address_check", reason="which gate?", actor=dock.ops)
    before = Event.objects.count()
    with pytest.raises(HoldBlocks) as refused:
        dock.ship(shipment)
    assert refused.value.data["hold"] == "Address to be checked"
    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking_number, Event.objects.count()) == ("packed", "", before)
    assert dock.level(item).on_hand == 5


@pytest.mark.parametrize("step", ["start", "pick"])
def test_a_hold_on_picking_stops_both_its_beginning_and_its_end(step: str) -> None:
    dock = Dock()
    planned = dock.released((dock.item(stock=5), 5))
    shipment = start_picking(planned_id=planned.pk, actor=dock.picker) if step == "pick" else None
    place_hold(order_id=planned.order_id, code="customer_request", reason="moving house", actor=dock.ops)
    run = partial(pick_shipment, shipment_id=shipment.pk) if shipment else partial(start_picking, planned_id=planned.pk)
    with pytest.raises(HoldBlocks):
        run(actor=dock.picker)
    assert not planned.order.lines.filter(picked__gt=0).exists()
    assert Shipment.objects.count() == (1 if shipment else 0)


def test_another_company_and_another_role_have_no_say() -> None:
    dock = Dock()
    shipment = dock.packed((dock.item(stock=5), 5))
    stranger = make_actor(make_company(), "warehouse")
    with pytest.raises(NotFound):
        ship_shipment(shipment_id=shipment.pk, actor=stranger)
    with pytest.raises(NotFound):
        start_picking(planned_id=shipment.planned_id, actor=stranger)
    with pytest.raises(PermissionRefused):
        ship_shipment(shipment_id=shipment.pk, actor=dock.desk)
    shipment.refresh_from_db()
    assert shipment.state == "packed"


def test_a_kit_is_shipped_when_all_its_components_are() -> None:
    dock = Dock()
    frame, wheel = dock.item(stock=2), dock.item(stock=8)
    kit = dock.kit((frame, 1), (wheel, 4))
    shipment = dock.picking((kit, 2))
    frames = shipment.lines.get(order_line__product=frame)
    pick_shipment(shipment_id=shipment.pk, picked={frames.pk: D(1)}, reasons={frames.pk: "damaged"}, actor=dock.picker)
    dock.ship(dock.pack(shipment))
    order = shipment.order
    kit_line = order.lines.get(product=kit)
    assert ledger_of(kit_line) == {"picked": D(1), "packed": D(1), "shipped": D(1)}
    assert ledger_of(order.lines.get(product=wheel))["shipped"] == D(8)
    order.refresh_from_db()
    assert (order.state, order.shipping) == ("in_fulfillment", "part")


@pytest.mark.slow
def test_the_rest_is_cancelled_where_the_ship_rule_does_not_wait() -> None:
    dock = Dock(ship_rule="cancel_remainder")
    item, other = dock.item(stock=4), dock.item(stock=9)
    shipment = dock.picking((item, 10), (other, 2))
    dock.ship(dock.pack(pick_shipment(shipment_id=shipment.pk, actor=dock.picker)))
    order = Order.objects.get(pk=shipment.order_id)
    assert ledger_of(order.lines.get(product=item)) == {
        "picked": D(4), "packed": D(4), "shipped": D(4), "cancelled": D(6),
    }  # fmt: skip
    assert order.state == "shipped"
    cancelled = Event.objects.get(type="rest_cancelled")
    assert (cancelled.job, cancelled.data["cancelled_units"]) == ("ship rule", "6")
    outbox.drain_all()
    assert [state for state, _ in dock.plans(order)] == ["done"]


def test_the_warehouse_needs_few_statements_and_no_more_for_more_lines(django_assert_max_num_queries: Any) -> None:
    counts = []
    for lines in (1, 20):
        dock = Dock()
        planned = dock.released(*((dock.item(stock=3), 2) for _ in range(lines)))
        taken = []
        with django_assert_max_num_queries(15) as captured:
            shipment = start_picking(planned_id=planned.pk, actor=dock.picker)
        taken.append(len(captured))
        for step, most in (
            (lambda: pick_shipment(shipment_id=shipment.pk, actor=dock.picker), 12),  # noqa: B023
            (lambda: dock.pack(shipment), 12),  # noqa: B023
            (lambda: dock.ship(shipment), 28),  # noqa: B023
        ):
            with django_assert_max_num_queries(most) as captured:
                step()
            taken.append(len(captured))
        counts.append(taken)
    assert counts[0] == counts[1]
    print(counts)

"""Short picks and goods that are put back: stock is freed, promises stay open, and the order is planned again."""

from decimal import Decimal

import pytest

from omc.lib.errors import IllegalTransition, InvalidInput
from orders.core import outbox
from orders.core.models import Duty, Event, Order
from orders.fulfillment.models import ShipmentLine
from orders.fulfillment.services import PickRefused, pick_shipment, start_picking, unpick_shipment
from orders.scheduling.services import recall_shipment
from planning.models import Promise
from tests.orders.fulfillment.factories import Dock, ledger_of

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_short_pick_frees_the_rest_and_it_is_planned_again() -> None:
    dock = Dock()
    item = dock.item(stock=10)
    shipment = dock.picking((item, 10))
    line = shipment.lines.get()
    pick_shipment(shipment_id=shipment.pk, picked={line.pk: D(7)}, reasons={line.pk: "not_found"}, actor=dock.picker)

    line.refresh_from_db()
    assert (line.quantity, line.picked, line.short_reason) == (D(10), D(7), "not_found")
    assert ledger_of(shipment.order.lines.get()) == {"allocated": D(7), "picked": D(7)}
    promise = Promise.objects.get()
    assert (promise.quantity, promise.allocated, promise.is_open) == (D(10), D(7), True)
    assert (dock.level(item).on_hand, dock.level(item).allocated) == (D(10), D(7))
    assert Event.objects.get(type="shipment_picked").data["short_units"] == "3"
    assert Duty.objects.filter(order=shipment.order, stage=6, closed_at=None).exists()

    outbox.drain_all()
    assert dock.plans(shipment.order) == [("done", [D(10)]), ("planned", [D(3)])]
    dock.ship(dock.pack(shipment))
    order = Order.objects.get(pk=shipment.order_id)
    assert (order.state, order.shipping) == ("in_fulfillment", "part")
    outbox.drain_all()
    assert dock.plans(order) == [("done", [D(10)]), ("planned", [D(3)])]


@pytest.mark.parametrize(
    ("rule", "picked", "reason", "why"),
    [
        ("back_order", "11", "", "over_pick"),
        ("back_order", "-1", "", "negative_pick"),
        ("back_order", "9", "", "reason_missing"),
        ("back_order", "0", "not_found", "nothing_picked"),
        ("ship_complete_order", "9", "not_found", "ship_rule"),
        ("ship_complete_line", "9", "not_found", "ship_rule"),
    ],
)
def test_a_pick_that_cannot_be_taken_names_the_line_and_writes_nothing(
    rule: str, picked: str, reason: str, why: str
) -> None:
    dock = Dock(ship_rule=rule)
    shipment = dock.picking((dock.item(stock=10), 10))
    line = shipment.lines.get()
    before = Event.objects.count()
    with pytest.raises(PickRefused) as refused:
        pick_shipment(
            shipment_id=shipment.pk, picked={line.pk: D(picked)}, reasons={line.pk: reason}, actor=dock.picker
        )
    assert refused.value.data["reason"] == why
    assert refused.value.field == (None if why == "nothing_picked" else f"picked_{line.pk}")
    shipment.refresh_from_db()
    assert (shipment.state, Event.objects.count()) == ("picking", before)
    assert ledger_of(shipment.order.lines.get()) == {"allocated": D(10)}


def test_a_complete_line_may_ship_without_one_that_is_missing() -> None:
    dock = Dock(ship_rule="ship_complete_line")
    shipment = dock.picking((dock.item(stock=5), 5), (dock.item(stock=5), 5))
    _first, second = shipment.lines.order_by("id")
    pick_shipment(shipment_id=shipment.pk, picked={second.pk: D(0)}, reasons={second.pk: "damaged"}, actor=dock.picker)
    dock.ship(dock.pack(shipment))
    assert [line.shipped for line in ShipmentLine.objects.order_by("id")] == [D(5), D(0)]


def test_a_kit_stays_together() -> None:
    dock = Dock(ship_rule="kit_together")
    frame, wheel = dock.item(stock=2), dock.item(stock=8)
    shipment = dock.picking((dock.kit((frame, 1), (wheel, 4)), 2))
    frames = shipment.lines.get(order_line__product=frame)
    wheels = shipment.lines.get(order_line__product=wheel)
    reasons = {frames.pk: "damaged", wheels.pk: "damaged"}
    with pytest.raises(PickRefused, match="stay together"):
        pick_shipment(shipment_id=shipment.pk, picked={frames.pk: D(1)}, reasons=reasons, actor=dock.picker)
    pick_shipment(
        shipment_id=shipment.pk, picked={frames.pk: D(1), wheels.pk: D(4)}, reasons=reasons, actor=dock.picker
    )
    assert ledger_of(shipment.order.lines.get(kind="kit")) == {"picked": D(1)}


def test_what_is_put_back_is_released_again_and_so_is_the_order() -> None:
    dock = Dock()
    item = dock.item(stock=10)
    shipment = dock.packed((item, 10))
    unpick_shipment(shipment_id=shipment.pk, reason="customer moved the date", actor=dock.picker)
    order = Order.objects.get(pk=shipment.order_id)
    shipment.refresh_from_db()
    shipment.planned.refresh_from_db()
    assert (shipment.state, shipment.planned.state, order.state) == ("cancelled", "released", "released")
    assert ledger_of(order.lines.get()) == {"allocated": D(10)}
    assert Event.objects.get(type="order_unpicked").to_state == "released"
    assert Duty.objects.filter(order=order, stage=7, closed_at=None).exists()

    again = start_picking(planned_id=shipment.planned_id, actor=dock.picker)
    assert again.number != shipment.number
    assert Order.objects.get(pk=order.pk).state == "in_fulfillment"


def test_put_back_and_recalled_the_order_is_confirmed_again() -> None:
    dock = Dock()
    shipment = dock.picking((dock.item(stock=10), 10))
    unpick_shipment(shipment_id=shipment.pk, reason="wrong day", actor=dock.picker)
    recall_shipment(planned_id=shipment.planned_id, actor=dock.ops)
    assert Order.objects.get(pk=shipment.order_id).state == "confirmed"


@pytest.mark.slow
def test_after_a_short_pick_is_put_back_nothing_is_planned_twice() -> None:
    dock = Dock()
    shipment = dock.picking((dock.item(stock=10), 10))
    line = shipment.lines.get()
    pick_shipment(shipment_id=shipment.pk, picked={line.pk: D(7)}, reasons={line.pk: "miscount"}, actor=dock.picker)
    outbox.drain_all()
    unpick_shipment(shipment_id=shipment.pk, reason="truck is full", actor=dock.picker)
    outbox.drain_all()
    planned = [quantity for _, quantities in dock.plans(shipment.order) for quantity in quantities]
    assert sum(planned) == D(10)


def test_an_order_of_which_a_part_has_left_stays_in_fulfillment() -> None:
    dock = Dock()
    item = dock.item(stock=4)
    first = dock.packed((item, 10))
    dock.ship(first)
    outbox.drain_all()
    dock.receive(item, 6)
    order = first.order
    from orders.scheduling.models import PlannedShipment
    from orders.scheduling.services import release_shipment

    planned = PlannedShipment.objects.filter(order=order, state="planned").get()
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    second = start_picking(planned_id=planned.pk, actor=dock.picker)
    unpick_shipment(shipment_id=second.pk, reason="no driver", actor=dock.picker)
    assert Order.objects.get(pk=order.pk).state == "in_fulfillment"


def test_what_has_left_is_not_put_back_and_a_reason_is_needed() -> None:
    dock = Dock()
    shipment = dock.packed((dock.item(stock=5), 5))
    with pytest.raises(InvalidInput):
        unpick_shipment(shipment_id=shipment.pk, reason=" ", actor=dock.picker)
    dock.ship(shipment)
    with pytest.raises(IllegalTransition):
        unpick_shipment(shipment_id=shipment.pk, reason="too late", actor=dock.picker)
    assert ledger_of(shipment.order.lines.get())["shipped"] == D(5)

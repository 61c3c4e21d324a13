"""The customer collects: nothing is sent, he is told when it is ready, and it is handed over with a name."""

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib.errors import InvalidInput
from orders.core import outbox
from orders.core.inputs import LineInput
from orders.core.models import Duty, Message, Order
from orders.entry.services import confirm_order, save_draft, start_order, submit_order
from orders.fulfillment.models import Shipment
from orders.fulfillment.services import (
    IsCollected,
    NotCollected,
    hand_over,
    pick_shipment,
    ship_shipment,
    start_picking,
)
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import plan_order, release_shipment
from tests.factories import make_user
from tests.orders.fulfillment.factories import D, Dock, ledger_of
from tests.orders.fulfillment.test_races import at_once

pytestmark = pytest.mark.django_db


def packed_to_collect(dock: Dock) -> Shipment:
    item = dock.item(stock=5)
    order = start_order(customer_id=dock.customer.pk, actor=dock.desk)
    lines = [LineInput(product_id=item.pk, quantity=D(3))]
    save_draft(
        order_id=order.pk,
        lines=lines,
        header={"delivery": "collect"},
        actor=dock.desk,
    )
    submit_order(order_id=order.pk, actor=dock.desk)
    confirm_order(order_id=order.pk, actor=dock.desk)
    [planned] = plan_order(order_id=order.pk, actor=dock.ops)
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    shipment = start_picking(planned_id=planned.pk, actor=dock.picker)
    return dock.pack(pick_shipment(shipment_id=shipment.pk, actor=dock.picker))


@pytest.mark.slow
def test_it_waits_packed_the_customer_is_told_and_whoever_comes_gets_it() -> None:
    dock = Dock()
    shipment = packed_to_collect(dock)
    planned = PlannedShipment.objects.get()
    assert (shipment.ship_to, planned.ship_to) == (None, None)
    assert shipment.order.current_promise == planned.slot_date  # no way to go
    outbox.drain_all(company_id=dock.company.pk)
    assert list(Message.objects.filter(template__in=["ready", "shipped", "delivered"]).values_list("template")) == [
        ("ready",)
    ]

    with pytest.raises(IsCollected):
        ship_shipment(shipment_id=shipment.pk, actor=dock.picker)
    with pytest.raises(InvalidInput, match="who collected"):
        hand_over(shipment_id=shipment.pk, collected_by="  ", actor=dock.picker)
    hand_over(shipment_id=shipment.pk, collected_by="B. Miller", actor=dock.picker)
    outbox.drain_all(company_id=dock.company.pk)

    order = Order.objects.get()
    shipment.refresh_from_db()
    assert (order.state, shipment.state, shipment.received_by) == ("delivered", "delivered", "B. Miller")
    line = order.lines.get()
    assert ledger_of(line) == {"picked": 3, "packed": 3, "shipped": 3, "delivered": 3}
    assert dock.level(line.product).on_hand == 2
    assert Message.objects.filter(template__in=["shipped", "delivered"]).count() == 0
    assert list(Duty.objects.filter(order=order, closed_at=None).values_list("stage", flat=True)) == [8]


def test_what_a_carrier_takes_is_not_handed_over() -> None:
    dock = Dock()
    shipment = dock.packed((dock.item(stock=5), 3))
    with pytest.raises(NotCollected):
        hand_over(shipment_id=shipment.pk, collected_by="B. Miller", actor=dock.picker)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_it_is_handed_over_once() -> None:
    dock = Dock()
    shipment = packed_to_collect(dock)
    outcome = at_once(*[lambda: hand_over(shipment_id=shipment.pk, collected_by="B. Miller", actor=dock.picker)] * 3)
    assert sorted(outcome) == ["done", "illegal_transition", "illegal_transition"]
    assert ledger_of(Order.objects.get().lines.get())["shipped"] == 3


@pytest.mark.slow
def test_the_screen_and_the_api_lead_to_the_same_room(client: Client) -> None:
    dock = Dock()
    shipment = packed_to_collect(dock)
    screen = reverse("fulfillment:hand-over", args=[shipment.pk])
    api = f"/api/v1/fulfillment/shipments/{shipment.pk}/hand-over/"
    client.force_login(make_user(dock.company, "csr"))
    assert client.post(screen, {"collected_by": "B. Miller"}).status_code == 403
    assert client.post(api, {"collected_by": "B. Miller"}, content_type="application/json").status_code == 403

    client.force_login(make_user(dock.company, "warehouse"))
    page = client.get(reverse("fulfillment:shipment", args=[shipment.pk])).content
    assert b"Handed over" in page
    assert b"Handed to the carrier" not in page
    assert client.post(screen, {"collected_by": ""}).status_code == 422
    assert client.post(screen, {"collected_by": "B. Miller"}).status_code == 302
    again = client.post(api, {"collected_by": "B. Miller"}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")

"""What is not on the shelf: the place is to be counted, the picker is sent on, else the line ends short with its reason."""

import pytest
from django.urls import reverse

from omc.lib.errors import DomainError, InvalidInput
from orders.core import outbox
from orders.core.models import Notification, Order
from orders.fulfillment.picking.path import tasks_of
from orders.fulfillment.services import PickRefused, finish_picking, report_short
from planning.counts.models import CycleCount
from planning.counts.services import record_count
from planning.models import Promise
from tests.factories import make_user
from tests.orders.fulfillment.shelves import D, Shelves
from tests.orders.fulfillment.test_takes import client_of

pytestmark = pytest.mark.django_db


def test_the_picker_is_sent_to_another_bin_where_there_is_more() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 5), ("B", 9))
    shipment = dock.picking((item, 5))
    dock.take(shipment, item, 2, "A")
    line = shipment.lines.get()
    report_short(line_id=line.pk, bin="11", reason="not_found", actor=dock.picker)
    count = CycleCount.objects.get()
    assert (count.bin, count.reason, count.reference) == ("A", "Not found", shipment.number)
    assert [(task.bin, int(task.quantity)) for task in tasks_of([shipment])] == [("B", 3)]
    dock.take(shipment, item, 3, "B")
    finish_picking(shipment_id=shipment.pk, actor=dock.picker)
    line.refresh_from_db()
    assert (line.picked, line.short_reason) == (D(5), "")
    record_count(count_id=count.pk, counted=D(0), actor=dock.ops)
    assert dock.level(item).on_hand == 11


def test_what_lies_nowhere_else_ends_short_is_planned_again_and_told() -> None:
    dock = Shelves()
    csr = make_user(dock.company, "csr")
    dock.customer.csr = csr
    dock.customer.save()
    item = dock.shelved(("A", 5))
    shipment = dock.picking((item, 5))
    dock.take(shipment, item, 2, "A")
    line = shipment.lines.get()
    report_short(line_id=line.pk, bin="A", reason="damaged", actor=dock.picker)
    assert tasks_of([shipment]) == []
    finish_picking(shipment_id=shipment.pk, actor=dock.picker)
    line.refresh_from_db()
    assert (line.picked, line.short_reason) == (D(2), "damaged")
    assert Promise.objects.get().allocated == D(2)
    outbox.drain_all()
    said = Notification.objects.get(user=csr)
    assert (str(shipment) in said.text, said.url) == (True, reverse("core:order", args=[shipment.order_id]))
    assert [state for state, _ in dock.plans(Order.objects.get())] == ["done", "planned"]
    record_count(count_id=CycleCount.objects.get().pk, counted=D(0), actor=dock.ops)
    assert dock.level(item).on_hand == 2


def test_an_order_that_ships_complete_is_put_back_instead() -> None:
    dock = Shelves(ship_rule="ship_complete_order")
    item = dock.shelved(("A", 5))
    shipment = dock.picking((item, 5))
    dock.take(shipment, item, 2, "A")
    report_short(line_id=shipment.lines.get().pk, bin="A", reason="damaged", actor=dock.picker)
    with pytest.raises(PickRefused, match="ships complete"):
        finish_picking(shipment_id=shipment.pk, actor=dock.picker)


def test_a_shortage_needs_a_reason_and_something_left_to_take() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 5))
    shipment = dock.picking((item, 5))
    line = shipment.lines.get()
    for said in ({"reason": "lazy"}, {"reason": "damaged", "bin": "Z"}):
        with pytest.raises(DomainError):
            report_short(line_id=line.pk, actor=dock.picker, **said)
    dock.take(shipment, item, 5, "A")
    with pytest.raises(InvalidInput):
        report_short(line_id=line.pk, bin="A", reason="damaged", actor=dock.picker)
    assert CycleCount.objects.count() == 0


def test_it_is_said_on_the_scanner_and_by_rest() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 5), ("B", 5))
    shipment = dock.picking((item, 5))
    client, line = client_of(dock, "warehouse"), shipment.lines.get()
    short = reverse("fulfillment:short-shipment", args=[shipment.pk])
    wrong = client.post(short, {"line_id": line.pk, "bin": "A", "reason": ""})
    assert wrong.status_code == 422
    assert client.post(short, {"line_id": line.pk, "bin": "A", "reason": "not_found"}).status_code == 302
    page = client.get(reverse("fulfillment:scan-shipment", args=[shipment.pk]))
    assert "<strong data-bin>B</strong>" in page.text
    said = {"line_id": line.pk, "bin": "B", "reason": "damaged"}
    answer = client.post("/api/v1/fulfillment/shorts/", said, content_type="application/json")
    assert (answer.status_code, answer.json()["short_reason"]) == (201, "damaged")
    assert CycleCount.objects.count() == 2
    assert client_of(dock, "csr").post(short, said).status_code == 403

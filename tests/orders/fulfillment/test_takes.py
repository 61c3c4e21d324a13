"""Picking scan by scan: what is taken where, once, and what becomes of it when it leaves or goes back."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib.errors import DomainError
from orders.core.models import Event, ProductAlias, ProductUnit
from orders.core.services.holds import place_hold
from orders.fulfillment.models import PickTake, Shipment, ShipmentLine
from orders.fulfillment.picking.path import tasks_of
from orders.fulfillment.services import PickRefused, finish_picking, pick_shipment, unpick_shipment
from planning.models import StockUnit
from planning.places.services import Place
from planning.selectors.reconcile import stock_differences
from tests.factories import make_user
from tests.orders.fulfillment.factories import Dock
from tests.orders.fulfillment.shelves import D, Shelves

pytestmark = pytest.mark.django_db


def test_what_is_scanned_leaves_from_where_it_was_taken() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 3), ("B", 9))
    shipment = dock.picking((item, 5))
    assert [(task.bin, int(task.quantity)) for task in tasks_of([shipment])] == [("A", 3), ("B", 2)]
    dock.take(shipment, item, 3, "A")
    dock.take(shipment, item, 2, "22")  # the check digits of B
    assert dock.lies(item) == [("A", 3, 3), ("B", 9, 2)]
    finish_picking(shipment_id=shipment.pk, actor=dock.picker)
    assert dock.level(item).on_hand == 12
    shipment.refresh_from_db()
    dock.ship(dock.pack(shipment))
    assert (dock.lies(item), dock.level(item).on_hand) == ([("B", 7, 0)], D(7))
    assert stock_differences(dock.company.pk) == []
    assert list(PickTake.objects.order_by("id").values_list("bin", flat=True)) == ["A", "B"]


def test_a_scan_that_is_sent_again_is_taken_once() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 9))
    shipment = dock.picking((item, 5))
    scan = uuid4()
    first = dock.take(shipment, item, 2, "A", client_id=scan)
    again = dock.take(shipment, item, 2, "A", client_id=scan)
    assert first == again
    assert (PickTake.objects.count(), ShipmentLine.objects.get().taken) == (1, D(2))


def wrong(dock: Shelves) -> dict[str, dict[str, Any]]:
    return {
        "item": {"quantity": 1, "bin": "A", "item": "NOBODY"},
        "bin": {"quantity": 1, "bin": "Z"},
        "quantity": {"quantity": 6, "bin": "B"},
    }


@pytest.mark.parametrize("field", ["item", "bin", "quantity"])
def test_a_wrong_scan_names_its_field_and_takes_nothing(field: str) -> None:
    dock = Shelves()
    item = dock.shelved(("A", 3), ("B", 9))
    shipment = dock.picking((item, 5))
    with pytest.raises(DomainError) as refused:
        dock.take(shipment, item, **wrong(dock)[field])
    assert refused.value.field == field
    assert (PickTake.objects.count(), dock.lies(item)) == (0, [("A", 3, 0), ("B", 9, 0)])


def test_an_item_answers_to_all_of_its_names() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 9), barcode="4006381333931")
    other = Dock().customer
    ProductUnit.objects.create(product=item, unit="box", factor=4, barcode="14006381333938")
    ProductAlias.objects.create(company=dock.company, product=item, customer=dock.customer, alias="THEIRS")
    ProductAlias.objects.create(company=dock.company, product=item, customer=other, alias="NOT-THEIRS")
    shipment = dock.picking((item, 9))
    for name in (item.sku.lower(), "4006381333931", "14006381333938", "theirs"):
        dock.take(shipment, item, 1, "A", item=name)
    with pytest.raises(DomainError):
        dock.take(shipment, item, 1, "A", item="NOT-THEIRS")
    [task] = tasks_of([shipment])
    assert task.codes["14006381333938"] == "4"
    assert "not-theirs" not in task.codes


def test_serial_numbers_are_scanned_one_by_one_each_once() -> None:
    dock = Shelves()
    pump = dock.item(3, tracks_serials=True)
    dock.put(pump, 2, Place("A", serials=("S1", "S2")))
    shipment = dock.picking((pump, 3))
    with pytest.raises(PickRefused, match="serial number"):
        pick_shipment(shipment_id=shipment.pk, actor=dock.picker)
    dock.take(shipment, pump, 1, "A", serial="S1")
    for said in ({"serial": "S1"}, {"serial": ""}, {"serial": "S9"}):
        with pytest.raises(DomainError):
            dock.take(shipment, pump, 1, "A", **said)
    dock.take(shipment, pump, 1, "A", serial="S2")
    dock.take(shipment, pump, 1, serial="S3")  # was never recorded
    finish_picking(shipment_id=shipment.pk, actor=dock.picker)
    assert list(PickTake.objects.order_by("serial").values_list("serial", flat=True)) == ["S1", "S2", "S3"]


def test_lots_that_expire_first_are_taken_first() -> None:
    dock = Shelves()
    glue = dock.item(6, tracks_lots=True)
    dock.put(glue, 3, Place("A", "LATE"))
    dock.put(glue, 3, Place("B", "SOON", expires_on=dock.released((dock.item(1), 1)).slot_date))
    shipment = dock.picking((glue, 4))
    assert [(task.bin, task.lot) for task in tasks_of([shipment])] == [("A", "LATE"), ("B", "SOON")]
    assert {task.lot: int(task.quantity) for task in tasks_of([shipment])} == {"SOON": 3, "LATE": 1}
    with pytest.raises(DomainError):
        dock.take(shipment, glue, 1, "A", lot="SOON")
    dock.take(shipment, glue, 3, "B", lot="SOON")
    assert [(task.lot, int(task.quantity)) for task in tasks_of([shipment])] == [("LATE", 1)]


def test_what_is_put_back_lies_where_it_lay() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 3), ("B", 9))
    shipment = dock.picking((item, 5))
    dock.take(shipment, item, 3, "A")
    unpick_shipment(shipment_id=shipment.pk, reason="wrong day", actor=dock.picker)
    assert (dock.lies(item), PickTake.objects.count()) == ([("A", 3, 0), ("B", 9, 0)], 0)


def test_less_than_was_scanned_puts_the_last_of_it_back() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 3), ("B", 9))
    shipment = dock.picking((item, 5))
    dock.take(shipment, item, 3, "A")
    dock.take(shipment, item, 2, "B")
    line = shipment.lines.get()
    said = {"picked": {line.pk: D(2)}, "reasons": {line.pk: "damaged"}}
    pick_shipment(shipment_id=shipment.pk, actor=dock.picker, **said)
    assert dock.lies(item) == [("A", 3, 2), ("B", 9, 0)]
    line.refresh_from_db()
    assert (line.taken, line.picked) == (D(2), D(2))


def test_what_nobody_scanned_leaves_by_turn_and_what_is_short_needs_a_reason() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 3), ("B", 9))
    dock.ship(dock.packed((item, 5)))
    assert sum(quantity for _, quantity, _ in dock.lies(item)) == 7
    assert stock_differences(dock.company.pk) == []
    shipment = dock.picking((item, 5))
    with pytest.raises(PickRefused) as refused:
        finish_picking(shipment_id=shipment.pk, actor=dock.picker)
    assert refused.value.data["reason"] == "reason_missing"


def test_a_held_order_is_not_taken() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 9))
    shipment = dock.picking((item, 5))
    place_hold(order_id=shipment.order_id, code="customer_request", reason="wait", actor=dock.ops)
    with pytest.raises(DomainError) as refused:
        dock.take(shipment, item, 1, "A")
    assert refused.value.code == "hold_blocks"


def client_of(dock: Dock, *roles: str) -> Client:
    client = Client()
    client.force_login(make_user(dock.company, *roles))
    return client


def test_the_screen_works_without_scripts() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 3), ("B", 9))
    shipment = dock.picking((item, 5))
    client, page = client_of(dock, "warehouse"), reverse("fulfillment:scan-shipment", args=[shipment.pk])
    take = reverse("fulfillment:take-shipment", args=[shipment.pk])
    said = {"line_id": shipment.lines.get().pk, "bin": "A", "item": item.sku, "quantity": "3"}
    assert client.post(take, said).headers["Location"] == page
    assert "<strong data-bin>B</strong>" in client.get(page).text
    wrong = client.post(take, {**said, "item": "NOBODY", "bin": "B", "quantity": "2"})
    assert (wrong.status_code, "Not the right item" in wrong.text) == (422, True)
    assert client.post(take, {**said, "bin": "B", "quantity": "2"}).status_code == 302
    assert "Everything is scanned." in client.get(page).text
    assert client.post(reverse("fulfillment:finish-shipment", args=[shipment.pk])).status_code == 302
    shipment.refresh_from_db()
    assert shipment.state == "picked"
    assert client_of(dock, "csr").get(page).status_code == 403
    assert client_of(Dock(), "warehouse").get(page).status_code == 404


def test_a_program_picks_by_rest() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 9))
    shipment = dock.picking((item, 5))
    client, api = client_of(dock, "warehouse"), "/api/v1/fulfillment/"
    [task] = client.get(f"{api}shipments/{shipment.pk}/path/").json()
    assert (task["bin"], task["quantity"]) == ("A", "5.000000")
    said = {"line_id": task["line_id"], "bin": "A", "item": item.sku, "quantity": "5", "client_id": str(uuid4())}
    answers = [client.post(f"{api}takes/", said, content_type="application/json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert client.post(f"{api}shipments/{shipment.pk}/finish/").status_code == 204
    assert Event.objects.get(type="shipment_picked").data["units"] == "5"
    assert client_of(dock, "csr").post(f"{api}takes/", said, content_type="application/json").status_code == 403
    assert StockUnit.objects.get().picked == 5


def test_the_way_of_many_costs_the_queries_of_one(django_assert_max_num_queries: Any) -> None:
    dock = Shelves()
    items = [dock.shelved(("A", 3), ("B", 3)) for _ in range(4)]
    shipments = [dock.picking(*((item, 4) for item in items)) for _ in range(1)]
    with django_assert_max_num_queries(8):
        assert len(tasks_of(list(Shipment.objects.filter(pk__in=[one.pk for one in shipments])))) == 8

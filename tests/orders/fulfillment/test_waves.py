"""Waves: which shipments go on one walk, in which totes, and when the walk is over."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib.errors import DomainError, IllegalTransition, InvalidInput
from orders.core.models import Customer, Event
from orders.core.services.companies import change_setting
from orders.core.services.holds import place_hold
from orders.fulfillment.models import Shipment, Wave
from orders.fulfillment.picking.path import tasks_of
from orders.fulfillment.services import NothingToPick, cancel_wave, finish_picking, pick_shipment
from orders.fulfillment.waves.documents import wave_list_pdf
from orders.fulfillment.waves.rules import Candidate, fitting
from orders.scheduling.models import PlannedShipment
from planning.models import CarrierService
from tests.factories import CustomerFactory, make_actor, make_user
from tests.orders.fulfillment.factories import Dock
from tests.orders.fulfillment.shelves import Shelves

pytestmark = pytest.mark.django_db


def shipments(wave: Wave) -> list[Shipment]:
    return list(wave.shipments.order_by("tote"))


def test_a_wave_takes_what_is_released_each_into_a_tote_and_walks_past_the_bins_once() -> None:
    dock = Shelves()
    bolt, nut = dock.shelved(("B", 20)), dock.shelved(("A", 20))
    for _ in range(2):
        dock.released((bolt, 2), (nut, 3))
    wave = dock.wave()
    assert (wave.state, [row.tote for row in shipments(wave)]) == ("open", [1, 2])
    assert wave.minutes == sum(PlannedShipment.objects.values_list("work_minutes", flat=True))
    way = [(task.bin, task.tote, int(task.quantity)) for task in tasks_of(shipments(wave))]
    assert way == [("A", 1, 3), ("A", 2, 3), ("B", 1, 2), ("B", 2, 2)]
    assert wave_list_pdf(Wave.objects.select_related("warehouse", "company").get()).startswith(b"%PDF")
    with pytest.raises(NothingToPick):
        dock.wave()


def test_two_totes_are_not_sent_to_the_same_last_piece() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 3), ("B", 5))
    for _ in range(2):
        dock.released((item, 3))
    way = [(task.bin, task.tote, int(task.quantity)) for task in tasks_of(shipments(dock.wave()))]
    assert way == [("A", 1, 3), ("B", 2, 3)]


def test_the_cart_and_the_time_are_not_overfilled() -> None:
    rows = [Candidate(1, 30), Candidate(2, 50), Candidate(3, 20), Candidate(4, 5)]
    assert fitting(rows, 9, 60) == [1, 3, 4]
    assert fitting(rows, 2, 60) == [1, 3]
    assert fitting([Candidate(1, 200), Candidate(2, 5)], 9, 60) == [1]
    dock = Shelves()
    item = dock.shelved(("A", 20))
    for _ in range(3):
        dock.released((item, 1))
    change_setting(key="fulfillment.wave_orders", value="2", actor=make_actor(dock.company, "admin"))
    assert len(shipments(dock.wave())) == 2
    assert len(shipments(dock.wave(minutes=1))) == 1


@pytest.mark.parametrize("by", ["service", "leaves_by", "class", "zone", "ids"])
def test_a_filter_takes_what_fits_and_leaves_the_rest(by: str) -> None:
    dock = Shelves()
    plain, special = dock.released((dock.shelved(("A", 9)), 1)), dock.released((dock.shelved(("C", 9)), 1))
    early = CarrierService.objects.create(company=dock.company, code="EARLY", name="Early", cut_off=time(9))
    PlannedShipment.objects.filter(pk=special.pk).update(service=early)
    if by == "class":
        mine = Customer.objects.get(pk=special.customer_id)
        other = CustomerFactory(company=dock.company, customer_class="A")
        PlannedShipment.objects.filter(pk=special.pk).update(customer=other)
        assert mine.customer_class != "A"
    chosen = {
        "service": {"service_id": early.pk},
        "leaves_by": {"leaves_by": early.cut_off},
        "class": {"customer_class": "A"},
        "zone": {"zone": "2"},
        "ids": {"planned_ids": (special.pk,)},
    }[by]
    [row] = shipments(dock.wave(**chosen))
    assert row.planned_id == special.pk
    plain.refresh_from_db()
    assert plain.state == "released"


def test_what_is_on_hold_is_left_out_and_takes_no_tote() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 20))
    held, free = dock.released((item, 1)), dock.released((item, 1))
    place_hold(order_id=held.order_id, code="customer_request", reason="wait", actor=dock.ops)
    [row] = shipments(dock.wave())
    assert (row.planned_id, row.tote) == (free.pk, 1)
    with pytest.raises(NothingToPick):
        dock.wave()
    assert Wave.objects.count() == 1


def test_the_walk_begins_with_the_first_take_and_ends_with_the_last_shipment() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 20))
    for _ in range(2):
        dock.released((item, 2))
    wave = dock.wave()
    first, second = shipments(wave)
    dock.take(first, item, 2, "A")
    wave.refresh_from_db()
    assert (wave.state, wave.picker_id) == ("picking", dock.picker.user_id)
    finish_picking(shipment_id=first.pk, actor=dock.picker)
    pick_shipment(shipment_id=second.pk, actor=dock.picker)
    wave.refresh_from_db()
    assert wave.state == "done"
    types = Event.objects.filter(subject_type="wave").order_by("seq").values_list("type", flat=True)
    assert list(types) == ["wave_made", "wave_started", "wave_done"]
    with pytest.raises(IllegalTransition):
        cancel_wave(wave_id=wave.pk, reason="late", actor=dock.picker)


def test_a_wave_that_is_put_back_gives_its_shipments_back() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 20))
    for _ in range(2):
        dock.released((item, 2))
    wave = dock.wave()
    dock.take(shipments(wave)[0], item, 1, "A")
    with pytest.raises(InvalidInput):
        cancel_wave(wave_id=wave.pk, reason=" ", actor=dock.picker)
    assert cancel_wave(wave_id=wave.pk, reason="no truck", actor=dock.picker).state == "cancelled"
    assert set(PlannedShipment.objects.values_list("state", flat=True)) == {"released"}
    assert dock.lies(item) == [("A", 20, 0)]
    again = dock.wave()
    assert (again.number != wave.number, len(shipments(again))) == (True, 2)


def client_of(dock: Dock, *roles: str) -> Client:
    client = Client()
    client.force_login(make_user(dock.company, *roles))
    return client


def test_waves_on_the_desk() -> None:
    dock = Shelves()
    item = dock.shelved(("A", 20))
    client = client_of(dock, "warehouse")
    assert "A wave is several shipments" in client.get(reverse("fulfillment:waves")).text
    new = reverse("fulfillment:new-wave")
    nothing = client.post(new, {"warehouse": dock.warehouse.pk})
    assert (nothing.status_code, "Nothing that is released fits" in nothing.text) == (422, True)
    dock.released((item, 2))
    made = client.post(new, {"warehouse": dock.warehouse.pk, "minutes": "60"})
    wave = Wave.objects.get()
    page = reverse("fulfillment:wave", args=[wave.pk])
    assert made.headers["Location"] == page
    assert wave.number in client.get(reverse("fulfillment:waves")).text
    assert str(shipments(wave)[0]) in client.get(page).text
    assert client.get(reverse("fulfillment:wave-list", args=[wave.pk])).headers["Content-Type"] == "application/pdf"
    assert "<strong data-bin>A</strong>" in client.get(reverse("fulfillment:scan-wave", args=[wave.pk])).text
    line = shipments(wave)[0].lines.get()
    take = reverse("fulfillment:take-wave", args=[wave.pk])
    said = {"line_id": line.pk, "bin": "A", "item": item.sku, "quantity": "2"}
    answer = client.post(take, said, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["tasks"]) == (200, [])
    over = client.post(take, said, headers={"Accept": "application/json"})
    assert (over.status_code, "too much" in over.json()["said"]) == (422, True)
    assert client.post(reverse("fulfillment:cancel-wave", args=[wave.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("fulfillment:finish-wave", args=[wave.pk])).status_code == 302
    wave.refresh_from_db()
    assert wave.state == "done"
    assert client_of(Dock(), "warehouse").get(page).status_code == 404
    assert client_of(dock, "csr").get(new).status_code == 403


def test_waves_by_rest() -> None:
    dock = Shelves()
    dock.released((dock.shelved(("A", 20)), 2))
    client, api = client_of(dock, "warehouse"), "/api/v1/fulfillment/waves/"
    made = client.post(api, {"warehouse_id": dock.warehouse.pk}, content_type="application/json")
    assert (made.status_code, made.json()["state"], len(made.json()["shipments"])) == (201, "open", 1)
    pk = made.json()["id"]
    assert client.get(api).json()["results"][0]["id"] == client.get(f"{api}{pk}/").json()["id"]
    ended = client.post(f"{api}{pk}/cancel/", {"reason": "no truck"}, content_type="application/json")
    assert ended.json()["state"] == "cancelled"
    with pytest.raises(DomainError):
        dock.wave(minutes=0)

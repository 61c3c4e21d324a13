"""After it left: what carriers say moves it on, what goes wrong has an owner, and the customer sees it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import IllegalTransition, InvalidInput
from orders.core import outbox
from orders.core.links.addresses import path_of
from orders.core.links.selectors import standing_link
from orders.core.models import Attachment, Customer, Duty, Event, Message, OrderLine
from orders.fulfillment.carriers.services import buy_labels
from orders.fulfillment.models import Shipment, TrackingEvent
from orders.fulfillment.services import deliver_shipment, ship_shipment
from orders.fulfillment.tracking.selectors import place_in_order, still_to_come
from orders.fulfillment.tracking.services import (
    follow_shipments,
    report_exception,
    send_on,
    settle_returned,
    take_back,
    take_scans,
)
from tests.factories import make_actor, make_company, make_user
from tests.orders.fulfillment.carriers.factories import service
from tests.orders.fulfillment.factories import Dock, ledger_of
from tests.orders.fulfillment.test_races import at_once

D = Decimal
pytestmark = pytest.mark.django_db


def on_its_way(dock: Dock, days: int = 3) -> Shipment:
    """Left with a label of the embedded carrier."""
    service(dock, "ground", "5: 7", days)
    shipment = dock.packed((dock.item(stock=9, sku="BOLT-8"), 4))
    place = shipment.order.ship_to or shipment.ship_to
    assert place is not None
    place.street, place.postal_code, place.country = "1 Main Street", "02210", "US"
    place.save()
    buy_labels(shipment_id=shipment.pk, actor=dock.picker)
    return ship_shipment(shipment_id=shipment.pk, actor=dock.picker)


def later(dock: Dock, **ahead: float) -> int:
    """The clock's job, so much later."""
    with clock.running_ahead(timedelta(**ahead)):
        return follow_shipments(actor=system("tracking", dock.company.pk))


def kinds() -> list[str]:
    return list(TrackingEvent.objects.order_by("at").values_list("kind", flat=True))


def test_the_carriers_events_move_it_from_the_dock_to_the_door() -> None:
    dock = Dock()
    shipment = on_its_way(dock)
    assert later(dock, minutes=10) == 0
    assert later(dock, hours=2) == 1
    shipment.refresh_from_db()
    assert (shipment.state, kinds()) == ("shipped", ["accepted"])
    assert later(dock, hours=4) == 1
    shipment.refresh_from_db()
    assert (shipment.state, kinds()) == ("in_transit", ["accepted", "in_transit"])
    assert later(dock, days=30) == 1
    assert later(dock, days=31) == 0  # there is no more to say
    shipment.refresh_from_db()
    assert shipment.state == "delivered"
    assert kinds() == ["accepted", "in_transit", "out_for_delivery", "delivered"]
    assert shipment.delivered_at == TrackingEvent.objects.get(kind="delivered").at
    assert ledger_of(shipment.order.lines.get())["delivered"] == D(4)
    shipment.order.refresh_from_db()
    assert shipment.order.state == "delivered"
    assert Event.objects.filter(type="shipment_delivered").count() == 1


def test_an_address_that_lacks_its_street_is_an_exception_with_an_owner() -> None:
    dock = Dock()
    csr = make_user(dock.company, "csr")
    Customer.objects.filter(pk=dock.customer.pk).update(csr=csr)
    shipment = on_its_way(dock)
    assert shipment.ship_to is not None
    type(shipment.ship_to).objects.update(street="")
    later(dock, days=30)
    shipment.refresh_from_db()
    assert (shipment.state, shipment.exception_reason) == ("exception", "address")
    assert Duty.objects.get(name="Settle delivery").closed_at is None
    assert csr.notifications.filter(text__contains="did not get through").count() == 1
    send_on(shipment_id=shipment.pk, actor=dock.desk)
    assert Duty.objects.get(name="Settle delivery").closed_at is not None
    deliver_shipment(shipment_id=shipment.pk, received_by="Pat", actor=dock.picker)


def test_what_comes_back_stays_a_duty_until_somebody_says_how_it_was_settled() -> None:
    dock = Dock()
    item = dock.item(stock=5)
    shipment = dock.ship(dock.packed((item, 2)))
    with pytest.raises(InvalidInput):
        report_exception(shipment_id=shipment.pk, reason="bad luck", actor=dock.picker)
    report_exception(shipment_id=shipment.pk, reason="refused", actor=dock.picker)
    take_back(shipment_id=shipment.pk, actor=dock.picker)
    shipment.refresh_from_db()
    assert shipment.state == "returned"
    assert dock.level(item).on_hand == 3  # a return's matter
    assert Duty.objects.get(name="Settle delivery").closed_at is None
    with pytest.raises(IllegalTransition):
        deliver_shipment(shipment_id=shipment.pk, received_by="Pat", actor=dock.picker)
    settle_returned(shipment_id=shipment.pk, how="RMA-000001", actor=dock.desk)
    assert Duty.objects.get(name="Settle delivery").closed_at is not None
    with pytest.raises(InvalidInput):
        settle_returned(shipment_id=shipment.pk, how="again", actor=dock.desk)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_exception_and_an_arrival_at_once_leave_one_truth() -> None:
    dock = Dock()
    shipment = dock.ship(dock.packed((dock.item(stock=5), 2)))
    delivered, excepted = at_once(
        lambda: deliver_shipment(shipment_id=shipment.pk, received_by="Pat", actor=dock.picker),
        lambda: report_exception(shipment_id=shipment.pk, reason="lost", actor=dock.picker),
    )
    shipment.refresh_from_db()
    assert delivered == "done"  # also out of an exception it may arrive
    assert excepted in ("done", "illegal_transition")
    assert shipment.state == "delivered"
    assert not Duty.objects.filter(name="Settle delivery", closed_at=None).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clocks_that_ask_at_once_keep_each_event_once() -> None:
    dock = Dock()
    shipment = on_its_way(dock)

    def ask() -> None:
        with clock.running_ahead(timedelta(days=30)):
            take_scans(shipment_id=shipment.pk, actor=system("tracking", dock.company.pk))

    assert at_once(ask, ask) == ["done", "done"]
    assert len(kinds()) == 4
    assert Event.objects.filter(type="shipment_delivered").count() == 1


def test_proof_of_delivery_has_a_name_a_time_and_a_photo(client: Client) -> None:
    dock = Dock()
    shipment = dock.ship(dock.packed((dock.item(stock=5), 2)))
    client.force_login(make_user(dock.company, "warehouse"))
    door = reverse("fulfillment:deliver", args=[shipment.pk])
    photo = SimpleUploadedFile("door.png", b"\x89PNG it stands there", content_type="image/png")
    early = client.post(door, {"received_by": "Pat", "arrived_at": "2020-01-01T10:00", "proof": photo})
    assert early.status_code == 422
    assert "before it left" in early.content.decode()
    assert not Attachment.objects.exists()
    photo.seek(0)
    assert client.post(door, {"received_by": "Pat", "proof": photo}).status_code == 302
    assert Attachment.objects.get().filename == "door.png"
    shipment.refresh_from_db()
    assert (shipment.state, shipment.received_by) == ("delivered", "Pat")


def test_the_customer_follows_it_by_the_link_of_the_mail(client: Client) -> None:
    dock = Dock()
    shipment = on_its_way(dock)
    OrderLine.objects.update(current_promise=clock.now().date())
    outbox.drain("fulfillment.tell")
    link = standing_link("shipment", shipment.pk, dock.company.pk)
    assert link is not None
    assert path_of(link) in Message.objects.get(template="shipped").body
    later(dock, hours=4)
    page = client.get(path_of(link))
    said = page.content.decode()
    assert page.status_code == 200
    assert all(word in said for word in ("BOLT-8", "On its way", shipment.number))
    Customer.objects.filter(pk=dock.customer.pk).update(language="de")
    assert "Unterwegs" in client.get(path_of(link)).content.decode()
    deliver_shipment(shipment_id=shipment.pk, received_by="Frau Meier", actor=dock.picker)
    assert "Frau Meier" in client.get(path_of(link)).content.decode()


def test_what_is_still_to_come_leaves_out_what_lies_in_this_shipment() -> None:
    dock = Dock()
    shipment = dock.packed((dock.item(stock=4, sku="BOLT-8"), 4), (dock.item(stock=0, sku="NUT-8"), 3))
    [line] = still_to_come(shipment)
    assert ": 3 " in line.replace("\xa0", " ")
    assert place_in_order(shipment) == (1, 1)


def test_each_step_by_its_page_and_by_rest(client: Client) -> None:
    dock = Dock()
    first, second = (dock.ship(dock.packed((dock.item(stock=5), 2))) for _ in range(2))
    client.force_login(make_user(dock.company, "ops"))
    page = reverse("fulfillment:shipment", args=[first.pk])
    assert reverse("fulfillment:exception", args=[first.pk]) in client.get(page).content.decode()
    for name, data in (
        ("exception", {"reason": "lost"}), ("send-on", {}), ("exception", {"reason": "refused"}), ("take-back", {}),
        ("settle", {"how": "sent anew"}),
    ):  # fmt: skip
        assert client.post(reverse(f"fulfillment:{name}", args=[first.pk]), data).status_code == 302, name
        assert client.get(page).status_code == 200
    assert client.post(reverse("fulfillment:settle", args=[first.pk]), {"how": "again"}).status_code == 422
    api = f"/api/v1/fulfillment/shipments/{second.pk}/"
    states = [
        client.post(f"{api}{name}/", data, content_type="application/json").json()["state"]
        for name, data in (("exception", {"reason": "lost"}), ("take-back", {}), ("settle", {"how": "found"}))
    ]
    assert states == ["exception", "returned", "returned"]
    assert client.get(f"{api}tracking/").json() == []
    client.force_login(make_user(dock.company, "warehouse"))
    assert client.post(f"{api}settle/", {"how": "x"}, content_type="application/json").status_code == 403
    client.force_login(make_user(make_company(), "admin"))
    for door in (f"{api}tracking/", page):
        assert client.get(door).status_code == 404
    assert make_actor(dock.company, "csr").can("fulfillment.settle_exception")

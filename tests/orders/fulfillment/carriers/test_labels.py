"""Labels are bought once, by the cheapest service that keeps the promise or by another that somebody chose."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from omc.lib.errors import IllegalTransition
from orders.core.models import Event, OrderLine
from orders.fulfillment.carriers.adapters import CARRIERS, CarrierError, Consignment, Labels, Rate, Scan
from orders.fulfillment.carriers.selectors import proposal_of
from orders.fulfillment.carriers.services import LabelsThere, NoLabels, buy_labels, cancel_labels, record_freight
from orders.fulfillment.models import CarrierZone, Shipment
from orders.fulfillment.services import ParcelInput, pack_shipment, pick_shipment, ship_shipment, unpick_shipment
from planning.models import CarrierService
from tests.factories import make_actor, make_company, make_user
from tests.orders.fulfillment.carriers.factories import service
from tests.orders.fulfillment.factories import Dock
from tests.orders.fulfillment.test_races import at_once

D = Decimal
pytestmark = pytest.mark.django_db


class BrokenCarrier:
    """Prices everything, and fails when it is to print."""

    name = "Broken"

    def rate(self, service_id: int, consignment: Consignment) -> Rate:
        return Rate(tuple(D(1) for _box in consignment.boxes), 1)

    def label(self, service_id: int, consignment: Consignment) -> Labels:
        raise CarrierError("The carrier does not answer.")

    def cancel(self, tracking_numbers: Sequence[str]) -> None:
        raise CarrierError("The carrier does not answer.")

    def track(self, shipment_id: int, until: datetime) -> list[Scan]:
        raise CarrierError("The carrier does not answer.")


@pytest.fixture
def broken() -> Iterator[str]:
    CARRIERS.add("broken", BrokenCarrier())
    yield "broken"
    CARRIERS._items.pop("broken")


def in_two_boxes(dock: Dock) -> Shipment:
    """Promised for a day that every service keeps."""
    shipment = pick_shipment(shipment_id=dock.picking((dock.item(stock=9), 4)).pk, actor=dock.picker)
    later = clock.now().date() + timedelta(days=21)
    OrderLine.objects.filter(order_id=shipment.order_id).update(current_promise=later)
    boxes = [ParcelInput(D(1)), ParcelInput(D(4))]
    return pack_shipment(shipment_id=shipment.pk, parcels=boxes, actor=dock.picker)


def test_the_proposed_labels_are_bought_and_their_price_kept() -> None:
    dock = Dock()
    ground, _fast = service(dock, "ground", "1: 4.00; 5: 7.00", 3), service(dock, "fast", "5: 20", 1)
    shipment = in_two_boxes(dock)
    bought = buy_labels(shipment_id=shipment.pk, residential=True, actor=dock.picker)
    one, two = shipment.parcels.order_by("position")
    assert (one.quoted_cost, two.quoted_cost) == (D("6.40"), D("9.70"))  # rate, 10 % fuel, 2.00 for a home
    assert one.tracking_number not in ("", two.tracking_number)
    assert (bought.service_id, bought.proposed_service_id, bought.tracking_number) == (
        ground.pk, ground.pk, one.tracking_number,
    )  # fmt: skip
    assert bought.expected_on is not None
    left = ship_shipment(shipment_id=shipment.pk, actor=dock.picker)
    assert left.tracking_number == one.tracking_number
    left.refresh_from_db()
    assert left.tracking_number == one.tracking_number


def test_another_choice_needs_no_reason_but_is_recorded() -> None:
    dock = Dock()
    ground, fast = service(dock, "ground", "5: 7", 3), service(dock, "fast", "5: 20", 1)
    shipment = in_two_boxes(dock)
    buy_labels(shipment_id=shipment.pk, service_id=fast.pk, actor=dock.picker)
    shipment.refresh_from_db()
    assert (shipment.service_id, shipment.proposed_service_id) == (fast.pk, ground.pk)
    data = Event.objects.get(type="labels_bought").data
    assert data["choice"] == "in place of Ground"
    assert not [key for key in data if "amount" in key or "cost" in key]


def test_a_carrier_that_fails_leaves_the_shipment_packed_without_labels(broken: str) -> None:
    dock = Dock()
    service(dock, "cheap", "5: 1", 1, adapter=broken)
    shipment = in_two_boxes(dock)
    with pytest.raises(CarrierError, match="does not answer"):
        buy_labels(shipment_id=shipment.pk, actor=dock.picker)
    shipment.refresh_from_db()
    assert (shipment.state, shipment.labels_at, shipment.labels_bought) == ("packed", None, 0)
    assert not shipment.parcels.exclude(tracking_number="").exists()
    assert not Event.objects.filter(type="labels_bought").exists()


def test_labels_are_given_back_and_bought_again_under_new_numbers() -> None:
    dock = Dock()
    service(dock, "ground", "5: 7", 3)
    shipment = in_two_boxes(dock)
    first = buy_labels(shipment_id=shipment.pk, actor=dock.picker).tracking_number
    with pytest.raises(LabelsThere):
        buy_labels(shipment_id=shipment.pk, actor=dock.picker)
    cancel_labels(shipment_id=shipment.pk, actor=dock.picker)
    assert set(shipment.parcels.values_list("tracking_number", "quoted_cost")) == {("", None)}
    with pytest.raises(NoLabels):
        cancel_labels(shipment_id=shipment.pk, actor=dock.picker)
    second = buy_labels(shipment_id=shipment.pk, actor=dock.picker).tracking_number
    assert first != second
    ship_shipment(shipment_id=shipment.pk, actor=dock.picker)
    with pytest.raises(IllegalTransition):
        cancel_labels(shipment_id=shipment.pk, actor=dock.picker)


def test_goods_that_are_put_back_give_their_labels_back() -> None:
    dock = Dock()
    service(dock, "ground", "5: 7", 3)
    shipment = in_two_boxes(dock)
    buy_labels(shipment_id=shipment.pk, actor=dock.picker)
    unpick_shipment(shipment_id=shipment.pk, reason="no truck", actor=dock.picker)
    shipment.refresh_from_db()
    assert (shipment.state, shipment.labels_at, shipment.tracking_number) == ("cancelled", None, "")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_double_click_buys_one_set_of_labels() -> None:
    dock = Dock()
    service(dock, "ground", "5: 7", 3)
    shipment = in_two_boxes(dock)
    outcome = at_once(*[lambda: buy_labels(shipment_id=shipment.pk, actor=dock.picker)] * 3)
    assert sorted(outcome) == ["done", "labels_there", "labels_there"]
    shipment.refresh_from_db()
    assert shipment.labels_bought == 1
    assert Event.objects.filter(type="labels_bought").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_leaves_while_its_labels_go_back_keeps_one_truth() -> None:
    dock = Dock()
    service(dock, "ground", "5: 7", 3)
    shipment = in_two_boxes(dock)
    number = buy_labels(shipment_id=shipment.pk, actor=dock.picker).tracking_number
    outcome = at_once(
        lambda: ship_shipment(shipment_id=shipment.pk, actor=dock.picker),
        lambda: cancel_labels(shipment_id=shipment.pk, actor=dock.picker),
    )
    shipment.refresh_from_db()
    assert outcome[0] == "done"
    assert shipment.tracking_number == ("" if outcome[1] == "done" else number)


def test_what_the_carrier_asked_for_in_the_end(client: Client) -> None:
    dock = Dock()
    service(dock, "ground", "5: 7", 3)
    shipment = in_two_boxes(dock)
    buy_labels(shipment_id=shipment.pk, actor=dock.picker)
    ship_shipment(shipment_id=shipment.pk, actor=dock.picker)
    parcel = shipment.parcels.get(position=1)
    record_freight(parcel_id=parcel.pk, amount=D("8.15"), actor=dock.ops)
    client.force_login(make_user(dock.company, "billing"))
    door = reverse("fulfillment:freight", args=[shipment.pk, 2])
    assert client.post(door, {"amount": "9.99"}).status_code == 302
    assert list(shipment.parcels.order_by("position").values_list("actual_cost", flat=True)) == [D("8.15"), D("9.99")]
    rest = client.put(
        f"/api/v1/fulfillment/parcels/{parcel.pk}/freight/", {"amount": "8.20"}, content_type="application/json"
    )
    assert (rest.status_code, rest.json()["actual_cost"]) == (200, "8.20")
    page = client.get(reverse("fulfillment:shipment", args=[shipment.pk])).content.decode()
    assert all(price in page for price in ("7.70", "8.20"))
    client.force_login(make_user(dock.company, "csr"))
    hidden = client.get(reverse("fulfillment:shipment", args=[shipment.pk])).content.decode()
    assert not any(price in hidden for price in ("7.70", "8.20"))
    assert client.post(door, {"amount": "1"}).status_code == 403
    assert client.get(f"/api/v1/fulfillment/shipments/{shipment.pk}/freight/").status_code == 403


def test_labels_by_the_page_and_by_rest(client: Client) -> None:
    dock = Dock()
    ground, fast = service(dock, "ground", "5: 7", 3), service(dock, "fast", "5: 20", 1)
    heavy = service(dock, "letter", "1: 1", 1)
    first, second = in_two_boxes(dock), in_two_boxes(dock)
    client.force_login(make_user(dock.company, "warehouse"))
    page = client.get(reverse("fulfillment:shipment", args=[first.pk])).content.decode()
    assert "Parcel 2 counts as 4 kg; it takes up to 1 kg." in page
    assert f'value="{ground.pk}" checked' in page
    wrong = client.post(reverse("fulfillment:buy-labels", args=[first.pk]), {"service_id": heavy.pk})
    assert wrong.status_code == 422
    done = client.post(reverse("fulfillment:buy-labels", args=[first.pk]), {"service_id": fast.pk})
    assert done.status_code == 302
    first.refresh_from_db()
    assert first.service_id == fast.pk
    door = f"/api/v1/fulfillment/shipments/{second.pk}/"
    shown = client.get(f"{door}services/").json()
    assert shown["proposed_service_id"] == ground.pk
    assert [option["amount"] for option in shown["options"][:2]] == ["15.40", "44.00"]
    bought = client.post(f"{door}labels/", {}, content_type="application/json")
    assert (bought.status_code, bought.json()["service_id"]) == (201, ground.pk)
    assert client.delete(f"{door}labels/").json()["labels_at"] is None
    client.force_login(make_user(make_company(), "admin"))
    assert client.get(f"{door}services/").status_code == 404


def test_a_service_is_entered_and_changed_by_its_form_and_by_rest(client: Client) -> None:
    dock = Dock()
    client.force_login(make_user(dock.company, "ops"))
    form = {
        "code": "eco", "name": "Economy", "cut_off": "16:00", "is_active": "on", "adapter": "table",
        "volume_divisor": "5000", "fuel_percent": "12", "residential": "2", "oversize_cm": "", "oversize": "0",
        "zones-TOTAL_FORMS": "2", "zones-INITIAL_FORMS": "0", "zones-0-name": "Home", "zones-0-country": "us",
        "zones-0-rates": "5: 7; 1: 4", "zones-0-days": "2",
    }  # fmt: skip
    wrong = client.post(reverse("fulfillment:new-carrier"), form | {"zones-0-rates": "cheap"})
    assert wrong.status_code == 422
    assert "is no weight and price" in wrong.content.decode()
    assert not CarrierService.objects.exists()
    assert client.post(reverse("fulfillment:new-carrier"), form).status_code == 302
    kept = CarrierService.objects.get()
    assert CarrierZone.objects.get().rates == [["1", "4.00"], ["5", "7.00"]]
    assert "Economy" in client.get(reverse("fulfillment:carriers")).content.decode()
    page = reverse("fulfillment:carrier", args=[kept.pk])
    assert "1: 4.00; 5: 7.00" in client.get(page).content.decode()
    assert client.post(page, form | {"name": "Slow"}).status_code == 302
    rest = f"/api/v1/fulfillment/carriers/{kept.pk}/"
    row = client.get(rest).json()
    assert (row["name"], row["zones"][0]["rates"]) == ("Slow", "1: 4.00; 5: 7.00")
    changed = client.put(rest, row | {"fuel_percent": "15.00"}, content_type="application/json").json()
    assert changed["fuel_percent"] == "15.00"
    assert len(client.get("/api/v1/fulfillment/carriers/").json()) == 1
    client.force_login(make_user(dock.company, "warehouse"))
    assert client.post(page, form).status_code == 403
    client.force_login(make_user(make_company(), "admin"))
    assert client.get(page).status_code == 404
    assert client.get(rest).status_code == 404


def test_prices_need_as_many_queries_for_one_parcel_as_for_ten() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    dock = Dock()
    service(dock, "ground", "5: 7", 3)
    counts = []
    for boxes in (1, 10):
        shipment = pick_shipment(shipment_id=dock.picking((dock.item(stock=20), 10)).pk, actor=dock.picker)
        pack_shipment(shipment_id=shipment.pk, parcels=[ParcelInput(D(1))] * boxes, actor=dock.picker)
        with CaptureQueriesContext(connection) as queries:
            proposal_of(shipment, make_actor(dock.company, "warehouse"))
        counts.append(len(queries))
    assert counts[0] == counts[1]

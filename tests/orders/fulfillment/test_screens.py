"""The warehouse's screens: what they show, what they do, how they say no."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from orders.core.services.holds import place_hold
from orders.fulfillment.documents import packing_slip_pdf, pick_list_pdf
from orders.fulfillment.models import Shipment
from orders.fulfillment.selectors import shipment_page
from orders.fulfillment.services import pick_shipment
from tests.factories import make_company, make_user
from tests.orders.fulfillment.factories import Dock

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def dock() -> Dock:
    return Dock()


@pytest.fixture
def picker(dock: Dock, client: Client) -> Client:
    client.force_login(make_user(dock.company, "warehouse"))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"fulfillment:{name}", args=args)


@pytest.mark.slow
def test_a_shipment_goes_from_the_queue_to_the_door_by_its_forms(dock: Dock, picker: Client) -> None:
    item = dock.item(stock=9, sku="BOLT-8")
    planned = dock.released((item, 4))
    queue = picker.get(url("queue"))
    assert queue.status_code == 200
    assert planned.number in queue.content.decode()

    started = picker.post(url("start", planned.pk))
    shipment = Shipment.objects.get()
    assert started.headers["Location"] == url("shipment", shipment.pk)
    page = picker.get(url("shipment", shipment.pk)).content.decode()
    line = shipment.lines.get()
    assert "BOLT-8" in page
    assert f'name="picked_{line.pk}" value="4"' in page

    assert picker.post(url("pick", shipment.pk), {f"picked_{line.pk}": "4", f"reason_{line.pk}": ""}).status_code == 302
    rows = {"parcels-TOTAL_FORMS": "1", "parcels-INITIAL_FORMS": "0", "parcels-0-weight_kg": "2.5"}
    two = picker.post(url("pack", shipment.pk), rows | {"more": "1"}).content.decode()
    assert "parcels-1-weight_kg" in two
    assert not shipment.parcels.exists()
    rows |= {"parcels-TOTAL_FORMS": "2", "parcels-1-weight_kg": ""}
    assert picker.post(url("pack", shipment.pk), rows).status_code == 302
    assert picker.post(url("ship", shipment.pk), {"tracking_number": "1Z42"}).status_code == 302
    assert picker.post(url("deliver", shipment.pk), {"received_by": "Pat"}).status_code == 302
    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking_number, shipment.received_by) == ("delivered", "1Z42", "Pat")
    assert list(shipment.parcels.values_list("weight_kg", flat=True)) == [D("2.500"), None]


def test_a_refusal_stands_at_its_line_and_keeps_what_was_typed(dock: Dock, picker: Client) -> None:
    shipment = dock.picking((dock.item(stock=9), 4))
    line = shipment.lines.get()
    answer = picker.post(url("pick", shipment.pk), {f"picked_{line.pk}": "3", f"reason_{line.pk}": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is short: say why." in page
    assert f'id="id_picked_{line.pk}_error"' in page
    assert 'value="3"' in page


def test_a_hold_is_shown_and_stops_the_button(dock: Dock, picker: Client) -> None:
    shipment = dock.packed((dock.item(stock=9), 4))
    place_hold(order_id=shipment.order_id, code="address_check", reason="which gate?", actor=dock.ops)
    assert "which gate?" in picker.get(url("shipment", shipment.pk)).content.decode()
    answer = picker.post(url("ship", shipment.pk), {"tracking_number": ""})
    assert answer.status_code == 422
    assert "Address to be checked" in answer.content.decode()


def test_everything_is_put_back_from_the_page(dock: Dock, picker: Client) -> None:
    shipment = dock.packed((dock.item(stock=9), 4))
    assert picker.post(url("unpick", shipment.pk), {"reason": ""}).status_code == 422
    assert picker.post(url("unpick", shipment.pk), {"reason": "no truck"}).status_code == 302
    shipment.refresh_from_db()
    assert shipment.state == "cancelled"


def test_who_only_looks_gets_no_form(dock: Dock, client: Client) -> None:
    shipment = dock.picking((dock.item(stock=9), 4))
    client.force_login(make_user(dock.company, "csr"))
    page = client.get(url("shipment", shipment.pk)).content.decode()
    assert "picked_" not in page
    assert client.post(url("pick", shipment.pk)).status_code == 403


@pytest.mark.slow
def test_another_company_sees_nothing(dock: Dock, client: Client) -> None:
    shipment = dock.packed((dock.item(stock=9), 4))
    client.force_login(make_user(make_company(), "admin"))
    for name in ("shipment", "pick-list", "packing-slip"):
        assert client.get(url(name, shipment.pk)).status_code == 404
    for name in ("queue", "shipments"):
        assert shipment.number not in client.get(url(name)).content.decode()
    assert client.post(url("ship", shipment.pk)).status_code == 404


@pytest.mark.slow
def test_the_lists_need_as_many_queries_for_one_row_as_for_many(dock: Dock, picker: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for many in (1, 5):
        for _ in range(many):
            dock.released((dock.item(stock=9), 1))
            dock.packed((dock.item(stock=9), 1))
        for name in ("queue", "shipments"):
            picker.get(url(name))
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert picker.get(url(name)).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_papers_open_and_say_what_to_take_and_what_is_in_the_box(dock: Dock) -> None:
    shipment = dock.picking((dock.item(stock=9, sku="BOLT-8"), 4), (dock.item(stock=9, sku="NUT-8"), 2))
    first = shipment.lines.order_by("id").first()
    pick_list = _text(pick_list_pdf(shipment_page(shipment.pk, dock.picker)))
    assert "BOLT-8" in pick_list
    assert shipment.number in pick_list
    pick_shipment(shipment_id=shipment.pk, picked={first.pk: D(0)}, reasons={first.pk: "damaged"}, actor=dock.picker)
    dock.pack(shipment)
    slip = _text(packing_slip_pdf(shipment_page(shipment.pk, dock.picker)))
    assert "NUT-8" in slip
    assert "BOLT-8" not in slip
    assert "2.5 kg" in slip


def _text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("door", ["screen", "api", "bulk"])
@pytest.mark.parametrize("held", [False, True])
def test_every_door_to_picking_leads_to_the_same_room(dock: Dock, client: Client, door: str, held: bool) -> None:
    planned = dock.released((dock.item(stock=9), 4))
    if held:
        place_hold(order_id=planned.order_id, code="quality", reason="lot 7", actor=dock.ops)
    client.force_login(make_user(dock.company, "ops"))
    if door == "screen":
        answer = client.post(url("start", planned.pk))
    elif door == "api":
        answer = client.post("/api/v1/fulfillment/shipments/", {"planned_id": planned.pk}, "application/json")
    else:
        answer = client.post(reverse("core:bulk", args=["orders", "start_picking"]), {"id": [planned.order_id]})
    assert Shipment.objects.exists() is not held
    if held:
        assert answer.status_code in (409, 422)
        assert "Quality check" in answer.content.decode()


@pytest.mark.parametrize("door", ["screen", "api"])
def test_a_hold_stops_shipping_at_every_door(dock: Dock, client: Client, door: str) -> None:
    shipment = dock.packed((dock.item(stock=9), 4))
    place_hold(order_id=shipment.order_id, code="compliance", reason="papers", actor=dock.ops)
    client.force_login(make_user(dock.company, "ops"))
    address = url("ship", shipment.pk) if door == "screen" else f"/api/v1/fulfillment/shipments/{shipment.pk}/ship/"
    answer = client.post(address, {}, **({} if door == "screen" else {"content_type": "application/json"}))
    assert answer.status_code == (422 if door == "screen" else 409)
    assert "Compliance check" in answer.content.decode()
    shipment.refresh_from_db()
    assert shipment.state == "packed"


@pytest.mark.slow
def test_the_whole_way_by_rest(dock: Dock, client: Client) -> None:
    item = dock.item(stock=9)
    planned = dock.released((item, 5))
    client.force_login(make_user(dock.company, "ops"))
    base, json = "/api/v1/fulfillment", "application/json"
    assert [row["id"] for row in client.get(f"{base}/queue/").json()["results"]] == [planned.pk]
    headers = {"Idempotency-Key": "start-1"}
    first = client.post(f"{base}/shipments/", {"planned_id": planned.pk}, json, headers=headers)
    again = client.post(f"{base}/shipments/", {"planned_id": planned.pk}, json, headers=headers)
    assert (first.status_code, first.json()) == (201, again.json())
    shipment = f"{base}/shipments/{first.json()['id']}"
    line = first.json()["lines"][0]
    assert line["quantity"] == "5.000000"
    short = [{"line_id": line["id"], "quantity": "4"}]
    refused = client.post(f"{shipment}/pick/", {"lines": short}, json)
    assert (refused.status_code, refused.json()["code"]) == (409, "pick_refused")
    short[0]["reason"] = "damaged"
    assert client.post(f"{shipment}/pick/", {"lines": short}, json).json()["state"] == "picked"
    assert client.post(f"{shipment}/pack/", {"parcels": []}, json).status_code == 422
    packed = client.post(f"{shipment}/pack/", {"parcels": [{"weight_kg": "1.5"}, {}]}, json).json()
    assert [parcel["weight_kg"] for parcel in packed["parcels"]] == ["1.500", None]
    assert client.post(f"{shipment}/ship/", {"tracking_number": "T1"}, json).json()["tracking_number"] == "T1"
    assert client.post(f"{shipment}/ship/", {}, json).json()["code"] == "illegal_transition"
    assert client.post(f"{shipment}/deliver/", {"received_by": "Pat"}, json).json()["state"] == "delivered"


def test_the_order_page_shows_its_shipments(dock: Dock, client: Client) -> None:
    shipment = dock.packed((dock.item(stock=9), 4))
    client.force_login(make_user(dock.company, "ops"))
    page = client.get(reverse("core:order", args=[shipment.order_id])).content.decode()
    assert url("shipment", shipment.pk) in page
    assert client.get(url("order", shipment.order_id)).headers["Location"] == url("shipment", shipment.pk)


@pytest.mark.slow
def test_pick_lists_and_packing_slips_of_many_are_printed_as_one(dock: Dock, picker: Client) -> None:
    first, second = (dock.packed((dock.item(stock=9, sku=sku), 4)) for sku in ("BOLT-1", "NUT-1"))
    for paper in ("pick-lists", "packing-slips"):
        answer = picker.post(reverse("core:print", args=["shipments", paper]), {"id": [first.pk, second.pk]})
        said = _text(answer.content)
        assert first.number in said
        assert second.number in said
        assert said.index("NUT-1") < said.index("BOLT-1")  # as the list stands: the newest first


def test_many_are_started_from_the_queue(dock: Dock, picker: Client) -> None:
    plans = [dock.released((dock.item(stock=9), 1)) for _ in range(2)]
    start = reverse("core:bulk", args=["to-pick", "to-pick.start"])
    assert "2 of 2 done." in picker.post(start, {"id": [plan.pk for plan in plans]}).content.decode()
    assert set(Shipment.objects.values_list("planned_id", flat=True)) == {plan.pk for plan in plans}

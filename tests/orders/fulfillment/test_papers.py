"""The papers of parcels: barcodes are read back from the printed page, what they say is what the parcel is."""

from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from omc.lib.errors import NotFound
from orders.fulfillment import documents
from orders.fulfillment.models import Shipment
from orders.fulfillment.parcels.numbering import PREFIX
from orders.fulfillment.selectors import shipment_page
from orders.fulfillment.services import ParcelInput, pack_shipment, pick_shipment
from tests.factories import make_company, make_user
from tests.orders.fulfillment.factories import Dock
from tests.orders.fulfillment.parcels.test_packing import put

D = Decimal
pytestmark = pytest.mark.django_db


def read_back(pdf: bytes) -> list[set[tuple[str, str]]]:
    """Per page every barcode on it at 203 dpi, as a label printer prints: its text, and the standard it follows."""
    pages = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        picture = page.render(scale=203 / 72, grayscale=True).to_numpy()
        pages.append({(found.text, found.content_type.name) for found in zxingcpp.read_barcodes(picture)})
    document.close()
    return pages


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def two_boxes(dock: Dock) -> Shipment:
    shipment = pick_shipment(shipment_id=dock.picking((dock.item(stock=9, sku="BOLT-8"), 5)).pk, actor=dock.picker)
    line = shipment.lines.get()
    boxes = [
        ParcelInput(D("1.5"), "1Z999AA10123456784", contents={line.pk: D(3)}),
        ParcelInput(D(1), contents={line.pk: D(2)}),
    ]
    pack_shipment(shipment_id=shipment.pk, parcels=boxes, actor=dock.picker)
    return shipment_page(shipment.pk, dock.picker)


def test_the_label_bears_the_number_for_ever_as_gs1_128() -> None:
    dock = Dock()
    put(dock, PREFIX, "7610425")
    shipment = two_boxes(dock)
    one, two = shipment.parcels.order_by("position")
    first, second = read_back(documents.carton_labels_pdf(shipment))
    assert first == {(f"(00){one.sscc}", "GS1"), ("1Z999AA10123456784", "Text")}
    assert second == {(f"(00){two.sscc}", "GS1")}
    label = PdfReader(BytesIO(documents.carton_labels_pdf(shipment))).pages[0]
    assert [round(float(side) / 72, 2) for side in (label.mediabox.width, label.mediabox.height)] == [4, 6]
    assert f"(00) {one.sscc[0]} {one.sscc[1:8]}" in label.extract_text()


def test_without_a_number_the_label_bears_its_place_in_the_shipment() -> None:
    shipment = two_boxes(Dock())
    _first, second = read_back(documents.carton_labels_pdf(shipment))
    assert {said for said, _kind in second} == {f"{shipment.number}-2"}


def test_the_pick_list_has_the_items_as_bars() -> None:
    dock = Dock()
    items = [dock.item(stock=9, sku="BOLT-8"), dock.item(stock=9, sku="NUT-8", barcode="4006381333931")]
    shipment = dock.picking(*[(item, 2) for item in items])
    pdf = documents.pick_list_pdf(shipment_page(shipment.pk, dock.picker))
    assert {said for page in read_back(pdf) for said, _kind in page} == {"BOLT-8", "4006381333931"}


def test_a_slip_per_parcel_says_what_lies_in_it_and_the_note_what_is_handed_over() -> None:
    shipment = two_boxes(Dock())
    assert "3 pc" in text(documents.packing_slip_pdf(shipment, 1)).replace("\xa0", " ")
    second = text(documents.packing_slip_pdf(shipment, 2)).replace("\xa0", " ")
    assert "2 pc" in second
    assert f"{shipment.number}-2" in second
    with pytest.raises(NotFound):
        documents.packing_slip_pdf(shipment, 3)
    note = text(documents.delivery_note_pdf(shipment)).replace("\xa0", " ")
    assert "Signature" in note
    assert "5 pc" in note


def test_the_papers_by_their_doors(client: Client) -> None:
    dock = Dock()
    shipment = two_boxes(dock)
    doors = [reverse(f"fulfillment:{name}", args=[shipment.pk]) for name in ("carton-labels", "delivery-note")]
    doors.append(reverse("fulfillment:parcel-slip", args=[shipment.pk, 2]))
    client.force_login(make_user(dock.company, "warehouse"))
    for door in doors:
        assert client.get(door).content[:5] == b"%PDF-"
    bare = dock.picking((dock.item(stock=9), 1))
    assert client.get(reverse("fulfillment:carton-labels", args=[bare.pk])).status_code == 404
    client.force_login(make_user(make_company(), "admin"))
    assert {client.get(door).status_code for door in doors} == {404}

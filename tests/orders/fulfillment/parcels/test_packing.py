"""Several parcels of one shipment: what lies in each, its number, and the second pair of eyes."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from omc.lib.registry import registry
from orders.core.models import Event, Setting
from orders.core.selectors.companies import settings_key
from orders.fulfillment.checking.rules import CLASSES, NotChecked
from orders.fulfillment.checking.selectors import pick_accuracy
from orders.fulfillment.checking.services import SamePerson, check_shipment
from orders.fulfillment.models import Parcel, ParcelContent, Shipment
from orders.fulfillment.parcels.numbering import PREFIX, next_ssccs
from orders.fulfillment.parcels.rules import is_sscc
from orders.fulfillment.parcels.selectors import packed_parcels
from orders.fulfillment.selectors import shipment_page
from orders.fulfillment.services import PackRefused, ParcelInput, pack_shipment, pick_shipment
from tests.factories import make_actor, make_user
from tests.orders.fulfillment.factories import Dock
from tests.orders.fulfillment.test_races import at_once

D = Decimal
pytestmark = pytest.mark.django_db


def put(dock: Dock, key: str, value: str) -> None:
    Setting.objects.create(
        company=dock.company, key=key, value=value, effective_from=clock.now(), changed_at=clock.now()
    )
    cache.delete(settings_key(dock.company.pk))


def picked(dock: Dock, *lines: tuple[Any, object]) -> Shipment:
    return pick_shipment(shipment_id=dock.picking(*lines).pk, actor=dock.picker)


def test_two_parcels_keep_what_lies_in_each_and_a_number_of_their_own() -> None:
    dock = Dock()
    put(dock, PREFIX, "7610425")
    shipment = picked(dock, (dock.item(stock=9), 5), (dock.item(stock=9), 2))
    first, second = shipment.lines.order_by("id")
    boxes = [
        ParcelInput(D("1.5"), length_cm=D(40), width_cm=D(30), height_cm=D("20.5"), contents={first.pk: D(3)}),
        ParcelInput(contents={first.pk: D(2), second.pk: D(2)}),
    ]
    pack_shipment(shipment_id=shipment.pk, parcels=boxes, actor=dock.picker)
    one, two = packed_parcels(shipment_page(shipment.pk, dock.picker))
    assert [(line.pk, units) for line, units in one.contents or []] == [(first.pk, D(3))]
    assert [(line.pk, units) for line, units in two.contents or []] == [(first.pk, D(2)), (second.pk, D(2))]
    numbers = [one.parcel.sscc, two.parcel.sscc]
    assert all(is_sscc(number) and number[1:8] == "7610425" for number in numbers)
    assert len(set(numbers)) == 2


def test_the_only_parcel_holds_all_of_it_and_needs_no_rows() -> None:
    dock = Dock()
    shipment = dock.packed((dock.item(stock=9), 5))
    [only] = packed_parcels(shipment_page(shipment.pk, dock.picker))
    assert [units for _line, units in only.contents or []] == [D(5)]
    assert only.parcel.sscc == ""  # the company has no prefix
    assert not ParcelContent.objects.exists()


def test_more_than_was_picked_is_refused_and_nothing_is_written() -> None:
    dock = Dock()
    shipment = picked(dock, (dock.item(stock=9), 5))
    line = shipment.lines.get()
    with pytest.raises(PackRefused) as refusal:
        pack_shipment(
            shipment_id=shipment.pk,
            parcels=[ParcelInput(contents={line.pk: D(4)}), ParcelInput(contents={line.pk: D(2)})],
            actor=dock.picker,
        )
    assert refusal.value.data["line_id"] == line.pk
    shipment.refresh_from_db()
    assert (shipment.state, Parcel.objects.count()) == ("picked", 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parcel_numbers_are_given_once() -> None:
    dock = Dock()
    put(dock, PREFIX, "7610425")
    given: list[str] = []
    at_once(*[lambda: given.extend(next_ssccs(dock.company.pk, 5))] * 4)
    assert len(set(given)) == 20


@pytest.mark.parametrize(("typed", "kept"), [("0614 1415", "06141415"), ("", ""), ("123", None), ("12345678901", None)])
def test_a_prefix_has_seven_to_ten_digits(typed: str, kept: str | None) -> None:
    parse = registry.settings[PREFIX].parse
    if kept is None:
        with pytest.raises(ValueError, match="7 to 10 digits"):
            parse(typed)
    else:
        assert parse(typed) == kept


def test_a_class_that_is_checked_is_not_packed_before_somebody_else_counted() -> None:
    dock = Dock()
    put(dock, CLASSES, dock.customer.customer_class)
    shipment = picked(dock, (dock.item(stock=9), 5), (dock.item(stock=9), 2))
    with pytest.raises(NotChecked):
        dock.pack(shipment)
    with pytest.raises(SamePerson):
        check_shipment(shipment_id=shipment.pk, counted={}, actor=dock.picker)
    line = shipment.lines.order_by("id")[0]
    second = make_actor(dock.company, "warehouse")
    check_shipment(shipment_id=shipment.pk, counted={line.pk: D(4)}, actor=second)
    shipment.refresh_from_db()
    line.refresh_from_db()
    assert (shipment.state, shipment.checker_id, line.counted, line.picked) == ("checked", second.user_id, D(4), D(5))
    assert Event.objects.get(type="shipment_checked").data["wrong_lines"] == 1
    assert (pick_accuracy(second).lines, pick_accuracy(second).right) == (2, 1)
    assert dock.pack(shipment).state == "packed"


def test_the_bench_by_its_form(client: Client) -> None:
    dock = Dock()
    item = dock.item(stock=9, sku="BOLT-8", weight_kg=D("0.25"))
    shipment = picked(dock, (item, 5))
    line = shipment.lines.get()
    client.force_login(make_user(dock.company, "warehouse"))
    page = client.get(reverse("fulfillment:shipment", args=[shipment.pk])).content.decode()
    assert 'name="parcels-0-weight_kg" value="1.25"' in page  # 5 of 250 g
    assert f'name="parcels-0-line_{line.pk}" value="5"' in page
    door = reverse("fulfillment:pack", args=[shipment.pk])
    rows = {"parcels-TOTAL_FORMS": "2", "parcels-INITIAL_FORMS": "0"}
    over = client.post(door, rows | {f"parcels-0-line_{line.pk}": "5", f"parcels-1-line_{line.pk}": "1"})
    assert over.status_code == 422
    assert "6 lie in the parcels, but only 5 were picked." in over.content.decode()
    assert f'id="id_parcels-1-line_{line.pk}_error"' in over.content.decode()
    right = client.post(door, rows | {f"parcels-0-line_{line.pk}": "3", f"parcels-1-line_{line.pk}": "2"})
    assert right.status_code == 302
    assert list(ParcelContent.objects.order_by("id").values_list("quantity", flat=True)) == [D(3), D(2)]


def test_the_check_by_its_form_and_by_rest(client: Client) -> None:
    dock = Dock()
    put(dock, CLASSES, dock.customer.customer_class)
    shipments = [picked(dock, (dock.item(stock=9), 5)) for _ in range(2)]
    client.force_login(make_user(dock.company, "warehouse"))
    page = client.get(reverse("fulfillment:shipment", args=[shipments[0].pk])).content.decode()
    line = shipments[0].lines.get()
    assert f'name="counted_{line.pk}"' in page
    empty = client.post(reverse("fulfillment:check", args=[shipments[0].pk]), {})
    assert empty.status_code == 422
    assert client.post(
        reverse("fulfillment:check", args=[shipments[0].pk]), {f"counted_{line.pk}": "5"}
    ).status_code == 302  # fmt: skip
    other = shipments[1].lines.get()
    said = {"lines": [{"line_id": other.pk, "quantity": "4"}]}
    door = f"/api/v1/fulfillment/shipments/{shipments[1].pk}/"
    assert client.post(f"{door}check/", said, content_type="application/json").json()["state"] == "checked"
    boxes = {"parcels": [{"contents": [{"line_id": other.pk, "quantity": "5"}], "length_cm": "20"}]}
    shown = client.post(f"{door}pack/", boxes, content_type="application/json").json()
    assert shown["parcels"][0]["contents"] == [{"line_id": other.pk, "quantity": "5.000000"}]
    client.force_login(make_user(dock.company, "csr"))
    assert client.post(f"{door}check/", said, content_type="application/json").status_code == 403

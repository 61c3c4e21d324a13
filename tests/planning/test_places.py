"""Where things lie: bins, lots, serial numbers, and that they never hold more than is on hand."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib.errors import DomainError, InvalidInput
from orders.core.models import Warehouse
from planning.models import Bin, StockUnit
from planning.places.rules import proposed
from planning.places.selectors import lying_of, shelved
from planning.places.services import BinInput, Place, lay_back, put_away, save_bins, take_off
from planning.places.units import NotThere
from planning.selectors.reconcile import stock_differences
from planning.services import StockRefused, adjust_stock, receive_stock
from planning.services.levels import lock_levels
from tests.factories import make_user
from tests.planning.factories import D, Yard

pytestmark = pytest.mark.django_db


class Shelves(Yard):
    """A yard with two bins: A comes first on the way."""

    def __init__(self, **stock: object) -> None:
        super().__init__(**stock)
        self.enter(BinInput("b-2", "B", 20, "77"), BinInput("a-1", "A", 10, "42"))

    def enter(self, *bins: BinInput) -> list[Bin]:
        return save_bins(warehouse_id=self.warehouse.pk, bins=bins, actor=self.planner)

    def put(self, sku: str, quantity: object, place: Place, **more: Any) -> list[StockUnit]:
        return put_away(
            product_id=self.items[sku].pk,
            warehouse_id=self.warehouse.pk,
            quantity=D(quantity),
            place=place,
            actor=self.planner,
            **more,
        )

    def adjust(self, sku: str, delta: object, place: Place | None = None) -> None:
        adjust_stock(
            product_id=self.items[sku].pk,
            warehouse_id=self.warehouse.pk,
            delta=D(delta),
            reason="counted",
            place=place,
            actor=self.planner,
        )

    def there(self, sku: str) -> list[tuple[str, str, int]]:
        here = shelved(self.planner, self.items[sku].pk, self.warehouse.pk)
        return [(unit.bin, unit.lot or unit.serial, int(unit.quantity)) for unit in here.units] + [
            ("not placed", "", int(here.not_placed))
        ]


def taken(yard: Shelves, sku: str, quantity: object, **place: str) -> StockUnit | None:
    product = yard.items[sku]
    key = (product.pk, yard.warehouse.pk)
    return take_off(lock_levels(yard.company.pk, [key])[key], product, D(quantity), **place)


def test_bins_are_entered_and_changed_by_their_code() -> None:
    yard = Shelves()
    yard.enter(BinInput(" a-1 ", "C", 5))
    assert list(Bin.objects.order_by("code").values_list("code", "zone", "pick_sequence")) == [
        ("A-1", "C", 5),
        ("B-2", "B", 20),
    ]


@pytest.mark.parametrize("code", ["", "A 1", "X" * 21])
def test_what_is_no_code_makes_no_bin(code: str) -> None:
    yard = Shelves()
    with pytest.raises(InvalidInput):
        yard.enter(BinInput("C-3"), BinInput(code))
    assert Bin.objects.count() == 2


def test_what_is_put_away_stays_on_hand_and_is_found_on_the_way_of_the_pickers() -> None:
    yard = Shelves(BOLT=10)
    yard.put("BOLT", 4, Place("B-2"))
    yard.put("BOLT", 3, Place("a-1"))
    assert yard.there("BOLT") == [("A-1", "", 3), ("B-2", "", 4), ("not placed", "", 3)]
    assert yard.level("BOLT").on_hand == 10
    with pytest.raises(NotThere) as refused:
        yard.put("BOLT", 4, Place("A-1"))
    assert refused.value.field == "quantity"


def test_a_bin_in_which_something_lies_stays_in_use() -> None:
    yard = Shelves(BOLT=10)
    unit = yard.put("BOLT", 4, Place("A-1"))[0]
    with pytest.raises(InvalidInput) as refused:
        yard.enter(BinInput("A-1", is_active=False))
    assert refused.value.field == "is_active"
    yard.put("BOLT", 4, Place("B-2"), unit_id=unit.pk)
    yard.enter(BinInput("A-1", is_active=False))
    with pytest.raises(InvalidInput, match="no bin A-1"):
        yard.put("BOLT", 1, Place("A-1"))


def test_what_expires_first_is_proposed_first_and_then_the_oldest_lot() -> None:
    yard = Shelves()
    yard.item("GLUE", 9, tracks_lots=True)
    yard.put("GLUE", 3, Place("A-1", "L1"))
    yard.put("GLUE", 3, Place("A-1", "L2", expires_on=date(2027, 3, 1)))
    yard.put("GLUE", 3, Place("B-2", "L3", expires_on=date(2027, 1, 1)))
    key = (yard.items["GLUE"].pk, yard.warehouse.pk)
    rows = lying_of(yard.company.pk, [key])[key]
    assert [(row.lot, int(units)) for row, units in proposed(rows, D(7))] == [("L3", 3), ("L2", 3), ("L1", 1)]
    with pytest.raises(InvalidInput) as refused:
        yard.put("GLUE", 1, Place("A-1"))
    assert refused.value.field == "lot"


def test_each_piece_has_its_own_serial_number_once() -> None:
    yard = Shelves()
    yard.item("PUMP", 3, tracks_serials=True)
    yard.put("PUMP", 2, Place("A-1", serials=("S1", "S2")))
    for serials in (["S3", "S4"], ["S1"], []):
        with pytest.raises(DomainError) as refused:
            yard.put("PUMP", 1, Place("A-1", serials=serials))
        assert refused.value.field == "serials"
    assert yard.there("PUMP") == [("A-1", "S1", 1), ("A-1", "S2", 1), ("not placed", "", 1)]


def test_what_was_taken_off_stays_on_hand_and_is_not_taken_twice() -> None:
    yard = Shelves(BOLT=10)
    yard.put("BOLT", 4, Place("A-1"))
    unit = taken(yard, "BOLT", 3, bin="A-1")
    assert unit
    assert (unit.quantity, unit.picked) == (4, 3)
    with pytest.raises(NotThere):
        taken(yard, "BOLT", 2, bin="A-1")
    assert taken(yard, "BOLT", 6) is None  # of what is not placed
    lay_back({unit.pk: D(3)})
    assert taken(yard, "BOLT", 4, bin="A-1") == unit


def test_a_serial_number_that_nobody_recorded_is_known_from_the_pick() -> None:
    yard = Shelves()
    yard.item("PUMP", 1, tracks_serials=True)
    with pytest.raises(InvalidInput):
        taken(yard, "PUMP", 1)
    unit = taken(yard, "PUMP", 1, serial="S9")
    assert unit
    assert (unit.serial, unit.picked) == ("S9", 1)
    with pytest.raises(NotThere):
        taken(yard, "PUMP", 1, serial="S9")


def test_no_more_is_placed_than_is_on_hand() -> None:
    yard = Shelves(BOLT=10)
    yard.put("BOLT", 6, Place("A-1"))
    yard.adjust("BOLT", -4)
    assert yard.there("BOLT") == [("A-1", "", 6), ("not placed", "", 0)]
    yard.adjust("BOLT", -1)
    assert yard.there("BOLT") == [("A-1", "", 5), ("not placed", "", 0)]
    yard.adjust("BOLT", 2, Place("B-2"))
    yard.adjust("BOLT", -5, Place("A-1"))
    assert yard.there("BOLT") == [("B-2", "", 2), ("not placed", "", 0)]
    with pytest.raises(NotThere):
        yard.adjust("BOLT", -1, Place("A-1"))
    assert stock_differences(yard.company.pk) == []
    StockUnit.objects.update(quantity=3)
    assert [row.what for row in stock_differences(yard.company.pk)] == ["placed in bins"]


def test_what_is_received_may_lie_somewhere_at_once() -> None:
    yard = Shelves()
    yard.item("BOLT")
    yard.receive("BOLT", 5, place=Place("A-1", "L7"))
    assert yard.there("BOLT") == [("A-1", "L7", 5), ("not placed", "", 0)]
    with pytest.raises(InvalidInput):
        yard.receive("BOLT", 5, place=Place("NOWHERE"))
    assert yard.level("BOLT").on_hand == 5
    with pytest.raises(StockRefused):
        yard.adjust("BOLT", -6, Place("A-1", "L7"))


def client_of(yard: Yard, *roles: str) -> Client:
    client = Client()
    client.force_login(make_user(yard.company, *roles))
    return client


def test_bins_are_entered_line_by_line_on_the_screen() -> None:
    yard = Shelves(BOLT=10)
    client = client_of(yard, "planner")
    said = {"warehouse": yard.warehouse.pk, "bins": "C-1, C, 5, 11\nC-2\n"}
    assert client.post(reverse("planning:new-bins"), said).status_code == 302
    assert Bin.objects.filter(code__startswith="C-").count() == 2
    wrong = client.post(reverse("planning:new-bins"), {**said, "bins": "C-3, C, five"})
    assert (wrong.status_code, "Line 1" in wrong.text) == (422, True)
    put = f"{reverse('planning:put-away', args=[yard.items['BOLT'].pk])}?warehouse={yard.warehouse.pk}"
    assert client.post(put, {"quantity": "4", "bin": "C-1"}).status_code == 302
    assert yard.there("BOLT") == [("C-1", "", 4), ("not placed", "", 6)]
    assert "There is no bin C-9" in client.post(put, {"quantity": "4", "bin": "C-9"}).text
    page = client.get(reverse("planning:item", args=[yard.items["BOLT"].pk])).text
    assert "Not placed" in page
    assert "C-1" in page
    found = Bin.objects.get(code="C-1")
    edit = reverse("planning:bin", args=[found.pk])
    assert "BOLT" in client.get(edit).text
    assert client.post(edit, {"zone": "D", "pick_sequence": "7", "is_active": "on"}).status_code == 302
    assert client_of(yard, "csr").post(edit, {"pick_sequence": "9"}).status_code == 422
    found.refresh_from_db()
    assert (found.zone, found.pick_sequence) == ("D", 7)


def test_bins_of_another_company_are_not_found() -> None:
    mine, theirs = Shelves(BOLT=1), Shelves(NUT=1)
    client = client_of(mine, "admin")
    foreign = Bin.objects.filter(company=theirs.company)[0]
    assert client.get(reverse("planning:bin", args=[foreign.pk])).status_code == 404
    assert client.get(reverse("planning:bins")).text.count("A-1") == client.get(reverse("planning:bins")).text.count(
        "B-2"
    )
    with pytest.raises(DomainError):
        save_bins(warehouse_id=theirs.warehouse.pk, bins=[BinInput("X")], actor=mine.planner)
    assert not Bin.objects.filter(code="X").exists()
    assert Warehouse.objects.count() == 2


def test_the_same_doors_by_rest() -> None:
    yard = Shelves(BOLT=10)
    client = client_of(yard, "ops")
    api, bolt = "/api/v1/planning/", yard.items["BOLT"].pk

    def post(path: str, data: dict[str, Any]) -> Any:
        return client.post(api + path, data, content_type="application/json")

    made = post("bins/", {"warehouse_id": yard.warehouse.pk, "bins": [{"code": "Z-1", "pick_sequence": 3}]})
    assert (made.status_code, made.json()[0]["warehouse_code"]) == (201, "MAIN")
    assert [row["code"] for row in client.get(api + "bins/").json()["results"]] == ["A-1", "B-2", "Z-1"]
    place = {"product_id": bolt, "warehouse_id": yard.warehouse.pk, "quantity": "4", "place": {"bin": "Z-1"}}
    assert post("stock/put-away/", place).status_code == 201
    more = {"product_id": bolt, "warehouse_id": yard.warehouse.pk, "quantity": "2", "place": {"bin": "A-1"}}
    assert post("stock/receive/", more).status_code == 201
    less = {
        "product_id": bolt,
        "warehouse_id": yard.warehouse.pk,
        "delta": "-1",
        "reason": "x",
        "place": {"bin": "A-1"},
    }
    assert post("stock/adjust/", less).status_code == 201
    rows = client.get(f"{api}stock/{bolt}/units/").json()["results"]
    assert [(row["bin"], row["quantity"]) for row in rows] == [("A-1", "1.000000"), ("Z-1", "4.000000")]


def test_the_receipt_of_a_place_is_not_taken_where_the_item_lies_elsewhere() -> None:
    yard = Shelves(BOLT=1)
    with pytest.raises(DomainError):
        receive_stock(
            product_id=yard.items["BOLT"].pk,
            warehouse_id=yard.warehouse.pk,
            quantity=D(2),
            place=Place("A-1", serials=("S1",)),
            actor=yard.planner,
        )
    assert StockUnit.objects.count() == 0

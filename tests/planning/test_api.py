"""REST of order planning: the same services at another door."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from orders.core.models import JobRun
from planning.models import StockMovement, SupplyOrder
from tests.factories import make_user
from tests.planning.factories import D, Yard

pytestmark = pytest.mark.django_db
API = "/api/v1/planning/"


class Api:
    def __init__(self, yard: Yard, *roles: str) -> None:
        self.client = Client()
        self.client.force_login(make_user(yard.company, *roles))

    def get(self, path: str) -> Any:
        return self.client.get(API + path)

    def post(self, path: str, data: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(API + path, data or {}, content_type="application/json", headers=headers)


def receipt(yard: Yard, **changes: Any) -> dict[str, Any]:
    good = {"product_id": yard.items["BOLT"].pk, "warehouse_id": yard.warehouse.pk, "quantity": "2", "unit_cost": "4"}
    return {**good, **changes}


def test_a_receipt_with_a_key_is_taken_once() -> None:
    yard = Yard(BOLT=5)
    api = Api(yard, "planner")

    first = api.post("stock/receive/", receipt(yard), key="dn-0001")
    again = api.post("stock/receive/", receipt(yard), key="dn-0001")
    other = api.post("stock/receive/", receipt(yard, quantity="3"), key="dn-0001")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert first.json()["on_hand"] == "7.000000"
    assert yard.level("BOLT").on_hand == 7


@pytest.mark.parametrize(
    ("path", "data", "status", "code"),
    [
        ("stock/receive/", {"quantity": "0"}, 422, "invalid_input"),
        ("stock/receive/", {"quantity": "x"}, 400, "invalid_input"),
        ("stock/receive/", {"product_id": 0}, 404, "not_found"),
        ("stock/adjust/", {"delta": "-6", "reason": "lost"}, 409, "stock_refused"),
    ],
)
def test_a_refusal_has_its_code_and_writes_nothing(path: str, data: dict[str, Any], status: int, code: str) -> None:
    yard = Yard(BOLT=5)

    response = Api(yard, "planner").post(path, receipt(yard, **data))

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("path", ["stock/receive/", "stock/adjust/", "supply/", "forecasts/"])
def test_what_changes_something_needs_the_permission(path: str) -> None:
    yard = Yard(BOLT=5)

    response = Api(yard, "csr").post(path, receipt(yard))

    assert (response.status_code, response.json()["code"]) == (403, "permission_refused")
    assert Client().post(API + path).status_code in (401, 403)


def test_supply_goes_its_way() -> None:
    yard = Yard(BOLT=0)
    api = Api(yard, "planner")
    line = {"product_id": yard.items["BOLT"].pk, "quantity": "10", "unit_cost": "1.5"}
    order = {
        "supplier_id": yard.supplier().pk,
        "warehouse_id": yard.warehouse.pk,
        "expected_date": "2026-12-01",
        "lines": [line],
    }

    made = api.post("supply/", order, key="po-1").json()
    row = made["lines"][0]["id"]
    too_much = api.post(f"supply/{made['id']}/receive/", {"received": [{"line_id": row, "quantity": "11"}]})
    part = api.post(f"supply/{made['id']}/receive/", {"received": [{"line_id": row, "quantity": "4"}]})
    done = api.post(f"supply/{made['id']}/cancel/")
    again = api.post(f"supply/{made['id']}/cancel/")

    assert (made["state"], made["cost_base"]) == ("ordered", "15.00")
    assert too_much.status_code == 422
    assert (part.json()["state"], part.json()["lines"][0]["received"]) == ("part_received", "4.000000")
    assert (done.json()["state"], again.status_code) == ("cancelled", 409)
    assert again.json()["code"] == "illegal_transition"
    assert [row["number"] for row in api.get("supply/?state=cancelled").json()["results"]] == [made["number"]]
    assert yard.level("BOLT").on_hand == 4


def test_costs_are_left_out_for_those_who_may_not_see_them() -> None:
    yard = Yard(BOLT=0)
    yard.receive("BOLT", 4, unit_cost=D("7.7777"))
    planner, warehouse = Api(yard, "planner"), Api(yard, "warehouse")
    path = f"stock/{yard.items['BOLT'].pk}/movements/"

    assert planner.get(path).json()["results"][0]["unit_cost"] == "7.7777"
    assert "unit_cost" not in warehouse.get(path).json()["results"][0]
    api = planner.post(
        "supply/",
        {
            "supplier_id": yard.supplier().pk,
            "warehouse_id": yard.warehouse.pk,
            "expected_date": date(2026, 12, 1).isoformat(),
            "lines": [{"product_id": yard.items["BOLT"].pk, "quantity": "1", "unit_cost": "9.9999"}],
        },
    ).json()
    seen = warehouse.get(f"supply/{api['id']}/")
    assert "9.9999" not in seen.content.decode()
    assert "cost_base" not in seen.json()


def test_availability_is_by_item_and_warehouse() -> None:
    yard = Yard(BOLT=5, NUT=2)
    yard.promise(yard.order([("BOLT", 3)]))
    bolt = yard.items["BOLT"].pk

    rows = Api(yard, "csr").get(f"availability/?product={bolt}").json()

    assert [(r["product"], r["on_hand"], r["free"], r["available"]) for r in rows] == [
        (bolt, "5.000000", "2.000000", "2.000000")
    ]
    assert Api(yard, "csr").get("availability/").status_code == 422


def test_another_company_finds_nothing() -> None:
    yard, other = Yard(BOLT=5), Yard(NUT=5)
    api = Api(other, "planner")

    assert [row["sku"] for row in api.get("stock/").json()["results"]] == ["NUT"]
    assert api.get(f"stock/{yard.items['BOLT'].pk}/movements/").status_code == 404
    assert api.get(f"availability/?product={yard.items['BOLT'].pk}").json() == []
    assert api.post("stock/receive/", receipt(yard)).status_code == 404


def test_a_forecast_is_started_and_read(queued_jobs) -> None:
    yard = Yard(BOLT=5)
    api = Api(yard, "planner")

    response = api.post("forecasts/")

    assert (response.status_code, response.json()["kind"]) == (202, "planning.forecast")
    assert JobRun.objects.count() == 1
    assert api.post("forecasts/").json()["code"] == "job_refused"
    assert api.get("forecasts/").json()["results"] == []
    assert SupplyOrder.objects.count() == 0

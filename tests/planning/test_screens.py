"""Screens of order planning: who sees what, what a refusal looks like, and what a page costs."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from orders.core.models import JobRun, Order
from orders.core.services import jobs
from planning.models import Forecast, StockMovement, SupplyOrder
from planning.services import SupplyInput, order_supply
from tests.factories import make_user
from tests.planning.factories import D, Yard

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))


def client_of(yard: Yard, *roles: str) -> Client:
    client = Client()
    client.force_login(make_user(yard.company, *roles))
    return client


def supply_of(yard: Yard, sku: str = "BOLT", quantity: object = 10, cost: object = "3.25") -> SupplyOrder:
    return order_supply(
        supplier_id=yard.supplier().pk,
        warehouse_id=yard.warehouse.pk,
        expected_date=date(2026, 12, 1),
        lines=[SupplyInput(yard.items[sku].pk, D(quantity), D(cost))],
        actor=yard.planner,
    )


def forecast_of(yard: Yard) -> Forecast:
    with clock.stopped_at(MONDAY):
        for month in range(1, 11):
            yard.order([("BOLT", month)], date(2026, month, 3))
        run = JobRun.objects.create(
            company=yard.company, kind="planning.forecast", inputs={"as_of": "2026-11-23"}, created_at=MONDAY
        )
        jobs.execute(run.pk)
    return Forecast.objects.get(run=run)


PAGES: dict[str, Callable[[Yard], str]] = {
    "stock": lambda yard: reverse("planning:stock"),
    "item": lambda yard: reverse("planning:item", args=[yard.items["BOLT"].pk]),
    "backorders": lambda yard: reverse("planning:backorders"),
    "supply orders": lambda yard: reverse("planning:supply-orders"),
    "supply": lambda yard: reverse("planning:supply", args=[SupplyOrder.objects.filter(company=yard.company)[0].pk]),
    "forecasts": lambda yard: reverse("planning:forecasts"),
    "forecast": lambda yard: reverse("planning:forecast", args=[Forecast.objects.get(company=yard.company).pk]),
}


def filled() -> Yard:
    yard = Yard(BOLT=0)
    yard.receive("BOLT", 4, unit_cost=D("7.7777"))
    supply_of(yard, cost="3.3333")
    yard.promise(yard.order([("BOLT", 6)]))
    forecast_of(yard)
    return yard


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.slow
def test_every_page_shows_its_item_and_hides_costs_from_the_warehouse(page: str) -> None:
    yard = filled()

    planner = client_of(yard, "planner").get(PAGES[page](yard))
    warehouse = client_of(yard, "warehouse").get(PAGES[page](yard))

    assert (planner.status_code, warehouse.status_code) == (200, 200)
    expected = "PO-" if page == "supply orders" else "BOLT"
    assert expected in planner.content.decode()
    costs = {"item": "7.7777", "supply orders": "33.33", "supply": "3.3333"}
    if page in costs:
        assert costs[page] in planner.content.decode()
        assert costs[page] not in warehouse.content.decode()
    for word in ("7.7777", "3.3333", "33.33"):
        assert word not in warehouse.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_another_company_is_on_any_page(page: str) -> None:
    yard, other = filled(), Yard(SECRET=3)
    other.company.name = "Others"
    stranger = client_of(other, "planner")

    response = stranger.get(PAGES[page](yard))

    if page in ("item", "supply", "forecast"):
        assert response.status_code == 404
    else:
        assert "BOLT" not in response.content.decode()
        assert "PO-0" not in response.content.decode()


@pytest.mark.parametrize("page", ["stock", "backorders", "supply orders", "forecasts"])
def test_an_empty_company_is_told_what_fills_the_page(page: str) -> None:
    yard = Yard()

    response = client_of(yard, "planner").get(PAGES[page](yard))

    assert response.status_code == 200
    assert 'class="empty' in response.content.decode()


@pytest.mark.parametrize(
    ("name", "roles"),
    [("receive", ("csr",)), ("adjust", ("production",)), ("new-supply", ("ops",))],
)
def test_forms_are_for_those_who_may(name: str, roles: tuple[str, ...]) -> None:
    yard = Yard(BOLT=5)

    assert client_of(yard, *roles).get(reverse(f"planning:{name}")).status_code == 403
    assert client_of(yard, "planner").get(reverse(f"planning:{name}")).status_code == 200


def test_stock_is_received_by_sku() -> None:
    yard = Yard(BOLT=5)
    data = {"product": "bolt", "warehouse": yard.warehouse.pk, "quantity": "2.5", "unit_cost": "4", "reference": "DN"}

    response = client_of(yard, "planner").post(reverse("planning:receive"), data)

    assert response.headers["Location"] == reverse("planning:item", args=[yard.items["BOLT"].pk])
    assert yard.level("BOLT").on_hand == D("7.5")


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("receive", {"quantity": "0"}, "quantity"),
        ("receive", {"quantity": "x"}, "quantity"),
        ("receive", {"product": "NONE"}, "product"),
        ("adjust", {"delta": "-6"}, "delta"),
        ("adjust", {"delta": "0"}, "delta"),
    ],
)
def test_a_refusal_is_at_its_field_and_writes_nothing(name: str, data: dict[str, str], field: str) -> None:
    yard = Yard(BOLT=5)
    good = {"product": "BOLT", "warehouse": yard.warehouse.pk, "quantity": "1", "delta": "1", "reason": "count"}

    response = client_of(yard, "planner").post(reverse(f"planning:{name}"), {**good, **data})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert StockMovement.objects.count() == 1


def test_the_cost_box_is_not_there_for_those_who_may_not_see_costs() -> None:
    yard = Yard(BOLT=5)
    client = client_of(yard, "production")
    data = {"product": "BOLT", "warehouse": yard.warehouse.pk, "quantity": "1", "unit_cost": "99"}

    assert "unit_cost" not in client.get(reverse("planning:receive")).content.decode()
    client.post(reverse("planning:receive"), data)

    yard.items["BOLT"].refresh_from_db()
    assert yard.items["BOLT"].average_cost is None
    assert yard.level("BOLT").on_hand == 6


@pytest.mark.slow
def test_supply_is_ordered_received_and_cancelled_on_its_page() -> None:
    yard = Yard(BOLT=0, NUT=0)
    client = client_of(yard, "planner")
    rows = {"lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "0"}
    rows |= {"lines-0-product": "BOLT", "lines-0-quantity": "10", "lines-0-unit_cost": "2"}
    rows |= {"lines-2-product": "NUT", "lines-2-quantity": "4"}
    head = {"supplier": yard.supplier().pk, "warehouse": yard.warehouse.pk, "expected_date": "2026-12-01"}

    bad = client.post(reverse("planning:new-supply"), head | rows | {"lines-2-quantity": ""})
    assert (bad.status_code, SupplyOrder.objects.count()) == (422, 0)
    assert client.post(reverse("planning:new-supply"), head | rows | {"more": "1"}).status_code == 200
    response = client.post(reverse("planning:new-supply"), head | rows)
    supply = SupplyOrder.objects.get()
    page = reverse("planning:supply", args=[supply.pk])
    assert response.headers["Location"] == page
    bolt, nut = supply.lines.order_by("id")
    receive = reverse("planning:receive-supply", args=[supply.pk])
    refused = client.post(receive, {f"received_{bolt.pk}": "11"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [f"received_{bolt.pk}"]
    client.post(receive, {f"received_{bolt.pk}": "10", f"received_{nut.pk}": "0"})
    assert yard.level("BOLT").on_hand == 10
    client.post(reverse("planning:cancel-supply", args=[supply.pk]))
    supply.refresh_from_db()
    assert supply.state == "cancelled"
    assert "Cancelled with 4 units" in client.get(page).content.decode()
    assert client.post(reverse("planning:cancel-supply", args=[supply.pk])).status_code == 422


def test_a_link_from_a_backorder_fills_the_supply_form() -> None:
    yard = Yard(BOLT=0)
    url = reverse("planning:new-supply")

    page = client_of(yard, "planner").get(f"{url}?product={yard.items['BOLT'].pk}&quantity=6").content.decode()

    assert 'value="BOLT"' in page
    assert 'value="6"' in page


def test_a_forecast_is_started_by_a_button_and_watched_as_a_job(queued_jobs) -> None:
    yard = Yard(BOLT=0)
    client = client_of(yard, "planner")

    response = client.post(reverse("planning:run-forecast"))

    run = JobRun.objects.get()
    assert response.headers["Location"] == reverse("core:job", args=[run.pk])
    assert client.post(reverse("planning:run-forecast")).status_code == 422
    assert "being made" in client.get(reverse("planning:forecasts")).content.decode()
    assert client_of(yard, "csr").post(reverse("planning:run-forecast")).status_code == 403


@pytest.mark.slow
def test_filters_stay_in_the_address_and_say_when_nothing_matches() -> None:
    yard = filled()
    client = client_of(yard, "planner")
    for name, miss in (
        ("stock", "?text=zzz"),
        ("stock", "?show=reorder"),
        ("backorders", "?text=zzz"),
        ("supply-orders", "?state=received"),
        ("forecasts", "?kind=unjudged"),
    ):
        assert "No row matches" in client.get(reverse(f"planning:{name}") + miss).content.decode()
    for name, hit in (
        ("stock", "?text=bol&show=short"),
        ("backorders", "?text=BOLT"),
        ("supply-orders", "?text=BOLT&state=open"),
        ("forecasts", "?text=BOLT"),
    ):
        assert "<tbody><tr>" in client.get(reverse(f"planning:{name}") + hit).content.decode()


@pytest.mark.slow
def test_a_list_costs_the_same_for_one_row_as_for_many(django_assert_max_num_queries) -> None:
    yard = filled()
    client = client_of(yard, "planner")
    pages = [PAGES[name](yard) for name in ("stock", "item", "backorders", "supply orders", "forecasts")]
    before = [_queries(client, page) for page in pages]

    for number in range(20):
        yard.item(f"I{number}", 3)
        supply_of(yard, f"I{number}")
        yard.promise(yard.order([(f"I{number}", 5), ("BOLT", 1)]))
    template = Forecast.objects.get()
    for product in list(yard.items.values())[1:]:
        template.pk, template.product = None, product
        template.save(force_insert=True)

    assert [_queries(client, page) for page in pages] == before
    assert max(before) <= 25


def test_suggestions_are_by_sku_or_name() -> None:
    yard = Yard(BOLT=0, NUT=0)

    page = client_of(yard, "planner").get(reverse("planning:item-options") + "?lines-0-product=bo").content.decode()

    assert 'value="BOLT"' in page
    assert "NUT" not in page


@pytest.mark.slow
def test_the_order_page_shows_the_promises() -> None:
    yard = filled()

    page = client_of(yard, "csr").get(reverse("core:order", args=[Order.objects.earliest("id").pk])).content.decode()

    assert "Promises" in page
    assert reverse("planning:item", args=[yard.items["BOLT"].pk]) in page


def _queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)

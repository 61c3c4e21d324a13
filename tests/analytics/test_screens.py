"""Insights as people see it: what is here, what is not in the data, and who may see profit."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.models import VarianceReport
from omc.accounts.models import User
from omc.lib.actor import Actor
from orders.core.models import JobRun
from orders.core.services.jobs import execute
from tests.analytics.factories import Books
from tests.factories import OrderFactory, make_actor, make_company, make_user
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db
MONTHS = {"base_month": "2026-08", "current_month": "2026-09", "growth": "constant_price"}
JSON = {"content_type": "application/json"}


@pytest.fixture
def books() -> Books:
    found = Books()
    found.two_months()
    return found


def login(client: Client, actor: Actor) -> Client:
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def start(client: Client, door: str, months: dict[str, Any] | None = None) -> Any:
    if door == "screen":
        return client.post("/analytics/variance/start/", months or MONTHS)
    return client.post("/api/v1/analytics/variance/", months or MONTHS, **JSON)


@pytest.fixture
def report(books: Books, client: Client) -> VarianceReport:
    login(client, books.boss)
    start(client, "api")
    execute(JobRun.objects.get().pk)
    return VarianceReport.objects.get()


@pytest.mark.parametrize("door", ["screen", "api"])
def test_a_bridge_is_started_through_every_door(books: Books, client: Client, door: str) -> None:
    login(client, books.boss)

    assert start(client, door).status_code == {"screen": 302, "api": 202}[door]

    run = JobRun.objects.get()
    assert run.inputs == {"base_month": "2026-08-01", "current_month": "2026-09-01", "growth": "constant_price"}
    assert "On its way" in client.get("/analytics/variance/").content.decode()
    execute(run.pk)
    assert client.get("/analytics/variance/running/")["HX-Refresh"] == "true"


@pytest.mark.parametrize("door", ["screen", "api"])
def test_a_planner_may_look_but_not_start(books: Books, client: Client, door: str) -> None:
    login(client, make_actor(books.company, "planner"))

    assert start(client, door).status_code == 403
    assert not JobRun.objects.exists()
    assert "Explain the change" not in client.get("/analytics/variance/").content.decode()


def test_a_refusal_stands_at_its_field(books: Books, client: Client) -> None:
    answer = start(login(client, books.boss), "screen", MONTHS | {"current_month": "2026-08"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["current_month"] == ["Choose two different months."]
    assert start(client, "api", MONTHS | {"base_month": "august"}).status_code == 400
    assert not JobRun.objects.exists()


def test_the_bridge_shows_every_number_and_that_it_adds_up(client: Client, report: VarianceReport) -> None:
    page = client.get(f"/analytics/variance/{report.pk}/").content.decode()

    for text in ("710.00", "784.00", "adds up to the cent", "120.00", "26.9", "10.00", "10.50"):
        assert text in page
    data = client.get(f"/api/v1/analytics/variance/{report.pk}/").json()
    assert (data["change"], data["mix"], data["residual"]) == ("74.00", "30.00", "0.00")
    drivers = client.get(f"/api/v1/analytics/variance/{report.pk}/drivers/?effect=mix").json()["results"]
    assert [(row["sku"], row["amount"]) for row in drivers] == [("A", "80.00"), ("B", "-50.00")]


def test_drivers_can_be_narrowed_to_one_effect(client: Client, report: VarianceReport) -> None:
    url = f"/analytics/variance/{report.pk}/?effect=new"

    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert "120.00" in fragment
    assert "-50.00" not in fragment
    assert "<html" not in fragment


def test_a_driver_opens_its_invoice_lines(client: Client, books: Books, report: VarianceReport) -> None:
    url = f"/analytics/variance/{report.pk}/lines/{books.customer.pk}/{books.item('A').pk}/"

    page = client.get(url).content.decode()

    assert "invoice-1" in page
    assert "invoice-2" in page
    assert "1,260.00" in page


def test_the_csv_is_for_those_who_may_see_cost(client: Client, books: Books, report: VarianceReport) -> None:
    url = f"/analytics/variance/{report.pk}/drivers.csv"

    lines = b"".join(client.get(url).streaming_content).decode().splitlines()
    assert lines[1].split(",")[1:4] == ["D", "new", "120.00"]
    client.force_login(make_user(books.company, "csr_lead"))
    assert client.get(url).status_code == 403


def test_profit_is_hidden_in_every_door_from_who_may_not_see_cost(
    client: Client, books: Books, report: VarianceReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    from omc.accounts.roles import ROLES

    monkeypatch.setitem(ROLES, "planner", frozenset({"analytics.view_insights", "orders.view_price"}))
    client.force_login(make_user(books.company, "planner"))

    pages = [
        client.get(path).content.decode()
        for path in ("/analytics/", "/analytics/variance/", f"/analytics/variance/{report.pk}/")
    ]
    assert all("784.00" not in page and "74.00" not in page for page in pages)
    assert "Your role does not show this" in pages[2]
    for path in ("", f"{report.pk}/", f"{report.pk}/drivers/"):
        assert client.get(f"/api/v1/analytics/variance/{path}").status_code == 403
    assert client.get(f"/analytics/variance/{report.pk}/drivers.csv").status_code == 403


def test_a_history_without_costs_says_not_in_this_data_never_zero(client: Client) -> None:
    books = Books()
    books.sell(date(2011, 11, 3), ("A", 10, 10, None))
    books.rebuild()
    login(client, books.boss)

    insights = client.get("/analytics/").content.decode()
    profit = insights.partition('id="sales"')[2]
    assert profit.count("not in this data") == 2
    assert "0.00" not in profit.replace("100.00", "")
    assert "No invoiced line has a known cost." in insights
    assert "Not in this data" in client.get("/analytics/variance/").content.decode()
    answer = start(client, "api", {"base_month": "2011-11", "current_month": "2011-12"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_this_data")


def test_an_empty_company_answers_on_every_page(client: Client) -> None:
    login(client, make_actor(make_company(), "exec"))

    for path in ("/analytics/", "/analytics/variance/", "/api/v1/analytics/stages/", "/api/v1/analytics/variance/"):
        assert client.get(path).status_code == 200, path


def test_two_companies_do_not_mix(client: Client, report: VarianceReport) -> None:
    login(client, Books().boss)

    assert "784.00" not in client.get("/analytics/variance/").content.decode()
    assert client.get("/api/v1/analytics/variance/").json()["results"] == []
    for path in ("", "drivers.csv"):
        assert client.get(f"/analytics/variance/{report.pk}/{path}").status_code == 404
    assert client.get(f"/api/v1/analytics/variance/{report.pk}/").status_code == 404


def test_the_page_of_a_bridge_costs_the_same_for_few_drivers_as_for_many(client: Client, books: Books) -> None:
    login(client, books.boss)
    counts = []
    for round_ in range(2):
        if round_:
            books.sell(date(2026, 9, 9), *[(f"X{n}", 1, 10, 6) for n in range(20)])
            books.rebuild()
        start(client, "api")
        execute(JobRun.objects.latest("id").pk)
        url = f"/analytics/variance/{VarianceReport.objects.latest('id').pk}/"
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.slow
def test_the_order_page_says_where_the_time_went(client: Client) -> None:
    shop = Shop()
    order = shop.delivered()
    login(client, shop.desk)

    page = client.get(f"/orders/{order.pk}/").content.decode()
    data = client.get(f"/api/v1/analytics/orders/{order.pk}/waiting/").json()

    assert "Where the time went" in page
    assert (data["is_open"], [hop["type"] for hop in data["hops"]]) == (
        False, ["invoice_posted", "order_delivered", "order_closed"],
    )  # fmt: skip
    stranger = OrderFactory(confirmed=True)
    assert client.get(f"/api/v1/analytics/orders/{stranger.pk}/waiting/").status_code == 404

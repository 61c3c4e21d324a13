"""The wall and the figures by REST: the same numbers as their screens, the rows behind them, and whom they are for."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from analytics.selectors.wall import wall
from omc.accounts.models import User
from omc.lib import clock
from orders.core.models import Company
from tests.analytics.test_figures import NOON, Books, confirmed, figure, late_and_early
from tests.analytics.test_figures import rebuild as rebuild_days
from tests.analytics.test_wall import busy, hours
from tests.factories import make_company, make_user

pytestmark = pytest.mark.django_db
PATHS = ("wall/", "wall/8/", "figures/", "figures/on-time/", "figures/on-time/rows/")


@pytest.mark.slow
def test_the_wall_and_its_rows_are_those_of_the_screen(client: Client) -> None:
    boss = busy(client)
    with hours(30):
        shown = {stage.number: stage for stage in wall(boss).stages}
        told = client.get("/api/v1/insights/wall/").json()
        assert told["documents"] == sum(stage.documents for stage in shown.values()) > 0
        for stage in told["stages"]:
            same = shown[stage["number"]]
            rows = client.get(f"/api/v1/insights/wall/{same.number}/").json()["results"]
            assert (stage["documents"], len(rows)) == (same.documents, same.documents)
            assert Decimal(stage["unattended_minutes"]) == same.unattended
            assert sum(Decimal(row["unattended_minutes"]) for row in rows) == same.unattended
            assert sum(Decimal(row["value_base"]) for row in rows) == same.value_base
        late = client.get("/api/v1/insights/wall/5/?show=overdue").json()["results"]
        assert len(late) == shown[5].overdue
    assert client.get("/api/v1/insights/wall/11/").status_code == 404


@pytest.mark.parametrize("key", ["bookings", "sales", "margin", "backlog", "on-time"])
def test_a_figure_and_its_rows_are_those_of_the_screen(client: Client, key: str) -> None:
    books = Books()
    late_and_early(books)
    books.two_months()
    confirmed(books, NOON - timedelta(days=1))
    client.force_login(User.objects.get(pk=books.boss.user_id))
    with clock.stopped_at(NOON):
        rebuild_days(books.company)
        found = figure(books.company, books.boss, key, 90)
        told = client.get(f"/api/v1/insights/figures/{key}/?days=90").json()
        rows = client.get(f"/api/v1/insights/figures/{key}/rows/?days=90").json()["results"]
        everything = client.get("/api/v1/insights/figures/?days=90").json()

    assert told in everything
    assert (Decimal(told["value"]), told["n"], told["first"]) == (found.value, found.n, found.span.first.isoformat())
    assert len(rows) == (2 if key == "on-time" else found.n)
    if key in ("bookings", "sales", "backlog"):
        assert sum(Decimal(row["amount"]) for row in rows) == found.value
    elif key == "margin":
        net = sum(Decimal(row["amount"]) for row in rows)
        cost = sum(Decimal(row["cost"]) for row in rows)
        assert round((net - cost) / net * 100, 1) == found.value
    else:
        assert sum(row["due_lines"] for row in rows) == found.n


def test_prices_and_cost_stay_hidden_from_whom_they_are_hidden(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from omc.accounts.roles import ROLES

    boss = busy(client)
    monkeypatch.setitem(ROLES, "production", frozenset({"analytics.view_insights", "orders.view_order"}))
    client.force_login(make_user(Company.objects.get(pk=boss.company_id), "production"))
    with hours(30):
        stages = client.get("/api/v1/insights/wall/").json()["stages"]
        filled = next(stage["number"] for stage in stages if stage["documents"])
        [row, *_more] = client.get(f"/api/v1/insights/wall/{filled}/?sort=value").json()["results"]
        keys = [one["key"] for one in client.get("/api/v1/insights/figures/").json()]

    assert {(stage["value_base"], stage["value_days"]) for stage in stages} == {(None, None)}
    assert "value_base" not in row
    assert keys == ["on-time"]
    assert client.get("/api/v1/insights/figures/margin/").status_code == 404
    assert client.get("/api/v1/insights/figures/margin/rows/").status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_insights_are_read_only_and_for_those_who_see_insights(client: Client, path: str) -> None:
    company = make_company()
    url = f"/api/v1/insights/{path}"
    assert client.get(url).status_code in (401, 403)
    client.force_login(make_user(company, "csr"))
    assert client.get(url).status_code == 403
    client.force_login(make_user(company, "exec"))
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 405


@pytest.mark.slow
def test_two_companies_do_not_mix(client: Client) -> None:
    busy(client)
    client.force_login(make_user(make_company(), "exec"))
    with hours(30):
        assert client.get("/api/v1/insights/wall/").json()["documents"] == 0
        for number in range(1, 11):
            assert client.get(f"/api/v1/insights/wall/{number}/").json()["results"] == []

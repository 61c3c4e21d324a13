"""Saved views by REST: one's own and shared ones, and nobody else's."""

import pytest

from orders.core.models import Department, SavedView
from orders.core.services.companies import set_membership
from tests.factories import make_company, make_user

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def company():
    return make_company()


def test_the_lists_of_a_role_with_the_columns_that_it_may_see(client, company):
    client.force_login(make_user(company, "warehouse"))
    told = {one["key"]: one for one in client.get("/api/v1/lists/").json()}

    assert {"orders", "stock", "shipments"} <= set(told)
    assert not {"invoices", "receivables", "sent"} & set(told)
    assert "total" not in [column["key"] for column in told["orders"]["columns"]]
    assert {"key": "oldest", "label": "Oldest first"} in told["orders"]["sorts"]


@pytest.mark.slow
def test_a_view_is_saved_shared_and_forgotten_by_its_owner(client, company):
    owner, mate, stranger = (make_user(company, "csr") for _ in range(3))
    desk, dock = list(Department.objects.filter(company=company).order_by("id")[:2])
    for user, department in ((owner, desk), (mate, desk), (stranger, dock)):
        set_membership(company_id=company.pk, user_id=user.pk, roles=["csr"], department_code=department.code)
    body = {"name": "To confirm", "query": "state=pending", "columns": ["order", "total", "nonsense"]}

    client.force_login(owner)
    made = client.post("/api/v1/lists/orders/views/", body, JSON)
    url = f"/api/v1/views/{made.json()['id']}/"

    def seen_by(user):
        client.force_login(user)
        listed = [row["name"] for row in client.get("/api/v1/lists/orders/views/").json()]
        return listed == ["To confirm"], client.get(url).status_code

    assert made.status_code == 201
    assert (made.json()["columns"], made.json()["sharing"]) == (["order", "total"], "private")
    assert [seen_by(user) for user in (owner, mate, stranger)] == [(True, 200), (False, 404), (False, 404)]

    client.force_login(stranger)
    assert client.patch(url, {"sharing": "company"}, JSON).status_code == 404
    assert client.delete(url).status_code == 404
    client.force_login(owner)
    shared = client.patch(url, {"sharing": "department"}, JSON)
    assert (shared.status_code, shared.json()["department"]) == (200, desk.name)
    assert [seen_by(user) for user in (mate, stranger)] == [(True, 200), (False, 404)]
    client.force_login(mate)
    assert client.patch(url, {"sharing": "company"}, JSON).status_code == 403
    assert client.delete(url).status_code == 403
    client.force_login(owner)
    assert client.patch(url, {"sharing": "everybody"}, JSON).status_code == 400
    assert client.patch(url, {"sharing": "company"}, JSON).json()["department"] is None
    assert seen_by(stranger) == (True, 200)
    client.force_login(owner)
    assert client.delete(url).status_code == 204
    assert not SavedView.objects.exists()


def test_views_of_a_list_are_for_who_may_see_the_list(client, company):
    client.force_login(make_user(company, "billing"))
    url = "/api/v1/lists/invoices/views/"
    made = client.post(url, {"name": "Late", "query": "overdue=on", "sharing": "company"}, JSON).json()

    client.force_login(make_user(company, "warehouse"))
    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "Mine"}, JSON).status_code == 403
    assert client.get(f"/api/v1/views/{made['id']}/").status_code == 404
    assert client.get("/api/v1/lists/nothing/views/").status_code == 404


def test_two_companies_do_not_mix(client, company):
    client.force_login(make_user(company, "csr"))
    made = client.post("/api/v1/lists/orders/views/", {"name": "Ours", "sharing": "company"}, JSON).json()

    client.force_login(make_user(make_company(), "admin"))
    assert client.get("/api/v1/lists/orders/views/").json() == []
    assert client.get(f"/api/v1/views/{made['id']}/").status_code == 404
    assert client.delete(f"/api/v1/views/{made['id']}/").status_code == 404


def test_the_same_key_saves_once(client, company):
    client.force_login(make_user(company, "csr"))
    answers = [
        client.post("/api/v1/lists/orders/views/", {"name": "Once"}, JSON, headers={"Idempotency-Key": "v1"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert SavedView.objects.count() == 1

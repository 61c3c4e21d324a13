"""Screens and REST of cases and follow-ups: the same room behind every door."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.core.models import Event
from returns.postsales import services
from returns.postsales.models import Case, FollowUp
from tests.factories import make_user
from tests.returns.claims.test_doors import JSON, login, requested
from tests.returns.factories import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def new_case(shop: Shop, subject: str = "Wrong label") -> Case:
    made: Case = services.open_case(subject=subject, customer_id=shop.customer.pk, actor=shop.service)
    return made


@pytest.mark.parametrize("door", ["screen", "api"])
def test_a_case_goes_all_its_way_through_every_door(shop: Shop, client: Client, door: str) -> None:
    login(client, shop.service)
    if door == "screen":
        form = {"customer": shop.customer.code, "kind": "complaint", "subject": "Wrong label", "body": "Two"}
        assert client.post("/postsales/new/", form).status_code == 302
    else:
        body = {"customer_id": shop.customer.pk, "kind": "complaint", "subject": "Wrong label"}
        assert client.post("/api/v1/postsales/cases/", body, **JSON).status_code == 201
    case = Case.objects.get()
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("assign", {"owner_id": shop.desk.user_id}, {"owner_id": shop.desk.user_id}),
        ("reply", {"body": "On it", "said": "to_customer"}, {"body": "On it"}),
        ("wait", {"whom": "customer"}, {"whom": "customer"}),
        ("reply", {"body": "It was 2", "said": "by_customer"}, {"body": "It was 2", "by_customer": True}),
        ("resolve", {"resolution": "Sent"}, {"resolution": "Sent"}),
        ("close", {"satisfaction": "5"}, {"satisfaction": 5}),
        ("reopen", {"reason": "Again"}, {"reason": "Again"}),
    ]
    for step, form, body in steps:
        if door == "screen":
            assert client.post(f"/postsales/{case.pk}/{step}/", form).status_code == 302, step
        else:
            answer = client.post(f"/api/v1/postsales/cases/{case.pk}/{step}/", body, **JSON)
            assert answer.status_code in (200, 201), answer.content

    case.refresh_from_db()
    assert (case.state, case.satisfaction, case.owner_id) == ("assigned", 5, shop.desk.user_id)
    said = case.messages.order_by("id").values_list("body", "to_customer", "by_customer")
    assert list(said) == [("On it", True, False), ("It was 2", False, True)]
    assert Event.objects.filter(subject_type="case").count() == 8


@pytest.mark.parametrize("door", ["screen", "api"])
def test_a_follow_up_is_planned_and_done_through_every_door(shop: Shop, client: Client, door: str) -> None:
    order = shop.delivered()
    login(client, shop.service)
    if door == "screen":
        form = {"purpose": "Ask about the fit", "due_on": "2026-12-01", "owner_id": ""}
        assert client.post(f"/postsales/follow-ups/new/?order={order.pk}", form).status_code == 302
        done = f"/postsales/follow-ups/{FollowUp.objects.get().pk}/done/"
        assert client.post(done, {"outcome": "Fits"}).status_code == 302
    else:
        body = {"purpose": "Ask about the fit", "due_on": "2026-12-01", "order_id": order.pk}
        made = client.post("/api/v1/postsales/follow-ups/", body, **JSON)
        assert made.status_code == 201
        done = f"/api/v1/postsales/follow-ups/{made.json()['id']}/done/"
        assert client.post(done, {"outcome": "Fits"}, **JSON).json()["outcome"] == "Fits"

    follow_up = FollowUp.objects.get()
    assert (follow_up.order_id, follow_up.outcome, follow_up.done_at is None) == (order.pk, "Fits", False)


@pytest.mark.parametrize("door", ["/postsales/{}/{}/", "/api/v1/postsales/cases/{}/{}/"])
@pytest.mark.parametrize("step", ["assign", "reply", "wait", "resolve", "close", "reopen"])
def test_who_may_not_is_refused_at_every_door(shop: Shop, client: Client, door: str, step: str) -> None:
    case = new_case(shop)
    client.force_login(make_user(shop.company, "exec"))

    answer = client.post(door.format(case.pk, step), {}, **(JSON if "api" in door else {}))

    case.refresh_from_db()
    assert (answer.status_code, case.state) == (403, "new")


def test_refusals_stand_at_their_field(shop: Shop, client: Client) -> None:
    case = new_case(shop)
    login(client, shop.service)

    unknown = client.post("/postsales/new/", {"customer": "nobody", "kind": "question", "subject": "x"})
    empty = client.post(f"/postsales/{case.pk}/reply/", {"body": "", "said": "note"})
    early = client.post(f"/postsales/{case.pk}/resolve/", {"resolution": "Done"})
    number = client.post("/postsales/follow-ups/new/", {"order": "SO-9", "purpose": "x", "due_on": "2026-12-01"})

    assert [answer.status_code for answer in (unknown, empty, early, number)] == [422] * 4
    assert "no customer nobody" in unknown.content.decode()
    assert "body" in empty.context["forms"]["reply"].errors
    assert "cannot become resolved" in early.content.decode()
    assert "no order with this number" in number.content.decode()
    assert (Case.objects.count(), FollowUp.objects.count(), Case.objects.get().state) == (1, 0, "new")


def test_a_case_can_be_opened_from_an_order_and_from_a_return(shop: Shop, client: Client) -> None:
    claim = requested(shop)
    login(client, shop.service)
    form = {"kind": "problem", "subject": "Where is my credit?"}

    assert shop.customer.name in client.get(f"/postsales/new/?return={claim.pk}").content.decode()
    client.post(f"/postsales/new/?return={claim.pk}", form)
    client.post(f"/postsales/new/?order={claim.order_id}", form)

    about = Case.objects.order_by("id").values_list("order_id", "return_order_id")
    assert list(about) == [(claim.order_id, claim.pk), (claim.order_id, None)]


@pytest.mark.parametrize("path", ["/postsales/", "/api/v1/postsales/cases/"])
def test_a_list_costs_the_same_for_one_row_as_for_ten(shop: Shop, client: Client, path: str) -> None:
    new_case(shop)
    login(client, shop.service).get(path)
    counts = []
    for more in (0, 9):
        for _ in range(more):
            new_case(shop)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_two_companies_do_not_mix(shop: Shop, client: Client) -> None:
    case = new_case(shop, "Secret of Nordwind")
    stranger = Shop()
    login(client, stranger.service)

    assert "Secret" not in client.get("/postsales/").content.decode()
    assert client.get("/api/v1/postsales/cases/").json()["results"] == []
    assert client.get(f"/postsales/{case.pk}/").status_code == 404
    assert client.get(f"/api/v1/postsales/cases/{case.pk}/").status_code == 404
    assert client.post(f"/postsales/{case.pk}/reply/", {"body": "x", "said": "note"}).status_code == 404


def test_every_page_answers_when_there_is_nothing(shop: Shop, client: Client) -> None:
    login(client, shop.service)

    for path in ("/postsales/", "/postsales/new/", "/postsales/follow-ups/", "/postsales/follow-ups/?done=1"):
        assert client.get(path).status_code == 200, path
    assert "Open a case" in client.get("/postsales/").content.decode()

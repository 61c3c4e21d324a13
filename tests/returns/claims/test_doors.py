"""Screens and REST: the same room behind every door, and nobody sees what is not theirs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omc.accounts.models import User
from omc.lib.actor import Actor
from orders.core.models import Event, Order
from returns.claims import services
from returns.claims.models import Return
from returns.claims.services import ReturnInput
from tests.factories import make_user
from tests.returns.factories import D, Shop

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


@pytest.fixture
def shop() -> Shop:
    return Shop()


def login(client: Client, actor: Actor) -> Client:
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def requested(shop: Shop, order: Order | None = None) -> Return:
    order = order or shop.delivered()
    wanted = [ReturnInput(order_line_id=order.lines.get(position=1).pk, quantity=D(4), reason="damaged")]
    made: Return = services.request_return(order_id=order.pk, lines=wanted, actor=shop.desk)
    return made


@pytest.mark.parametrize("door", ["screen", "api"])
@pytest.mark.slow
def test_a_return_goes_all_its_way_through_every_door(shop: Shop, client: Client, door: str) -> None:
    order = shop.delivered()
    sold = order.lines.get(position=1).pk
    login(client, shop.desk)
    if door == "screen":
        data: dict[str, Any] = {f"quantity_{sold}": "4", f"reason_{sold}": "damaged"}
        assert client.post(f"/claims/request/{order.pk}/", data).status_code == 302
    else:
        body = {"order_id": order.pk, "lines": [{"order_line_id": sold, "quantity": "4", "reason": "damaged"}]}
        answer = client.post("/api/v1/claims/returns/", body, **JSON)
        assert (answer.status_code, answer.json()["lines"][0]["net_amount"]) == (201, "50.00")
    document = Return.objects.get()
    line = document.lines.get().pk

    steps: list[tuple[Actor, str, dict[str, Any], dict[str, Any]]] = [
        (shop.desk, "authorize", {"warehouse_id": shop.warehouse.pk}, {"warehouse_id": shop.warehouse.pk}),
        (shop.dock, "receive", {f"received_{line}": "4"}, {"lines": [{"line_id": line, "quantity": "4"}]}),
        (
            shop.dock,
            "inspect",
            {f"accepted_{line}": "3", f"disposition_{line}": "restock"},
            {"lines": [{"line_id": line, "accepted": "3", "disposition": "restock"}]},
        ),
        (shop.finance, "settle", {}, {}),
        (shop.finance, "close", {}, {}),
    ]
    for actor, step, form, body in steps:
        login(client, actor)
        if door == "screen":
            assert client.post(f"/claims/{document.pk}/{step}/", form).status_code == 302, step
        else:
            assert client.post(f"/api/v1/claims/returns/{document.pk}/{step}/", body, **JSON).status_code == 200, step

    document.refresh_from_db()
    assert (document.state, document.net_amount) == ("closed", D("37.50"))
    channels = set(Event.objects.filter(subject_type="return").values_list("channel", flat=True))
    assert channels == {"ui" if door == "screen" else "api"}


@pytest.mark.parametrize("step", ["reject", "cancel"])
@pytest.mark.parametrize("door", ["/claims/{}/{}/", "/api/v1/claims/returns/{}/{}/"])
def test_a_return_ends_through_every_door(shop: Shop, client: Client, door: str, step: str) -> None:
    document = requested(shop)

    answer = login(client, shop.desk).post(
        door.format(document.pk, step), {"reason": "no"}, **(JSON if "api" in door else {})
    )

    document.refresh_from_db()
    assert answer.status_code == (200 if "api" in door else 302)
    assert document.state == {"reject": "rejected", "cancel": "cancelled"}[step]


STEPS = ["authorize", "reject", "receive", "inspect", "settle", "close", "cancel"]


@pytest.mark.parametrize("door", ["/claims/{}/{}/", "/api/v1/claims/returns/{}/{}/"])
@pytest.mark.parametrize("step", STEPS)
def test_who_may_not_is_refused_at_every_door(shop: Shop, client: Client, door: str, step: str) -> None:
    document = requested(shop)
    client.force_login(make_user(shop.company, "exec"))

    answer = client.post(door.format(document.pk, step), {}, **(JSON if "api" in door else {}))

    document.refresh_from_db()
    assert (answer.status_code, document.state) == (403, "requested")


def test_too_much_is_refused_at_its_field(shop: Shop, client: Client) -> None:
    order = shop.delivered()
    sold = order.lines.get(position=1).pk

    answer = login(client, shop.desk).post(
        f"/claims/request/{order.pk}/", {f"quantity_{sold}": "11", f"reason_{sold}": "late"}
    )

    assert answer.status_code == 422
    assert f"quantity_{sold}" in answer.context["form"].errors
    assert "only 10 can still come back" in answer.content.decode()
    assert not Return.objects.exists()


def test_the_api_says_no_with_a_stable_code(shop: Shop, client: Client) -> None:
    order = shop.delivered()
    line = {"order_line_id": order.lines.get(position=1).pk, "quantity": "11", "reason": "late"}

    answer = login(client, shop.desk).post("/api/v1/claims/returns/", {"order_id": order.pk, "lines": [line]}, **JSON)

    assert (answer.status_code, answer.json()["code"]) == (409, "return_refused")
    assert answer.json()["data"]["returnable"] == "10"


def test_a_wrong_inspection_is_refused_at_its_field(shop: Shop, client: Client) -> None:
    document = requested(shop)
    line = document.lines.get()
    services.authorize_return(return_id=document.pk, actor=shop.desk)
    services.receive_return(return_id=document.pk, received={line.pk: D(4)}, actor=shop.dock)

    answer = login(client, shop.dock).post(
        f"/claims/{document.pk}/inspect/", {f"accepted_{line.pk}": "5", f"disposition_{line.pk}": "restock"}
    )

    assert answer.status_code == 422
    assert "Only 4 came back" in answer.content.decode()
    document.refresh_from_db()
    assert document.state == "received"


def test_a_step_that_somebody_else_took_meanwhile_says_so(shop: Shop, client: Client) -> None:
    document = requested(shop)
    services.reject_return(return_id=document.pk, reason="no", actor=shop.desk)

    answer = login(client, shop.desk).post(f"/claims/{document.pk}/authorize/", {"warehouse_id": shop.warehouse.pk})

    assert answer.status_code == 422
    assert "is rejected; it cannot become authorized" in answer.content.decode()


def test_a_post_that_is_sent_twice_makes_one_return(shop: Shop, client: Client) -> None:
    order = shop.delivered()
    line = {"order_line_id": order.lines.get(position=1).pk, "quantity": "2", "reason": "late"}
    body = {"order_id": order.pk, "lines": [line]}
    login(client, shop.desk)

    answers = [
        client.post("/api/v1/claims/returns/", body, headers={"Idempotency-Key": "k1"}, **JSON) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert Return.objects.count() == 1


@pytest.mark.parametrize("path", ["/claims/", "/claims/{}/", "/api/v1/claims/returns/", "/api/v1/claims/returns/{}/"])
def test_money_is_hidden_from_the_warehouse(shop: Shop, client: Client, path: str) -> None:
    document = requested(shop)
    url = path.format(document.pk)

    seen = login(client, shop.finance).get(url).content.decode()
    hidden = login(client, shop.dock).get(url).content.decode()

    assert "50.00" in seen
    assert document.number in hidden
    for secret in ("50.00", "12.5", "24.00", "net_amount", "cost"):
        assert secret not in hidden


@pytest.mark.parametrize("path", ["/claims/", "/api/v1/claims/returns/"])
@pytest.mark.slow
def test_a_list_costs_the_same_for_one_row_as_for_ten(shop: Shop, client: Client, path: str) -> None:
    requested(shop)
    login(client, shop.finance).get(path)
    counts = []
    for more in (0, 9):
        for _ in range(more):
            requested(shop)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_two_companies_do_not_mix(shop: Shop, client: Client) -> None:
    document = requested(shop)
    stranger = Shop()
    login(client, stranger.desk)

    assert document.number not in client.get("/claims/").content.decode()
    assert client.get("/api/v1/claims/returns/").json()["results"] == []
    assert client.get(f"/claims/{document.pk}/").status_code == 404
    assert client.get(f"/api/v1/claims/returns/{document.pk}/").status_code == 404


def test_lists_answer_to_filters_and_say_why_they_are_empty(shop: Shop, client: Client) -> None:
    login(client, shop.desk)
    assert "Request a return" in client.get("/claims/").content.decode()
    document = requested(shop)

    assert document.number in client.get("/claims/?state=open&text=nordwind").content.decode()
    assert "No row matches" in client.get("/claims/?state=closed").content.decode()
    fragment = client.get("/claims/?state=requested", headers={"HX-Request": "true"}).content.decode()
    assert document.number in fragment
    assert "<html" not in fragment


def test_the_order_page_shows_its_returns_and_offers_a_new_one(shop: Shop, client: Client) -> None:
    document = requested(shop)

    page = login(client, shop.desk).get(f"/orders/{document.order_id}/").content.decode()

    assert f"/claims/{document.pk}/" in page
    assert f"/claims/request/{document.order_id}/" in page

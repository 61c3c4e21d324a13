"""Order entry for programs."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from omc.accounts.models import User
from orders.core.models import Event, Order
from orders.core.services.holds import place_hold
from orders.entry.services import confirm_order
from tests.factories import make_user
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db
URL = "/api/v1/entry/orders/"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    return logged_in(User.objects.get(pk=desk.csr.user_id))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, url: str, data: Any = None, **headers: str) -> Any:
    return client.post(url, data or {}, content_type="application/json", headers=headers)


def test_an_order_is_written_submitted_and_confirmed(desk: Desk, client: Client) -> None:
    item = desk.item(sku="BOLT", stock=5, list_price=Decimal(10))
    made = post(
        client,
        URL,
        {
            "customer_code": desk.customer.code,
            "customer_po": "PO-1",
            "lines": [{"sku": "bolt", "quantity": "2"}],
            "submit": True,
        },
    )
    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["number"], body["state"], body["net_amount"], body["holds"]) == ("SO-000001", "pending", "20.00", [])
    assert (body["lines"][0]["sku"], body["lines"][0]["ordered"]) == (item.sku, "2.000000")
    assert "unit_cost" not in body["lines"][0]
    confirmed = post(client, f"{URL}{body['id']}/confirm/").json()
    assert (confirmed["state"], confirmed["lines"][0]["allocated"]) == ("confirmed", "2.000000")
    assert confirmed["current_promise"] is not None
    event = Event.objects.get(type="order_confirmed")
    assert event.channel == "api"
    cancelled = post(client, f"{URL}{body['id']}/cancel/", {"reason": "no longer wanted"}).json()
    assert cancelled["state"] == "cancelled"


def test_the_same_key_makes_one_order_and_other_content_is_refused(desk: Desk, client: Client) -> None:
    item = desk.item()
    data = {"customer_id": desk.customer.pk, "lines": [{"product_id": item.pk, "quantity": "2"}], "submit": True}
    first = post(client, URL, data, **{"Idempotency-Key": "k1"})
    second = post(client, URL, data, **{"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["Idempotent-Replay"] == "true"
    other = post(client, URL, data | {"customer_po": "9"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_bad_lines_are_named_and_nothing_is_written(desk: Desk, client: Client) -> None:
    data = {"customer_id": desk.customer.pk, "lines": [{"sku": "NO", "quantity": "1"}], "submit": True}
    refused = post(client, URL, data)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_lines")
    assert refused.json()["data"]["lines"] == [{"position": 1, "field": "sku", "message": "There is no item NO."}]
    assert post(client, URL, {"customer_code": "NOBODY", "lines": []}).status_code == 404
    assert post(client, URL, {"lines": [{"sku": "X", "quantity": "1e40"}]}).status_code == 400
    assert not Order.objects.exists()


def test_a_stale_draft_answers_412(desk: Desk, client: Client) -> None:
    item = desk.item()
    order = desk.draft(line(item, 1))
    saved = client.put(
        f"{URL}{order.pk}/",
        {"lines": [{"product_id": item.pk, "quantity": "3"}]},
        content_type="application/json",
        headers={"If-Match": f'"{order.version}"'},
    )
    assert (saved.status_code, saved.headers["ETag"]) == (200, f'"{order.version + 1}"')
    stale = client.put(
        f"{URL}{order.pk}/", {"notes": "x"}, content_type="application/json", headers={"If-Match": f'"{order.version}"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert post(client, f"{URL}{order.pk}/submit/", **{"If-Match": "1"}).status_code == 412
    assert Order.objects.get(pk=order.pk).state == "draft"


def test_a_hold_answers_with_its_name(desk: Desk, client: Client) -> None:
    order = desk.pending(line(desk.item(stock=1)))
    place_hold(order_id=order.pk, code="manual", reason="ask", actor=desk.csr)
    refused = post(client, f"{URL}{order.pk}/confirm/")
    assert (refused.status_code, refused.json()["code"]) == (409, "hold_blocks")
    assert refused.json()["data"]["hold"] == "Held by hand"


@pytest.mark.slow
def test_prices_and_rights_follow_the_role(desk: Desk, client: Client) -> None:
    order = desk.pending(line(desk.item(stock=1)))
    worker = logged_in(make_user(desk.company, "warehouse"))
    seen = worker.get(f"{URL}{order.pk}/").json()
    assert not {"net_amount", "cost_base"} & seen.keys()
    assert not {"unit_price", "unit_cost", "price_steps"} & seen["lines"][0].keys()
    for action in ("submit", "confirm", "back-to-draft", "cancel", "cancel-rest", "repeat"):
        assert post(worker, f"{URL}{order.pk}/{action}/", {"reason": "x"}).status_code == 403
    stranger = logged_in(User.objects.get(pk=Desk().csr.user_id))
    assert stranger.get(f"{URL}{order.pk}/").status_code == 404
    assert post(stranger, f"{URL}{order.pk}/confirm/").status_code == 404
    assert Client().get(f"{URL}{order.pk}/").status_code == 401
    lead = logged_in(User.objects.get(pk=desk.lead.user_id))
    assert "unit_cost" in lead.get(f"{URL}{order.pk}/").json()["lines"][0]


@pytest.mark.slow
def test_back_repeat_and_convert_have_their_doors(desk: Desk, client: Client) -> None:
    from orders.pricing.services import send_quote, write_quote

    order = desk.pending(line(desk.item(stock=1)))
    assert post(client, f"{URL}{order.pk}/back-to-draft/", {"reason": "price"}).json()["state"] == "draft"
    assert post(client, f"{URL}{order.pk}/back-to-draft/").status_code == 400
    assert post(client, f"{URL}{order.pk}/repeat/").json()["state"] == "draft"
    quote = write_quote(customer_id=desk.customer.pk, lines=[line(desk.item())], actor=desk.csr)
    send_quote(quote_id=quote.pk, actor=desk.csr)
    assert post(client, f"/api/v1/entry/quotes/{quote.pk}/convert/").status_code == 201
    again = post(client, f"/api/v1/entry/quotes/{quote.pk}/convert/")
    assert (again.status_code, again.json()["code"]) == (409, "quote_converted")
    whole = desk.pending(line(desk.item(stock=3)))
    confirm_order(order_id=whole.pk, actor=desk.csr)
    assert post(client, f"{URL}{whole.pk}/cancel-rest/", {"reason": "x"}).json()["code"] == "nothing_to_cancel"


def test_the_answer_costs_the_same_for_many_lines(desk: Desk, client: Client, django_assert_max_num_queries) -> None:
    order = desk.draft(*[line(desk.item()) for _ in range(20)])
    with django_assert_max_num_queries(8):
        client.get(f"{URL}{order.pk}/")

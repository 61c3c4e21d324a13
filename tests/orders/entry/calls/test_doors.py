"""Screens and REST lead to the same room."""

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from omc.lib.actor import Actor
from orders.core.models import Order
from orders.entry.calls.models import Call, CallQuestion
from orders.entry.calls.services import answer_question, park_call
from tests.factories import make_actor
from tests.orders.entry.calls.factories import CallDesk
from tests.orders.entry.factories import line

pytestmark = pytest.mark.django_db
API = "/api/v1/entry/calls/"


@pytest.fixture
def desk() -> CallDesk:
    return CallDesk()


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


@pytest.fixture
def client(desk: CallDesk) -> Client:
    return client_of(desk.csr)


def by_screen(client: Client, path: str, **data: object) -> None:
    assert client.post(f"/entry/calls/{path}/", data).status_code == 302


def by_rest(client: Client, path: str, **data: object) -> None:
    response = client.post(f"{API}{path}/", data, content_type="application/json")
    assert response.status_code in (200, 201), response.content


@pytest.mark.parametrize("rest", [False, True])
def test_both_doors_ask_note_park_take_up_and_end(desk: CallDesk, client: Client, rest: bool) -> None:
    call = desk.call()
    do = by_rest if rest else by_screen
    do(client, f"{call.pk}/ask", text="40 PIPE-15")
    do(client, f"{call.pk}/notes", notes="soon")
    do(client, f"{call.pk}/park")
    call.refresh_from_db()
    assert (call.state, call.notes, call.questions.get().quantity) == ("parked", "soon", 40)
    do(client, f"{call.pk}/resume")
    do(client, f"{call.pk}/end", outcome="unhelped")
    call.refresh_from_db()
    assert (call.state, call.outcome) == ("ended", "unhelped")


@pytest.mark.parametrize("rest", [False, True])
def test_both_doors_make_an_order(desk: CallDesk, client: Client, rest: bool) -> None:
    call = desk.call()
    answer_question(call_id=call.pk, text="40 PIPE-15", actor=desk.csr)
    if rest:
        by_rest(client, f"{call.pk}/turn", into="order")
    else:
        response = client.post(reverse("entry:call-turn", args=[call.pk, "order"]))
        assert response.headers["Location"] == reverse("entry:edit", args=[Order.objects.get().pk])
    assert [row.typed_quantity for row in Order.objects.get().lines.all()] == [40]


def test_the_finder_takes_who_is_meant(desk: CallDesk, client: Client) -> None:
    response = client.post(reverse("entry:call-start"), {"q": "acme"})
    call = Call.objects.get()
    assert response.headers["Location"] == reverse("entry:call", args=[call.pk])
    assert (call.customer, call.found_by) == (desk.acme, "acme")


def test_the_finder_asks_which_one(desk: CallDesk, client: Client) -> None:
    desk.make_customer(code="ACMEX", name="Acme Export")
    response = client.post(reverse("entry:call-start"), {"q": "acm"})
    assert response.status_code == 422
    assert b"Acme Export" in response.content
    assert not Call.objects.exists()


def test_who_speaks_comes_back_to_the_call(desk: CallDesk, client: Client) -> None:
    call = desk.call()
    assert client.get(reverse("entry:calls")).headers["Location"] == reverse("entry:call", args=[call.pk])
    assert client.get(f"{reverse('entry:calls')}?next=1").status_code == 200


def test_the_page_says_the_sentence_and_that_nothing_is_reserved(desk: CallDesk, client: Client) -> None:
    order = desk.pending(line(desk.pipe, 4), customer=desk.acme)
    call = desk.call()
    answer_question(call_id=call.pk, text="40 PIPE-15", actor=desk.csr)
    page = client.get(reverse("entry:call", args=[call.pk])).content.decode()
    assert f"Your order {order} is entered and not confirmed yet, so I have no firm date." in page
    assert "40 pc of Copper pipe 15 mm (PIPE-15): 3.20 USD per pc, 128.00 USD in all without tax" in page
    assert "Nothing is reserved" in page


def test_several_items_are_offered_in_the_fragment(desk: CallDesk, client: Client) -> None:
    call = desk.call()
    response = client.post(
        reverse("entry:call-ask", args=[call.pk]), {"text": "40 copper"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 422
    assert b"PIPE-15" in response.content
    assert b"ELBOW-15" in response.content
    assert not CallQuestion.objects.exists()


def test_rest_finds_callers_and_says_the_orders(desk: CallDesk, client: Client) -> None:
    order = desk.pending(line(desk.pipe, 4), customer=desk.acme)
    callers = client.get(f"{API}callers/?q=acme").json()["results"]
    assert [(one["code"], one["exact"]) for one in callers] == [("ACME", True)]
    taken = client.post(API, {"customer_id": desk.acme.pk}, content_type="application/json")
    assert taken.status_code == 201
    orders = client.get(f"{API}{taken.json()['id']}/orders/").json()["results"]
    assert [one["number"] for one in orders] == [str(order)]
    assert orders[0]["say"].startswith(f"Your order {order} is entered")


def test_the_customer_page_shows_calls(desk: CallDesk, client: Client) -> None:
    call = park_call(call_id=desk.call().pk, actor=desk.csr)
    page = client.get(reverse("core:customer", args=[desk.acme.pk])).content.decode()
    assert reverse("entry:call", args=[call.pk]) in page


def test_the_list_holds_the_companys_calls_alone(desk: CallDesk, client: Client) -> None:
    call, other = desk.call(), CallDesk().call()
    page = client.get(reverse("entry:call-list")).content.decode()
    assert reverse("entry:call", args=[call.pk]) in page
    assert reverse("entry:call", args=[other.pk]) not in page
    assert [row["id"] for row in client.get(API).json()["results"]] == [call.pk]
    assert client.get(f"{API}{other.pk}/").status_code == 404


def test_the_warehouse_is_not_let_in(desk: CallDesk) -> None:
    picker = client_of(make_actor(desk.company, "warehouse"))
    call = desk.call()
    for path in (reverse("entry:calls"), reverse("entry:call", args=[call.pk]), API, f"{API}{call.pk}/"):
        assert picker.get(path).status_code == 403, path


@pytest.mark.slow
def test_the_page_asks_the_database_as_often_for_many_as_for_few(desk: CallDesk, client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(call: Call) -> int:
        url = reverse("entry:call", args=[call.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    def talk(times: int) -> Call:
        call = desk.call()
        for number in range(times):
            answer_question(call_id=call.pk, text=f"{number + 1} PIPE-15", actor=desk.csr)
            desk.pending(line(desk.pipe, 1), customer=desk.acme)
        return call

    talk(1)
    few = asked(talk(1))
    assert asked(talk(4)) <= few

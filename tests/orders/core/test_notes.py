"""Notes, watchers and notifications, the same on every document."""

import pytest

from omc.lib.registry import registry
from orders.core.actors import actor_for
from orders.core.models import Note, Notification, Watch
from orders.core.services import holds, notes
from orders.core.services.watching import tell_watchers
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def order(company):
    return OrderFactory(company=company, confirmed=True, items=[(ProductFactory(company=company), 5, "10.00")])


def test_every_kind_of_document_takes_notes():
    assert set(registry.documents.keys()) >= {
        "order", "quote", "enquiry", "plannedshipment", "shipment", "invoice", "payment", "return", "case", "customer",
        "product", "supplyorder",
    }  # fmt: skip


@pytest.mark.slow
def test_a_note_on_any_document_is_read_there_and_its_author_watches(client, company, order):
    user = make_user(company, "csr")
    client.force_login(user)
    for kind, row in (("order", order), ("customer", order.customer), ("product", ProductFactory(company=company))):
        url = f"/notes/{kind}/{row.pk}/"
        assert client.post(url, {"body": "call first"}).status_code == 302
        assert "call first" in client.get(url, headers={"HX-Request": "true"}).text

    assert Note.objects.filter(order=order).count() == 1
    assert Watch.objects.filter(user=user).count() == 3


def test_nobody_reads_or_writes_on_what_they_may_not_see(client, company, order):
    client.force_login(make_user(make_company(), "admin"))
    assert client.get(f"/notes/order/{order.pk}/").status_code == 404
    assert client.post(f"/notes/customer/{order.customer_id}/", {"body": "x"}).status_code == 404
    assert client.post(f"/notes/order/{order.pk}/watch/").status_code == 404

    client.force_login(make_user(company, "warehouse"))
    assert client.get("/notes/invoice/1/").status_code == 404
    assert not Note.objects.exists()


def test_a_mention_may_end_a_sentence(company, order):
    mate = make_user(company, "ops", username="mate")

    notes.write_note(subject_type="order", subject_id=order.pk, body="Ask @mate.", actor=make_actor(company, "csr"))

    [told] = Notification.objects.filter(user=mate)
    assert told.url == f"/orders/{order.pk}/#notes"
    assert order.number in told.text


def test_colleagues_are_offered_by_the_first_letters_of_login_or_name(client, company):
    make_user(company, "ops", username="otto", full_name="Otto Kay")
    make_user(make_company(), "ops", username="ottilie")
    client.force_login(make_user(company, "csr", username="otis"))

    assert client.get("/people/?q=ot").json() == {"people": [{"username": "otto", "name": "Otto Kay"}]}
    assert len(client.get("/people/?q=ka").json()["people"]) == 1


def test_watchers_hear_of_what_others_did_once_and_without_money(company, order):
    watcher, actor = make_user(company, "warehouse"), make_actor(company, "csr")
    for user_actor in (actor, _actor(watcher, company)):
        notes.watch(subject_type="order", subject_id=order.pk, actor=user_actor)
    holds.place_hold(order_id=order.pk, code="manual", reason="x", actor=actor)

    assert tell_watchers() == 1
    assert tell_watchers() == 0
    [told] = Notification.objects.all()
    assert told.user == watcher
    assert told.text.startswith(f"{order.number}: ")


def _actor(user, company):
    return actor_for(user, company)


def test_who_watches_from_now_on_hears_nothing_of_before(company, order):
    holds.place_hold(order_id=order.pk, code="manual", reason="x", actor=make_actor(company, "csr"))
    notes.watch(subject_type="order", subject_id=order.pk, actor=make_actor(company, "csr"))

    assert tell_watchers() == 0


def test_the_bell_counts_what_is_unread_and_costs_nothing_while_it_stays(client, company, order):
    user = make_user(company, "csr", username="reader")
    notes.write_note(subject_type="order", subject_id=order.pk, body="@reader hi", actor=make_actor(company, "csr"))
    client.force_login(user)
    first = client.get("/bell/")

    assert "1 unread notification" in first.text
    assert client.get("/bell/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert "hi" in client.get("/notifications/?unread=1").text
    client.post("/notifications/read/")
    assert "all read" in client.get("/bell/", headers={"If-None-Match": first["ETag"]}).text
    assert "Everything is read" in client.get("/notifications/?unread=1").text


def test_notes_and_watching_by_rest(client, company):
    customer = CustomerFactory(company=company)
    client.force_login(make_user(company, "csr"))

    made = client.post(f"/api/v1/notes/customer/{customer.pk}/", {"body": "likes mornings"}, "application/json")
    assert made.status_code == 201
    assert client.get(f"/api/v1/notes/customer/{customer.pk}/").json()["results"][0]["body"] == "likes mornings"
    assert client.delete(f"/api/v1/watches/customer/{customer.pk}/").status_code == 204
    assert not Watch.objects.exists()
    assert client.put(f"/api/v1/watches/customer/{customer.pk}/").status_code == 204
    assert Watch.objects.count() == 1
    assert client.get("/api/v1/notifications/").json()["results"] == []

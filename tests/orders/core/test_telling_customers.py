"""Customers are told in words that the company chose, whom it concerns, once per fact, as they wish."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, system
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from omc.lib.registry import registry
from orders.core.message_kinds import placeholders_of
from orders.core.models import Change, Message, MessageWording, Order
from orders.core.selectors.messages import preview, wording_in_force
from orders.core.services.companies import change_setting
from orders.core.services.messages import (
    MessageRefused,
    choose_messages,
    resend_message,
    restore_wording,
    retry_message,
    save_wording,
    send_waiting,
    tell_customer,
)
from orders.core.services.messages.delivery import AGAIN_AFTER
from orders.core.wording import named_in, not_understood
from tests.factories import ContactFactory, OrderFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
Status = Message.Status


@pytest.fixture
def order(settings, tmp_path: Path) -> Order:
    settings.MEDIA_ROOT = tmp_path
    order = OrderFactory(confirmed=True)
    order.contact = ContactFactory(customer=order.customer, name="Ann Miller", email="ann@example.com")
    order.save()
    return order


@pytest.fixture
def admin(order: Order) -> Actor:
    return make_actor(order.company, "admin")


@pytest.fixture
def csr(order: Order) -> Actor:
    return make_actor(order.company, "csr")


def tell(order: Order, key: str = "first") -> Message | None:
    found: Message | None = tell_customer(
        kind="order_confirmed",
        key=key,
        about=order,
        customer=order.customer,
        contact=order.contact,
        order_id=order.pk,
        actor=system("test", order.company_id),
    )
    return found


@pytest.mark.parametrize("key", registry.messages.keys())
def test_every_kind_comes_with_english_and_german_words_that_name_only_what_is_known(key: str) -> None:
    kind = registry.messages[key]
    known = {item.name for item in placeholders_of(kind)}
    assert set(kind.wordings) == {"en", "de"}
    for words in kind.wordings.values():
        assert not_understood(words.subject + words.body, known) == []
    named = {language: set(named_in(words.subject + words.body)) for language, words in kind.wordings.items()}
    assert named["en"] == named["de"]
    assert all(item.example for item in kind.placeholders)


def test_the_same_fact_is_told_once(order: Order) -> None:
    assert tell(order) == tell(order)
    message = Message.objects.get()
    assert (message.recipient, message.status, message.language) == ("ann@example.com", "queued", "en")
    assert message.body.startswith("Dear Ann Miller,")


def test_a_german_customer_is_written_to_in_german_others_in_english(order: Order) -> None:
    for language, spoken, subject in (
        ("de", "de", f"Auftrag {order} bestätigt"),
        ("fr", "en", f"Order {order} confirmed"),
    ):
        order.customer.language = language
        message = tell(order, key=language)
        assert message is not None
        assert (message.language, message.subject) == (spoken, subject)


def test_who_chose_not_to_be_told_is_not_and_the_sent_page_says_so(order: Order, csr: Actor) -> None:
    choose_messages(contact_id=order.contact_id, wishes={"order_confirmed": "none"}, actor=csr)
    message = tell(order)
    assert message is not None
    assert (message.status, message.recipient) == (Status.NOT_SENT, "ann@example.com")
    assert message.error == "Ann Miller chose not to get this kind of message."
    assert not message.attachments.exists()
    assert send_waiting() == 0
    assert mail.outbox == []


def test_who_asked_for_a_kind_gets_it_beside_the_one_who_deals_with_it(order: Order, csr: Actor) -> None:
    other = ContactFactory(customer=order.customer, name="Bob", email="bob@example.com")
    ContactFactory(customer=order.customer, name="Cid", email="cid@example.com")
    choose_messages(contact_id=other.pk, wishes={"order_confirmed": "email"}, actor=csr)
    tell(order)
    sent = Message.objects.order_by("id")
    assert [(one.recipient, one.body.split("\n")[0]) for one in sent] == [
        ("ann@example.com", "Dear Ann Miller,"),
        ("bob@example.com", "Dear Bob,"),
    ]
    assert [one.attachments.count() for one in sent] == [1, 1]


@pytest.mark.parametrize(("who", "count"), [("all", 1), ("asked", 0), ("nobody", 0)])
def test_a_company_may_turn_a_kind_off(order: Order, admin: Actor, who: str, count: int) -> None:
    change_setting(key="messages.order_confirmed", value=who, actor=admin)
    tell(order)
    assert Message.objects.count() == count


def test_choices_are_kept_with_who_changed_them_and_may_be_taken_back(order: Order, csr: Actor) -> None:
    contact = order.contact
    assert contact is not None
    choose_messages(contact_id=contact.pk, wishes={"shipped": "none", "invoice": "email"}, actor=csr)
    choose_messages(contact_id=contact.pk, wishes={"shipped": "", "invoice": "email"}, actor=csr)
    assert list(contact.message_choices.values_list("kind", "wish")) == [("invoice", "email")]
    latest = Change.objects.filter(table="customer", row_id=order.customer_id).latest("id")
    assert (latest.before, latest.after) == ({"Ann Miller, Shipped": "Not at all"}, {"Ann Miller, Shipped": "as usual"})
    with pytest.raises(InvalidInput):
        choose_messages(contact_id=contact.pk, wishes={"gossip": "email"}, actor=csr)
    with pytest.raises(PermissionRefused):
        choose_messages(contact_id=contact.pk, wishes={}, actor=make_actor(order.company, "warehouse"))
    with pytest.raises(NotFound):
        choose_messages(contact_id=contact.pk, wishes={}, actor=make_actor(make_company(), "csr"))


def test_words_that_name_something_unknown_are_refused_and_nothing_is_kept(order: Order, admin: Actor) -> None:
    with pytest.raises(InvalidInput, match=r"Nothing is known as \{ordr\}") as refusal:
        save_wording(kind="order_confirmed", language="en", subject="Order {order}", body="Yes: {ordr}", actor=admin)
    assert refusal.value.field == "body"
    with pytest.raises(InvalidInput, match=r"\{order"):
        save_wording(kind="order_confirmed", language="en", subject="Order {order", body="Yes", actor=admin)
    with pytest.raises(NotFound):
        save_wording(kind="order_confirmed", language="fr", subject="A", body="B", actor=admin)
    with pytest.raises(PermissionRefused):
        save_wording(
            kind="order_confirmed", language="en", subject="A", body="B", actor=replace(admin, permissions=frozenset())
        )
    assert not MessageWording.objects.exists()


def test_new_words_are_in_force_at_once_and_every_version_can_be_put_back(order: Order, admin: Actor) -> None:
    kind = registry.messages["order_confirmed"]
    for text in ("We have it: {order}.", "Thank you: {order}."):
        save_wording(kind=kind.key, language="en", subject="Yes to {order}", body=text, actor=admin)
    message = tell(order)
    assert message is not None
    assert (message.subject, message.body) == (f"Yes to {order}", f"Thank you: {order}.")
    restore_wording(kind=kind.key, language="en", number=1, actor=admin)
    assert wording_in_force(order.company_id, kind, "en").body == "We have it: {order}."
    restore_wording(kind=kind.key, language="en", number=0, actor=admin)
    assert wording_in_force(order.company_id, kind, "en") == kind.wordings["en"]
    assert list(MessageWording.objects.values_list("number", flat=True).order_by("number")) == [1, 2, 3, 4]
    assert wording_in_force(make_company().pk, kind, "en") == kind.wordings["en"]


def test_words_are_looked_at_on_a_real_document_else_on_the_examples(order: Order) -> None:
    kind = registry.messages["order_confirmed"]
    shown = preview(order.company, kind, "en", kind.wordings["en"])
    assert (shown.document, shown.said.subject) == (order, f"Order {order} confirmed")
    assert preview(order.company, kind, "en", kind.wordings["en"], "nonsense").document is None
    assert preview(make_company(), kind, "en", kind.wordings["en"]).said.subject == "Order SO-000123 confirmed"


def test_sent_again_it_has_the_same_words_and_files_and_names_the_first(order: Order, csr: Actor) -> None:
    first = tell(order)
    assert first is not None
    with pytest.raises(MessageRefused, match="on its way"):
        resend_message(message_id=first.pk, actor=csr)
    assert send_waiting() == 1
    again = resend_message(message_id=first.pk, recipient="boss@example.com", actor=csr)
    with pytest.raises(MessageRefused, match="on its way"):
        resend_message(message_id=first.pk, recipient="boss@example.com", actor=csr)
    assert (again.again_of, again.subject, again.body) == (first, first.subject, first.body)
    assert again.sent_by_id == csr.user_id
    assert send_waiting() == 1
    one, two = mail.outbox
    words, mark, to_her_page = one.body.partition("\n\n-- \n")
    assert (mark, "Choose what we tell you" in to_her_page) == ("\n\n-- \n", True)
    assert (words, one.attachments[0][1]) == (two.body, two.attachments[0][1])  # nobody else gets to her page
    assert two.to == ["boss@example.com"]
    third = resend_message(message_id=again.pk, actor=csr)
    assert (third.again_of, third.recipient) == (first, "boss@example.com")
    with pytest.raises(NotFound):
        resend_message(message_id=first.pk, actor=make_actor(make_company(), "csr"))


def test_what_was_not_wanted_is_sent_again_only_to_an_address_that_is_given(order: Order, csr: Actor) -> None:
    choose_messages(contact_id=order.contact_id, wishes={"order_confirmed": "none"}, actor=csr)
    message = tell(order)
    assert message is not None
    with pytest.raises(MessageRefused, match="chose not to"):
        resend_message(message_id=message.pk, actor=csr)
    with pytest.raises(InvalidInput):
        resend_message(message_id=message.pk, recipient="nowhere", actor=csr)
    assert resend_message(message_id=message.pk, recipient="ann@example.com", actor=csr).status == "queued"


def test_what_the_server_does_not_take_is_tried_again_a_few_times(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = tell(order)
    assert message is not None

    def refuse(backend: EmailBackend, messages: object) -> int:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        for minutes in AGAIN_AFTER:
            assert send_waiting() == 0
            message.refresh_from_db()
            assert (message.status, message.error) == ("failed", "SMTPServerDisconnected: gone")
            assert message.retry_at is not None
            assert round((message.retry_at - clock.wall()) / timedelta(minutes=1)) == minutes
            assert send_waiting() == 0  # not before its time
            Message.objects.update(retry_at=clock.wall())
    assert send_waiting() == 1
    message.refresh_from_db()
    assert (message.status, message.error, message.retry_at, message.attempts) == ("sent", "", None, 5)


def test_an_address_that_does_not_exist_is_tried_again_only_by_hand(
    order: Order, csr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = tell(order)
    assert message is not None

    def refuse(backend: EmailBackend, messages: object) -> int:
        raise SMTPRecipientsRefused({"ann@example.com": (550, b"unknown")})

    with pytest.raises(MessageRefused):
        retry_message(message_id=message.pk, actor=csr)
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        assert send_waiting() == 0
    message.refresh_from_db()
    assert (message.status, message.retry_at) == ("failed", None)
    retry_message(message_id=message.pk, actor=csr)
    assert send_waiting() == 1


@pytest.mark.slow
def test_the_screens_of_words_choices_and_sending_again(order: Order, client: Client) -> None:
    message = tell(order)
    assert message is not None
    send_waiting()
    client.force_login(make_user(order.company, "admin"))
    assert "Order confirmed" in client.get(reverse("core:message-kinds")).text
    address = reverse("core:message-wording", args=["order_confirmed", "en"])
    assert f"Order {order} confirmed" in client.get(address).text
    typed = {"subject": "Yes to {order}", "body": "Thank you, {customer}."}
    shown = client.post(address, typed, headers={"HX-Request": "true"}).text
    assert f"Yes to {order}" in shown
    assert not MessageWording.objects.exists()
    wrong = client.post(address, {**typed, "body": "{ordr}", "save": "1"})
    assert wrong.status_code == 422
    assert "Nothing is known as {ordr}" in wrong.text
    assert client.post(address, {**typed, "save": "1"}).status_code == 302
    assert "v1" in client.get(reverse("core:message-kinds")).text
    assert client.post(reverse("core:restore-wording", args=["order_confirmed", "en", 0])).status_code == 302
    assert client.post(reverse("core:message-who", args=["order_confirmed"]), {"value": "nobody"}).status_code == 302
    assert ">off<" in client.get(reverse("core:message-kinds")).text.replace("</svg>", ">")

    client.force_login(make_user(order.company, "csr"))
    assert client.get(address).status_code == 403
    page = reverse("core:message-choices", args=[order.contact_id])
    assert "Ann Miller" in client.get(page).text
    assert client.post(page, {"shipped": "none"}).status_code == 302
    customer = client.get(reverse("core:customer", args=[order.customer_id])).text
    assert "Does not want: Shipped" in customer
    assert (
        client.post(reverse("core:resend-message", args=[message.pk]), {"recipient": "x@example.com"}).status_code
        == 302
    )
    again = Message.objects.get(again_of=message)
    assert "x@example.com" in client.get(reverse("core:message", args=[message.pk])).text
    assert "Sent again" in client.get(reverse("core:message", args=[again.pk])).text
    assert "Order confirmed, sent again" in client.get(reverse("core:sent"), {"kind": "order_confirmed"}).text
    assert "Order confirmed, sent again" not in client.get(reverse("core:sent"), {"kind": "invoice"}).text

    client.force_login(make_user(make_company(), "csr"))
    assert client.get(page).status_code == 404
    assert client.post(reverse("core:resend-message", args=[message.pk])).status_code == 404


def test_the_same_by_rest(order: Order, client: Client) -> None:
    message = tell(order)
    assert message is not None
    send_waiting()
    client.force_login(make_user(order.company, "csr"))
    rows = client.get("/api/v1/messages/", {"kind": "order_confirmed"}).json()["results"]
    assert [(row["id"], row["status"]) for row in rows] == [(message.pk, "sent")]
    again = client.post(f"/api/v1/messages/{message.pk}/again/", {}, content_type="application/json")
    assert (again.status_code, again.json()["again_of"]) == (201, message.pk)
    refused = client.post(f"/api/v1/messages/{message.pk}/retry/", {}, content_type="application/json")
    assert refused.json()["code"] == "message_refused"
    address = f"/api/v1/contacts/{order.contact_id}/messages/"
    put = client.put(address, {"choices": {"shipped": "none"}}, content_type="application/json")
    assert put.json()["choices"]["shipped"] == client.get(address).json()["choices"]["shipped"] == "none"
    words = "/api/v1/message-words/order_confirmed/de/"
    assert client.get(words).status_code == 403
    client.force_login(make_user(order.company, "admin"))
    assert client.get(words).json()["subject"] == "Auftrag {order} bestätigt"
    wrong = client.put(words, {"subject": "{x}", "body": "Ja"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["data"]["unknown"]) == (422, ["{x}"])
    kept = client.put(words, {"subject": "Ja", "body": "Ja"}, content_type="application/json").json()
    assert (kept["subject"], kept["versions"][0]["number"]) == ("Ja", 1)

"""Orders that are mailed come into the inbox: each once, marked as read only when they are kept, and none stops another."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from omc.accounts.models import User
from omc.lib.errors import InvalidInput, PermissionRefused
from orders.core.models import Change
from orders.entry.inbox.mailbox.models import Mailbox, MailTaken
from orders.entry.inbox.mailbox.services import (
    password_name,
    read_mailbox,
    read_mailboxes,
    save_mailbox,
    take_mail,
    try_mailbox,
)
from orders.entry.inbox.models import InboxDocument
from orders.entry.inbox.services import receive_document
from orders.entry.tasks import TIMETABLE
from tests.factories import make_actor
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import mail
from tests.orders.entry.inbox.imap_server import Server, imap_server
from tests.orders.entry.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[Server]:
    with imap_server() as running:
        yield running


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setenv(password_name(desk.company), "secret")
    return desk


def mailed(number: int, body: str = "10 x AB-100") -> bytes:
    content = mail(body, subject=f"Order {number}")
    return content.replace(b"<1@acme.example>", b"<%d@acme.example>" % number)


def set_up(desk: Desk, server: Server, **change: Any) -> Mailbox:
    values = {
        "host": "127.0.0.1", "port": server.port, "security": "plain", "user": "orders", "folder": "INBOX", "is_on": True,
    }  # fmt: skip
    return save_mailbox(**values | change, actor=make_actor(desk.company, "admin"))


@pytest.mark.slow
def test_unread_mails_become_documents_and_are_marked_as_read(desk: Desk, server: Server) -> None:
    desk.item(sku="AB-100")
    set_up(desk, server)
    first, second = server.put(mailed(1)), server.put(mailed(2, "5 x AB-100"))
    assert read_mailboxes() == 2
    assert server.seen == {first, second}
    assert [
        (row.filename, row.door, row.received_by, row.line_count) for row in InboxDocument.objects.order_by("id")
    ] == [
        ("Order 1.eml", "mailbox", None, 1),
        ("Order 2.eml", "mailbox", None, 1),
    ]
    box = Mailbox.objects.get()
    assert (box.trouble, box.busy_until, box.read_at == box.looked_at) == ("", None, True)
    assert "orders.entry.tasks.read_order_mailboxes" in {entry["task"] for entry in TIMETABLE.values()}


@pytest.mark.slow
def test_a_mail_is_taken_once_however_often_it_arrives(desk: Desk, server: Server) -> None:
    set_up(desk, server)
    by_hand = receive_document(content=mailed(1).replace(b"\n", b"\r\n"), filename="a.eml", actor=desk.csr)
    server.put(mailed(1))
    server.put(mailed(1, "another body under the same id"))
    nameless = mailed(3).replace(b"Message-ID: <3@acme.example>\n", b"")
    server.put(nameless)
    server.put(nameless)
    read_mailboxes()
    assert InboxDocument.objects.count() == 2
    assert MailTaken.objects.get(message_id="<1@acme.example>").document == by_hand
    assert server.seen == set(server.mails)
    server.seen.clear()  # we died before the server was told
    read_mailboxes()
    assert (InboxDocument.objects.count(), server.seen) == (2, set(server.mails))


@pytest.mark.slow
def test_a_mail_that_cannot_be_taken_is_named_and_stops_no_other(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = set_up(desk, server)
    monkeypatch.setattr("orders.entry.inbox.mailbox.services.LARGEST_BYTES", 4000)
    large, refused, good = server.put(mailed(1, "x" * 5000)), server.put(mailed(2)), server.put(mailed(3))
    server.refuses.add(refused)
    turns = [read_mailbox(row.pk) for _turn in range(4)]
    assert [(turn.taken, turn.known, turn.refused) for turn in turns if turn] == [
        (1, 0, 2), (0, 0, 2), (0, 0, 2), (0, 1, 1),
    ]  # fmt: skip
    assert server.seen == {good}
    assert server.mails.keys() - server.seen == {large, refused}
    mail_row = MailTaken.objects.get(document=None)
    assert (mail_row.trouble, mail_row.attempts) == ("The mail is larger than 10 MB.", 3)
    assert not [words for words in server.said if words.startswith(f"UID FETCH {large}") and "BODY.PEEK[]" in words]
    assert Mailbox.objects.get().trouble == "The server refused the head of a mail."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"port": 1}, "The server cannot be reached"),
        ({"folder": "Orders"}, "There is no folder “Orders”."),
        ({"security": "tls"}, "No secure connection"),
    ],
)
def test_what_is_wrong_with_the_mailbox_is_said_in_words(
    desk: Desk, server: Server, change: dict[str, Any], said: str
) -> None:
    set_up(desk, server, **change)
    with pytest.raises(InvalidInput, match=said):
        try_mailbox(actor=make_actor(desk.company, "admin"))
    assert read_mailboxes() == 0
    assert said in Mailbox.objects.get().trouble


@pytest.mark.slow
def test_it_is_off_until_somebody_who_may_turns_it_on(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = User.objects.get(pk=make_actor(desk.company, "admin").user_id)
    client = Client()
    client.force_login(admin)
    page = "/entry/inbox/mailbox/"
    typed = {"host": "127.0.0.1", "port": server.port, "security": "plain", "user": "orders", "folder": "INBOX"}
    assert client.post(page, typed).status_code == 302
    server.put(mailed(1))
    assert (read_mailboxes(), server.said) == (0, [])
    assert "It works: 1 unread mail." in client.post(f"{page}try/", follow=True).content.decode()
    assert server.seen == set()
    monkeypatch.delenv(password_name(desk.company))
    refused = client.post(page, typed | {"is_on": "on"})
    assert (refused.status_code, password_name(desk.company) in refused.content.decode()) == (422, True)
    monkeypatch.setenv(password_name(desk.company), "wrong")
    client.post(page, typed | {"is_on": "on"})
    assert read_mailboxes() == 0
    assert "The server does not accept this user and password." in client.get(page).content.decode()
    assert Change.objects.filter(table="mailbox").latest("id").after == {"is_on": True}
    assert "wrong" not in str(list(Mailbox.objects.values()))
    lead = make_actor(desk.company, "csr_lead")
    with pytest.raises(PermissionRefused):
        save_mailbox(host="h", port=993, security="tls", user="u", folder="", is_on=False, actor=lead)
    clerk = Client()
    clerk.force_login(User.objects.get(pk=desk.csr.user_id))
    assert (clerk.get(page).status_code, clerk.post(f"{page}try/").status_code) == (403, 403)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_it_is_marked_as_read_only_after_it_is_kept_and_by_one_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    monkeypatch.setenv(password_name(desk.company), "secret")
    kept: list[int] = []

    def look(_uid: int) -> None:
        try:
            kept.append(MailTaken.objects.filter(document__isnull=False).count())
        finally:
            connection.close()

    with imap_server() as server:
        server.on_store = look
        row = set_up(desk, server)
        for number in range(1, 4):
            server.put(mailed(number))
        turns = at_once(lambda: read_mailbox(row.pk), lambda: read_mailbox(row.pk), lambda: read_mailbox(row.pk))
    assert sum(turn.taken for turn in turns if turn) == 3
    assert kept[:3] == [1, 2, 3]
    assert InboxDocument.objects.count() == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_mail_make_one_document() -> None:
    desk = Desk()
    content = mailed(1)
    mails = at_once(
        *(lambda: take_mail(content=content, message_id="<1@x>", size=9, actor=desk.csr) for _worker in range(4))
    )
    assert {row.document_id for row in mails} == {InboxDocument.objects.get().pk}
    assert MailTaken.objects.count() == 1

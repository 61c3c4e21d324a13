"""Real EDI files, good and broken, through every door: the same document, and the program hears what became of it."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from omc.accounts.models import User
from orders.core import outbox
from orders.core.models import Message
from orders.entry.inbox.mailbox.services import password_name, read_mailboxes
from orders.entry.inbox.models import InboxDocument
from tests.orders.entry.factories import Desk
from tests.orders.entry.inbox.factories import mail
from tests.orders.entry.inbox.imap_server import imap_server
from tests.orders.entry.inbox.test_mailbox import set_up
from tests.orders.entry.inbox.test_reading import edi

pytestmark = pytest.mark.django_db


def uploaded(desk: Desk, content: bytes) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id))
    client.post("/entry/inbox/upload/", {"documents": SimpleUploadedFile("po.edi", content)})


def sent_by_program(desk: Desk, content: bytes) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id))
    client.post("/api/v1/entry/inbox/", {"file": SimpleUploadedFile("po.edi", content)})


def mailed(desk: Desk, content: bytes) -> None:
    with imap_server() as server:
        set_up(desk, server)
        server.put(mail("See the file.", po__edi=content))
        read_mailboxes()


@pytest.mark.parametrize("door", [uploaded, sent_by_program, mailed])
@pytest.mark.parametrize(
    ("name", "broken", "verdict"),
    [("EdiEngine/850.OK.edi", False, "AK9*A*"), ("EdiEngine/ControlNumbersMismatch.edi", True, "AK9*R*")],
)
@pytest.mark.slow
def test_a_file_comes_to_the_same_by_every_door(
    monkeypatch: pytest.MonkeyPatch, door: Callable[[Desk, bytes], None], name: str, broken: bool, verdict: str
) -> None:
    desk = Desk()
    monkeypatch.setenv(password_name(desk.company), "secret")
    door(desk, edi(name))
    outbox.drain_all(company_id=desk.company.pk)
    document = InboxDocument.objects.get()
    assert ((document.state == "broken"), bool(document.reason)) == (broken, broken)
    message = Message.objects.get(template="edi_receipt")
    assert message.recipient == ("pat@acme.example" if door is mailed else "")
    assert verdict in bytes(message.attachments.get().file.read()).decode()

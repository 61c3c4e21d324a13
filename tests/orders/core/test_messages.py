"""What waits to be sent is sent; what cannot be is parked with its reason, and the rest goes on."""

from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from omc.lib.actor import system
from orders.core.models import Message, Order
from orders.core.services.messages import File, send_message, send_waiting
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(settings, tmp_path: Path) -> Order:
    settings.MEDIA_ROOT = tmp_path
    return OrderFactory()


def write(order: Order, key: str) -> Message:
    return send_message(
        key=key,
        template="test",
        about=order,
        recipient="buyer@example.com",
        subject=key,
        body="Attached.",
        files=[File("papers.pdf", b"%PDF")],
        actor=system("test", order.company_id),
    )


def test_what_waits_is_sent_with_its_files(order: Order) -> None:
    message = write(order, "kept")
    assert send_waiting() == 1
    message.refresh_from_db()
    assert (message.status, message.error) == ("sent", "")
    assert message.sent_at is not None
    assert [(one.subject, one.attachments[0][:2]) for one in mail.outbox] == [("kept", ("papers.pdf", b"%PDF"))]


def test_a_message_whose_file_is_gone_is_parked_and_the_next_goes_out(order: Order) -> None:
    lost, kept = write(order, "lost"), write(order, "kept")
    Path(lost.attachments.get().file.path).unlink()
    assert send_waiting() == 1
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (lost.status, lost.sent_at) == ("failed", None)
    assert lost.error == "FileNotFoundError: the attachment papers.pdf is no longer kept"
    assert kept.status == "sent"
    assert [one.subject for one in mail.outbox] == ["kept"]
    assert send_waiting() == 0  # a parked message is not tried again


def test_a_message_that_the_mail_server_refuses_is_parked(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(backend: EmailBackend, messages: object) -> int:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    message = write(order, "refused")
    assert send_waiting() == 0
    message.refresh_from_db()
    assert (message.status, message.error) == ("failed", "SMTPServerDisconnected: gone")

"""What waits to be sent is sent; what cannot be is parked with its reason, and the rest goes on."""

from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from omc.lib.actor import system
from orders.core.models import Message, Order
from orders.core.services.messages import File, send_message, send_waiting
from tests.factories import OrderFactory, make_company, make_user

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


def test_a_mail_has_the_words_twice_as_text_and_in_the_look_of_the_documents(order: Order) -> None:
    send_message(
        key="both",
        template="test",
        about=order,
        recipient="buyer@example.com",
        subject="Order <1> confirmed",
        body="Dear Ann,\n\nOrder: SO-1\nTotal: 9.50 USD\n\nSee https://example.com/so-1",
        actor=system("test", order.company_id),
    )
    assert send_waiting() == 1
    [sent] = mail.outbox
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    assert sent.body.startswith("Dear Ann,")
    assert "<h1>Order &lt;1&gt; confirmed</h1>" in html
    assert '<tr><th scope="row">Total</th><td>9.50 USD</td></tr>' in html
    assert '<a href="https://example.com/so-1" rel="nofollow">https://example.com/so-1</a>' in html
    assert order.company.name in html


def test_the_letter_stands_in_a_frame_that_may_not_run_anything(order: Order, client: Client) -> None:
    message = write(order, "framed")
    client.force_login(make_user(order.company, "csr"))
    page = client.get(reverse("core:message", args=[message.pk]))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    framed = client.get(reverse("core:letter", args=[message.pk]))
    assert "<h1>framed</h1>" in framed.text
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    allowed = framed["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'none'", "style-src 'unsafe-inline'"} <= set(allowed)
    assert "frame-ancestors 'self'" in allowed
    client.force_login(make_user(make_company(), "csr"))
    assert client.get(reverse("core:letter", args=[message.pk])).status_code == 404

"""Messages to people outside: written once, kept as they left, sent by a job."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.service import verb
from orders.core.letters import letter
from orders.core.models import Attachment, Contact, Message, Subject
from orders.core.models.base import CompanyOwned


@dataclass(frozen=True)
class File:
    """A document to attach."""

    filename: str
    content: bytes
    content_type: str = "application/pdf"


@verb(silent="the message is its own record and belongs to the event that caused it")
def send_message(
    *,
    key: str,
    template: str,
    about: Subject,
    recipient: str,
    subject: str,
    body: str,
    actor: Actor,
    contact: Contact | None = None,
    customer_id: int | None = None,
    order_id: int | None = None,
    files: Sequence[File] = (),
) -> Message:
    """Write a message with its attachments; a job sends it after commit.

    ``key`` is unique per company: the same message asked for twice is written once, and the first is returned.
    """
    message, made = Message.objects.get_or_create(
        company_id=actor.company_id,
        key=key,
        defaults={
            "template": template,
            "language": translation.get_language() or "en",
            "recipient": recipient,
            "contact": contact,
            "customer_id": customer_id,
            "order_id": order_id,
            "subject_type": str(about._meta.model_name),
            "subject_id": about.pk,
            "subject": subject[:200],
            "body": body,
            "created_at": clock.now(),
        },
    )
    if made:
        for file in files:
            attach(about, file, actor=actor, message=message)
    return message


def attach(about: CompanyOwned, file: File, *, actor: Actor, message: Message | None = None) -> Attachment:
    """Keep a private file with a document."""
    attachment = Attachment(
        company_id=about.company_id,
        subject_type=str(about._meta.model_name),
        subject_id=about.pk,
        message=message,
        filename=file.filename[:160],
        content_type=file.content_type,
        size_bytes=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        uploaded_by_id=actor.user_id,
        created_at=clock.now(),
    )
    attachment.file.save(attachment.sha256[:32], ContentFile(file.content), save=False)
    attachment.save()
    return attachment


def send_waiting(limit: int = 50) -> int:
    """Hand queued messages to the mail backend, each in its own transaction; returns how many went out."""
    sent = 0
    for message_id in list(
        Message.objects.filter(status=Message.Status.QUEUED).order_by("id").values_list("pk", flat=True)[:limit]
    ):
        sent += bool(deliver_message(message_id=message_id))
    return sent


@verb(silent="delivery of a message is kept on its row")
def deliver_message(*, message_id: int) -> bool:
    """Send one queued message. A refusal by the mail server, or a lost attachment, is kept on its row: it is parked."""
    message = (
        Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, status=Message.Status.QUEUED).first()
    )
    if message is None:
        return False
    mail = EmailMultiAlternatives(
        subject=message.subject, body=message.body, to=[message.recipient] if message.recipient else []
    )
    mail.attach_alternative(letter(message), "text/html")
    try:
        for item in message.attachments.all():
            mail.attach(item.filename, _content(item), item.content_type)
        mail.send()
        outcome, error = Message.Status.SENT, ""
    except OSError as problem:
        outcome, error = Message.Status.FAILED, f"{type(problem).__name__}: {problem}"
    message.status, message.error = outcome, error
    message.sent_at = clock.now() if outcome == Message.Status.SENT else None
    message.save(update_fields=["status", "error", "sent_at"])
    return outcome == Message.Status.SENT


def _content(item: Attachment) -> bytes:
    """What an attachment holds. Raises: FileNotFoundError, which names the file as people know it"""
    try:
        return bytes(item.file.read())
    except FileNotFoundError:
        raise FileNotFoundError(f"the attachment {item.filename} is no longer kept") from None

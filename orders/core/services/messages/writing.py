"""A message is written once, with its files, and kept as it leaves."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.utils import translation

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.service import verb
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
    status: str = Message.Status.QUEUED,
    error: str = "",
    told: Mapping[str, Any] | None = None,
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
            "status": status,
            "error": error,
            "told": told,
            "sent_by_id": actor.user_id,
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

"""Messages leave: a job hands them to the mail server, and tries again what it did not take."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Final

from django.core.mail import EmailMultiAlternatives
from django.db.models import Q

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.service import verb
from orders.core.letters import letter, letter_text
from orders.core.links.services import issue_link
from orders.core.links.wishes import PAGE, may_choose, stop_headers
from orders.core.models import Attachment, CustomerLink, Message

AGAIN_AFTER: Final = (5, 15, 60, 240)  # minutes; then somebody has to look at it
_WAITS: Final = Q(status=Message.Status.QUEUED) | Q(status=Message.Status.FAILED, retry_at__isnull=False)


def send_waiting(limit: int = 50) -> int:
    """Hand what is queued, and what is due to be tried again, to the mail server; returns how many went out."""
    due = Message.objects.filter(_WAITS).exclude(retry_at__gt=clock.wall())
    return sum(
        bool(deliver_message(message_id=message_id))
        for message_id in list(due.order_by("id").values_list("pk", flat=True)[:limit])
    )


@verb(silent="delivery of a message is kept on its row")
def deliver_message(*, message_id: int) -> bool:
    """Send one message that waits. What the mail server does not take is kept on its row with the reason.

    It is tried again a few times; a lost attachment, or an address that does not exist, only by hand.
    """
    message = Message.objects.select_for_update(of=("self",), skip_locked=True).filter(_WAITS, pk=message_id).first()
    if message is None:
        return False
    link = _page_of(message)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=letter_text(message),
        to=[message.recipient] if message.recipient else [],
        headers=stop_headers(message, link) if link else {},
    )
    mail.attach_alternative(letter(message), "text/html")
    message.attempts += 1
    try:
        for item in message.attachments.all():
            mail.attach(item.filename, _content(item), item.content_type)
        mail.send()
        message.status, message.error = Message.Status.SENT, ""
        message.sent_at, message.retry_at = clock.now(), None
    except OSError as problem:
        message.status, message.error = Message.Status.FAILED, f"{type(problem).__name__}: {problem}"
        tries_left = message.attempts <= len(AGAIN_AFTER) and not _in_vain(problem)
        message.retry_at = clock.wall() + timedelta(minutes=AGAIN_AFTER[message.attempts - 1]) if tries_left else None
    message.save(update_fields=["status", "error", "attempts", "retry_at", "sent_at"])
    return bool(message.status == Message.Status.SENT)


def _page_of(message: Message) -> CustomerLink | None:
    """The link to the page on which whoever gets it may choose what they are told."""
    if not may_choose(message) or message.contact is None:
        return None
    return issue_link(PAGE, message.contact, actor=system("messages", message.company_id), contact=message.contact)


def _in_vain(problem: OSError) -> bool:
    """Whether the same mail would be refused again."""
    if isinstance(problem, FileNotFoundError):
        return True
    if isinstance(problem, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in problem.recipients.values())
    refused = isinstance(problem, SMTPDataError | SMTPResponseException)
    return refused and int(getattr(problem, "smtp_code", 0)) >= 500


def _content(item: Attachment) -> bytes:
    """What an attachment holds. Raises: FileNotFoundError, which names the file as people know it"""
    try:
        return bytes(item.file.read())
    except FileNotFoundError:
        raise FileNotFoundError(f"the attachment {item.filename} is no longer kept") from None

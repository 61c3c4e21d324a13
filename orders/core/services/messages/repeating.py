"""A message is sent once more: as it was, in a delivery of its own; or tried again where it failed."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Attachment, Message
from orders.core.selectors.messages import messages_seen

Status = Message.Status


class MessageRefused(DomainError):
    """The message is not in a state for this."""

    code = "message_refused"


@verb(silent="the new message is its own record")
def resend_message(*, message_id: int, actor: Actor, recipient: str = "") -> Message:
    """Send the same words and files again, to the same address or another; the new message names the first.

    What somebody chose not to get is sent only where an address is given.

    Raises: MessageRefused, InvalidInput, NotFound
    """
    require(actor, "orders.tell_customer")
    old = _lock(message_id, actor)
    first = old if old.again_of_id is None else _lock(old.again_of_id, actor)
    address = recipient.strip() or ("" if old.status == Status.NOT_SENT else old.recipient)
    if old.status == Status.QUEUED:
        raise MessageRefused("It is on its way already.")
    if not address and old.status != Status.NOT_SENT:
        raise MessageRefused("Give an address to send it to.", field="recipient")
    if not address:
        raise MessageRefused(
            f"{old.recipient} chose not to get such messages. Give an address to send it to.", field="recipient"
        )
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInput("This is no e-mail address.", field="recipient") from error
    if Message.objects.filter(again_of=first, status=Status.QUEUED, recipient=address).exists():
        raise MessageRefused("It is on its way already.")
    again = Message.objects.create(
        company_id=first.company_id,
        key=f"{first.key}:again:{first.sent_again.count() + 1}",
        template=first.template,
        language=first.language,
        recipient=address,
        contact=old.contact if address == old.recipient else None,
        customer_id=first.customer_id,
        order_id=first.order_id,
        subject_type=first.subject_type,
        subject_id=first.subject_id,
        subject=first.subject,
        body=first.body,
        again_of=first,
        sent_by_id=actor.user_id,
        created_at=clock.now(),
    )
    for item in first.attachments.all():
        item.pk, item.message, item.uploaded_by_id, item.created_at = None, again, actor.user_id, clock.now()
        Attachment.save(item, force_insert=True)
    return again


@verb(silent="delivery of a message is kept on its row")
def retry_message(*, message_id: int, actor: Actor) -> Message:
    """Try a failed message again now; why it failed stays until it has left.

    Raises: MessageRefused when it did not fail, NotFound
    """
    require(actor, "orders.tell_customer")
    message = _lock(message_id, actor)
    if message.status != Status.FAILED:
        raise MessageRefused("Only a message that failed is tried again.")
    if not message.recipient:
        raise MessageRefused("It has no address. Send it again, to one.")
    message.status, message.retry_at = Status.QUEUED, None
    message.save(update_fields=["status", "retry_at"])
    return message


def _lock(message_id: int, actor: Actor) -> Message:
    message = messages_seen(actor).select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None:
        raise NotFound(f"There is no message {message_id}.")
    return message

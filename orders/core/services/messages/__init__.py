"""Messages to customers: one way for all stages, from the fact to the mail that left."""

from orders.core.services.messages.choices import choose_messages
from orders.core.services.messages.delivery import deliver_message, send_waiting
from orders.core.services.messages.repeating import MessageRefused, resend_message, retry_message
from orders.core.services.messages.telling import tell_customer
from orders.core.services.messages.wordings import restore_wording, save_wording
from orders.core.services.messages.writing import File, attach, send_message

__all__ = [
    "File",
    "MessageRefused",
    "attach",
    "choose_messages",
    "deliver_message",
    "resend_message",
    "restore_wording",
    "retry_message",
    "save_wording",
    "send_message",
    "send_waiting",
    "tell_customer",
]

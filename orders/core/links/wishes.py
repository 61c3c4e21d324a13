"""The page on which a contact chooses what they are told: which mails lead to it, and the click that stops one kind."""

from typing import Final

from django.urls import reverse

from omc.lib.registry import registry
from omc.lib.request import public_url
from orders.core.links.addresses import token_of
from orders.core.links.selectors import standing_link
from orders.core.models import CustomerLink, Message

PAGE: Final = "messages"


def may_choose(message: Message) -> bool:
    """Whether whoever gets it has a page to choose on."""
    kind = registry.messages.get(message.template)
    return message.contact_id is not None and kind is not None and kind.for_people


def page_of(message: Message) -> CustomerLink | None:
    """The link to the page of whoever got a message, once one was given."""
    return standing_link(PAGE, message.contact_id or 0, message.company_id) if may_choose(message) else None


def stop_headers(message: Message, link: CustomerLink) -> dict[str, str]:
    """What lets a mail program offer to stop this kind of message with one click (RFC 2369, RFC 8058).

    Nothing for kinds that are no choice, and where the site has no secure address.
    """
    address = public_url(reverse("core:stop-message", args=[token_of(link), message.template]))
    if registry.messages[message.template].must or not address.startswith("https://"):
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

"""Tell a customer what happened: the one way from a fact to the messages that say it."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from omc.lib.service import verb
from orders.core.message_kinds import kind_of, setting_of
from orders.core.models import Contact, Customer, Message, Subject
from orders.core.selectors.companies import setting
from orders.core.selectors.messages import Recipients, common_values, recipients_of, said, wording_in_force
from orders.core.services.messages.writing import File, send_message
from orders.core.speech import spoken


@verb(silent="the message is its own record and belongs to the event that caused it")
def tell_customer(
    *,
    kind: str,
    key: str,
    about: Subject,
    customer: Customer,
    actor: Actor,
    contact: Contact | None = None,
    order_id: int | None = None,
    address: str = "",
    told: Mapping[str, Any] | None = None,
) -> Message | None:
    """Write the message of a kind about a document to whom it concerns, in the customer's language.

    It goes to the document's contact, or the customer's main one, and to all who asked for this kind; or to the
    ``address`` alone, where one is given. Whoever chose not to be told gets a message that says so and never leaves.
    Once per ``key``. None where nobody is to be told, or nobody has an address.
    """
    declared = kind_of(kind)
    before = Message.objects.filter(company_id=actor.company_id, key=key).first()
    if before is not None:
        return before
    found = _whom(kind, customer, contact, address, actor)
    people = [*found.contacts, *([found.declined] if found.declined else [])]
    if not people:
        return None
    language = spoken(customer.language)
    why = _("%(name)s chose not to get this kind of message.") % {"name": found.declined} if found.declined else ""
    files: list[File] = []
    if found.contacts and declared.paper:
        files = [File(*declared.paper(about)), *(File(*one) for one in declared.beside(about))]
    written = []
    with translation.override(language):
        values = dict(declared.values(about))
        wording = wording_in_force(actor.company_id, declared, language)
        for number, person in enumerate(people):
            words = said(wording, {**common_values(customer.company, customer, person.name), **values})
            declined = person is found.declined
            message: Message = send_message(
                key=key if not number else f"{key}:to:{person.pk}",
                template=kind,
                about=about,
                recipient=person.email,
                subject=words.subject,
                body=words.body,
                actor=actor,
                contact=person if person.pk else None,
                customer_id=customer.pk,
                order_id=order_id,
                files=() if declined else files,
                status=Message.Status.NOT_SENT if declined else Message.Status.QUEUED,
                error=why if declined else "",
                told=told,
            )
            written.append(message)
    return written[0]


def _whom(kind: str, customer: Customer, contact: Contact | None, address: str, actor: Actor) -> Recipients:
    declared = kind_of(kind)
    if not address:
        return recipients_of(declared, customer, contact)
    if setting(actor.company_id, setting_of(declared)) == "nobody":
        return Recipients([])
    known = contact if contact is not None and contact.email == address else None
    return Recipients([known or Contact(customer=customer, name=contact.name if contact else "", email=address)])

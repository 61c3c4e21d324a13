"""Which messages a person at a customer wants."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.registry import registry
from omc.lib.service import verb
from orders.core.models import Change, Contact, MessageChoice, Wish

OWN: Final = "orders.choose_own_messages"  # granted by a contact's own page, to no role


@verb(silent="master data keeps its own before/after history")
def choose_messages(*, contact_id: int, wishes: Mapping[str, str], actor: Actor) -> Contact:
    """Keep what a contact wants: by kind of message "email", "none", or empty for the company's usual way.

    Kinds that are not named stay as they are. A contact, by their own page, chooses for themselves alone, and cannot
    decline what is no choice.

    Raises: InvalidInput, NotFound
    """
    by_themselves = actor.contact_id is not None
    require(actor, OWN if by_themselves else "orders.tell_customer")
    if by_themselves and actor.contact_id != contact_id:
        raise NotFound(f"There is no contact {contact_id}.")
    contact = (
        Contact.objects.select_for_update(of=("self",))
        .filter(pk=contact_id, customer__company_id=actor.company_id)
        .first()
    )
    if contact is None:
        raise NotFound(f"There is no contact {contact_id}.")
    for kind, wish in wishes.items():
        declared = registry.messages.get(kind)
        if declared is None or not declared.for_people:
            raise InvalidInput(f"There is no kind of message “{kind}”.", field=kind)
        if by_themselves and wish == Wish.NONE and declared.must:
            raise InvalidInput(f"“{declared.name}” is no choice: {declared.must}", field=kind)
        if wish not in ("", *Wish.values):
            raise InvalidInput("Choose e-mail, nothing, or leave it as usual.", field=kind)
    before = dict(contact.message_choices.values_list("kind", "wish"))
    changed = {kind: wish for kind, wish in wishes.items() if before.get(kind, "") != wish}
    if not changed:
        return contact
    contact.message_choices.filter(kind__in=changed).delete()
    MessageChoice.objects.bulk_create(
        MessageChoice(contact=contact, kind=kind, wish=wish, chosen_at=clock.now(), written_by_id=actor.user_id)
        for kind, wish in changed.items()
        if wish
    )
    Change.objects.create(
        company_id=actor.company_id,
        table="customer",
        row_id=contact.customer_id,
        before={_named(contact, kind): _said(before.get(kind, "")) for kind in changed},
        after={_named(contact, kind): _said(wish) for kind, wish in changed.items()},
        user_id=actor.user_id,
        job=actor.job or (_("by the customer's page") if by_themselves else ""),
        at=clock.now(),
    )
    return contact


def _named(contact: Contact, kind: str) -> str:
    return f"{contact.name}, {registry.messages[kind].name}"


def _said(wish: str) -> str:
    return str(Wish(wish).label) if wish else "as usual"

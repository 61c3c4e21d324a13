"""Links are issued with what is sent to a customer, and withdrawn."""

from datetime import timedelta
from typing import Any, Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.registry import CustomerPage, registry
from omc.lib.service import verb
from orders.core.models import Contact, CustomerLink

RENEWED_WITHIN: Final = timedelta(days=30)  # a link that still holds longer stays as it is


def issue_link(page: str, subject: Any, *, actor: Actor, contact: Contact | None = None) -> CustomerLink:
    """The link of a customer's page of a subject: the one that stands, else a new one. Inside another verb.

    One that stands and ends too soon is prolonged: whoever has its address needs no other.
    """
    declared = registry.customer_pages[page]
    until = declared.until(subject)
    link, made = CustomerLink.objects.get_or_create(
        page=page,
        subject_id=subject.pk,
        withdrawn_at=None,
        defaults={
            "company_id": subject.customer.company_id,
            "customer_id": subject.customer_id,
            "contact": contact,
            "expires_at": until,
            "created_by_id": actor.user_id,
            "created_at": clock.now(),
        },
    )
    if not made and link.expires_at < min(until, clock.now() + RENEWED_WITHIN):
        link.expires_at = until
        link.save(update_fields=["expires_at"])
    return link


@verb(silent="the link's own row says who made it, and when")
def make_link(*, page: str, subject_id: int, actor: Actor) -> CustomerLink:
    """A new address for a customer's page; the one before no longer opens.

    Raises: NotFound, InvalidInput where the page is not for customers yet
    """
    require(actor, "orders.tell_customer")
    declared, subject = _wanted(page, subject_id, actor)
    if declared.until(subject) <= clock.now():
        raise InvalidInput("A link to it would have ended already.")
    _withdraw(page, subject_id, actor)
    return issue_link(page, subject, actor=actor, contact=getattr(subject, "contact", None))


@verb(silent="the link's own row says who withdrew it, and when")
def withdraw_link(*, page: str, subject_id: int, actor: Actor) -> None:
    """The address no longer opens; whoever has it is told to ask for a new one.

    Raises: NotFound
    """
    require(actor, "orders.tell_customer")
    _wanted(page, subject_id, actor)
    if not _withdraw(page, subject_id, actor):
        raise NotFound("There is no link to withdraw.")


def _wanted(page: str, subject_id: int, actor: Actor) -> tuple[CustomerPage, Any]:
    declared = registry.customer_pages.get(page)
    subject = declared.subject(actor.company_id, subject_id) if declared else None
    if declared is None or subject is None:
        raise NotFound("There is no such page for customers.")
    return declared, subject


def _withdraw(page: str, subject_id: int, actor: Actor) -> int:
    live = CustomerLink.objects.filter(company_id=actor.company_id, page=page, subject_id=subject_id, withdrawn_at=None)
    return live.update(withdrawn_at=clock.now(), withdrawn_by_id=actor.user_id)

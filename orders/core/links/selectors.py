"""Which link an address stands for, and which one a subject has."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import registry
from omc.lib.request import request_id
from orders.core.links.addresses import address_of, number_in, path_of
from orders.core.models import Company, Contact, Customer, CustomerLink
from orders.core.selectors.companies import zone_of

CHANNEL = "link"


@dataclass(frozen=True)
class Opened:
    """A link that holds, as the page behind it sees it. ``by_staff``: one of us looks at it; nothing is done then."""

    link: CustomerLink
    actor: Actor
    by_staff: bool = False

    @property
    def company(self) -> Company:
        return self.link.company

    @property
    def customer(self) -> Customer:
        return self.link.customer

    @property
    def contact(self) -> Contact | None:
        return self.link.contact

    def path(self, door: str = "") -> str:
        return path_of(self.link, door)


def link_of(token: str) -> CustomerLink | None:
    """The link that a token was signed for, whether it still holds or not."""
    number = number_in(token)
    if number is None:
        return None
    links = CustomerLink.objects.select_related("company", "customer__company", "contact", "withdrawn_by")
    return links.filter(pk=number).first()


def holds(link: CustomerLink) -> bool:
    return link.withdrawn_at is None and link.expires_at > clock.now() and link.customer.is_active


def customers_actor(link: CustomerLink) -> Actor:
    """The customer as an actor: may do what the page grants, and nothing else."""
    return Actor(
        company_id=link.company_id,
        permissions=registry.customer_pages[link.page].grants,
        contact_id=link.contact_id,
        name=link.contact.name if link.contact else link.customer.name,
        channel=CHANNEL,
        request_id=request_id.get(),
    )


def standing_link(page: str, subject_id: int, company_id: int) -> CustomerLink | None:
    """The link of a subject that was not withdrawn; it may have ended."""
    return CustomerLink.objects.filter(
        company_id=company_id, page=page, subject_id=subject_id, withdrawn_at=None
    ).first()


def last_day_of(link: CustomerLink) -> date:
    """The day until the end of which it opens, by the company's calendar: it ends at a midnight."""
    return (link.expires_at - timedelta(microseconds=1)).astimezone(zone_of(link.company_id)).date()


def link_panel(page: str, subject_id: int, actor: Actor) -> dict[str, Any]:
    """What a document's page shows of its link: its address and its end, for those who write to customers."""
    link = standing_link(page, subject_id, actor.company_id)
    return {
        "page": page,
        "subject_id": subject_id,
        "link": link,
        "address": address_of(link) if link else "",
        "last_day": last_day_of(link) if link else None,
        "has_ended": link is not None and link.expires_at <= clock.now(),
        "may_share": actor.can("orders.tell_customer"),
    }

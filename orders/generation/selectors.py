"""What stage 2 reads: enquiries as lists and pages show them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.events import sentence_of, way_of
from omc.lib.prepared import Prepared
from orders.core.models import Customer, Event, Order, Subject
from orders.generation.models import Enquiry, EnquiryLine, EnquiryState

OPEN = (EnquiryState.RECEIVED, EnquiryState.WORKING, EnquiryState.QUOTED)


def enquiry_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Enquiry]:
    """Enquiries of the company that meet the filters: text, state ("open" is all that wait), mine, customer."""
    enquiries = Enquiry.objects.filter(company_id=actor.company_id).select_related("customer", "taken_by")
    state = filters.get("state")
    if state == "open":
        enquiries = enquiries.filter(state__in=OPEN)
    elif state:
        enquiries = enquiries.filter(state=state)
    if filters.get("mine"):
        enquiries = enquiries.filter(taken_by_id=actor.user_id)
    if filters.get("customer"):
        enquiries = enquiries.filter(customer_id=filters["customer"])
    if text := str(filters.get("text") or "").strip():
        enquiries = enquiries.filter(
            Q(number__istartswith=text)
            | Q(subject__icontains=text)
            | Q(customer__code__istartswith=text)
            | Q(customer__name__icontains=text)
        )
    return enquiries if actor.can("orders.view_price") else enquiries.defer("value_base")


def enquiry_of(actor: Actor, enquiry_id: int) -> Enquiry:
    """One enquiry of the company with its lines.

    Raises: NotFound
    """
    lines = EnquiryLine.objects.select_related("product").order_by("position")
    enquiry = (
        Enquiry.objects.filter(pk=enquiry_id, company_id=actor.company_id)
        .select_related("customer", "contact", "taken_by", "order", "company")
        .prefetch_related(Prefetch("lines", lines))
        .first()
    )
    if enquiry is None:
        raise NotFound(f"There is no enquiry {enquiry_id}.", enquiry_id=enquiry_id)
    return enquiry


_BECAME = Prepared(lambda gaps: Enquiry.objects.filter(company_id=gaps.company, order_id=gaps.order).order_by("id"))


def enquiries_of_order(order: Order, actor: Actor) -> list[Enquiry]:
    """The enquiries that became this order."""
    return _BECAME.rows(company=actor.company_id, order=order.pk)


def enquiries_of_customer(customer: Customer, actor: Actor) -> QuerySet[Enquiry]:
    """What a customer asked, the latest first."""
    return Enquiry.objects.filter(company_id=actor.company_id, customer=customer).order_by("-id")


def customer_by_code(company_id: int, code: str) -> Customer | None:
    """An active customer by its code, or by its exact name."""
    found = Customer.objects.filter(company_id=company_id, is_active=True).filter(
        Q(code__iexact=code.strip()) | Q(name__iexact=code.strip())
    )
    matches = list(found.order_by("id")[:2])
    by_code = [customer for customer in matches if customer.code.lower() == code.strip().lower()]
    if by_code:
        return by_code[0]
    return matches[0] if len(matches) == 1 else None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a document, for the timeline; the time before it was ours or the customer's."""

    at: datetime
    sentence: str
    by: str
    wait_kind: str


def history_of(
    subject: Subject, *, with_customer: Collection[str] = (), at_work: Collection[str] = (), limit: int = 100
) -> list[Happening]:
    """What happened to a document, oldest first. In the states ``with_customer`` it waits for the customer; in those
    ``at_work`` somebody has it in hand."""
    events = Event.objects.filter(
        company_id=subject.company_id, subject_type=str(subject._meta.model_name), subject_id=subject.pk
    ).select_related("user", "department")
    found: list[Happening] = []
    state = ""
    for event in reversed(events.order_by("-seq")[:limit]):
        who = str(event.user) if event.user else event.job
        found.append(
            Happening(
                at=event.at,
                sentence=sentence_of(event.type, event.data),
                by=" · ".join(filter(None, [who, str(event.department or ""), way_of(event.channel)])),
                wait_kind="customer" if state in with_customer else "work" if state in at_work else "unattended",
            )
        )
        state = event.to_state or state
    return found

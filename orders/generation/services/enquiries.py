"""Record what a customer asks, take it on, answer it, close it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core import numbers
from orders.core.eventlog import record, record_many
from orders.core.models import Channel, Contact, Customer, Duty, Order, Product
from orders.core.services.duties import take_duty
from orders.core.services.search import Findable, index
from orders.generation.events import EnquiryClosed, EnquiryOrdered, EnquiryQuoted, EnquiryReceived, EnquiryTaken
from orders.generation.machines import ENQUIRY
from orders.generation.models import Enquiry, EnquiryLine, EnquiryState


@dataclass(frozen=True, kw_only=True)
class EnquiryInput:
    """One thing asked for: an item, or only words. Units: stock units."""

    quantity: Decimal
    product_id: int | None = None
    text: str = ""


class EnquiryTakenAlready(DomainError):
    """A colleague works on it."""

    code = "enquiry_taken"


@verb(events=(EnquiryReceived,))
def record_enquiry(
    *,
    customer_id: int,
    subject: str,
    actor: Actor,
    body: str = "",
    channel: str = Channel.PHONE,
    lines: Sequence[EnquiryInput] = (),
    requested_date: date | None = None,
    value: Decimal | None = None,
    contact_id: int | None = None,
    probability_percent: int = 50,
) -> Enquiry:
    """Write down what a customer asks for, so that somebody answers.

    Units: ``value`` is the estimated worth in company currency.
    Raises: NotFound, InvalidInput
    Events: enquiry_received
    """
    require(actor, "generation.record_enquiry")
    customer = Customer.objects.filter(pk=customer_id, company_id=actor.company_id, is_active=True).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer_id")
    if contact_id and not Contact.objects.filter(pk=contact_id, customer=customer).exists():
        raise NotFound(f"{customer} has no such contact.", field="contact_id")
    _check(subject, channel, lines, value, probability_percent, actor)
    enquiry = Enquiry.objects.create(
        company_id=actor.company_id,
        number=numbers.next_number(actor.company_id, "enquiry"),
        customer=customer,
        contact_id=contact_id,
        channel=channel,
        subject=subject.strip(),
        body=body.strip(),
        requested_date=requested_date,
        value_base=value,
        probability_percent=probability_percent,
        created_at=clock.now(),
    )
    EnquiryLine.objects.bulk_create(
        EnquiryLine(
            enquiry=enquiry,
            position=position,
            product_id=line.product_id,
            text=line.text.strip(),
            quantity=line.quantity,
        )
        for position, line in enumerate(lines, start=1)
    )
    record(enquiry, EnquiryReceived(channel=channel, lines=len(lines), value_base=value), actor=actor)
    index(actor.company_id, [findable(enquiry, customer)])
    return enquiry


def findable(enquiry: Enquiry, customer: Customer) -> Findable:
    """How search finds an enquiry."""
    return Findable(
        kind="enquiry",
        object_id=enquiry.pk,
        title=f"{enquiry.number} {enquiry.subject}",
        url=reverse("generation:enquiry", args=[enquiry.pk]),
        words=[customer.name, customer.code],
        permission="generation.view_enquiry",
    )


@verb(events=(EnquiryTaken,))
def take_enquiry(*, enquiry_id: int, actor: Actor) -> Enquiry:
    """Take an enquiry on: from now on this person answers it.

    Raises: EnquiryTakenAlready, IllegalTransition, NotFound
    Events: enquiry_taken
    """
    require(actor, "generation.record_enquiry")
    enquiry = _lock(enquiry_id, actor)
    if enquiry.state == EnquiryState.WORKING:
        who = enquiry.taken_by or "Somebody"
        raise EnquiryTakenAlready(f"{who} works on {enquiry} already.", enquiry=enquiry.number)
    fact = EnquiryTaken(by=actor.name)
    stamp = {"taken_by": actor.user_id}
    ENQUIRY.advance(enquiry, EnquiryState.WORKING, fact, actor=actor, record=record_many, stamp=stamp)
    duty = Duty.objects.filter(subject_type="enquiry", subject_id=enquiry.pk, closed_at=None).first()
    if duty is not None and actor.user_id is not None:
        take_duty(duty_id=duty.pk, actor=actor)
    return enquiry


@verb(events=(EnquiryClosed,))
def close_enquiry(*, enquiry_id: int, reason: str, actor: Actor) -> Enquiry:
    """Close an enquiry that will not become an order, and say why.

    Raises: InvalidInput without a reason, IllegalTransition, NotFound
    Events: enquiry_closed
    """
    require(actor, "generation.record_enquiry")
    enquiry = _lock(enquiry_id, actor)
    if not reason.strip():
        raise InvalidInput("Say why the enquiry is closed.", field="reason")
    reason = reason.strip()[:120]
    fact, stamp = EnquiryClosed(reason=reason), {"close_reason": reason}
    ENQUIRY.advance(enquiry, EnquiryState.CLOSED, fact, actor=actor, record=record_many, stamp=stamp)
    return enquiry


def mark_quoted(*, enquiry_id: int, quote_number: str, actor: Actor) -> Enquiry:
    """The enquiry was answered with a quote; a second quote is recorded beside the first. Inside another verb.

    Raises: IllegalTransition when it is closed or ordered, NotFound
    Events: enquiry_quoted
    """
    enquiry = _lock(enquiry_id, actor)
    fact = EnquiryQuoted(quote=quote_number)
    if enquiry.state == EnquiryState.QUOTED:
        record(enquiry, fact, actor=actor)
    else:
        ENQUIRY.advance(enquiry, EnquiryState.QUOTED, fact, actor=actor, record=record_many)
    return enquiry


def mark_ordered(*, enquiry_id: int, order: Order, actor: Actor) -> Enquiry:
    """The enquiry became an order; a second order from it changes nothing. Inside another verb.

    Raises: NotFound
    Events: enquiry_ordered
    """
    enquiry = _lock(enquiry_id, actor)
    if enquiry.state == EnquiryState.ORDERED:
        return enquiry
    enquiry.order = order  # so that the event belongs to the order too
    fact, stamp = EnquiryOrdered(order=str(order)), {"order": order.pk}
    ENQUIRY.advance(enquiry, EnquiryState.ORDERED, fact, actor=actor, record=record_many, stamp=stamp)
    return enquiry


def _lock(enquiry_id: int, actor: Actor) -> Enquiry:
    enquiry = (
        Enquiry.objects.select_for_update(of=("self",))
        .select_related("customer", "taken_by")
        .filter(pk=enquiry_id, company_id=actor.company_id)
        .first()
    )
    if enquiry is None:
        raise NotFound(f"There is no enquiry {enquiry_id}.", enquiry_id=enquiry_id)
    return enquiry


def _check(
    subject: str,
    channel: str,
    lines: Sequence[EnquiryInput],
    value: Decimal | None,
    probability_percent: int,
    actor: Actor,
) -> None:
    if not subject.strip() or len(subject.strip()) > 160:
        raise InvalidInput("Say in up to 160 characters what the customer asks for.", field="subject")
    if channel not in Channel.values:
        raise InvalidInput(f"There is no channel {channel}.", field="channel")
    if value is not None and value < 0:
        raise InvalidInput("The worth may not be negative.", field="value")
    if not 0 <= probability_percent <= 100:
        raise InvalidInput("The probability is between 0 and 100 percent.", field="probability_percent")
    for position, line in enumerate(lines, start=1):
        if line.quantity <= 0 or not (line.product_id or line.text.strip()):
            raise InvalidInput(f"Line {position} needs an item or words, and a quantity above zero.", field="lines")
    ids = {line.product_id for line in lines if line.product_id}
    if ids and Product.objects.filter(pk__in=ids, company_id=actor.company_id).count() != len(ids):
        raise NotFound("There is no such item.", field="lines")

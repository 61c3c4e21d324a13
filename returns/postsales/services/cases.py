"""Something a customer wants from us, from the first word to the last."""

from typing import Any

from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.events import Event
from omc.lib.service import verb
from orders.core import eventlog, lifecycle, numbers
from orders.core.models import Company, Customer, Order
from orders.core.selectors.companies import setting
from orders.core.services.messages import tell_customer
from orders.core.services.search import Findable, index
from returns.claims.models import Return
from returns.postsales.events import (
    CaseAssigned,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseWaiting,
)
from returns.postsales.machines import CASE
from returns.postsales.models import Case, CaseKind, CaseMessage, CaseState
from returns.postsales.selectors import business_moment, colleagues, contact_of

WAITS = {"customer": CaseState.WAITING_CUSTOMER, "internal": CaseState.WAITING_INTERNAL}
WHOM = {"customer": "the customer", "internal": "a colleague"}


class CaseRefused(DomainError):
    """The case does not allow this as it stands."""

    code = "case_refused"


@verb(events=(CaseOpened,))
def open_case(
    *,
    subject: str,
    actor: Actor,
    customer_id: int | None = None,
    body: str = "",
    kind: str = CaseKind.QUESTION,
    order_id: int | None = None,
    return_id: int | None = None,
) -> Case:
    """Write down what a customer wants. An order or a return says which customer; its first reply is due by the clock.

    Raises: InvalidInput, NotFound
    Events: case_opened
    """
    require(actor, "postsales.open_case")
    if not subject.strip():
        raise InvalidInput("Say in a few words what it is about.", field="subject")
    if kind not in CaseKind.values:
        raise InvalidInput("There is no such kind of case.", field="kind")
    claim = _return(return_id, actor) if return_id is not None else None
    if claim is not None and order_id not in (None, claim.order_id):
        raise InvalidInput("The return belongs to another order.", field="return_id")
    about = claim.order_id if claim is not None else order_id
    order = lifecycle.lock(about, actor) if about is not None else None
    customer = _customer(customer_id, order, claim, actor)
    company = Company.objects.get(pk=actor.company_id)
    at = clock.now()
    case = Case.objects.create(
        company_id=actor.company_id,
        number=numbers.next_number(actor.company_id, "case"),
        customer=customer,
        contact=contact_of(customer.pk),
        order=order,
        return_order=claim,
        kind=kind,
        subject=subject.strip()[:160],
        body=body.strip(),
        reply_due_at=_reply_due(company, at),
        created_at=at,
    )
    event = CaseOpened(number=case.number, kind=CaseKind(kind).label.lower())
    eventlog.record(case, event, actor=actor, to_state=CaseState.NEW)
    index(case.company_id, [findable(case, customer, order)])
    return case


def findable(case: Case, customer: Customer, order: Order | None) -> Findable:
    """How search finds a case."""
    return Findable(
        kind="case",
        object_id=case.pk,
        title=f"{case.number} {case.subject}",
        url=reverse("postsales:case", args=[case.pk]),
        words=[customer.name, customer.code, (order.number or "") if order else ""],
        permission="postsales.view_case",
    )


@verb(events=(CaseAssigned,))
def assign_case(*, case_id: int, actor: Actor, owner_id: int | None = None) -> Case:
    """Give a case to a colleague, or take it.

    Raises: NotFound for somebody who does not work here, IllegalTransition
    Events: case_assigned
    """
    require(actor, "postsales.work_case")
    case = lock_case(case_id, actor)
    _assign(case, owner_id or actor.user_id, actor)
    return case


@verb(events=(CaseReplied, CaseAssigned))
def reply_case(
    *, case_id: int, body: str, actor: Actor, to_customer: bool = True, by_customer: bool = False
) -> CaseMessage:
    """Write to the customer, note something for colleagues, or put down what the customer answered.

    Whoever answers a new case takes it; an answer of the customer ends the waiting for it.

    Raises: InvalidInput, CaseRefused when the case has ended
    Events: case_replied, case_assigned
    """
    require(actor, "postsales.work_case")
    if not body.strip():
        raise InvalidInput("Write something first.", field="body")
    case = lock_case(case_id, actor)
    if case.state in (CaseState.RESOLVED, CaseState.CLOSED):
        raise CaseRefused(f"{case} is {case.state}; reopen it first.", case=case.number, state=case.state)
    to_customer = to_customer and not by_customer
    if case.state == CaseState.NEW and not by_customer:
        _assign(case, actor.user_id, actor)
    at = clock.now()
    message = CaseMessage.objects.create(
        case=case,
        author_id=None if by_customer else actor.user_id,
        to_customer=to_customer,
        by_customer=by_customer,
        body=body.strip(),
        at=at,
    )
    first = to_customer and case.first_reply_at is None
    said = "the customer answered" if by_customer else "reply sent" if to_customer else "note for colleagues"
    event = CaseReplied(number=case.number, said=said, to_customer=to_customer, first=first)
    if by_customer and case.state == CaseState.WAITING_CUSTOMER:
        _move(case, CaseState.ASSIGNED, event, actor)
    else:
        eventlog.record(case, event, actor=actor, stamp={"first_reply_at": at} if first else None)
    if to_customer:
        _mail(case, message, actor)
    return message


@verb(events=(CaseWaiting,))
def wait_for(*, case_id: int, whom: str, actor: Actor) -> Case:
    """Say that the case waits for the ``customer``, or for a colleague (``internal``).

    Raises: InvalidInput, IllegalTransition
    Events: case_waiting
    """
    require(actor, "postsales.work_case")
    if whom not in WAITS:
        raise InvalidInput("A case waits for the customer or for a colleague.", field="whom")
    case = lock_case(case_id, actor)
    _move(case, WAITS[whom], CaseWaiting(number=case.number, whom=WHOM[whom]), actor)
    return case


@verb(events=(CaseResolved,))
def resolve_case(*, case_id: int, resolution: str, actor: Actor) -> Case:
    """Say how the matter was settled.

    Raises: InvalidInput, IllegalTransition
    Events: case_resolved
    """
    require(actor, "postsales.work_case")
    if not resolution.strip():
        raise InvalidInput("Say how the matter was settled.", field="resolution")
    case = lock_case(case_id, actor)
    _move(
        case,
        CaseState.RESOLVED,
        CaseResolved(number=case.number),
        actor,
        resolution=resolution.strip(),
        resolved_at=clock.now(),
    )
    return case


@verb(events=(CaseClosed,))
def close_case(*, case_id: int, actor: Actor, satisfaction: int | None = None) -> Case:
    """End a resolved case, with what the customer said about it (1 to 5) where they did.

    Raises: InvalidInput, IllegalTransition
    Events: case_closed
    """
    require(actor, "postsales.work_case")
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise InvalidInput("Satisfaction is a number from 1 to 5.", field="satisfaction")
    case = lock_case(case_id, actor)
    event = CaseClosed(number=case.number, satisfaction=satisfaction)
    _move(case, CaseState.CLOSED, event, actor, satisfaction=satisfaction, closed_at=clock.now())
    return case


@verb(events=(CaseReopened,))
def reopen_case(*, case_id: int, reason: str, actor: Actor) -> Case:
    """Take a case up again because it was not settled after all; a reply is due anew.

    Raises: InvalidInput, IllegalTransition
    Events: case_reopened
    """
    require(actor, "postsales.work_case")
    if not reason.strip():
        raise InvalidInput("Say why.", field="reason")
    case = lock_case(case_id, actor)
    if case.state not in (CaseState.RESOLVED, CaseState.CLOSED):
        raise CaseRefused(f"{case} is still open.", case=case.number, state=case.state)
    _move(
        case,
        CaseState.ASSIGNED,
        CaseReopened(number=case.number, reason=reason.strip()[:200]),
        actor,
        resolved_at=None,
        closed_at=None,
        first_reply_at=None,
        reply_due_at=_reply_due(case.company, clock.now()),
    )
    return case


def lock_case(case_id: int, actor: Actor) -> Case:
    """The case of the actor's company under the lock of its order, where it has one. Raises: NotFound"""
    known = Case.objects.filter(pk=case_id, company_id=actor.company_id).values_list("pk", "order_id").first()
    if known is None:
        raise NotFound(f"There is no case {case_id}.", case_id=case_id)
    if known[1]:
        lifecycle.lock(known[1], actor)
    return Case.objects.select_for_update(of=("self",)).select_related("company", "customer", "contact").get(pk=case_id)


def _move(case: Case, to: str, event: Event, actor: Actor, **fields: Any) -> None:
    """Move a locked case with the fields that change along."""
    CASE.advance(case, to, event, actor=actor, record=eventlog.record_many, stamp=fields)


def _assign(case: Case, owner_id: int | None, actor: Actor) -> None:
    if owner_id is None or not colleagues(actor).filter(pk=owner_id).exists():
        raise NotFound("Nobody of that name works here.", field="owner_id")
    _move(case, CaseState.ASSIGNED, CaseAssigned(number=case.number, owner_id=owner_id), actor, owner_id=owner_id)


def _reply_due(company: Company, at: Any) -> Any:
    return business_moment(company.calendar_id, at, int(setting(company.pk, "postsales.reply_due_minutes")))


def _customer(customer_id: int | None, order: Order | None, claim: Return | None, actor: Actor) -> Customer:
    known = order.customer if order else claim.customer if claim else None
    if known is not None:
        if customer_id is not None and customer_id != known.pk:
            raise InvalidInput("The order belongs to another customer.", field="order_id")
        return known
    found = Customer.objects.filter(pk=customer_id or 0, company_id=actor.company_id).first()
    if found is None:
        raise NotFound("There is no such customer.", field="customer_id")
    return found


def _return(return_id: int, actor: Actor) -> Return:
    found = Return.objects.select_related("customer").filter(pk=return_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no return {return_id}.", field="return_id")
    return found


def _mail(case: Case, message: CaseMessage, actor: Actor) -> None:
    """Send what was written to the customer, where we know an address."""
    tell_customer(
        kind="case_reply",
        key=f"case:{case.pk}:{message.pk}",
        about=case,
        customer=case.customer,
        contact=case.contact,
        order_id=case.order_id,
        actor=actor,
    )

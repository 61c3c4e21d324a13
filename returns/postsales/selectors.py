"""Reads of stage 10: cases, what was said in them, follow-ups, and working time."""

from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from omc.accounts.models import User
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.prepared import Prepared
from orders.core.models import CalendarSpan, Contact, Customer, Order
from returns.postsales.models import Case, CaseMessage, CaseState, FollowUp

SHOWN_WITH_ORDER = 20
ENDED = (CaseState.RESOLVED, CaseState.CLOSED)


def cases_list(actor: Actor, *, state: str = "", text: str = "", mine: bool = False) -> QuerySet[Case]:
    """Cases of the company. ``state`` may be ``open``; ``text`` finds number, subject, customer or order."""
    rows = Case.objects.filter(company_id=actor.company_id).select_related("customer", "order", "owner")
    if state == "open":
        rows = rows.exclude(state__in=ENDED)
    elif state:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(owner_id=actor.user_id)
    if text := text.strip():
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(subject__icontains=text)
            | Q(customer__name__icontains=text)
            | Q(order__number__icontains=text)
        )
    return rows


def open_cases_of(customer_id: int, actor: Actor) -> QuerySet[Case]:
    """What a customer still waits for, the latest first."""
    return cases_list(actor, state="open").filter(customer_id=customer_id).order_by("-id")


def one_case(case_id: int, actor: Actor) -> Case:
    """A case of the actor's company. Raises: NotFound"""
    found = (
        Case.objects.filter(pk=case_id, company_id=actor.company_id)
        .select_related("customer", "order", "return_order", "owner", "contact", "company")
        .first()
    )
    if found is None:
        raise NotFound(f"There is no case {case_id}.")
    return found


def messages_of(case: Case) -> QuerySet[CaseMessage]:
    return case.messages.select_related("author").order_by("at", "id")


_CASES_OF_ORDER = Prepared(
    lambda gaps: (
        Case.objects.filter(company_id=gaps.company, order_id=gaps.order)
        .select_related("customer", "order", "owner")
        .order_by("-id")[:SHOWN_WITH_ORDER]
    )
)
_FOLLOW_UPS_OF_ORDER = Prepared(
    lambda gaps: (
        FollowUp.objects.filter(company_id=gaps.company, order_id=gaps.order)
        .select_related("owner")
        .order_by("done_at", "due_on", "id")[:SHOWN_WITH_ORDER]
    )
)


def cases_of_order(order: Order, actor: Actor) -> list[Case]:
    """The latest cases about an order."""
    return _CASES_OF_ORDER.rows(company=actor.company_id, order=order.pk)


def follow_ups_list(actor: Actor, *, done: bool = False) -> QuerySet[FollowUp]:
    """Follow-ups of the company: those still owed, or those done."""
    return follow_up_rows(actor).filter(done_at__isnull=not done).annotate(latest_at=Coalesce("done_at", "created_at"))


def follow_ups_of_order(order: Order, actor: Actor) -> list[FollowUp]:
    """Follow-ups of an order: what was done first, then what is owed."""
    return _FOLLOW_UPS_OF_ORDER.rows(company=actor.company_id, order=order.pk)


def one_follow_up(follow_up_id: int, actor: Actor) -> FollowUp:
    """A follow-up of the actor's company. Raises: NotFound"""
    found = follow_up_rows(actor).filter(pk=follow_up_id).first()
    if found is None:
        raise NotFound(f"There is no follow-up {follow_up_id}.")
    return found


def follow_up_rows(actor: Actor) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(company_id=actor.company_id).select_related("customer", "order", "case", "owner")


def colleagues(actor: Actor) -> QuerySet[User]:
    """Who may own a case: active members of the company."""
    return User.objects.filter(memberships__company_id=actor.company_id, is_active=True).order_by("username")


def customers(actor: Actor) -> QuerySet[Customer]:
    return Customer.objects.filter(company_id=actor.company_id, is_active=True).order_by("name")


def contact_of(customer_id: int) -> Contact | None:
    """Whom we write to: the primary contact that has an address, else any that has one."""
    return Contact.objects.filter(customer_id=customer_id).exclude(email="").order_by("-is_primary", "id").first()


def business_moment(calendar_id: int | None, at: datetime, minutes: int) -> datetime:
    """The moment that lies ``minutes`` of working time after ``at``; calendar minutes where there is no calendar."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(omc_business_add(%s, %s, %s), %s::timestamptz + make_interval(mins => %s))",
            [calendar_id, at, minutes, at, minutes],
        )
        moment: datetime = cursor.fetchone()[0]
        return moment


def working_day_after(calendar_id: int | None, day: date, count: int) -> date:
    """The day that is ``count`` working days after ``day``; Monday to Friday where there is no calendar."""
    spans = CalendarSpan.objects.filter(calendar_id=calendar_id or 0, day__gt=day)
    days = list(spans.order_by("day").values_list("day", flat=True).distinct()[:count])
    if len(days) == count:
        return days[-1]
    while count:
        day += timedelta(days=1)
        count -= day.isoweekday() <= 5
    return day

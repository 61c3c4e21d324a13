"""What stage 10 puts on homes, and its card."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import HomeTask, News, StageCard, Todo, registry
from orders.core.models import Company
from orders.core.selectors.home import SHOWN, customer_link, document_duties
from returns.postsales.models import Case, CaseState
from returns.postsales.selectors import cases_list, follow_up_rows

OURS = (CaseState.NEW, CaseState.ASSIGNED, CaseState.WAITING_INTERNAL)


def register() -> None:
    registry.stage_cards.add("postsales", CARD)
    for task in (
        HomeTask("postsales.answer", ("postsales.work_case",), ANSWER),
        HomeTask("postsales.call", ("postsales.work_case",), calls_due),
    ):
        registry.home_tasks.add(task.key, task)
    for news in NEWS:
        registry.news.add(news.key, news)


_STAFF = frozenset({"csr", "csr_lead", "sales", "service", "exec", "admin"})
NEWS = (
    News(
        "cases_opened", ("case_opened", "case_reopened"), _("%(count)s case was opened"),
        _("%(count)s cases were opened"), _STAFF, order=80,
    ),
    News(
        "cases_resolved", ("case_resolved",), _("%(count)s case was resolved"), _("%(count)s cases were resolved"),
        _STAFF, order=81,
    ),
)  # fmt: skip


def _waiting(actor: Actor) -> QuerySet[Case]:
    """Cases that wait for us, and that nobody else has."""
    return cases_list(actor).filter(Q(owner__isnull=True) | Q(owner_id=actor.user_id), state__in=OURS)


ANSWER = document_duties(
    10,
    "Handle case",
    _waiting,
    what=_("Answer case %(document)s"),
    button=_("Answer"),
    url="postsales:case",
    why=lambda case: case.subject,
)


def calls_due(actor: Actor) -> list[Todo]:
    """Follow-ups whose day has come."""
    company = Company.objects.get(pk=actor.company_id)
    zone = ZoneInfo(company.time_zone)
    rows = follow_up_rows(actor).filter(
        Q(owner__isnull=True) | Q(owner_id=actor.user_id),
        done_at__isnull=True,
        due_on__lte=clock.today(company.time_zone),
    )
    return [
        Todo(
            what=_("Call %(customer)s") % {"customer": row.customer},
            button=_("Say what came of it"),
            url=reverse("postsales:done", args=[row.pk]),
            since=row.created_at,
            stage=10,
            due=datetime.combine(row.due_on + timedelta(days=1), time(), zone),
            amount=row.order.net_base if row.order else None,
            customer=customer_link(row.customer),
            why=row.purpose,
        )
        for row in rows.order_by("due_on", "id")[:SHOWN]
    ]


CARD = StageCard(
    stage="postsales",
    purpose=_("After the goods, the answers: nobody who asks is left waiting."),
    comes_in=_("a question, problem, complaint, wish for training: by hand, from an order or a return; a delivery"),
    goes_out=_("replies to the customer (Sent page), follow-up calls, the customer's verdict from 1 to 5"),
    who=_("customer service; whoever answers a new case takes it"),
)

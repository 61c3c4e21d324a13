"""What core itself puts on homes: the administrator's and the executive's work, and news of holds and promises."""

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import HomeTask, News, Todo, registry
from orders.core.models import Delivery, Hold, HoldState, JobRun, JobState, RuleState, RuleVersion
from orders.core.selectors.duties import duty_url
from orders.core.selectors.home import SHOWN, most_urgent, todo_of, todo_of_group

EVERYBODY = frozenset({"csr", "csr_lead", "sales", "pricing", "credit", "planner", "ops", "exec", "admin"})


def register() -> None:
    for key, needs, tasks in (
        ("core.parked", ("orders.manage_outbox",), parked_deliveries),
        ("core.failed_jobs", ("orders.manage_settings",), failed_jobs),
        ("core.rules", ("orders.manage_rules",), rules_to_publish),
        ("core.orphan_holds", ("orders.manage_members",), holds_nobody_owns),
        ("core.oversee", ("orders.oversee",), worst_waiting),
        ("core.overdue", ("orders.manage_settings",), worst_waiting),
    ):
        registry.home_tasks.add(key, HomeTask(key, needs, tasks))
    for news in (
        News(
            "holds_placed",
            ("hold_placed",),
            _("%(count)s hold was placed"),
            _("%(count)s holds were placed"),
            EVERYBODY,
            "o.net_base",
            40,
        ),
        News(
            "holds_settled",
            ("hold_resolved", "hold_rejected"),
            _("%(count)s hold was lifted or rejected"),
            _("%(count)s holds were lifted or rejected"),
            EVERYBODY,
            "o.net_base",
            41,
        ),
        News(
            "promises_moved",
            ("promise_changed",),
            _("%(count)s promise to a customer was moved"),
            _("%(count)s promises to customers were moved"),
            EVERYBODY - {"pricing", "credit"},
            "o.net_base",
            45,
        ),
    ):
        registry.news.add(news.key, news)


def parked_deliveries(actor: Actor) -> list[Todo]:
    """Work that failed too often and was set aside, as one thing."""
    found = Delivery.objects.filter(company_id=actor.company_id, parked=True).aggregate(
        n=Count("id"), since=Min("event__at")
    )
    if not found["n"]:
        return []
    return [
        todo_of_group(
            found,
            what=ngettext_lazy("Retry %(n)s parked delivery", "Retry %(n)s parked deliveries", "n"),
            button=_("Open the outbox"),
            url=f"{reverse('core:outbox')}?parked=1",
            due=found["since"],
            why=_("what follows from these events has not happened"),
        )
    ]


def failed_jobs(actor: Actor) -> list[Todo]:
    """Jobs that failed and that nobody has started again."""
    again = JobRun.objects.filter(rerun_of=OuterRef("pk"))
    jobs = JobRun.objects.filter(~Exists(again), company_id=actor.company_id, status=JobState.FAILED)
    return [
        Todo(
            what=_("Look into the failed job %(job)s") % {"job": job},
            button=_("Open the job"),
            url=reverse("core:job", args=[job.pk]),
            since=job.finished_at or job.created_at,
            due=job.finished_at or job.created_at,
            why=job.error.strip().rpartition("\n")[2][:160],
        )
        for job in jobs.order_by("-id")[:SHOWN]
    ]


def rules_to_publish(actor: Actor) -> list[Todo]:
    """Drafts of hold rules, which somebody else than their author publishes."""
    newer = RuleVersion.objects.filter(company=OuterRef("company"), key=OuterRef("key"), number__gt=OuterRef("number"))
    drafts = RuleVersion.objects.filter(
        ~Exists(newer), company_id=actor.company_id, status=RuleState.DRAFT, key__startswith="hold:"
    )
    return [
        Todo(
            what=_("Publish the hold rule %(rule)s") % {"rule": rule},
            button=_("Read and publish"),
            url=reverse("core:rules"),
            since=rule.created_at,
            why=_("written by %(author)s") % {"author": rule.created_by or _("the system")},
        )
        for rule in drafts.exclude(created_by_id=actor.user_id).select_related("created_by").order_by("id")[:SHOWN]
    ]


def holds_nobody_owns(actor: Actor) -> list[Todo]:
    """Unresolved holds without an owner, as one thing."""
    holds = Hold.objects.filter(company_id=actor.company_id, owner__isnull=True).exclude(status=HoldState.RESOLVED)
    found = holds.aggregate(n=Count("id"), since=Min("placed_at"), due=Min("due_at"))
    if not found["n"]:
        return []
    return [
        todo_of_group(
            found,
            what=ngettext_lazy("Settle %(n)s hold that nobody owns", "Settle %(n)s holds that nobody owns", "n"),
            button=_("Open the holds"),
            url=f"{reverse('core:holds')}?unowned=on",
            due=found["due"],
        )
    ]


def worst_waiting(actor: Actor) -> list[Todo]:
    """What is overdue anywhere in the cycle and in our own hands, with the department to ask: of an order only the
    earliest stage, for which the others wait."""
    first = Q(order__isnull=True) | Q(order__stage=F("stage"))
    duties = most_urgent(actor, 0, narrowed=first & Q(due_at__lt=clock.now(), waits_for_customer=False))
    return [
        todo_of(
            duty,
            what=_("Ask %(whom)s why “%(duty)s” waits") % {"whom": duty.owner or duty.queue, "duty": duty.name},
            button=_("Look into it"),
            url=duty_url(duty),
            why=_("order %(order)s") % {"order": duty.order} if duty.order else "",
        )
        for duty in duties
    ]

"""What stage 5 puts on homes, and its card."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.money import plain
from omc.lib.registry import HomeTask, RuleInForce, StageCard, Todo, registry
from orders.core.selectors.home import SHOWN, most_urgent, todo_of
from orders.prioritization.models import AllocationRun, AllocationRunState, RuleSet, RuleSetState


def register() -> None:
    registry.stage_cards.add("prioritization", CARD)
    for task in (
        HomeTask("prioritization.rank", ("prioritization.rank_orders",), unranked),
        HomeTask("prioritization.runs", ("prioritization.run_allocation",), proposed_runs),
        HomeTask("prioritization.rules", ("prioritization.publish_rules",), rule_sets_to_publish),
    ):
        registry.home_tasks.add(task.key, task)


def unranked(actor: Actor) -> list[Todo]:
    """Orders that should have ranked themselves long ago."""
    return [
        todo_of(
            duty,
            what=_("Rank order %(order)s") % {"order": duty.order},
            button=_("Rank"),
            url=reverse("prioritization:explain", args=[duty.order_id]),
            why=_("it should have ranked itself"),
        )
        for duty in most_urgent(actor, 5, "Rank order", narrowed=Q(order__isnull=False, due_at__lt=clock.now()))
    ]


def proposed_runs(actor: Actor) -> list[Todo]:
    """Allocation runs that wait for a decision."""
    runs = AllocationRun.objects.filter(company_id=actor.company_id, state=AllocationRunState.PROPOSED)
    return [
        Todo(
            what=_("Apply or discard allocation run %(run)s") % {"run": run.pk},
            button=_("Decide"),
            url=reverse("prioritization:run", args=[run.pk]),
            since=run.created_at,
            stage=5,
            why=_("stock changes while it waits"),
        )
        for run in runs.order_by("id")[:SHOWN]
    ]


def rule_sets_to_publish(actor: Actor) -> list[Todo]:
    """Drafts of ranking rules that somebody else wrote."""
    drafts = RuleSet.objects.filter(company_id=actor.company_id, state=RuleSetState.DRAFT)
    return [
        Todo(
            what=_("Publish the rule set %(name)s") % {"name": draft},
            button=_("Read and publish"),
            url=reverse("prioritization:rule-set", args=[draft.pk]),
            since=draft.created_at,
            stage=5,
            why=_("written by %(author)s") % {"author": draft.author or _("the system")},
        )
        for draft in drafts.exclude(author_id=actor.user_id).select_related("author").order_by("id")[:SHOWN]
    ]


def in_force(actor: Actor) -> list[RuleInForce]:
    """The published rule set."""
    found = RuleSet.objects.filter(company_id=actor.company_id, state=RuleSetState.PUBLISHED)
    return [
        RuleInForce(
            _("Ranking rules “%(name)s”") % {"name": rule_set.name},
            _("version %(number)s; %(points)s points a working day waited")
            % {"number": rule_set.number, "points": plain(rule_set.points_per_day)},
            str(rule_set.published_by or _("the system")),
            rule_set.published_at,
            reverse("prioritization:rule-set", args=[rule_set.pk]),
        )
        for rule_set in found.select_related("published_by")
    ]


CARD = StageCard(
    stage="prioritization",
    purpose=_("Decides who comes first when stock and days are short, and can say why of every order."),
    comes_in=_(
        "confirmed orders with goods, holds, moved promises, shipments; published facts (risk of leaving, times"
        " displaced)"
    ),
    goes_out=_("a rank per open order with its reasons; stock for waiting promises, in rank order"),
    who=_("operations (rank, allocation runs), administrators (rules; two people to publish)"),
    steps=("allocate",),
    rules=in_force,
)

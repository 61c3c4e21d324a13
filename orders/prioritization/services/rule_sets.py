"""Draft, change and publish the rules that rank orders. Two people are needed to publish."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

from django.db.models import Max

from omc.lib import clock
from omc.lib.actor import Actor, require, system
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.eventlog import record, record_many
from orders.core.models import Company
from orders.prioritization.events import RuleSetChanged, RuleSetDrafted, RuleSetPublished, RuleSetRetired
from orders.prioritization.machines import RULE_SET
from orders.prioritization.models import Ranking, RuleSet, RuleSetState
from orders.prioritization.reference import DEFAULT_BODY, DEFAULT_NAME, DEFAULT_POINTS_PER_DAY
from orders.prioritization.selectors.books import fairness_bound, read
from orders.prioritization.services.ranking import rank_backlog

EDITABLE = (RuleSetState.DRAFT,)


class RuleSetRefused(DomainError):
    """The rule set cannot be changed or published like this."""

    code = "rule_set_refused"


@verb(events=(RuleSetDrafted,))
def draft_rule_set(*, source_id: int, actor: Actor) -> RuleSet:
    """Start a new version from an existing one.

    Raises: NotFound
    Events: rule_set_drafted
    """
    require(actor, "orders.manage_rules")
    source = _lock(source_id, actor)
    return _draft(source.name, source.points_per_day, source.body, actor=actor, source=str(source))


@verb(events=(RuleSetChanged,))
def change_rule_set(
    *, rule_set_id: int, name: str, points_per_day: Decimal, body: dict[str, Any], actor: Actor
) -> RuleSet:
    """Change a draft.

    Raises: InvalidRuleSet; RuleSetRefused when it is no draft or when waiting would count nothing
    Events: rule_set_changed
    """
    require(actor, "orders.manage_rules")
    rule_set = _lock(rule_set_id, actor)
    if rule_set.state not in EDITABLE:
        raise RuleSetRefused(f"{rule_set} is {rule_set.state}; start a draft from it instead.", state=rule_set.state)
    if not name.strip():
        raise InvalidInput("Give the rule set a name.", field="name")
    read(body)
    rule_set.name, rule_set.points_per_day, rule_set.body = name.strip(), points_per_day, body
    _refuse_starvation(rule_set)
    rule_set.save(update_fields=["name", "points_per_day", "body"])
    record(rule_set, RuleSetChanged(points_per_day=points_per_day), actor=actor)
    return rule_set


@verb(events=(RuleSetPublished, RuleSetRetired))
def publish_rule_set(*, rule_set_id: int, actor: Actor) -> RuleSet:
    """Put a draft in force and rank every open order by it. Its author needs a colleague for that.

    Raises: RuleSetRefused, InvalidRuleSet, NotFound
    Events: rule_set_published, and rule_set_retired for the one before
    """
    require(actor, "prioritization.publish_rules")
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)  # one publication at a time
    rule_set = _lock(rule_set_id, actor)
    if not actor.is_system and rule_set.author_id == actor.user_id:
        raise RuleSetRefused("You wrote these rules; ask a colleague to publish them.", author_id=rule_set.author_id)
    RULE_SET.check(rule_set, RuleSetState.PUBLISHED)
    read(rule_set.body)
    _refuse_starvation(rule_set)
    before = (
        RuleSet.objects.select_for_update().filter(company_id=actor.company_id, state=RuleSetState.PUBLISHED).first()
    )
    if before is not None:
        retired = RuleSetRetired(successor=str(rule_set))
        RULE_SET.advance(before, RuleSetState.RETIRED, retired, actor=actor, record=record_many)
    waiting = RuleSetPublished(ranked_orders=_open_ranks(actor.company_id), points_per_day=rule_set.points_per_day)
    stamp = {"published_by": actor.user_id, "published_at": clock.now()}
    RULE_SET.advance(rule_set, RuleSetState.PUBLISHED, waiting, actor=actor, record=record_many, stamp=stamp)
    rank_backlog(actor=system("publish_rule_set", actor.company_id))
    return rule_set


def load_rule_set(company_id: int) -> None:
    """Give a company without any rule set the one that the product brings, published."""
    if RuleSet.objects.filter(company_id=company_id).exists():
        return
    loader = system("reference data", company_id)
    draft = _draft(DEFAULT_NAME, DEFAULT_POINTS_PER_DAY, DEFAULT_BODY, actor=loader, source="the product")
    publish_rule_set(rule_set_id=draft.pk, actor=loader)


def _draft(name: str, points_per_day: Decimal, body: dict[str, Any], *, actor: Actor, source: str) -> RuleSet:
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)  # one number at a time
    last = RuleSet.objects.filter(company_id=actor.company_id).aggregate(last=Max("number"))["last"] or 0
    draft = RuleSet.objects.create(
        company_id=actor.company_id,
        number=last + 1,
        name=name,
        points_per_day=points_per_day,
        body=deepcopy(body),
        author_id=actor.user_id,
        created_at=clock.now(),
    )
    record(draft, RuleSetDrafted(source=source), actor=actor)
    return draft


def _open_ranks(company_id: int) -> int:
    return Ranking.objects.filter(company_id=company_id, is_open=True).count()


def _refuse_starvation(rule_set: RuleSet) -> None:
    if fairness_bound(rule_set) is None:
        raise RuleSetRefused(
            "Waiting must count something, or an order with few points may wait for ever.", field="points_per_day"
        )


def _lock(rule_set_id: int, actor: Actor) -> RuleSet:
    found = RuleSet.objects.select_for_update().filter(pk=rule_set_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no rule set {rule_set_id}.")
    return found

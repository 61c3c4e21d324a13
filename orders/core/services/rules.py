"""Named conditions: written, published, rolled back; and the holds that they place."""

from typing import Any

from django.db.models import Max

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import conditions
from orders.core.models import Company, HoldScope, HoldType, Order, RuleState, RuleVersion
from orders.core.selectors.companies import today


class RuleRefused(DomainError):
    """The rule version is not in a state for this."""

    code = "rule_refused"


@verb(silent="versions are rows that are kept; each says who and when")
def draft_rule(*, key: str, name: str, tree: dict[str, Any], actor: Actor) -> RuleVersion:
    """Write a new version of a condition; it has no effect until it is published.

    Raises: InvalidCondition
    """
    require(actor, "orders.manage_rules")
    return write_version(key=key, name=name, tree=conditions.parse(tree, conditions.FIELDS), actor=actor)


def write_version(*, key: str, name: str, tree: conditions.Tree, actor: Actor) -> RuleVersion:
    """The next version of a rule, as a draft; inside another verb, for a stage whose rules have rows of their own."""
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    last = RuleVersion.objects.filter(company_id=actor.company_id, key=key).aggregate(last=Max("number"))["last"]
    return RuleVersion.objects.create(
        company_id=actor.company_id,
        key=key,
        name=name,
        number=(last or 0) + 1,
        tree=conditions.dump(tree),
        created_by_id=actor.user_id,
        created_at=clock.now(),
    )


@verb(silent="versions are rows that are kept; each says who and when")
def publish_rule(*, version_id: int, actor: Actor) -> RuleVersion:
    """Put a version in force; the one before retires. Publishing a retired version is the way back.

    Raises: RuleRefused when it is in force already, NotFound
    """
    require(actor, "orders.manage_rules")
    version = RuleVersion.objects.filter(pk=version_id, company_id=actor.company_id).first()
    if version is None:
        raise NotFound(f"There is no rule version {version_id}.")
    rows = {
        row.pk: row
        for row in RuleVersion.objects.select_for_update()
        .filter(company_id=actor.company_id, key=version.key)
        .order_by("pk")
    }
    version = rows[version_id]
    if version.status == RuleState.PUBLISHED:
        raise RuleRefused(f"{version} is in force already.")
    RuleVersion.objects.filter(pk__in=rows, status=RuleState.PUBLISHED).update(status=RuleState.RETIRED)
    version.status, version.published_at, version.published_by_id = (
        RuleState.PUBLISHED,
        clock.now(),
        actor.user_id,
    )
    version.save(update_fields=["status", "published_at", "published_by"])
    return version


@verb(silent="versions are rows that are kept; each says who and when")
def rollback_rule(*, key: str, actor: Actor) -> RuleVersion:
    """Put the version in force that was so before the present one.

    Raises: RuleRefused when there is none
    """
    require(actor, "orders.manage_rules")
    before = (
        RuleVersion.objects.filter(company_id=actor.company_id, key=key, status=RuleState.RETIRED)
        .order_by("-published_at", "-number")
        .first()
    )
    if before is None:
        raise RuleRefused("There is no earlier version to go back to.")
    published: RuleVersion = publish_rule(version_id=before.pk, actor=actor)
    return published


_IN_FORCE = Prepared(lambda gaps: RuleVersion.objects.filter(company_id=gaps.company, status=RuleState.PUBLISHED))


def matching_holds(order: Order) -> list[tuple[str, str]]:
    """Hold types whose published condition the order meets: (code, the condition in words)."""
    rules = {version.key: version for version in _IN_FORCE.rows(company=order.company_id)}
    if not rules:
        return []
    kinds = HoldType.objects.filter(company_id=order.company_id, is_active=True, rule_key__in=rules)
    facts = conditions.facts_of([order.pk])[order.pk]
    day = today(order.company)
    found = []
    for kind in kinds:
        tree = conditions.parse(rules[kind.rule_key].tree, conditions.FIELDS)
        if conditions.matches(conditions.literal(tree, day), facts, conditions.FIELDS):
            found.append((kind.code, f"{rules[kind.rule_key]}: {conditions.sentence(tree, conditions.FIELDS)}"))
    return found


@verb(silent="versions are rows that are kept; each says who and when")
def draft_hold_rule(*, code: str, tree: dict[str, Any], actor: Actor) -> RuleVersion:
    """Write a new version of the condition under which a kind of hold places itself at submit.

    Raises: InvalidCondition, NotFound
    """
    require(actor, "orders.manage_rules")
    kind = HoldType.objects.select_for_update().filter(company_id=actor.company_id, code=code).first()
    if kind is None or kind.scope != HoldScope.ORDER:
        raise NotFound(f"There is no hold type {code} for orders.")
    if not tree.get("all"):
        raise conditions.InvalidCondition("Say at least one thing that an order must be, or it would hold every order.")
    key = f"hold:{code}"
    if kind.rule_key != key:
        kind.rule_key = key
        kind.save(update_fields=["rule_key"])
    version: RuleVersion = draft_rule(key=key, name=kind.name, tree=tree, actor=actor)
    return version

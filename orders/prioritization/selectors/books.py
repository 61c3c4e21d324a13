"""Rule sets, read and checked against the fields there are."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from omc.lib.actor import Actor
from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Prepared
from orders.core.conditions import FIELDS as CONDITION_FIELDS
from orders.core.conditions import InvalidCondition, Tree, literal, matches, parse
from orders.prioritization import rules
from orders.prioritization.models import RuleSet, RuleSetState
from orders.prioritization.rules import Part, RuleBook
from orders.prioritization.selectors.fields import FIELDS

KINDS = {"factor": ("decimal", "integer"), "bands": ("decimal", "integer"), "lookup": ("choice", "text", "boolean")}


_PUBLISHED = Prepared(
    lambda gaps: (
        RuleSet.objects.filter(company_id=gaps.company, state=RuleSetState.PUBLISHED)
        .select_related("company__calendar")
        .order_by("pk")[:1]
    )
)


class InvalidRuleSet(DomainError):
    """The body of a rule set cannot be read; the sentence says why."""

    code, status = "invalid_rule_set", 422


class NoRuleSet(DomainError):
    """Nothing says how to rank: no rule set is published."""

    code = "no_rule_set"


@dataclass(frozen=True)
class CheckedBook:
    """A rule book whose fields exist, with the conditions of its rules read."""

    book: RuleBook
    conditions: dict[str, Tree]

    def on(self, today: date) -> dict[str, Tree]:
        """The conditions with relative dates made literal."""
        return {key: literal(tree, today) for key, tree in self.conditions.items()}

    def score(self, facts: dict[str, Any], today: date) -> list[Part]:
        """The parts of one order's points from its facts."""
        trees = self.on(today)
        return rules.score(self.book, facts, lambda rule: matches(trees[rule.key], facts, CONDITION_FIELDS))


def read(body: dict[str, Any]) -> CheckedBook:
    """Raises: InvalidRuleSet"""
    try:
        book = rules.read(body)
        trees = {rule.key: parse(rule.when, CONDITION_FIELDS) for rule in book.rules}
        for rule in book.rules:
            _check_field(rule)
    except InvalidCondition as problem:
        raise InvalidRuleSet(problem.message) from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise InvalidRuleSet(f"The rules cannot be read: {problem}") from problem
    return CheckedBook(book, trees)


def _check_field(rule: rules.Rule) -> None:
    if isinstance(rule.points, rules.Constant):
        return
    field = FIELDS.get(rule.field)
    kind = type(rule.points).__name__.lower()
    if field is None or field.kind not in KINDS[kind]:
        raise ValueError(f"rule “{rule.name}” cannot give points for “{rule.field}” like this.")
    if isinstance(rule.points, rules.Lookup):
        known = ["true", "false"] if field.kind == "boolean" else [value for value, _ in field.choices]
        if strange := [word for word in rule.points.table if known and word not in known]:
            raise ValueError(f"rule “{rule.name}”: {field.label} is never “{strange[0]}”.")


def published(company_id: int) -> RuleSet:
    """Raises: NoRuleSet"""
    found = _PUBLISHED.first(company=company_id)
    if found is None:
        raise NoRuleSet("No rule set is published, so nothing can be ranked.")
    return found


def rule_sets(actor: Actor) -> list[RuleSet]:
    """Every version, the newest first."""
    return list(
        RuleSet.objects.filter(company_id=actor.company_id).select_related("author", "published_by").order_by("-number")
    )


def rule_set(rule_set_id: int, actor: Actor) -> RuleSet:
    """Raises: NotFound"""
    found = (
        RuleSet.objects.filter(pk=rule_set_id, company_id=actor.company_id)
        .select_related("author", "published_by")
        .first()
    )
    if found is None:
        raise NotFound(f"There is no rule set {rule_set_id}.")
    return found


def fairness_bound(rule_set: RuleSet) -> Decimal | None:
    """Units: working days; None when an order may wait for ever."""
    return rules.fairness_bound(read(rule_set.body).book, rule_set.points_per_day)

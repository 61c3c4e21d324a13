"""Write the guidelines: a version of rows that is drafted, published and rolled back like every rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from omc.accounts.roles import ROLES
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.service import verb
from orders.core import conditions
from orders.core.models import Category, Customer, RuleVersion
from orders.core.services.rules import publish_rule, rollback_rule, write_version
from orders.pricing.guidelines.models import DiscountGuideline, Mode
from orders.pricing.guidelines.rules import SPECIFIC
from orders.pricing.guidelines.selectors import FIELDS, KEY

_NO_EVENT = "versions are rows that are kept; each says who and when"


class InvalidGuidelines(DomainError):
    """Some rows cannot be read; ``data["lines"]`` says which field of which row, and why."""

    code, status = "invalid_guidelines", 422


@dataclass(frozen=True, slots=True)
class GuidelineInput:
    """One row as typed: what is empty is not asked about."""

    customer: str = ""
    customer_class: str = ""
    category: str = ""
    role: str = ""
    max_discount_percent: Decimal | None = None
    min_margin_percent: Decimal | None = None
    mode: str = Mode.APPROVE

    def tree(self) -> dict[str, Any]:
        """Its condition: all that is named must be so."""
        said = (self.customer.strip(), self.customer_class, self.category.strip(), self.role)
        return {
            "all": [
                {"any": [{"field": field, "op": "eq", "value": value}]}
                for field, value in zip(SPECIFIC, said, strict=True)
                if value
            ]
        }


@verb(silent=_NO_EVENT)
def draft_guidelines(*, rows: Sequence[GuidelineInput], actor: Actor) -> RuleVersion:
    """Write a new version of the guidelines; it has no effect until it is published. No rows mean no guidelines.

    Raises: InvalidGuidelines naming each row that cannot be read
    """
    require(actor, "pricing.edit_guidelines")
    _refuse_unreadable(rows, actor)
    version = write_version(key=KEY, name="Discount guidelines", tree=conditions.Tree(), actor=actor)
    DiscountGuideline.objects.bulk_create(
        DiscountGuideline(
            version=version,
            position=position,
            tree=conditions.dump(conditions.parse(row.tree(), FIELDS)),
            max_discount_percent=row.max_discount_percent,
            min_margin_percent=row.min_margin_percent,
            mode=row.mode,
        )
        for position, row in enumerate(rows, start=1)
    )
    return version


@verb(silent=_NO_EVENT)
def publish_guidelines(*, version_id: int, actor: Actor) -> RuleVersion:
    """Put a version in force. What was priced before is judged by it when it is next handed in.

    Raises: RuleRefused when it is in force already, NotFound
    """
    require(actor, "orders.manage_rules")
    if not RuleVersion.objects.filter(pk=version_id, company_id=actor.company_id, key=KEY).exists():
        raise NotFound(f"There is no version {version_id} of the discount guidelines.")
    published: RuleVersion = publish_rule(version_id=version_id, actor=actor)
    return published


@verb(silent=_NO_EVENT)
def rollback_guidelines(*, actor: Actor) -> RuleVersion:
    """Put the version in force that was so before. Raises: RuleRefused when there is none"""
    require(actor, "orders.manage_rules")
    back: RuleVersion = rollback_rule(key=KEY, actor=actor)
    return back


def _refuse_unreadable(rows: Sequence[GuidelineInput], actor: Actor) -> None:
    customers = _known(Customer, {row.customer.strip() for row in rows}, actor)
    categories = _known(Category, {row.category.strip() for row in rows}, actor)
    problems: list[dict[str, object]] = []
    for position, row in enumerate(rows, start=1):
        for field, message in _problems(row, customers, categories):
            problems.append({"position": position, "field": field, "message": message})
    if problems:
        first = problems[0]
        raise InvalidGuidelines(f"Row {first['position']}: {first['message']}", field="rows", lines=problems)


def _known(model: type[Customer] | type[Category], codes: set[str], actor: Actor) -> set[str]:
    return set(model.objects.filter(company_id=actor.company_id, code__in=codes).values_list("code", flat=True))


def _problems(row: GuidelineInput, customers: set[str], categories: set[str]) -> list[tuple[str, str]]:
    found = []
    if row.customer.strip() and row.customer.strip() not in customers:
        found.append(("customer", f"There is no customer {row.customer}."))
    if row.category.strip() and row.category.strip() not in categories:
        found.append(("category", f"There is no item category {row.category}."))
    if row.customer_class and row.customer_class not in Customer.CustomerClass.values:
        found.append(("customer_class", "A class is A, B, C or D."))
    if row.role and row.role not in ROLES:
        found.append(("role", f"There is no role {row.role}."))
    if row.mode not in Mode.values:
        found.append(("mode", "Warn, ask for approval, or refuse."))
    if row.max_discount_percent is None and row.min_margin_percent is None:
        found.append(("max_discount_percent", "Say how far one may go: a discount, a margin, or both."))
    if row.max_discount_percent is not None and not 0 <= row.max_discount_percent <= 100:
        found.append(("max_discount_percent", "A discount is between 0 and 100 %."))
    if row.min_margin_percent is not None and not -1000 < row.min_margin_percent < 100:
        found.append(("min_margin_percent", "A margin is under 100 %."))
    return found

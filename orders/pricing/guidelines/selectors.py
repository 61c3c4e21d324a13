"""What the guidelines in force say about the lines of a quote or an order, and what approvals led to."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import ZERO, margin_percent, round_amount
from omc.lib.prepared import Prepared
from orders.core import conditions
from orders.core.conditions import Field, Tree
from orders.core.models import Category, Customer, LineKind, Order, PricedLine, Product, RuleState, RuleVersion
from orders.pricing.guidelines.models import Approval, ApprovalState, DiscountGuideline
from orders.pricing.guidelines.rules import Breach, Row, discount_percent, judge, strictest
from orders.pricing.models import Quote
from orders.pricing.rules import in_force
from orders.pricing.selectors.explanations import discounts_over

KEY: Final = "pricing.discounts"
_UNPRICED: Final = (LineKind.TEXT, LineKind.COMPONENT)

# What the condition of a guideline may ask about: who is offered what, and by which role.
FIELDS: Final[dict[str, Field]] = {
    field.key: field
    for field in (
        Field("customer", "customer", "text", ""),
        Field(
            "class",
            "customer class",
            "choice",
            "",
            choices=tuple((str(value), str(label)) for value, label in Customer.CustomerClass.choices),
        ),
        Field("category", "item category", "text", ""),
        Field("role", "role", "text", ""),
    )
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A line outside the guidelines, as it stood. Percents are None where they are unknown or kept."""

    position: int
    item: str
    mode: str
    guideline_id: int
    discount_percent: Decimal | None
    margin_percent: Decimal | None
    max_discount_percent: Decimal | None
    min_margin_percent: Decimal | None

    def row(self) -> dict[str, Any]:
        """As it is kept with a request."""
        return {key: str(value) if isinstance(value, Decimal) else value for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Judgment:
    """A whole document against the guidelines. ``mode`` is the strictest word on any line; empty is fine.

    Units: company currency; ``system_base`` is the value at the prices in force.
    """

    version: RuleVersion | None
    findings: Sequence[Finding]
    fingerprint: str
    system_base: Decimal
    net_base: Decimal
    cost_base: Decimal | None

    @property
    def mode(self) -> str:
        return strictest(finding.mode for finding in self.findings)

    @property
    def asking(self) -> list[Finding]:
        """The lines that somebody has to approve (or that nobody can)."""
        return [finding for finding in self.findings if finding.mode != "warn"]


_IN_FORCE = Prepared(
    lambda gaps: RuleVersion.objects.filter(company_id=gaps.company, key=KEY, status=RuleState.PUBLISHED).order_by(
        "pk"
    )[:1]
)


def version_in_force(company_id: int) -> RuleVersion | None:
    """The guidelines that count now."""
    return _IN_FORCE.first(company=company_id)


def versions_of(company_id: int) -> QuerySet[RuleVersion]:
    """Every version of the guidelines, the newest first."""
    return (
        RuleVersion.objects.filter(company_id=company_id, key=KEY)
        .select_related("created_by", "published_by")
        .prefetch_related("discount_guidelines")
        .order_by("-number")
    )


def words_of(guideline: DiscountGuideline) -> str:
    """For whom and what a guideline holds, in words."""
    return conditions.sentence(conditions.parse(guideline.tree, FIELDS), FIELDS)


def judge_document(document: Order | Quote, lines: Sequence[PricedLine], customer: Customer, actor: Actor) -> Judgment:
    """What the guidelines in force say about these lines when ``actor`` gives these prices. At most three queries.

    The discount counts from the price in force (or the quoted one), after the line's share of discounts on the whole.
    A line at its quoted price was judged with its quote.
    """
    version = version_in_force(document.company_id)
    shares = discounts_over(lines)
    given = [_given(line, shares[line.position], document.currency_rate) for line in lines if _counts(line)]
    findings: list[Finding] = []
    if version is not None:
        rows = [
            (row, conditions.parse(row.tree, FIELDS))
            for row in DiscountGuideline.objects.filter(version=version).order_by("position")
        ]
        categories = _categories([one.line for one in given])
        for one in given:
            found = judge(
                _fitting(rows, customer, categories.get(one.category_id or 0, ""), actor.roles),
                discount=one.discount,
                margin=None if one.stands_by_quote else one.margin,
            )
            if found:
                findings.append(
                    Finding(
                        one.line.position,
                        one.line.product.sku if one.line.product else one.line.description,
                        found.mode,
                        found.guideline_id,
                        one.discount,
                        one.margin,
                        found.max_discount_percent,
                        found.min_margin_percent,
                    )
                )
    return Judgment(
        version=version,
        findings=findings,
        fingerprint=fingerprint_of(document, lines),
        system_base=sum((one.system_base for one in given), ZERO),
        net_base=sum((one.net_base for one in given), ZERO),
        cost_base=_sum_of_costs([one.line for one in given]),
    )


def fingerprint_of(document: Order | Quote, lines: Iterable[PricedLine]) -> str:
    """What was priced and at what: it differs as soon as an item, a quantity, a unit or a price does."""
    rows = [
        (line.position, line.kind, line.product_id, line.unit, f"{_quantity(line):.6f}", f"{line.unit_price:.4f}")
        for line in lines
        if line.kind not in _UNPRICED
    ]
    said = repr((document.customer_id, document.currency, f"{document.currency_rate:.8f}", sorted(rows)))
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Given:
    line: PricedLine
    system_base: Decimal
    net_base: Decimal
    stands_by_quote: bool

    @property
    def discount(self) -> Decimal | None:
        return discount_percent(self.system_base, self.net_base)

    @property
    def margin(self) -> Decimal | None:
        return margin_percent(self.net_base, self.line.cost_base)

    @property
    def category_id(self) -> int | None:
        return self.line.product.category_id if self.line.product else None


def _counts(line: PricedLine) -> bool:
    """Goods, kits and services from the catalog; charges have no list to be under."""
    return line.product_id is not None and line.kind not in _UNPRICED and bool(line.price_steps)


def _given(line: PricedLine, share: Decimal, rate: Decimal) -> _Given:
    steps: list[Mapping[str, Any]] = line.price_steps
    last = steps[-1]
    if last["step"] != "manual" or _is_answered(last, _quantity(line)):
        system = Decimal(last["price"])
    else:  # a price typed where no list has one is under nothing
        system = in_force(steps) or line.list_price or line.unit_price
    return _Given(
        line=line,
        system_base=round_amount(round_amount(system * _quantity(line)) * rate),
        net_base=line.net_base + share,
        stands_by_quote=last["step"] == "quote" or _is_answered(last, _quantity(line)),
    )


def _is_answered(step: Mapping[str, Any], quantity: Decimal) -> bool:
    """Somebody who may decide gave this very price when asked, for this quantity or less."""
    return step.get("source") == "question" and quantity >= Decimal(step.get("min_quantity", "0"))


def _quantity(line: Any) -> Decimal:
    """Units: stock unit."""
    quantity: Decimal = line.ordered if hasattr(line, "ordered") else line.quantity
    return quantity or line.typed_quantity * line.unit_factor


def _categories(lines: Sequence[PricedLine]) -> dict[int, str]:
    wanted = {line.product.category_id for line in lines if line.product and line.product.category_id}
    return dict(Category.objects.filter(pk__in=wanted).values_list("pk", "code")) if wanted else {}


def _fitting(
    rows: Sequence[tuple[DiscountGuideline, Tree]], customer: Customer, category: str, roles: Iterable[str]
) -> list[Row]:
    facts = {"customer": customer.code, "class": customer.customer_class, "category": category or None}
    each_role = [facts | {"role": role} for role in (sorted(roles) or [""])]
    return [
        Row(
            row.pk,
            frozenset(leaf.field for group in tree.groups for leaf in group),
            row.mode,
            row.max_discount_percent,
            row.min_margin_percent,
        )
        for row, tree in rows
        if any(conditions.matches(tree, known, FIELDS) for known in each_role)
    ]


def judge_price(
    *,
    customer: Customer,
    product: Product,
    system_price: Decimal | None,
    price: Decimal,
    unit_cost: Decimal | None,
    currency_rate: Decimal,
    actor: Actor,
) -> Breach | None:
    """What the guidelines in force say about one price for one item, given by ``actor``. Prices per stock unit."""
    version = version_in_force(customer.company_id)
    if version is None:
        return None
    rows = [
        (row, conditions.parse(row.tree, FIELDS))
        for row in DiscountGuideline.objects.filter(version=version).order_by("position")
    ]
    return judge(
        _fitting(rows, customer, product.category.code if product.category else "", actor.roles),
        discount=None if system_price is None else discount_percent(system_price, price),
        margin=margin_percent(price * currency_rate, unit_cost),
    )


def _sum_of_costs(lines: Sequence[PricedLine]) -> Decimal | None:
    if any(not line.cost_base for line in lines):
        return None
    return sum((line.cost_base or ZERO for line in lines), ZERO)


def approval_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Approval]:
    """Requests of the company that meet the filters: state ("waiting" by default), customer."""
    rows = Approval.objects.filter(company_id=actor.company_id).select_related(
        "customer", "quote", "order", "requested_by", "approver", "decided_by", "version"
    )
    state = filters.get("state") or "requested"
    if state != "all":
        rows = rows.filter(state=state)
    if filters.get("mine"):
        rows = rows.filter(Q(approver_id=actor.user_id) | Q(requested_by_id=actor.user_id))
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def approval_of(actor: Actor, approval_id: int) -> Approval:
    """One request of the company. Raises: NotFound"""
    found = approval_list(actor, {"state": "all"}).filter(pk=approval_id).first()
    if found is None:
        raise NotFound(f"There is no discount request {approval_id}.", approval_id=approval_id)
    return found


_LATEST = Prepared(
    lambda gaps: (
        Approval.objects.filter(order_id=gaps.order)
        .select_related("decided_by", "approver", "requested_by")
        .order_by("-id")[:1]
    )
)


def standing_approval(document: Order | Quote) -> Approval | None:
    """The request that is open or granted; at most one."""
    return _approvals(document).filter(state__in=[ApprovalState.REQUESTED, ApprovalState.APPROVED]).first()


def latest_approval(document: Order | Quote) -> Approval | None:
    """The last request, whatever became of it."""
    if isinstance(document, Order):
        return _LATEST.first(order=document.pk)
    return _approvals(document).select_related("decided_by", "approver", "requested_by").order_by("-id").first()


def _approvals(document: Order | Quote) -> QuerySet[Approval]:
    named = {"order": document} if isinstance(document, Order) else {"quote": document}
    return Approval.objects.filter(**named)


@dataclass(frozen=True, slots=True)
class Impact:
    """What the asked prices cost us against those in force. Units: company currency; margins None where unknown."""

    system_base: Decimal
    net_base: Decimal
    given_base: Decimal
    given_percent: Decimal | None
    margin_before: Decimal | None
    margin_after: Decimal | None
    margin_percent_before: Decimal | None
    margin_percent_after: Decimal | None


def impact_of(approval: Approval, actor: Actor) -> Impact:
    """Net and margin before and after; without margins for whoever may not see costs."""
    cost = approval.cost_base if actor.can("orders.view_cost") else None
    return Impact(
        system_base=approval.system_base,
        net_base=approval.net_base,
        given_base=approval.system_base - approval.net_base,
        given_percent=discount_percent(approval.system_base, approval.net_base),
        margin_before=None if not cost else approval.system_base - cost,
        margin_after=None if not cost else approval.net_base - cost,
        margin_percent_before=margin_percent(approval.system_base, cost),
        margin_percent_after=margin_percent(approval.net_base, cost),
    )


def findings_seen(approval: Approval, actor: Actor) -> list[dict[str, Any]]:
    """Line by line what goes too far; without margins for whoever may not see costs."""
    hidden = () if actor.can("orders.view_cost") else ("margin_percent", "min_margin_percent")
    return [{key: value for key, value in row.items() if key not in hidden} for row in approval.findings]

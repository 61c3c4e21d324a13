"""What may stop an order at submit: its findings, the holds that follow, and the score that is kept as a fact."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, system
from omc.lib.errors import DomainError
from omc.lib.money import ZERO, round_amount
from orders.core.models import Customer, HoldState, Order, OrderLine
from orders.core.services.holds import place_on, resolve_hold
from orders.core.services.rules import matching_holds
from orders.entry.models import CleanScore
from orders.entry.rules import checks as rules
from orders.entry.rules.checks import Asked, Finding
from orders.entry.selectors.checks import asked_of, credit_was_approved, known_of, saved_asked, unresolved_holds
from orders.entry.selectors.exposure import exposure_of

CHECKED: Final = (
    "credit_limit", "overdue", "po_missing", "po_duplicate", "large_quantity", "date_impossible", "over_agreement",
)  # fmt: skip

Found = tuple[str, str]  # hold type code, reason. Reasons bear no amounts: they are read by people who see no prices.


class CreditExceeded(DomainError):
    """The customer's credit went since the order was submitted."""

    code = "credit_exceeded"


@dataclass(frozen=True, slots=True)
class Clean:
    """What is wrong with an order, the points that each family of checks costs, and the score: together 100."""

    findings: Sequence[Finding]
    parts: dict[str, int]
    score: int

    def seen_by(self, actor: Actor) -> "Clean":
        """Without what the actor's role may not know; the parts still make 100 with the score."""
        return _clean([found for found in self.findings if not found.check.needs or actor.can(found.check.needs)])


def check_order(order: Order, *, asked: Asked | None = None, lines: Sequence[OrderLine] | None = None) -> Clean:
    """Look at an order as it is saved, as these lines are, or as it is being typed. Writes nothing."""
    if asked is None:
        asked = saved_asked(order) if lines is None else asked_of(order, lines)
        total = None
    else:
        total = sum((row.gross for row in asked.rows), ZERO)
    if not asked.rows:
        return _clean([])
    known = known_of(order, order.customer, asked, rules=matching_holds(order), total=total)
    return _clean(rules.findings(asked, known))


def _clean(found: Sequence[Finding]) -> Clean:
    parts = rules.parts(found)
    return Clean(found, parts, rules.score(parts))


def place_holds(order: Order, lines: Sequence[OrderLine], customer: Customer, actor: Actor, *, again: bool) -> int:
    """Hold a locked order for what is wrong with it now; lift what an earlier submit found and is mended.

    The score is kept as a fact of the order. A hold that still stands is left as it is. ``again``: the order was
    submitted before. Returns how many were placed.
    Events: hold_placed, hold_resolved
    """
    order.customer = customer
    clean = check_order(order, lines=lines)
    _keep_score(order, clean)
    wanted = hold_reasons(clean.findings)
    standing = {hold.hold_type.code: hold for hold in unresolved_holds(order)} if again else {}
    codes = {code for code, _ in wanted}
    for code, hold in standing.items():
        if code in CHECKED and code not in codes and hold.status == HoldState.ACTIVE:
            resolve_hold(
                hold_id=hold.pk,
                resolution="Mended: the check at submit finds nothing any more.",
                actor=system("entry checks", order.company_id),
            )
    fresh = {code: reason for code, reason in reversed(wanted) if code not in standing}
    return len(place_on(order, list(reversed(fresh.items())), actor=actor))


def _keep_score(order: Order, clean: Clean) -> None:
    """The first score stays beside the latest: an order is right the first time, or it is not."""
    fact = CleanScore(
        order=order,
        company_id=order.company_id,
        score=clean.score,
        first_score=clean.score,
        parts=clean.parts,
        codes=sorted({found.code for found in clean.findings}),
        checked_at=clock.now(),
    )
    CleanScore.objects.bulk_create(
        [fact],
        update_conflicts=True,
        unique_fields=["order"],
        update_fields=["score", "parts", "codes", "checked_at"],
    )


def hold_reasons(found: Sequence[Finding]) -> list[Found]:
    """The holds that findings place, each kind once, with the reason that its record bears."""
    by_hold: dict[str, list[Finding]] = defaultdict(list)
    reasons: list[Found] = []
    for finding in found:
        if finding.code == "company_rule":
            reasons.append((finding.facts["hold"], finding.facts["sentence"]))
        elif finding.check.holds:
            by_hold[finding.check.holds].append(finding)
    return [*((code, _reason(code, of_kind)) for code, of_kind in by_hold.items()), *reasons]


def _reason(code: str, found: Sequence[Finding]) -> str:
    facts = found[0].facts
    if code == "credit_limit":
        return _credit_reason(facts["percent"])
    if code == "large_quantity":
        names = ", ".join(f"line {finding.position}" for finding in found[:5])
        return f"Far more than this customer ever orders: {names}."
    if code == "over_agreement":
        names = ", ".join(f"line {finding.position} by {finding.facts['over']}" for finding in found[:5])
        return f"More than is left of agreement {facts['agreement']}: {names}."
    return {
        "overdue": "The customer's oldest unpaid invoice is {days} days overdue.",
        "po_missing": "The customer wants a purchase order number on every order.",
        "po_duplicate": "{order} has the same purchase order number and the same lines.",
        "date_impossible": "It is wanted for a day that has passed.",
    }[code].format(**facts)


def _credit_reason(percent: str) -> str:
    if not percent:
        return "The customer has no credit."
    return f"With this order {percent} % of the customer's credit limit would be used."


def refuse_without_credit(order: Order, customer: Customer) -> None:
    """At confirm: the credit that was there at submit must still be there, unless somebody approved this order.

    Raises: CreditExceeded
    """
    limit: Decimal | None = customer.credit_limit
    if limit is None or (order.terms and order.terms.prepaid):
        return
    this = round_amount(order.total_amount * order.currency_rate)
    used = exposure_of(customer, without=order.pk, this_order=this).used
    if used > limit and not credit_was_approved(order):
        percent = rules.credit_percent(used, limit)
        reason = _credit_reason("" if percent is None else str(percent))
        raise CreditExceeded(
            f"{order} cannot be confirmed: {reason} Take it back to draft and submit it again to ask for credit.",
            order=str(order),
            customer=customer.code,
        )

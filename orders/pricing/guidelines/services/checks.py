"""What the guidelines do to a document on its way: an order is held, a quote is not sent."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from orders.core.models import Customer, Order, OrderLine
from orders.core.services.holds import place_on
from orders.pricing.guidelines.models import ApprovalState
from orders.pricing.guidelines.selectors import (
    Finding,
    Judgment,
    fingerprint_of,
    judge_document,
    latest_approval,
    standing_approval,
)
from orders.pricing.guidelines.services.approvals import open_request, void_approval, void_if_changed
from orders.pricing.guidelines.services.holds import HOLD, lift_discount_hold
from orders.pricing.models import Quote


class DiscountNotApproved(DomainError):
    """The prices go further than the guidelines and nobody approved them; ``data["lines"]`` names the lines."""

    code = "discount_not_approved"


def review_order(
    order: Order, lines: Sequence[OrderLine], customer: Customer, actor: Actor, *, again: bool
) -> Judgment:
    """Hold a locked order whose prices go too far, and ask for approval; free one whose prices keep the guidelines.

    ``again``: it was submitted before. What was approved for these very prices stands. Inside the verb that submits.
    Events: discount_requested, discount_voided, hold_placed, hold_resolved
    """
    judgment = judge_document(order, lines, customer, actor)
    standing = void_if_changed(order, judgment.fingerprint, actor) if again else None
    if judgment.mode not in ("approve", "block"):
        if standing is not None and standing.state == ApprovalState.REQUESTED:
            void_approval(standing, "the prices keep the guidelines now", actor)
        if again:
            lift_discount_hold(order, "The prices keep the guidelines.")
        return judgment
    if judgment.mode == "approve" and standing is not None:
        return judgment  # asked for or granted already, and held accordingly
    if judgment.mode == "approve":
        open_request(order, judgment, actor, reason="")
    if again:
        lift_discount_hold(order, "Asked anew for the prices as they are now.")
    place_on(order, [(HOLD, _why(judgment))], actor=actor)
    return judgment


def beyond(judgment: Judgment, positions: Collection[int]) -> list[Finding]:
    """What the changed lines of an order come to: the findings on these positions."""
    return [finding for finding in judgment.findings if finding.position in positions]


def review_change(order: Order, judgment: Judgment, positions: Collection[int], actor: Actor) -> None:
    """A locked, confirmed order was changed: hold it and ask for approval where the changed lines (``positions``) go too
    far, or where prices that were approved are others now. Inside the verb that changes it.

    Events: discount_requested, discount_voided, hold_placed, hold_resolved
    """
    before = standing_approval(order)
    standing = void_if_changed(order, judgment.fingerprint, actor) if before else None
    if before is not None and standing is not None:
        return  # the very prices that were asked for or granted
    asking = judgment.asking if before is not None else [each for each in judgment.asking if each.position in positions]
    if before is not None or asking:
        lift_discount_hold(
            order, "Asked anew for the prices as they are now." if asking else "The prices keep the guidelines."
        )
    if asking:
        found = replace(judgment, findings=asking)
        open_request(order, found, actor, reason="")
        place_on(order, [(HOLD, _why(found))], actor=actor)


def refuse_unapproved_order(order: Order, lines: Sequence[OrderLine]) -> None:
    """At confirm: what was approved are these very prices.

    Raises: DiscountNotApproved
    """
    asked = latest_approval(order)
    if asked is None or asked.state != ApprovalState.APPROVED:
        return  # an open, refused or expired request still holds the order
    if fingerprint_of(order, lines) != asked.fingerprint:
        raise DiscountNotApproved(
            f"The prices of {order} changed after they were approved. Take it back to draft and submit it again.",
            order=str(order),
        )


def refuse_unapproved_quote(quote: Quote, actor: Actor) -> None:
    """Before a locked quote goes out: its prices keep the guidelines, or somebody approved these very prices.

    Raises: DiscountNotApproved
    """
    lines = list(quote.lines.select_related("product").order_by("position"))
    judgment = judge_document(quote, lines, quote.customer, actor)
    if judgment.mode not in ("approve", "block"):
        return
    asked = latest_approval(quote)
    if judgment.mode == "approve" and asked is not None and asked.fingerprint == judgment.fingerprint:
        if asked.state == ApprovalState.APPROVED:
            return
        if asked.state == ApprovalState.REQUESTED:
            raise _refusal(quote, judgment, " and wait for approval")
    raise _refusal(quote, judgment, "; ask for approval" if judgment.mode == "approve" else "; change them")


def forget_approval(quote: Quote, because: str, actor: Actor) -> None:
    """A locked quote was written anew or given up: what was approved does not count for it any more, unless its prices
    are the same. Inside another verb.

    Events: discount_voided
    """
    lines = quote.lines.order_by("position")
    standing = void_if_changed(quote, fingerprint_of(quote, lines), actor)
    if standing is not None and because:
        void_approval(standing, because, actor)


def _refusal(quote: Quote, judgment: Judgment, rest: str) -> DiscountNotApproved:
    return DiscountNotApproved(
        f"Prices of {quote} go further than the discount guidelines ({_lines(judgment)}){rest}.",
        lines=[{"position": finding.position, "mode": finding.mode} for finding in judgment.asking],
    )


def _why(judgment: Judgment) -> str:
    """Without percents: reasons of holds are read by people who see no prices."""
    if judgment.mode == "block":
        return f"Beyond what anybody may approve: {_lines(judgment)}. Change the prices."
    return f"Outside the discount guidelines: {_lines(judgment)}. Approval was asked for."


def _lines(judgment: Judgment) -> str:
    numbers = [str(finding.position) for finding in judgment.asking]
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"line {', '.join(numbers[:5])}{more}"

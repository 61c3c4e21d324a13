"""What the discount guidelines, and typed prices, say about the lines that a change makes otherwise."""

from collections.abc import Mapping, Sequence

from omc.lib.actor import Actor
from orders.core.models import Customer, LineKind, OrderLine
from orders.entry.changes.services.outcome import Outcome
from orders.entry.changes.services.refusals import ChangeRefused
from orders.pricing.guidelines.selectors import judge_document
from orders.pricing.guidelines.services import beyond, review_change


def judge_change(
    outcome: Outcome, before: Mapping[int, OrderLine], now: Sequence[OrderLine], customer: Customer, actor: Actor
) -> None:
    """Set what the guidelines say of the lines whose price or quantity is another. At most three queries."""
    outcome.repriced = _repriced(before, now)
    outcome.judgment = judge_document(outcome.order, now, customer, actor)
    outcome.findings = beyond(outcome.judgment, outcome.repriced)


def refuse_beyond_guidelines(outcome: Outcome) -> None:
    """Raises: ChangeRefused for changed lines at prices that nobody may approve"""
    refused = [finding for finding in outcome.findings if finding.mode == "block"]
    if refused:
        raise ChangeRefused(
            f"Line {refused[0].position}: the discount guidelines let nobody give this price.",
            field="unit_price",
            lines=[
                {"position": finding.position, "field": "unit_price", "message": "Nobody may give this price."}
                for finding in refused
            ],
        )


def ask_approval(outcome: Outcome, actor: Actor) -> None:
    """Hold the changed order and ask, where changed lines go too far or approved prices are others now."""
    if outcome.judgment is not None and outcome.repriced:
        review_change(outcome.order, outcome.judgment, outcome.repriced, actor)


def _repriced(before: Mapping[int, OrderLine], now: Sequence[OrderLine]) -> set[int]:
    """Positions of lines at another price or quantity; of all, where a discount on the whole order is another."""
    found = {
        line.position for line in now if line.ordered > line.cancelled and _is_otherwise(before.get(line.pk), line)
    }
    discounted = any(line.kind == LineKind.CHARGE and line.net_amount < 0 and line.position in found for line in now)
    return {line.position for line in now} if discounted else found


def _is_otherwise(old: OrderLine | None, new: OrderLine) -> bool:
    return old is None or (old.unit_price, old.ordered) != (new.unit_price, new.ordered)

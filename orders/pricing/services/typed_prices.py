"""Who typed a price over the one in force, why and when; and that nobody does without the right to it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from orders.core.inputs import LineInput
from orders.core.models import PricedLine
from orders.core.selectors.companies import setting
from orders.pricing.rules import asks_again, in_force, overrides

OVERRIDE: Final = "pricing.override_price"
REASON_NEEDED: Final = "pricing.price_reason_needed"
NOT_YOURS: Final = "You may not change this price."
SAY_WHY: Final = (
    "Say why: a typed price needs a reason. In the grid it is written behind the price, like 9.80 competitor."
)


class PriceAskedAgain(DomainError):
    """Typed prices stand over prices that are others by now; ``data["lines"]`` names the positions."""

    code, status = "price_asked_again", 422


def settle_typed(
    line: PricedLine, typed: LineInput, stood: Mapping[str, Any] | None, actor: Actor, *, company_id: int
) -> str:
    """Let the last step of a line with a typed price say whose it is, in place; or why the price cannot be.

    ``stood`` is the step of the same price on the line before: it stays somebody's word, whoever saves the line. It is
    kept over another price in force only by who may (``typed.price_seen`` says that price); until then the line asks.
    """
    steps: list[dict[str, Any]] = line.price_steps
    if stood is not None:
        if steps[-1]["step"] == "manual":
            steps[-1] = {**stood, "amount": steps[-1]["amount"]}
        else:  # the lists give the same price by now, but it stands by word
            steps.append({**stood, "amount": "0"})
        if not _is_settled(steps, typed):
            return ""
    elif not overrides(steps):
        return ""
    if not actor.can(OVERRIDE):
        return NOT_YOURS
    reason = typed.price_reason.strip()[:200] or str(steps[-1].get("reason", ""))
    if not reason and setting(company_id, REASON_NEEDED):
        return SAY_WHY
    sign(steps, actor, reason)
    return ""


def sign(steps: list[dict[str, Any]], actor: Actor, reason: str) -> None:
    """The last step, a typed price, says over which price, by whom, when and why."""
    over = in_force(steps)
    said = {
        "instead_of": None if over is None else str(over),
        "author": actor.name,
        "user_id": actor.user_id,
        "at": clock.now().isoformat(timespec="seconds"),
        "reason": reason,
    }
    steps[-1] = steps[-1] | {key: value for key, value in said.items() if value not in (None, "")}


def _is_settled(steps: Sequence[Mapping[str, Any]], typed: LineInput) -> bool:
    """Whether somebody looked at the price in force, and keeps theirs; or says another reason."""
    if typed.price_reason and typed.price_reason != steps[-1].get("reason") and overrides(steps):
        return asks_again(steps) is None or _seen(steps, typed)
    return asks_again(steps) is not None and _seen(steps, typed)


def _seen(steps: Sequence[Mapping[str, Any]], typed: LineInput) -> bool:
    return typed.price_seen is not None and typed.price_seen == in_force(steps)


def refuse_asked_again(lines: Sequence[PricedLine]) -> None:
    """Raises: PriceAskedAgain while a typed price waits to be kept or given up"""
    asking = [line.position for line in lines if asks_again(line.price_steps)]
    if asking:
        where = f"Line {asking[0]}" + (f" and {len(asking) - 1} more" if len(asking) > 1 else "")
        raise PriceAskedAgain(
            f"{where}: the price in force is another by now. Keep the typed price, or take the one in force.",
            field="lines",
            lines=[{"position": position, "field": "unit_price"} for position in asking],
        )

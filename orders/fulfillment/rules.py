"""Picking and kits as pure arithmetic: what may be picked, and how many kits are complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class ToPick:
    """One line of a shipment that is about to be picked. Units: stock unit. ``label`` names it to the picker."""

    line_id: int
    label: str
    quantity: Decimal
    kit_id: int | None = None
    per_kit: Decimal = ONE


@dataclass(frozen=True, slots=True)
class PickProblem:
    """Why a pick cannot be taken as it was entered. ``line_id`` is None when it is about the whole shipment."""

    code: str
    message: str
    line_id: int | None = None


def pick_problems(
    lines: Sequence[ToPick], picked: Mapping[int, Decimal], reasons: Mapping[int, str], ship_rule: str
) -> list[PickProblem]:
    """Everything that is wrong with a pick, in the order of the lines; empty when it may be taken.

    More than asked is never taken; less needs a reason, and the order's ship rule has to allow it.

    >>> line = ToPick(1, "1 AB-100", Decimal(5))
    >>> pick_problems([line], {1: Decimal(6)}, {}, "back_order")[0].code
    'over_pick'
    """
    found: list[PickProblem] = []
    for line in lines:
        quantity = picked[line.line_id]
        if quantity < 0:
            found.append(PickProblem("negative_pick", f"Line {line.label}: less than nothing.", line.line_id))
        elif quantity > line.quantity:
            found.append(
                PickProblem(
                    "over_pick",
                    f"Line {line.label}: {_plain(quantity)} is more than the {_plain(line.quantity)} asked for.",
                    line.line_id,
                )
            )
        elif quantity < line.quantity:
            found.extend(_short_problems(line, quantity, reasons, ship_rule))
    if ship_rule == "kit_together" and not found:
        found.extend(_broken_kits(lines, picked))
    if not found and not any(picked[line.line_id] for line in lines):
        found.append(
            PickProblem(
                "nothing_picked", "Nothing was picked. Put the shipment back instead, so that it is planned again."
            )
        )
    return found


def _short_problems(line: ToPick, quantity: Decimal, reasons: Mapping[int, str], ship_rule: str) -> list[PickProblem]:
    if ship_rule == "ship_complete_order":
        text = f"Line {line.label} is short, and this order ships complete or not at all. Put the shipment back."
        return [PickProblem("ship_rule", text, line.line_id)]
    if ship_rule == "ship_complete_line" and quantity:
        text = f"Line {line.label} is short, and its lines ship complete. Pick all of it or none."
        return [PickProblem("ship_rule", text, line.line_id)]
    if not reasons.get(line.line_id):
        return [PickProblem("reason_missing", f"Line {line.label} is short: say why.", line.line_id)]
    return []


def _broken_kits(lines: Sequence[ToPick], picked: Mapping[int, Decimal]) -> list[PickProblem]:
    kits: dict[int, list[ToPick]] = {}
    for line in lines:
        if line.kit_id is not None:
            kits.setdefault(line.kit_id, []).append(line)
    problems = []
    for parts in kits.values():
        shares = {picked[part.line_id] / part.per_kit for part in parts}
        if len(shares) > 1:
            labels = ", ".join(part.label for part in parts)
            problems.append(
                PickProblem("ship_rule", f"Lines {labels} are one kit and stay together.", parts[0].line_id)
            )
    return problems


@dataclass(frozen=True, slots=True)
class KitPart:
    """How far one component of a kit is. ``done`` counts picked, packed, shipped or delivered units."""

    ordered: Decimal
    cancelled: Decimal
    done: Decimal


def complete_kits(ordered: Decimal, cancelled: Decimal, parts: Sequence[KitPart]) -> Decimal:
    """How many kits are complete when each part is this far.

    Rounds: down to whole kits, except that all parts complete means all kits.

    >>> wheels, frames = KitPart(Decimal(8), ZERO, Decimal(5)), KitPart(Decimal(4), ZERO, Decimal(4))
    >>> complete_kits(Decimal(4), Decimal(0), [wheels, frames])
    Decimal('2')
    """
    wanted = ordered - cancelled
    if not parts or wanted <= 0:
        return ZERO
    if all(part.done >= part.ordered - part.cancelled for part in parts):
        return wanted
    whole = min(
        (part.done * ordered / part.ordered).to_integral_value(ROUND_FLOOR) for part in parts if part.ordered > 0
    )
    return min(whole, wanted)


def _plain(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f")

"""Whether what an item costs on a list, from which quantity on, is sound. Source: SPEC §4.d-5."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, Inexact, localcontext

from omc.lib.money import PRICE_STEP, plain


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of an item's ladder in one list, as somebody wants to save it: a price, or percent off the list price.

    Units: ``min_quantity`` and ``unit_price`` count in ``unit``, which holds ``factor`` stock units.
    """

    min_quantity: Decimal
    unit_price: Decimal | None
    valid_from: date | None = None
    valid_to: date | None = None
    percent: Decimal | None = None
    unit: str = ""
    factor: Decimal = Decimal(1)

    @property
    def depth(self) -> Decimal:
        """Units: stock unit."""
        return self.min_quantity * self.factor

    def overlaps(self, other: "Rung") -> bool:
        first, last = date.min, date.max
        return (self.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
            self.valid_to or last
        )


def ladder_problems(rungs: Sequence[Rung]) -> list[tuple[int, str]]:
    """What is wrong with a ladder: (row, sentence) each; empty for a sound one.

    The price may not rise with the quantity, also from one unit to another; no two rows may answer for one unit and
    quantity on one day; a ladder counts in prices or in percent, not in both; a pack's price comes out exact per
    stock unit.
    """
    problems = []
    for row, rung in enumerate(rungs):
        if (alone := _problem(rung)) is not None:
            problems.append((row, alone))
        if rung.valid_from and rung.valid_to and rung.valid_to < rung.valid_from:
            continue
        for other in rungs[:row]:
            if rung.overlaps(other) and (sentence := _conflict(rung, other)) is not None:
                problems.append((row, sentence))
    return problems


def per_stock_unit(price: Decimal, factor: Decimal) -> Decimal | None:
    """A pack's price per stock unit; None when that does not come out exact in 4 places."""
    with localcontext() as context:
        context.traps[Inexact] = True
        try:
            return (price / factor).quantize(PRICE_STEP)
        except Inexact:
            return None


def _problem(rung: Rung) -> str | None:
    """What is wrong with a row by itself."""
    if rung.min_quantity <= 0:
        return "The quantity must be above zero."
    if (rung.unit_price is None) == (rung.percent is None):
        return "Give either a price or a percentage."
    if rung.percent is not None and not 0 <= rung.percent <= 100:
        return "A percentage lies between 0 and 100."
    if rung.unit_price is not None and rung.unit_price < 0:
        return "The price may not be negative."
    if rung.unit_price is not None and per_stock_unit(rung.unit_price, rung.factor) is None:
        return f"{rung.unit_price} per {rung.unit} of {plain(rung.factor)} does not come out exact for one."
    if rung.valid_from and rung.valid_to and rung.valid_to < rung.valid_from:
        return f"It would end on {rung.valid_to} before it starts on {rung.valid_from}."
    return None


def _conflict(rung: Rung, other: Rung) -> str | None:
    """What is wrong between two rows of the same days."""
    if (rung.percent is None) != (other.percent is None):
        return "The ladder counts in prices and in percent on the same days. Choose one."
    if rung.unit == other.unit and rung.min_quantity == other.min_quantity:
        return f"There is another price from {_from(rung)} for the same days."
    low, high = sorted((rung, other), key=lambda each: each.depth)
    if low.depth == high.depth:
        return None
    if high.percent is not None and low.percent is not None and high.percent < low.percent:
        return (
            f"From {_from(high)} only {plain(high.percent)} % would come off: from {_from(low)} it is"
            f" {plain(low.percent)} %."
        )
    before, after = low.unit_price, high.unit_price
    if before is not None and after is not None and after * low.factor > before * high.factor:
        return (
            f"From {_from(high)} the price would rise to {high.unit_price}{_per(high)}:"
            f" from {_from(low)} it is {low.unit_price}{_per(low)}."
        )
    return None


def _from(rung: Rung) -> str:
    return f"{plain(rung.min_quantity)} {rung.unit}".strip()


def _per(rung: Rung) -> str:
    return f" per {rung.unit}" if rung.unit else ""

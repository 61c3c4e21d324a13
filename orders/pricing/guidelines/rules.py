"""How far a discount may go, and what follows when it goes further. Source: SPEC §4.d, "Discount guideline"."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
MODES: Final = ("warn", "approve", "block")  # from the mildest to the strictest
SPECIFIC: Final = ("customer", "class", "category", "role")  # the first one named counts most


@dataclass(frozen=True, slots=True)
class Row:
    """A guideline that fits a line. ``names`` are the words of ``SPECIFIC`` that its condition asks about."""

    guideline_id: int
    names: frozenset[str]
    mode: str
    max_discount_percent: Decimal | None = None
    min_margin_percent: Decimal | None = None

    @property
    def weight(self) -> tuple[bool, ...]:
        return tuple(word in self.names for word in SPECIFIC)


@dataclass(frozen=True, slots=True)
class Breach:
    """A line that goes further than its guideline. A limit is None where the line keeps it."""

    guideline_id: int
    mode: str
    max_discount_percent: Decimal | None
    min_margin_percent: Decimal | None


def judge(rows: Iterable[Row], *, discount: Decimal | None, margin: Decimal | None) -> Breach | None:
    """What the most specific of these rows says; of several as specific, the one with the stricter outcome.

    An unknown discount or margin breaks nothing.

    >>> wide = Row(1, frozenset(), "approve", Decimal(5))
    >>> own = Row(2, frozenset({"customer"}), "approve", Decimal(20))
    >>> judge([wide, own], discount=Decimal(12), margin=None), judge([wide], discount=Decimal(12), margin=None).mode
    (None, 'approve')
    """
    fitting = list(rows)
    if not fitting:
        return None
    heaviest = max(row.weight for row in fitting)
    breaches = [found for row in fitting if row.weight == heaviest if (found := _breach(row, discount, margin))]
    return min(breaches, key=lambda found: (-MODES.index(found.mode), found.guideline_id), default=None)


def strictest(modes: Iterable[str]) -> str:
    """The one that decides over all lines; empty when there is none."""
    return max(modes, key=MODES.index, default="")


def discount_percent(system: Decimal, net: Decimal) -> Decimal | None:
    """How far ``net`` is under what the price in force would make of it; 0 when it is not under it.

    Rounds: half-up to 2 places.

    >>> discount_percent(Decimal(200), Decimal(170)), discount_percent(Decimal(200), Decimal(210))
    (Decimal('15.00'), Decimal('0.00'))
    """
    if system <= 0:
        return None
    return (max(system - net, Decimal(0)) / system * 100).quantize(CENT, ROUND_HALF_UP)


def _breach(row: Row, discount: Decimal | None, margin: Decimal | None) -> Breach | None:
    too_much = discount is not None and row.max_discount_percent is not None and discount > row.max_discount_percent
    too_little = margin is not None and row.min_margin_percent is not None and margin < row.min_margin_percent
    if not (too_much or too_little):
        return None
    return Breach(
        row.guideline_id,
        row.mode,
        row.max_discount_percent if too_much else None,
        row.min_margin_percent if too_little else None,
    )

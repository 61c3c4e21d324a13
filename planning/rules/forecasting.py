"""Which forecast to believe: every model is judged on months that it had not seen, the simpler one wins a tie.

Source: SPEC §2.d.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

NAIVE, SEASONAL_NAIVE, CROSTON, ETS = "naive", "seasonal_naive", "croston_sba", "auto_ets"
SIMPLEST_FIRST: Final = (NAIVE, SEASONAL_NAIVE, CROSTON, ETS)

SEASON: Final = 12  # buckets
JUDGED: Final = 6  # the last buckets, each forecast from those before it
LEARNED: Final = 3  # buckets before the judged ones, at least
SMOOTHED: Final = 8  # buckets before the judged ones that exponential smoothing needs
AHEAD: Final = 6  # buckets forecast
INTERMITTENT: Final = Decimal("0.4")  # zero buckets from which on Croston's method is tried
STEADY: Final = Decimal("0.2")  # zero buckets up to which exponential smoothing is tried
SEASONAL_ETS_ITEMS: Final = 2000  # seasonal smoothing costs 50 ms an item: the items with most demand get it

SHORT, NO_RECENT_DEMAND = "short_history", "no_recent_demand"


@dataclass(frozen=True, slots=True)
class Score:
    """A model's error over the judged buckets, as fractions of the demand; None when there was no demand.

    Rounds: half-even to 6 places, so that equal is equal on every machine.
    """

    wape: Decimal | None
    bias: Decimal | None


def last_complete_month(as_of: date) -> date:
    """The first day of the last month that is over on the evening of ``as_of``.

    >>> str(last_complete_month(date(2011, 12, 9))), str(last_complete_month(date(2011, 11, 30)))
    ('2011-11-01', '2011-11-01')
    """
    return add_months((as_of + timedelta(days=1)).replace(day=1), -1)


def add_months(month: date, count: int) -> date:
    """The first day of the month ``count`` months later.

    >>> str(add_months(date(2026, 11, 1), 3))
    '2027-02-01'
    """
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def zero_share(history: Sequence[float]) -> Decimal:
    """The share of buckets without demand."""
    if not history:
        return Decimal(0)
    return (Decimal(sum(1 for value in history if not value)) / len(history)).quantize(Decimal("0.000001"))


def is_short(history: Sequence[float]) -> bool:
    """Too short to judge any model by."""
    return len(history) < JUDGED + LEARNED


def models_to_try(history: Sequence[float]) -> list[str]:
    """Naive always; the others where the series can bear them.

    Seasonal naive wants a season before the judged buckets, Croston's method many zeros, exponential smoothing few
    zeros and eight buckets before the judged ones.
    """
    models = [NAIVE]
    if is_short(history):
        return models
    zeros = zero_share(history)
    if len(history) >= SEASON + JUDGED:
        models.append(SEASONAL_NAIVE)
    if zeros >= INTERMITTENT:
        models.append(CROSTON)
    if zeros < STEADY and len(history) >= SMOOTHED + JUDGED:
        models.append(ETS)
    return models


def ets_season(history: Sequence[float], *, may_be_seasonal: bool) -> int:
    """The season that exponential smoothing looks for: twelve buckets when two whole ones lie before the judged."""
    return SEASON if may_be_seasonal and len(history) >= 2 * SEASON + JUDGED else 1


def score(actual: Sequence[float], forecast: Sequence[float]) -> Score:
    """WAPE = Σ|A−F| / ΣA and bias = Σ(F−A) / ΣA.

    >>> score([10, 20], [12, 14])
    Score(wape=Decimal('0.266667'), bias=Decimal('-0.133333'))
    """
    total = sum(actual)
    if total <= 0:
        return Score(None, None)
    missed = sum(abs(a - f) for a, f in zip(actual, forecast, strict=True))
    over = sum(f - a for a, f in zip(actual, forecast, strict=True))
    return Score(_fraction(missed / total), _fraction(over / total))


def choose(scores: Mapping[str, Score]) -> str:
    """The model with the smallest error; of equal ones the simplest; naive when nothing can be said.

    Errors are equal when they read the same in percent with one decimal: less is no reason for a harder model.

    >>> choose({"auto_ets": Score(Decimal("0.1651"), None), "naive": Score(Decimal("0.1653"), None)})
    'naive'
    """
    judged = {name: round(found.wape, 3) for name, found in scores.items() if found.wape is not None}
    if not judged:
        return NAIVE
    return min(judged, key=lambda name: (judged[name], SIMPLEST_FIRST.index(name)))


def _fraction(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.000001"))

"""How likely a shipment leaves in time, from how long its steps take."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, sqrt
from typing import Final

POINTS: Final = tuple(part / 20 for part in range(21))  # the percentiles that are kept: 0, 5, … 100
NINETIETH: Final = 1.2815515655446004  # standard deviations to the 90th percentile of a normal distribution
STEPS: Final = ("release", "pick", "pack", "ship")


@dataclass(frozen=True, slots=True)
class Outlook:
    """When half, and nine in ten, of its like are through. Units: working minutes from now."""

    p50: float
    p90: float


def quantile(minutes: Sequence[float], share: float) -> float:
    """
    >>> quantile([10 * n for n in range(21)], 0.5), quantile([10 * n for n in range(21)], 0.925)
    (100.0, 185.0)
    """
    place = min(max(share, 0.0), 1.0) * (len(minutes) - 1)
    low = min(int(place), len(minutes) - 2)
    return float(minutes[low] + (minutes[low + 1] - minutes[low]) * (place - low))


def share_done(minutes: Sequence[float], elapsed: float) -> float:
    """The share of past ones that were through after so long.

    >>> share_done([10 * n for n in range(21)], 100), share_done([10 * n for n in range(21)], 500)
    (0.5, 1.0)
    """
    if elapsed >= minutes[-1]:
        return 1.0
    above = next(n for n, value in enumerate(minutes) if value > elapsed)
    if above == 0:
        return 0.0
    low, high = minutes[above - 1], minutes[above]
    return (above - 1 + (elapsed - low) / (high - low)) / (len(minutes) - 1)


def remaining(minutes: Sequence[float], elapsed: float) -> Outlook:
    """What is left of a step that has gone on for so long, by those that took longer than that.

    One that lasts longer than any that was measured is reckoned as if it began now: nothing is known of its like.

    >>> remaining([10 * n for n in range(21)], 100)
    Outlook(p50=50.0, p90=90.0)
    >>> remaining([10 * n for n in range(21)], 999)
    Outlook(p50=100.0, p90=180.0)
    """
    done = share_done(minutes, elapsed) if elapsed > 0 else 0.0
    if done >= 1.0:
        done = elapsed = 0.0
    elapsed = max(elapsed, 0.0)
    return Outlook(*(max(quantile(minutes, done + (1 - done) * share) - elapsed, 0.0) for share in (0.5, 0.9)))


def together(parts: Sequence[Outlook], wait: float = 0.0) -> Outlook:
    """Steps one after another, after a wait: medians add up, spreads as those of steps that do not depend on each other.

    >>> together([Outlook(60, 90), Outlook(30, 70)], wait=10)
    Outlook(p50=100, p90=150.0)
    """
    p50 = wait + sum(part.p50 for part in parts)
    return Outlook(p50, p50 + sqrt(sum((part.p90 - part.p50) ** 2 for part in parts)))


def late_percent(left: float, outlook: Outlook) -> int:
    """How likely it is not through in the time that is left; never sure before it is.

    >>> late_percent(100, Outlook(100, 150)), late_percent(150, Outlook(100, 150)), late_percent(-1, Outlook(5, 9))
    (50, 10, 100)
    """
    if left <= 0:
        return 100
    spread = (outlook.p90 - outlook.p50) / NINETIETH
    if spread <= 0:
        return 99 if outlook.p50 > left else 1
    late = 0.5 - erf((left - outlook.p50) / spread / sqrt(2)) / 2
    return min(max(round(late * 100), 1), 99)


def level_of(left: float, outlook: Outlook) -> str:
    """Late; probably late when half of its like would be; at risk when one in ten would be."""
    if left <= 0:
        return "late"
    if outlook.p50 > left:
        return "probably_late"
    return "at_risk" if outlook.p90 > left else "on_track"


def helping(*, state: str, is_held: bool, left: float, after: Outlook) -> str:
    """The one thing that helps most: what stops it, else its next step, else the truth.

    ``after`` is the outlook of what follows the next step: where even that takes longer than what is left, no
    hurry here keeps the promise, and the customer should hear of it before the day.
    """
    if is_held:
        return "hold"
    if after.p50 > left:
        return "call"
    return {
        "planned": "release",
        "frozen": "release",
        "released": "pick",
        "picking": "finish",
        "picked": "pack",
        "checked": "pack",
        "packed": "ship",
    }[state]


STEP_OF: Final = {
    "planned": "release",
    "frozen": "release",
    "released": "pick",
    "picking": "pick",
    "picked": "pack",
    "checked": "pack",
    "packed": "ship",
}

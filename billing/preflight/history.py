"""What the customer disputed before: where the disputes are kept, they say what the next one would be about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from omc.lib.registry import Text

Past = Callable[[int], Sequence[tuple[Text, int]]]
_sources: list[Past] = []


@dataclass(frozen=True)
class Prediction:
    """The reason that this customer gave most often, and how many of all disputes of a year gave it."""

    reason: Text
    times: int
    of: int


def learn_from(source: Past) -> None:
    """Register where past disputes are found: customer id to (reason in words, how many in the last 365 days)."""
    _sources.append(source)


def predicted_dispute(customer_id: int) -> Prediction | None:
    """What this customer would most likely object to; None with fewer than two disputes for one reason."""
    counted = [row for source in _sources for row in source(customer_id)]
    if not counted:
        return None
    reason, times = max(counted, key=lambda row: row[1])
    return Prediction(reason, times, sum(times for _, times in counted)) if times >= 2 else None

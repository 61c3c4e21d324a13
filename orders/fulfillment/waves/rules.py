"""Which shipments go on one walk."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A released shipment. Units: minutes of planned work."""

    planned_id: int
    minutes: int


def fitting(candidates: Iterable[Candidate], orders: int, minutes: int) -> list[int]:
    """In their order, as many as the cart holds and the time allows; one that is too long lets a shorter one pass.

    A single one that is longer than the time goes alone.

    >>> fitting([Candidate(1, 30), Candidate(2, 50), Candidate(3, 20)], 5, 60)
    [1, 3]
    """
    found: list[int] = []
    left = minutes
    for candidate in candidates:
        if len(found) == orders:
            break
        if candidate.minutes <= left or not found:
            found.append(candidate.planned_id)
            left -= candidate.minutes
    return found

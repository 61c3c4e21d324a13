"""Which of the things that lie somewhere are taken first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planning.rules.availability import ZERO


@dataclass(frozen=True, slots=True)
class Lying:
    """So much of an item in one place, of one lot or one serial number; what was picked already is not in it.

    Units: stock unit.
    """

    unit_id: int
    bin: str
    quantity: Decimal
    sequence: int = 0
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    arrived_on: date | None = None


def _turn(lying: Lying) -> tuple[date, date, int, str, str, str]:
    arrived = lying.arrived_on if lying.lot else None
    return (
        lying.expires_on or date.max,
        arrived or date.min,
        lying.sequence,
        lying.bin,
        lying.lot,
        lying.serial,
    )


def in_turn(lying: Iterable[Lying]) -> list[Lying]:
    """What expires first, then the oldest lot, then by the way through the warehouse.

    >>> old = Lying(1, "B", Decimal(2), 2, lot="L1", arrived_on=date(2026, 1, 1))
    >>> new = Lying(2, "A", Decimal(9), 1, lot="L2", arrived_on=date(2026, 2, 1))
    >>> [row.bin for row in in_turn([new, old])]
    ['B', 'A']
    """
    return sorted(lying, key=_turn)


def proposed(lying: Sequence[Lying], quantity: Decimal) -> list[tuple[Lying, Decimal]]:
    """From where ``quantity`` is taken, in turn; less than it where less is placed.

    >>> rows = [Lying(1, "A", Decimal(3)), Lying(2, "B", Decimal(5), 1)]
    >>> [(row.bin, units) for row, units in proposed(rows, Decimal(4))]
    [('A', Decimal('3')), ('B', Decimal('1'))]
    """
    found: list[tuple[Lying, Decimal]] = []
    for row in in_turn(lying):
        units = min(row.quantity, quantity)
        if units > ZERO:
            found.append((row, units))
            quantity -= units
    return found

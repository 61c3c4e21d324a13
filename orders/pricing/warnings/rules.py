"""Which price keeps a margin at a new cost, and a whole ladder of such prices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Final

STEP: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Rung:
    """A price of an item on a list, in money or in percent off ``listed``. Units: stock unit, list currency.

    ``was`` is what it came to at the old list price, where ``listed`` is a new one.
    """

    least: Decimal
    price: Decimal | None
    percent: Decimal | None = None
    listed: Decimal | None = None
    was: Decimal | None = None

    @property
    def asks(self) -> Decimal | None:
        """What it comes to."""
        if self.percent is None:
            return self.price
        return None if self.listed is None else self.listed * (100 - self.percent) / 100


def needed_price(cost: Decimal, floor_percent: Decimal) -> Decimal:
    """The lowest price that keeps the floor. Rounds: up to 4 places.

    >>> needed_price(Decimal("9"), Decimal(10)), needed_price(Decimal("1"), Decimal("15"))
    (Decimal('10.0000'), Decimal('1.1765'))
    """
    return (100 * cost / (100 - floor_percent)).quantize(STEP, ROUND_UP)


def restored_price(price: Decimal, before: Decimal, after: Decimal, floor_percent: Decimal) -> Decimal:
    """The price with the margin in percent that it had before the cost moved, and with the floor at least.

    Rounds: up to 4 places.

    >>> restored_price(Decimal(20), Decimal(10), Decimal(11), Decimal(10))
    Decimal('22.0000')
    >>> restored_price(Decimal("10.10"), Decimal(10), Decimal(11), Decimal(10))
    Decimal('12.2223')
    """
    return max((price * after / before).quantize(STEP, ROUND_UP), needed_price(after, floor_percent))


def restored_ladder(rungs: Sequence[Rung], before: Decimal, after: Decimal, floor_percent: Decimal) -> list[Rung]:
    """The same rungs; those under the floor with their margin restored, and none cheaper than one for more.

    >>> ladder = [Rung(Decimal(1), Decimal(20)), Rung(Decimal(100), Decimal("11"))]
    >>> [rung.price for rung in restored_ladder(ladder, Decimal(10), Decimal(11), Decimal(10))]
    [Decimal('20'), Decimal('12.2223')]
    >>> ladder = [Rung(Decimal(1), Decimal("12.1")), Rung(Decimal(100), Decimal("12"))]
    >>> [rung.price for rung in restored_ladder(ladder, Decimal(10), Decimal("11"), Decimal(10))]
    [Decimal('13.3100'), Decimal('13.2000')]
    """
    floor = needed_price(after, floor_percent)
    found = list(rungs)
    highest: Decimal | None = None
    for place in sorted(range(len(found)), key=lambda at: -found[at].least):
        rung = found[place]
        asks = rung.asks
        if asks is None or asks <= 0:
            continue
        wanted = restored_price(rung.was or asks, before, after, floor_percent) if asks < floor else asks
        wanted = max(wanted, highest or wanted)
        highest = wanted
        if wanted > asks:
            found[place] = _asking(rung, wanted)
    return found


def _asking(rung: Rung, wanted: Decimal) -> Rung:
    """The rung with another price; a percentage goes as low as zero, the list price itself has to do the rest."""
    if rung.percent is None:
        return replace(rung, price=wanted)
    listed = rung.listed or wanted
    percent = max(Decimal(0), 100 - 100 * wanted / listed).quantize(STEP, ROUND_DOWN)
    return replace(rung, percent=percent)

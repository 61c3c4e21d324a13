"""The gross-profit bridge between two months, exact to the cent. Source: SPEC §14.

Grain: customer × item. Nothing is divided before it must be: with net sales N, cost C and quantity q of the base (0)
and the current month (1), the textbook's ``(p1 − p0)·q1`` is ``N1 − N0·q1/q0``.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Final, Generic, TypeVar

from omc.lib.money import CENT

K = TypeVar("K", bound=Hashable)
ZERO: Final = Decimal(0)
EFFECTS: Final = ("price", "cost", "volume", "mix", "new", "lost", "promotional")
CONSTANT_PRICE, UNITS = "constant_price", "units"
_DIGITS = 60  # so that what is divided loses nothing that a cent could see


@dataclass(frozen=True, slots=True)
class Sales:
    """What one customer bought of one item in a month, as far as its cost is known.

    Units: ``quantity`` in the stock unit, money in company currency.
    """

    quantity: Decimal
    net: Decimal
    cost: Decimal

    @property
    def profit(self) -> Decimal:
        return self.net - self.cost

    @property
    def is_sold(self) -> bool:
        """Sold at a price: only such months have a unit price that can be compared."""
        return self.quantity > 0 and self.net > 0

    @property
    def is_free(self) -> bool:
        return self.quantity > 0 and self.net == 0


@dataclass(frozen=True, slots=True)
class Driver(Generic[K]):
    """What one customer × item contributed to one effect."""

    key: K
    effect: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Bridge(Generic[K]):
    """From the profit of the base month to that of the current one. The drivers of an effect sum to it, the effects
    to the change, all to the cent. ``growth`` is g: 1 is no growth."""

    base_profit: Decimal
    current_profit: Decimal
    growth: Decimal
    effects: Mapping[str, Decimal]
    drivers: Sequence[Driver[K]] = field(default_factory=list)

    @property
    def change(self) -> Decimal:
        return self.current_profit - self.base_profit

    @property
    def residual(self) -> Decimal:
        return self.change - sum(self.effects.values(), ZERO)


def bridge(base: Mapping[K, Sales], current: Mapping[K, Sales], growth_by: str = CONSTANT_PRICE) -> Bridge[K]:
    """Explain the change of profit by price, cost, volume, mix, new, lost and free goods.

    ``growth_by`` is ``constant_price`` (g = Σ p0·q1 ÷ Σ p0·q0) or ``units`` (g = Σ q1 ÷ Σ q0, for one unit of measure
    only). Where a month has no quantity or no price above zero there is nothing to compare: the base counts as lost,
    the current month as new; free goods stand apart as promotional.

    Rounds: to the cent by largest remainder, first the effects to the change, then each effect's drivers to it.

    >>> base = {"A": Sales(Decimal(10), Decimal(100), Decimal(60))}
    >>> now = {"A": Sales(Decimal(12), Decimal(126), Decimal("75.60"))}
    >>> {effect: str(amount) for effect, amount in bridge(base, now).effects.items() if amount}
    {'price': '6.00', 'cost': '-3.60', 'volume': '8.00'}
    """
    if growth_by not in (CONSTANT_PRICE, UNITS):
        raise ValueError(f"growth is measured by {CONSTANT_PRICE} or {UNITS}, not {growth_by}")
    with localcontext() as context:
        context.prec = _DIGITS
        both = [key for key, sold in base.items() if sold.is_sold and key in current and current[key].is_sold]
        growth = _growth([(base[key], current[key]) for key in both], growth_by)
        exact = list(_continuing(base, current, both, growth)) + list(_one_sided(base, current, set(both)))
        base_profit = sum((sold.profit for sold in base.values()), ZERO)
        current_profit = sum((sold.profit for sold in current.values()), ZERO)
        sums = dict.fromkeys(EFFECTS, ZERO)
        for driver in exact:
            sums[driver.effect] += driver.amount
        rounded = round_to_total(list(sums.values()), current_profit - base_profit)
        effects = dict(zip(EFFECTS, rounded, strict=True))
        drivers = [driver for effect in EFFECTS for driver in _rounded(exact, effect, effects[effect])]
    return Bridge(base_profit, current_profit, growth, effects, drivers)


def round_to_total(values: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Round values of either sign to cents that sum to ``total``, which their exact sum is within a cent of.

    Rounds: down to the cent; the rest goes to the largest remainders, first come first on a tie.

    >>> [str(part) for part in round_to_total([Decimal("43.3333"), Decimal("-13.3333")], Decimal("30.00"))]
    ['43.33', '-13.33']
    """
    parts = [value.quantize(CENT, ROUND_FLOOR) for value in values]
    missing = int((total - sum(parts, ZERO)) / CENT)
    if not 0 <= missing <= len(parts):
        raise ValueError(f"the values do not sum to {total}")
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - values[i], i))
    for i in by_remainder[:missing]:
        parts[i] += CENT
    return parts


def past_months(day: date) -> tuple[date, date]:
    """The month before the past one, and the past one, by their first days.

    >>> [str(month) for month in past_months(date(2026, 1, 15))]
    ['2025-11-01', '2025-12-01']
    """
    past = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    return (past - timedelta(days=1)).replace(day=1), past


def _growth(pairs: Sequence[tuple[Sales, Sales]], growth_by: str) -> Decimal:
    if not pairs:
        return Decimal(1)
    if growth_by == UNITS:
        return sum((now.quantity for _, now in pairs), ZERO) / sum((was.quantity for was, _ in pairs), ZERO)
    at_base_price = sum((was.net * now.quantity / was.quantity for was, now in pairs), ZERO)
    return at_base_price / sum((was.net for was, _ in pairs), ZERO)


def _continuing(
    base: Mapping[K, Sales], current: Mapping[K, Sales], both: Iterable[K], growth: Decimal
) -> Iterable[Driver[K]]:
    for key in both:
        was, now = base[key], current[key]
        ratio = now.quantity / was.quantity
        yield Driver(key, "price", now.net - was.net * ratio)
        yield Driver(key, "cost", was.cost * ratio - now.cost)
        yield Driver(key, "volume", (growth - 1) * was.profit)
        yield Driver(key, "mix", was.profit * (ratio - growth))


def _one_sided(base: Mapping[K, Sales], current: Mapping[K, Sales], both: set[K]) -> Iterable[Driver[K]]:
    for key, was in base.items():
        if key not in both:
            yield Driver(key, "promotional" if was.is_free else "lost", -was.profit)
    for key, now in current.items():
        if key not in both:
            yield Driver(key, "promotional" if now.is_free else "new", now.profit)


def _rounded(exact: Sequence[Driver[K]], effect: str, total: Decimal) -> Iterable[Driver[K]]:
    """The drivers of one effect in cents, without those that come to nothing."""
    drivers = [driver for driver in exact if driver.effect == effect]
    amounts = round_to_total([driver.amount for driver in drivers], total)
    return [Driver(driver.key, effect, amount) for driver, amount in zip(drivers, amounts, strict=True) if amount]

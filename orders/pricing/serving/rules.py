"""What it costs to serve an order beside its goods: counts times rates, and the margin that is left after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.money import ZERO, margin_percent, round_amount

YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Rates:
    """What each thing costs, in company currency; None where nobody has set it. ``money_percent`` is for a year."""

    order: Decimal | None = None
    line: Decimal | None = None
    pick: Decimal | None = None
    shipment: Decimal | None = None
    rush: Decimal | None = None
    freight_kg: Decimal | None = None
    money_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """What an order asks of us. ``unweighed`` are lines of items without a weight; ``charged_cost`` is what its freight
    and other charges cost already; ``owed_base`` with tax, until paid after ``payment_days``. Units: company currency.

    Picks and weight are of what was ordered, until all of it ``is_picked`` and ``is_shipped``: then of what really was.
    """

    lines: int
    picks: int
    shipments: int
    is_rush: bool = False
    weight_kg: Decimal = ZERO
    unweighed: int = 0
    charged_cost: Decimal = ZERO
    payment_days: Decimal = ZERO
    owed_base: Decimal = ZERO
    is_picked: bool = False
    is_shipped: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the cost: ``count`` times ``rate``, less ``less``. Without a rate its amount is not known.

    ``is_estimate``: what is counted is expected, and has not happened yet or is not seen from here.
    """

    key: str
    count: Decimal
    rate: Decimal | None
    amount: Decimal | None
    less: Decimal = ZERO
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Serving:
    """The margin before and after serving. ``cost_base`` is None where no rate is set; ``is_least`` where part of it is
    not known, so that it is at least so much. Percents are None where the cost of the goods is unknown.
    """

    parts: Sequence[Part]
    cost_base: Decimal | None
    gross_percent: Decimal | None
    net_percent: Decimal | None
    is_least: bool


def parts_of(served: Served, rates: Rates) -> list[Part]:
    """What each part comes to.

    Rounds: half-up to cents.

    >>> [(part.key, part.amount) for part in parts_of(Served(3, 2, 1), Rates(order=Decimal(5), line=Decimal(1)))][:3]
    [('order', Decimal('5.00')), ('line', Decimal('3.00')), ('pick', None)]
    """
    counted = [
        _part("order", Decimal(1), rates.order),
        _part("line", Decimal(served.lines), rates.line),
        _part("pick", Decimal(served.picks), rates.pick, is_estimate=not served.is_picked),
        _part("shipment", Decimal(served.shipments), rates.shipment, is_estimate=True),
    ]
    if served.is_rush:
        counted.append(_part("rush", Decimal(max(served.shipments, 1)), rates.rush, is_estimate=True))
    counted.append(_freight(served, rates.freight_kg))
    amount = None
    if rates.money_percent is not None:
        amount = round_amount(served.owed_base * served.payment_days / YEAR_DAYS * rates.money_percent / 100)
    return [*counted, Part("money", served.payment_days, rates.money_percent, amount, is_estimate=True)]


def serving_of(served: Served, rates: Rates, *, net_base: Decimal, cost_base: Decimal | None) -> Serving:
    """The margin of an order before and after what it costs to serve it.

    >>> found = serving_of(Served(1, 1, 1), Rates(order=Decimal(18)), net_base=Decimal(100), cost_base=Decimal(76))
    >>> found.gross_percent, found.net_percent, found.is_least
    (Decimal('24.00'), Decimal('6.00'), True)
    """
    parts = parts_of(served, rates)
    known = [part.amount for part in parts if part.amount is not None]
    cost = sum(known, ZERO) if known else None
    is_least = len(known) < len(parts) or (served.unweighed > 0 and rates.freight_kg is not None)
    net = margin_percent(net_base, cost_base + cost) if cost_base and cost is not None else None
    return Serving(parts, cost, margin_percent(net_base, cost_base), net, is_least)


def _part(key: str, count: Decimal, rate: Decimal | None, *, is_estimate: bool = False) -> Part:
    amount = None if rate is None else round_amount(count * rate)
    return Part(key, count, rate, amount, is_estimate=is_estimate)


def _freight(served: Served, rate: Decimal | None) -> Part:
    """By weight, less what charged freight costs already: that is in the margin of the goods."""
    if rate is None:
        return Part("freight", served.weight_kg, None, None, is_estimate=not served.is_shipped)
    carried = round_amount(served.weight_kg * rate)
    less = min(served.charged_cost, carried)
    return Part("freight", served.weight_kg, rate, carried - less, less, is_estimate=not served.is_shipped)

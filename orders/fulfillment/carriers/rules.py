"""What a parcel costs, and which service is proposed: pure arithmetic over rate tables and days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from omc.lib.money import round_amount

ZERO: Final = Decimal(0)


class NoRate(ValueError):
    """A service has no price for this; the message says why."""


@dataclass(frozen=True, slots=True)
class Box:
    """A parcel as a carrier sees it. Units: kilograms, centimeters."""

    position: int
    weight_kg: Decimal | None
    sizes_cm: tuple[Decimal, Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class Surcharges:
    """What a service adds. Units: percent of the base rate, company currency, centimeters, cm³ per kg."""

    volume_divisor: int = 5000
    fuel_percent: Decimal = ZERO
    residential: Decimal = ZERO
    oversize_cm: int | None = None
    oversize: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Zone:
    """``rates``: up to so many kilograms, price; the lightest first."""

    name: str
    country: str
    postal_prefix: str
    rates: tuple[tuple[Decimal, Decimal], ...]
    days: int | None = None


def zone_for(zones: Sequence[Zone], country: str, postal_code: str) -> Zone | None:
    """The zone of a place: the one with the longest beginning of its postal code, else that of the whole country.

    >>> near, far = Zone("near", "US", "02", ()), Zone("far", "US", "", ())
    >>> zone_for([far, near], "US", "02210").name, zone_for([far, near], "US", "94105").name
    ('near', 'far')
    """
    code = postal_code.replace(" ", "").upper()
    fits = [
        zone
        for zone in zones
        if zone.country == country and code.startswith(zone.postal_prefix.replace(" ", "").upper())
    ]
    return max(fits, key=lambda zone: len(zone.postal_prefix), default=None)


def charged_weight(box: Box, divisor: int) -> Decimal:
    """The weight that is charged: what the scale says, or what the volume stands for if that is more. Raises: NoRate

    Units: kilograms.

    >>> charged_weight(Box(1, Decimal(2), (Decimal(40), Decimal(40), Decimal(40))), 5000)
    Decimal('12.8')
    """
    if box.weight_kg is None:
        raise NoRate(f"Parcel {box.position} is not weighed.")
    if box.sizes_cm is None:
        return box.weight_kg
    length, width, height = box.sizes_cm
    return max(box.weight_kg, length * width * height / divisor)


def parcel_price(box: Box, zone: Zone, add: Surcharges, *, residential: bool) -> Decimal:
    """What one parcel costs: its rate, fuel on the rate, a home's address, and what is longer than a side may be.

    Rounds: each part to the cent, half up. Raises: NoRate

    >>> zone = Zone("near", "US", "", ((Decimal(5), Decimal("8.00")), (Decimal(30), Decimal("14.50"))))
    >>> add = Surcharges(fuel_percent=Decimal(10), residential=Decimal("3.20"))
    >>> parcel_price(Box(1, Decimal(6)), zone, add, residential=True)
    Decimal('19.15')
    """
    weight = charged_weight(box, add.volume_divisor)
    base = next((price for limit, price in zone.rates if weight <= limit), None)
    if base is None:
        heaviest = max((limit for limit, _price in zone.rates), default=ZERO)
        raise NoRate(f"Parcel {box.position} counts as {_plain(weight)} kg; it takes up to {_plain(heaviest)} kg.")
    total = round_amount(base) + round_amount(base * add.fuel_percent / 100)
    if residential:
        total += round_amount(add.residential)
    if box.sizes_cm and add.oversize_cm is not None and max(box.sizes_cm) > add.oversize_cm:
        total += round_amount(add.oversize)
    return total


@dataclass(frozen=True, slots=True)
class Option:
    """A service for a shipment: its price, by parcel and in all, and the day it arrives; or why it does not go."""

    service_id: int
    name: str
    amounts: tuple[Decimal, ...] = ()
    arrives: date | None = None
    refusal: str = ""

    @property
    def amount(self) -> Decimal:
        return sum(self.amounts, ZERO)

    @property
    def goes(self) -> bool:
        return not self.refusal

    def in_time(self, promised: date | None) -> bool:
        return self.goes and (promised is None or (self.arrives is not None and self.arrives <= promised))


def cheapest_that_keeps(options: Sequence[Option], promised: date | None) -> Option | None:
    """The cheapest service that arrives by the promised day; where none does, the earliest, and of those the cheapest.

    >>> slow = Option(1, "Ground", (Decimal(9),), date(2026, 11, 30))
    >>> fast = Option(2, "Express", (Decimal(30),), date(2026, 11, 26))
    >>> cheapest_that_keeps([slow, fast], date(2026, 11, 27)).name
    'Express'
    """
    going = [option for option in options if option.goes]
    keeping = [option for option in going if option.in_time(promised)]
    if keeping:
        return min(keeping, key=lambda option: (option.amount, option.arrives or date.max, option.service_id))
    return min(going, key=lambda option: (option.arrives or date.max, option.amount, option.service_id), default=None)


def compared_with(best: Option, options: Sequence[Option], promised: date | None) -> Option | None:
    """The other service that a person would ask about: the cheapest that is late, else the next in price."""
    others = [option for option in options if option.goes and option.service_id != best.service_id]
    cheaper = [option for option in others if option.amount < best.amount]
    return min(cheaper or others, key=lambda option: (option.amount, option.service_id), default=None)


def _plain(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.001")).normalize(), "f")

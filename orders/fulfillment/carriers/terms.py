"""Terms and rates of a carrier's service, entered as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Final

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core.services.history import keep_change
from orders.fulfillment.carriers.adapters import CARRIERS
from orders.fulfillment.carriers.rules import Surcharges
from orders.fulfillment.models import CarrierTerms, CarrierZone
from planning.models import CarrierService
from planning.services.carriers import keep_carrier_service

MOST_ZONES: Final = 60


@dataclass(frozen=True, slots=True)
class ZoneInput:
    """A zone as it was typed; ``rates`` as in "1: 4.90; 5: 7.20": up to so many kilograms, price."""

    name: str
    country: str
    rates: str
    postal_prefix: str = ""
    days: int | None = None


def parse_rates(text: str) -> list[list[str]]:
    """Weight breaks as they were typed, the lightest first. Raises: InvalidInput

    >>> parse_rates("5: 7.20; 1: 4.90")
    [['1', '4.90'], ['5', '7.20']]
    """
    found: dict[Decimal, Decimal] = {}
    for part in filter(None, (part.strip() for part in text.replace("\n", ";").split(";"))):
        limit, colon, price = part.partition(":")
        try:
            kilograms, amount = Decimal(limit.strip()), Decimal(price.strip())
        except InvalidOperation:
            kilograms = amount = Decimal("NaN")
        if not (colon and kilograms.is_finite() and amount.is_finite() and kilograms > 0 and amount >= 0):
            raise InvalidInput(f"“{part}” is no weight and price. Write 5: 7.20 for up to 5 kg at 7.20.", field="rates")
        if kilograms in found:
            raise InvalidInput(f"Up to {kilograms} kg has two prices.", field="rates")
        found[kilograms] = amount.quantize(Decimal("0.01"))
    if not found:
        raise InvalidInput("A zone has at least one weight and price.", field="rates")
    rising = sorted(found.items())
    for (_, light), (kilograms, heavy) in pairwise(rising):
        if heavy < light:
            raise InvalidInput(f"Up to {kilograms} kg costs less than a lighter parcel.", field="rates")
    return [[format(limit.normalize(), "f"), format(price, "f")] for limit, price in rising]


def typed_rates(rates: Sequence[Sequence[str]]) -> str:
    """Weight breaks as a person types them."""
    return "; ".join(f"{limit}: {price}" for limit, price in rates)


class WrongZone(InvalidInput):
    """A zone cannot be as it was typed. ``position`` counts from 1."""

    def __init__(self, message: str, *, field: str | None, position: int) -> None:
        super().__init__(message, field=field, position=position)
        self.position = position


@verb(silent="terms and rates keep their before/after history")
def keep_carrier(
    *,
    code: str,
    name: str,
    cut_off: time,
    is_active: bool,
    surcharges: Surcharges,
    zones: Sequence[ZoneInput],
    actor: Actor,
    adapter: str = "table",
    service_id: int | None = None,
) -> CarrierService:
    """Enter a carrier's service with its surcharges and zones, or put these in place of what there is.

    Labels that were bought keep what was quoted. Raises: InvalidInput, WrongZone, NotFound
    """
    require(actor, "fulfillment.manage_carriers")
    if CARRIERS.get(adapter) is None:
        raise InvalidInput(f"Nobody answers for carriers of the kind “{adapter}”.", field="adapter")
    rows = _checked(zones)
    service = keep_carrier_service(
        code=code, name=name, cut_off=cut_off, is_active=is_active, actor=actor, service_id=service_id
    )
    before = _told(service)
    CarrierTerms.objects.update_or_create(
        service=service,
        defaults={
            "adapter": adapter,
            "volume_divisor": surcharges.volume_divisor,
            "fuel_percent": surcharges.fuel_percent,
            "residential_amount": surcharges.residential,
            "oversize_cm": surcharges.oversize_cm,
            "oversize_amount": surcharges.oversize,
        },
    )
    CarrierZone.objects.filter(service=service).delete()
    for row in rows:
        row.service = service
    CarrierZone.objects.bulk_create(rows)
    after = _told(service)
    if before != after:
        keep_change(service, before, after, actor=actor)
    return service


def _checked(zones: Sequence[ZoneInput]) -> list[CarrierZone]:
    if len(zones) > MOST_ZONES:
        raise InvalidInput(f"At most {MOST_ZONES} zones.", field="zones")
    rows: list[CarrierZone] = []
    places: set[tuple[str, str]] = set()
    for position, zone in enumerate(zones, start=1):
        place = (zone.country.strip().upper(), zone.postal_prefix.replace(" ", "").upper())
        try:
            rates = parse_rates(zone.rates)
        except InvalidInput as refusal:
            raise WrongZone(refusal.message, field="rates", position=position) from refusal
        if len(place[0]) != 2:
            raise WrongZone("A country has two letters, as in US.", field="country", position=position)
        if place in places:
            raise WrongZone("There is a zone of this place already.", field="postal_prefix", position=position)
        places.add(place)
        rows.append(
            CarrierZone(
                name=zone.name.strip() or " ".join(place).strip(),
                country=place[0],
                postal_prefix=place[1],
                days=zone.days,
                rates=rates,
            )
        )
    return rows


def _told(service: CarrierService) -> dict[str, str]:
    rows: list[dict[str, object]] = [dict(row) for row in CarrierTerms.objects.filter(service=service).values()]
    terms = rows[0] if rows else {}
    zones = CarrierZone.objects.filter(service=service).order_by("country", "postal_prefix")
    said = {key: str(value) for key, value in terms.items() if key not in ("id", "service_id")}
    if zones:
        said["zones"] = " | ".join(
            f"{zone.name} {zone.country} {zone.postal_prefix} {zone.days}: {typed_rates(zone.rates)}" for zone in zones
        )
    return said

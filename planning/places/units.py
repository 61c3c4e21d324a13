"""Where stock lies: units change only under the lock of their level, and never hold more than it.

Building blocks of verbs that hold that lock.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from omc.lib import clock
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.money import plain
from orders.core.models import Product
from planning.models import StockLevel, StockUnit
from planning.places.models import Bin
from planning.rules.availability import ZERO

Taken = Callable[[], Mapping[int, Decimal]]
AVAILABLE = StockUnit.Status.AVAILABLE


class NotThere(DomainError):
    """Less lies in that place than was to be taken."""

    code = "not_there"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is put: its bin, its lot and when that expires, and a serial number for each piece."""

    bin: str = ""
    lot: str = ""
    serials: Sequence[str] = ()
    expires_on: date | None = None
    arrived_on: date | None = None  # of what was moved here; else today

    def __bool__(self) -> bool:
        return bool(self.bin or self.lot or self.serials)


def not_placed(level: StockLevel) -> Decimal:
    """Units: stock unit, on hand of a locked level without a place."""
    placed = StockUnit.objects.filter(level=level).aggregate(total=Sum("quantity"))["total"] or ZERO
    return level.on_hand - placed


def lay(level: StockLevel, product: Product, place: Place, quantity: Decimal) -> list[StockUnit]:
    """Put so much of a locked level in a place; the level holds that much that is not placed.

    Raises: InvalidInput at the field, NotThere
    """
    bin_ = _bin(level, place.bin)
    lot, serials = place.lot.strip(), [text.strip() for text in place.serials if text.strip()]
    if product.tracks_lots and not lot:
        raise InvalidInput(f"Which lot of {product.sku}?", field="lot")
    if product.tracks_serials or serials:
        _check_serials(product, serials, quantity)
    free = not_placed(level)
    if free < quantity:
        raise NotThere(f"Only {plain(free)} {product.stock_unit} are not placed.", field="quantity", free=plain(free))
    return [_grow(level, place, (bin_, lot, serial), Decimal(1) if serials else quantity) for serial in serials or [""]]


def take_off(
    level: StockLevel, product: Product, quantity: Decimal, *, bin: str = "", lot: str = "", serial: str = ""
) -> StockUnit | None:
    """Take so much off the shelf; it stays on hand until it leaves. Answers the unit; None where nothing is placed.

    What names no bin comes from what is not placed; its lot or serial number is then known from here on.

    Raises: InvalidInput without the lot or serial number that the item asks for; NotThere
    """
    if product.tracks_serials and (not serial or quantity != 1):
        raise InvalidInput(f"{product.sku}: take one piece at a time, with its serial number.", field="serial")
    if product.tracks_lots and not lot:
        raise InvalidInput(f"Which lot of {product.sku}?", field="lot")
    rows = StockUnit.objects.filter(level=level, status=AVAILABLE, lot=lot, serial=serial)
    unit = rows.filter(bin=bin.upper()).first() if bin or lot or serial else None
    if unit is None and not bin:
        if quantity > not_placed(level):
            raise NotThere(f"{product.sku} does not lie there: say which bin.", field="bin")
        if not (lot or serial):
            return None
        if serial:
            _check_serials(product, [serial], quantity)
        unit = _grow(level, Place(), ("", lot, serial), quantity)
    if unit is None or unit.quantity - unit.picked < quantity:
        there = plain(unit.quantity - unit.picked) if unit else "0"
        raise NotThere(f"Only {there} of {product.sku} lie in {bin or '–'}.", field="quantity", there=there)
    unit.picked += quantity
    unit.save(update_fields=["picked"])
    return unit


def lay_back(quantities: Mapping[int, Decimal]) -> None:
    """What was taken off lies where it was again, so much per unit of locked levels."""
    units = list(StockUnit.objects.filter(pk__in=list(quantities)))
    for unit in units:
        unit.picked -= quantities[unit.pk]
    StockUnit.objects.bulk_update(units, ["picked"])


def remove(level: StockLevel, product: Product, place: Place, quantity: Decimal) -> None:
    """So much less lies in a place of a locked level, before its on hand falls. Raises: NotThere"""
    names = [text.strip() for text in place.serials if text.strip()] or [""]
    rows = StockUnit.objects.filter(level=level, bin=place.bin.strip().upper(), lot=place.lot.strip())
    units = list(rows.filter(serial__in=names).order_by("status", "id"))
    there = sum((unit.quantity - unit.picked for unit in units), ZERO)
    if there < quantity:
        raise NotThere(f"Only {plain(there)} of {product.sku} lie there.", field="delta", there=plain(there))
    _shrink(units, quantity)


def remove_any(level: StockLevel, bin: str, quantity: Decimal) -> None:
    """So much less lies in a bin of a locked level, of whichever lot, before its on hand falls; it lies there."""
    _shrink(list(StockUnit.objects.filter(level=level, bin=bin).order_by("status", "arrived_on", "id")), quantity)


def fall(level_ids: Iterable[int], taken: Taken | None) -> None:
    """On hand of locked levels fell: what was taken off leaves, and no more is placed than is there.

    What is gone and nobody said from where is first what was not placed, then by turn what lies there.
    """
    units = list(
        StockUnit.objects.filter(level_id__in=list(level_ids)).order_by("level_id", "status", "arrived_on", "id")
    )
    gone = taken() if taken else {}
    leaving = [unit for unit in units if unit.pk in gone]
    for unit in leaving:
        unit.quantity -= gone[unit.pk]
        unit.picked -= gone[unit.pk]
    _write(leaving)
    levels = StockLevel.objects.in_bulk({unit.level_id for unit in units})
    for pk, level in levels.items():
        here = [unit for unit in units if unit.level_id == pk]
        _shrink(here, sum((unit.quantity for unit in here), ZERO) - level.on_hand)


def _shrink(units: Sequence[StockUnit], quantity: Decimal) -> None:
    changed = []
    for unit in units:
        part = min(quantity, unit.quantity - unit.picked)
        if part > 0:
            unit.quantity -= part
            quantity -= part
            changed.append(unit)
    _write(changed)


def _write(units: Sequence[StockUnit]) -> None:
    """Keep what still lies there; an empty place is no row."""
    StockUnit.objects.bulk_update([unit for unit in units if unit.quantity], ["quantity", "picked"])
    if empty := [unit.pk for unit in units if not unit.quantity]:
        StockUnit.objects.filter(pk__in=empty).delete()


def _grow(level: StockLevel, place: Place, name: tuple[str, str, str], quantity: Decimal) -> StockUnit:
    bin_, lot, serial = name
    unit, _new = StockUnit.objects.get_or_create(
        level=level,
        bin=bin_,
        lot=lot,
        serial=serial,
        status=AVAILABLE,
        defaults={"arrived_on": place.arrived_on or clock.today(level.company.time_zone)},
    )
    unit.quantity += quantity
    unit.expires_on = place.expires_on or unit.expires_on
    unit.save(update_fields=["quantity", "expires_on"])
    return unit


def _bin(level: StockLevel, code: str) -> str:
    code = code.strip().upper()
    known = Bin.objects.filter(warehouse_id=level.warehouse_id, code=code, is_active=True)
    if code and not known.exists():
        raise InvalidInput(f"There is no bin {code} in use here.", field="bin", code=code)
    return code


def _check_serials(product: Product, serials: Sequence[str], quantity: Decimal) -> None:
    if len(set(serials)) != len(serials):
        raise InvalidInput("A serial number is there twice.", field="serials")
    if len(serials) != quantity:
        raise InvalidInput(f"{plain(quantity)} pieces, but {len(serials)} serial numbers.", field="serials")
    known = StockUnit.objects.filter(level__product=product, serial__in=serials, quantity__gt=0)
    if serial := known.values_list("serial", flat=True).first():
        raise InvalidInput(f"{serial} lies in stock already.", field="serials", serial=serial)

"""What lies where."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from planning.models import Bin, StockLevel, StockUnit
from planning.places.rules import Lying, in_turn
from planning.rules.availability import ZERO
from planning.rules.promising import Key


def bins(actor: Actor, text: str = "", warehouse_id: int | None = None, show: str = "") -> QuerySet[Bin]:
    """The company's bins, with how many kinds of things lie there. ``show``: empty, full, unused, or all in use."""
    lying = StockUnit.objects.filter(
        level__warehouse=OuterRef("warehouse"), bin=OuterRef("code"), quantity__gt=F("picked")
    )
    rows = Bin.objects.filter(company_id=actor.company_id).select_related("warehouse")
    rows = rows.annotate(lying=Subquery(lying.order_by().values("bin").annotate(n=Count("id")).values("n")))
    rows = rows.filter(is_active=show != "unused")
    if text:
        rows = rows.filter(code__istartswith=text) | rows.filter(zone__iexact=text)
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    if show in ("empty", "full"):
        rows = rows.filter(lying__isnull=show == "empty")
    return rows


def bin_of(actor: Actor, bin_id: int) -> Bin:
    """Raises: NotFound"""
    found = bins(actor).filter(pk=bin_id) | bins(actor, show="unused").filter(pk=bin_id)
    if (row := found.first()) is None:
        raise NotFound(f"There is no bin {bin_id}.", bin_id=bin_id)
    return row


def units_in(bin_: Bin) -> QuerySet[StockUnit]:
    """What lies in a bin, by item."""
    rows = StockUnit.objects.filter(level__warehouse_id=bin_.warehouse_id, bin=bin_.code, quantity__gt=0)
    return rows.select_related("level__product").order_by("level__product__sku", "lot", "serial", "id")


@dataclass(frozen=True, slots=True)
class Shelved:
    """Where an item lies in a warehouse: its units, and what is not placed. Units: stock unit."""

    units: list[StockUnit]
    not_placed: Decimal


def shelved(actor: Actor, product_id: int, warehouse_id: int) -> Shelved:
    """The units of one item in one warehouse, in the order in which they are picked."""
    level = StockLevel.objects.filter(
        company_id=actor.company_id, product_id=product_id, warehouse_id=warehouse_id
    ).first()
    if level is None:
        return Shelved([], ZERO)
    units = {unit.pk: unit for unit in StockUnit.objects.filter(level=level, quantity__gt=0)}
    sequence = dict(
        Bin.objects.filter(warehouse_id=warehouse_id, code__in=[unit.bin for unit in units.values()]).values_list(
            "code", "pick_sequence"
        )
    )
    turns = in_turn(_lying(unit, sequence.get(unit.bin, 0)) for unit in units.values())
    placed = sum((unit.quantity for unit in units.values()), ZERO)
    return Shelved([units[row.unit_id] for row in turns], level.on_hand - placed)


def lying_of(company_id: int, keys: Iterable[Key]) -> dict[Key, list[Lying]]:
    """What of these items may be picked where, by item and warehouse; unplaced items have none. Two queries."""
    wanted = set(keys)
    units = StockUnit.objects.filter(
        level__company_id=company_id,
        level__product_id__in={product_id for product_id, _ in wanted},
        level__warehouse_id__in={warehouse_id for _, warehouse_id in wanted},
        status=StockUnit.Status.AVAILABLE,
        quantity__gt=F("picked"),
    ).select_related("level")
    rows = list(units)
    sequence = {
        (warehouse_id, code): place
        for warehouse_id, code, place in Bin.objects.filter(
            warehouse_id__in={unit.level.warehouse_id for unit in rows}, code__in={unit.bin for unit in rows}
        ).values_list("warehouse_id", "code", "pick_sequence")
    }
    found: dict[Key, list[Lying]] = defaultdict(list)
    for unit in rows:
        key = (unit.level.product_id, unit.level.warehouse_id)
        found[key].append(_lying(unit, sequence.get((key[1], unit.bin), 0)))
    return found


def unplaced(company_id: int, keys: Sequence[Key]) -> dict[Key, Decimal]:
    """How much of these items is on hand without a place."""
    rows = StockLevel.objects.filter(
        company_id=company_id, product_id__in=[key[0] for key in keys], warehouse_id__in=[key[1] for key in keys]
    ).annotate(placed=Sum("units__quantity"))
    return {(row.product_id, row.warehouse_id): row.on_hand - (row.placed or ZERO) for row in rows}


def _lying(unit: StockUnit, sequence: int) -> Lying:
    return Lying(
        unit_id=unit.pk,
        bin=unit.bin,
        quantity=unit.quantity - unit.picked,
        sequence=sequence,
        lot=unit.lot,
        serial=unit.serial,
        expires_on=unit.expires_on,
        arrived_on=unit.arrived_on,
    )

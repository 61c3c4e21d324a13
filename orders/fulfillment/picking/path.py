"""The way of a picker: what to take where, over one shipment or all of a wave."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import F

from omc.lib.money import plain
from orders.core.models import ProductAlias, ProductUnit
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState
from planning.counts.selectors import doubtful
from planning.models import Bin
from planning.places.rules import Lying, proposed
from planning.places.selectors import lying_of
from planning.rules.availability import ZERO
from planning.rules.promising import Key


@dataclass(frozen=True, slots=True)
class Task:
    """So much of a shipment's line is to be taken from a bin; without one, from wherever it lies.

    Units: stock unit. ``codes`` is what a scanner may read of the item, with the units that it stands for.
    """

    line_id: int
    shipment: str
    tote: int | None
    bin: str
    check_digits: str
    sequence: int
    sku: str
    name: str
    unit: str
    lot: str
    asks: str
    quantity: Decimal
    codes: dict[str, str]

    def row(self) -> dict[str, Any]:
        """As a page and a program read it."""
        return {**asdict(self), "quantity": plain(self.quantity)}


def lines_to_pick(shipments: Sequence[Shipment]) -> list[ShipmentLine]:
    """Lines of which something is still to be taken, by tote."""
    rows = ShipmentLine.objects.filter(shipment__in=shipments, shipment__state=ShipmentState.PICKING, short_reason="")
    return list(
        rows.filter(taken__lt=F("quantity"), order_line__product__isnull=False)
        .select_related("order_line__product", "shipment")
        .order_by("shipment__tote", "shipment_id", "order_line__position", "id")
    )


def tasks_of(shipments: Sequence[Shipment]) -> list[Task]:
    """What is to be taken, in the order of the bins; nobody is sent to a place that is to be counted.

    The number of queries does not depend on how much it is.
    """
    lines = lines_to_pick(shipments)
    if not lines:
        return []
    keys = {_key(line) for line in lines}
    company_id = lines[0].shipment.company_id
    doubts = doubtful(company_id, {key[0] for key in keys})
    lying = {
        key: [row for row in rows if (*key, row.bin) not in doubts] for key, rows in lying_of(company_id, keys).items()
    }
    codes = _codes(lines)
    bins = {
        (warehouse_id, code): digits
        for warehouse_id, code, digits in Bin.objects.filter(
            warehouse_id__in={key[1] for key in keys}, code__in={row.bin for rows in lying.values() for row in rows}
        ).values_list("warehouse_id", "code", "check_digits")
    }
    found: dict[tuple[int, str, str], Task] = {}
    for line in lines:
        for row, units in _from(line, lying):
            name = (line.pk, row.bin, row.lot)
            digits = bins.get((line.shipment.warehouse_id, row.bin), "")
            task = found.get(name) or _task(line, row, digits, codes[line.pk])
            found[name] = replace(task, quantity=task.quantity + units)
    return sorted(found.values(), key=lambda task: (not task.bin, task.sequence, task.bin, task.sku, task.tote or 0))


def _from(line: ShipmentLine, lying: dict[Key, list[Lying]]) -> Iterable[tuple[Lying, Decimal]]:
    """The places of a line's rest; what one line is sent to, the next is not."""
    key, left = _key(line), line.quantity - line.taken
    rows = lying.get(key, [])
    chosen = proposed(rows, left)
    gone = {row.unit_id: units for row, units in chosen}
    lying[key] = [replace(row, quantity=row.quantity - gone.get(row.unit_id, ZERO)) for row in rows]
    yield from chosen
    rest = left - sum((units for _, units in chosen), ZERO)
    if rest > 0:
        yield Lying(0, "", rest), rest


def _task(line: ShipmentLine, row: Lying, digits: str, codes: dict[str, str]) -> Task:
    product: Any = line.order_line.product
    asks = "serial" if product.tracks_serials else "lot" if product.tracks_lots and not row.lot else ""
    return Task(
        line_id=line.pk,
        shipment=line.shipment.number,
        tote=line.shipment.tote,
        bin=row.bin,
        check_digits=digits,
        sequence=row.sequence,
        sku=product.sku,
        name=line.order_line.description or product.name,
        unit=product.stock_unit,
        lot="" if asks == "serial" and not product.tracks_lots else row.lot,
        asks=asks,
        quantity=ZERO,
        codes=codes,
    )


def _key(line: ShipmentLine) -> Key:
    return line.order_line.product_id or 0, line.shipment.warehouse_id


def _codes(lines: Sequence[ShipmentLine]) -> dict[int, dict[str, str]]:
    """What may be scanned for each line: SKU, barcode, packs and other names, without regard to case."""
    products = {line.order_line.product_id or 0 for line in lines}
    packs: dict[int, dict[str, str]] = defaultdict(dict)
    for pack in ProductUnit.objects.filter(product_id__in=products).exclude(barcode=""):
        packs[pack.product_id][pack.barcode.casefold()] = plain(pack.factor)
    aliases = list(ProductAlias.objects.filter(product_id__in=products))
    found = {}
    for line in lines:
        product: Any = line.order_line.product
        names = [product.sku, product.barcode] + [
            alias.alias
            for alias in aliases
            if alias.product_id == product.pk and alias.customer_id in (None, line.shipment.customer_id)
        ]
        found[line.pk] = {**packs[product.pk], **{name.casefold(): "1" for name in names if name}}
    return found

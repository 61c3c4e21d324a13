"""What lies in the parcels of a shipment."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from omc.lib.money import plain
from orders.core.models import ProductAlias, ProductUnit
from orders.fulfillment.models import Parcel, ParcelContent, Shipment, ShipmentLine
from orders.fulfillment.selectors import shipment_lines


@dataclass(frozen=True)
class Packed:
    """A parcel with what lies in it; ``contents`` is None where nobody wrote it down."""

    parcel: Parcel
    contents: list[tuple[ShipmentLine, Decimal]] | None

    @property
    def units(self) -> Decimal | None:
        return None if self.contents is None else sum((quantity for _line, quantity in self.contents), Decimal(0))


def packed_parcels(shipment: Shipment, lines: Sequence[ShipmentLine] | None = None) -> list[Packed]:
    """The parcels of a shipment, in their order, with what lies in each."""
    parcels = sorted(shipment.parcels.all(), key=lambda parcel: parcel.position)
    if not parcels:
        return []
    known = {line.pk: line for line in (shipment_lines(shipment) if lines is None else lines)}
    if len(parcels) == 1:
        return [Packed(parcels[0], [(line, line.packed) for line in known.values() if line.packed])]
    rows: dict[int, list[tuple[ShipmentLine, Decimal]]] = {}
    order = {line_id: n for n, line_id in enumerate(known)}
    for row in sorted(ParcelContent.objects.filter(parcel__in=parcels), key=lambda row: order[row.line_id]):
        rows.setdefault(row.parcel_id, []).append((known[row.line_id], row.quantity))
    return [Packed(parcel, rows.get(parcel.pk) if rows else None) for parcel in parcels]


def codes_of(shipment: Shipment, lines: Sequence[ShipmentLine]) -> dict[int, dict[str, str]]:
    """What a scanner may read for each line: number, barcodes of item and packs, other names; each with its quantity.

    Units: stock unit, as text. Two queries.
    """
    by_product: dict[int, dict[str, str]] = {}
    for line in lines:
        if product := line.order_line.product:
            by_product[product.pk] = {code.upper(): "1" for code in (product.sku, product.barcode) if code}
    for unit in ProductUnit.objects.filter(product_id__in=by_product).exclude(barcode=""):
        by_product[unit.product_id].setdefault(unit.barcode.upper(), plain(unit.factor))
    names = ProductAlias.objects.filter(company_id=shipment.company_id, product_id__in=by_product)
    for name in names.filter(Q(customer=None) | Q(customer_id=shipment.customer_id)):
        by_product[name.product_id].setdefault(name.alias.upper(), "1")
    return {line.pk: by_product.get(line.order_line.product_id or 0, {}) for line in lines}

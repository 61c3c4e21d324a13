"""A dock whose stock lies in bins."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from orders.core.models import Product
from orders.fulfillment.models import PickTake, Shipment, Wave
from orders.fulfillment.services import WaveFilter, make_wave, take_item
from planning.models import StockUnit
from planning.places.services import BinInput, Place, put_away, save_bins
from tests.orders.fulfillment.factories import D, Dock


class Shelves(Dock):
    """Bin A comes before B on the way, and C lies in a zone of its own."""

    def __init__(self, ship_rule: str = "back_order") -> None:
        super().__init__(ship_rule)
        bins = [BinInput("B", "1", 20, "22"), BinInput("A", "1", 10, "11"), BinInput("C", "2", 30, "33")]
        save_bins(warehouse_id=self.warehouse.pk, bins=bins, actor=self.ops)

    def shelved(self, *places: tuple[str, object], **fields: Any) -> Product:
        """An item that lies in these bins, so much each."""
        item = self.item(sum(D(str(quantity)) for _, quantity in places), **fields)
        for code, quantity in places:
            self.put(item, quantity, Place(code))
        return item

    def put(self, item: Product, quantity: object, place: Place) -> None:
        put_away(
            product_id=item.pk,
            warehouse_id=self.warehouse.pk,
            quantity=D(str(quantity)),
            place=place,
            actor=self.ops,
        )

    def wave(self, **chosen: Any) -> Wave:
        return make_wave(chosen=WaveFilter(warehouse_id=self.warehouse.pk, **chosen), actor=self.picker)

    def take(self, shipment: Shipment, product: Product, quantity: object, bin: str = "", **more: Any) -> PickTake:
        line = shipment.lines.get(order_line__product=product)
        said = {"item": product.sku, "actor": self.picker, **more}
        return take_item(line_id=line.pk, quantity=Decimal(str(quantity)), bin=bin, **said)

    def lies(self, item: Product) -> Sequence[tuple[str, int, int]]:
        """Bin, quantity and how much of it was picked."""
        units = StockUnit.objects.filter(level__product=item).order_by("bin", "serial")
        return [(unit.bin, int(unit.quantity), int(unit.picked)) for unit in units]

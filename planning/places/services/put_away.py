from decimal import Decimal

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core.models import Product
from planning.models import StockUnit
from planning.places.units import NotThere, Place, lay
from planning.services.levels import lock_levels


@verb(silent="where a thing lies is detail of its level, which does not change")
def put_away(
    *,
    product_id: int,
    warehouse_id: int,
    quantity: Decimal,
    place: Place,
    actor: Actor,
    unit_id: int | None = None,
) -> list[StockUnit]:
    """Put what is not placed, or what lies in another place (``unit_id``), into a bin. On hand stays what it is.

    Units: stock unit. Raises: InvalidInput at the field, NotThere, NotFound, PermissionRefused
    """
    require(actor, "planning.receive_stock")
    product = Product.objects.filter(pk=product_id, company_id=actor.company_id).first()
    if product is None or not product.levels.filter(warehouse_id=warehouse_id, company_id=actor.company_id).exists():
        raise NotFound("This item does not lie in this warehouse.", field="product")
    if quantity <= 0:
        raise InvalidInput("Put away more than nothing.", field="quantity")
    if not place.bin.strip():
        raise InvalidInput("Into which bin?", field="bin")
    level = lock_levels(actor.company_id, [(product_id, warehouse_id)])[product_id, warehouse_id]
    if unit_id is not None:
        place = _lifted(level.pk, unit_id, quantity, place)
    return lay(level, product, place, quantity)


def _lifted(level_id: int, unit_id: int, quantity: Decimal, place: Place) -> Place:
    """Lift so much out of a unit; it keeps its lot, its serial number and its day."""
    unit = StockUnit.objects.filter(pk=unit_id, level_id=level_id, status=StockUnit.Status.AVAILABLE).first()
    there = unit.quantity - unit.picked if unit else Decimal(0)
    if unit is None or there < quantity:
        raise NotThere(f"Only {plain(there)} can be moved from there.", field="quantity", there=plain(there))
    unit.quantity -= quantity
    if unit.quantity:
        unit.save(update_fields=["quantity"])
    else:
        unit.delete()
    return Place(place.bin, unit.lot, (unit.serial,) if unit.serial else (), unit.expires_on, unit.arrived_on)

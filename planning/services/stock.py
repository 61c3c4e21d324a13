"""Stock comes in, is counted anew, comes back."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import LineKind, Product, ProductCost, Warehouse
from planning.models import MovementKind, StockLevel
from planning.places.units import Place, lay, remove
from planning.rules.availability import ZERO
from planning.rules.costing import moving_average
from planning.rules.promising import Key
from planning.services.levels import (
    LevelChange,
    Movement,
    StockRefused,
    change_levels,
    lock_levels,
    write_movements,
)

MOVEMENTS_ARE_THE_RECORD = "stock movements are the record"


@verb(silent=MOVEMENTS_ARE_THE_RECORD)
def receive_stock(
    *,
    product_id: int,
    warehouse_id: int,
    quantity: Decimal,
    actor: Actor,
    unit_cost: Decimal | None = None,
    reference: str = "",
    place: Place | None = None,
) -> StockLevel:
    """Take goods in that no supply order announced, and say where they lie, if somebody knows.

    Units: stock unit; ``unit_cost`` in company currency, empty leaves the average as it is.
    Raises: InvalidInput, NotFound, PermissionRefused
    """
    require(actor, "planning.receive_stock")
    key = _stocked(product_id, warehouse_id, actor)
    if quantity <= 0:
        raise InvalidInput("Receive more than nothing.", field="quantity")
    if unit_cost is not None and unit_cost < 0:
        raise InvalidInput("A cost is not below zero.", field="unit_cost")
    level = take_in([Movement(key, quantity, unit_cost)], reference=reference, actor=actor)[key]
    if place:
        lay(level, _item(product_id), place, quantity)
    return level


def take_in(receipts: Iterable[Movement], *, reference: str, actor: Actor) -> dict[Key, StockLevel]:
    """Average the costs, add receipts to their levels, and write the movements; inside another verb.

    What came for an order line is reserved, and nobody else gets it.
    """
    rows = list(receipts)
    _average_costs(rows, reference, actor)
    levels = lock_levels(actor.company_id, {row.key for row in rows})
    changes: dict[Key, LevelChange] = defaultdict(LevelChange)
    for row in rows:
        changes[row.key] += LevelChange(on_hand=row.quantity, reserved=row.quantity if row.order_line_id else ZERO)
    change_levels(levels, changes)
    write_movements(MovementKind.RECEIPT, rows, actor=actor, reference=reference)
    return levels


@verb(silent=MOVEMENTS_ARE_THE_RECORD)
def adjust_stock(
    *,
    product_id: int,
    warehouse_id: int,
    delta: Decimal,
    reason: str,
    actor: Actor,
    place: Place | None = None,
) -> StockLevel:
    """Bring the books to what was counted, in a place where one is said.

    Units: stock unit, positive or negative.
    Raises: StockRefused when what should go is allocated or not there, InvalidInput, NotFound, PermissionRefused
    """
    require(actor, "planning.adjust_stock")
    key = _stocked(product_id, warehouse_id, actor)
    if not delta:
        raise InvalidInput("A difference of nothing changes nothing.", field="delta")
    if not reason.strip():
        raise InvalidInput("Say why the books were wrong.", field="reason")
    levels = lock_levels(actor.company_id, [key])
    if levels[key].free + delta < 0:
        raise StockRefused(
            f"Only {_plain(levels[key].free)} are free; the rest is allocated or blocked.",
            field="delta",
            free=_plain(levels[key].free),
        )
    if place and delta < 0:
        remove(levels[key], _item(product_id), place, -delta)
    change_levels(levels, {key: LevelChange(on_hand=delta)})
    if place and delta > 0:
        lay(levels[key], _item(product_id), place, delta)
    write_movements(MovementKind.ADJUST, [Movement(key, delta)], actor=actor, reason=reason.strip())
    return levels[key]


def put_back(
    product_id: int,
    warehouse_id: int,
    quantity: Decimal,
    order_line_id: int | None,
    reference: str,
    actor: Actor,
    unit_cost: Decimal | None = None,
) -> None:
    """A return arrived: on hand again, but not for sale until it was inspected. Inside another verb.

    What never lay in our stock enters it at its ``unit_cost`` (company currency); else the average cost stays.
    """
    key = (product_id, warehouse_id)
    movement = Movement(key, quantity, unit_cost, order_line_id)
    _average_costs([movement], reference, actor, is_purchase=False)
    levels = lock_levels(actor.company_id, [key])
    change_levels(levels, {key: LevelChange(on_hand=quantity, unavailable=quantity)})
    write_movements(MovementKind.RETURN, [movement], actor=actor, reference=reference)


def settle_returned(
    product_id: int, warehouse_id: int, restock: Decimal, scrap: Decimal, reference: str, actor: Actor
) -> None:
    """A return was inspected: ``restock`` is for sale again, ``scrap`` is gone. Inside another verb.

    Raises: StockRefused when less is waiting for inspection
    """
    key = (product_id, warehouse_id)
    levels = lock_levels(actor.company_id, [key])
    if levels[key].unavailable < restock + scrap:
        raise StockRefused(f"Only {_plain(levels[key].unavailable)} wait for inspection.")
    change_levels(levels, {key: LevelChange(on_hand=-scrap, unavailable=-restock - scrap)})
    if scrap:
        write_movements(MovementKind.SCRAP, [Movement(key, -scrap)], actor=actor, reference=reference)


def _item(product_id: int) -> Product:
    return Product.objects.get(pk=product_id)


def _stocked(product_id: int, warehouse_id: int, actor: Actor) -> Key:
    product = Product.objects.filter(pk=product_id, company_id=actor.company_id).first()
    if product is None:
        raise NotFound("There is no such item.", field="product_id")
    if product.kind not in (LineKind.GOODS, LineKind.COMPONENT):
        raise InvalidInput(f"{product.sku} is not kept in stock.", field="product_id")
    if not Warehouse.objects.filter(pk=warehouse_id, company_id=actor.company_id).exists():
        raise NotFound("There is no such warehouse.", field="warehouse_id")
    return product_id, warehouse_id


def _average_costs(receipts: list[Movement], reference: str, actor: Actor, *, is_purchase: bool = True) -> None:
    """Average and (of a purchase) last cost of the items that came with a cost, and what they were before.

    The items are locked, since a receipt in another warehouse averages the same cost.
    """
    costed = [row for row in receipts if row.unit_cost is not None]
    if not costed:
        return
    ids = sorted({row.key[0] for row in costed})
    locked = Product.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
    products = {product.pk: product for product in locked}
    levels = StockLevel.objects.filter(product_id__in=ids).values_list("product_id")
    on_hand: dict[int, Decimal] = defaultdict(Decimal, levels.annotate(total=Sum("on_hand")))
    before = {pk: (product.average_cost, product.last_cost) for pk, product in products.items()}
    for row in costed:
        product = products[row.key[0]]
        cost = row.unit_cost or ZERO
        product.average_cost = moving_average(on_hand[product.pk], product.average_cost, row.quantity, cost)
        if is_purchase:
            product.last_cost = cost
        on_hand[product.pk] += row.quantity
    Product.objects.bulk_update(products.values(), ["average_cost", "last_cost"])
    at = clock.now()
    ProductCost.objects.bulk_create(
        ProductCost(
            product=product,
            kind=kind,
            before=old,
            after=new,
            at=at,
            changed_by_id=actor.user_id,
            reason=reference[:120],
        )
        for pk, product in products.items()
        for kind, old, new in (
            (ProductCost.Kind.AVERAGE, before[pk][0], product.average_cost),
            (ProductCost.Kind.LAST, before[pk][1], product.last_cost),
        )
        if old != new
    )


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")

"""Type what an item costs us: the standard and the replacement cost. Receipts write the others."""

from decimal import Decimal
from typing import Final

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.money import round_price
from omc.lib.service import verb
from orders.core.models import Product, ProductCost
from orders.core.services.costs import put_cost

TYPED: Final = {ProductCost.Kind.STANDARD: "standard_cost", ProductCost.Kind.REPLACEMENT: "replacement_cost"}


@verb(silent="each change is a row of the item's cost history, with who and why")
def set_cost(*, product_id: int, kind: str, cost: Decimal | None, reason: str, actor: Actor) -> Product:
    """Set the standard or the replacement cost of an item; None is unknown. Lines priced from then on use it.

    Units: company currency per stock unit.
    Raises: InvalidInput for another kind, a cost below zero or without a reason; NotFound
    """
    require(actor, "pricing.edit_price_list")
    if kind not in TYPED:
        raise InvalidInput("Only the standard and the replacement cost are typed.", field="kind")
    if cost is not None and cost < 0:
        raise InvalidInput("A cost is not below zero.", field="cost")
    if not reason.strip():
        raise InvalidInput("Say why it changes.", field="reason")
    product = (
        Product.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=product_id, company_id=actor.company_id)
        .first()
    )
    if product is None:
        raise NotFound("There is no such item.", field="product_id")
    column = TYPED[ProductCost.Kind(kind)]
    before, after = getattr(product, column), None if cost is None else round_price(cost)
    if before == after:
        return product
    setattr(product, column, after)
    product.save(update_fields=[column])
    put_cost(product, ProductCost.Kind(kind), before, after, reason, actor)
    return product

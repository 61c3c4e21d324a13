"""The one writer of what an item costs, and of how that came about."""

from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.models import Product, ProductCost


def put_cost(
    product: Product, kind: ProductCost.Kind, before: Decimal | None, after: Decimal | None, reason: str, actor: Actor
) -> None:
    """Keep that a cost of an item is another now; the row itself is saved by the verb that this is part of."""
    ProductCost.objects.create(
        product=product,
        kind=kind,
        before=before,
        after=after,
        at=clock.now(),
        changed_by_id=actor.user_id,
        reason=reason.strip()[:120],
    )

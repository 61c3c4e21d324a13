"""What else one would offer for a line: instead of it when it is short, and with it."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.actor import Actor
from omc.lib.money import ZERO
from orders.core.models import Order, Product
from orders.core.selectors.companies import today
from orders.entry.companions.models import ItemCompanion, Relation
from orders.pricing.selectors import price_of
from planning.selectors.availability import availability

OFFERED: Final = 2  # of each relation


@dataclass(frozen=True, slots=True)
class Offer:
    """One item to offer, and why. Units: stock unit; ``unit_price`` None for whoever may not see prices, or unpriced."""

    relation: str
    product: Product
    available: Decimal
    enough: bool
    unit_price: Decimal | None
    share: Decimal
    both: int
    base: int

    @property
    def is_instead(self) -> bool:
        return self.relation == Relation.INSTEAD


@dataclass(frozen=True, slots=True)
class Offers:
    """For one item of a draft. ``short`` is how much of what is asked for is not there; 0 when it is."""

    product: Product
    short: Decimal
    offers: list[Offer]


def offers_for(
    order: Order, sku: str, quantity: Decimal, actor: Actor, *, besides: Collection[str] = ()
) -> Offers | None:
    """What to offer beside ``quantity`` (stock units) of an item: substitutes that are there where it is short, and
    what others buy with it. Items that the draft has already (``besides``) are not offered.

    A constant number of queries.
    """
    product = Product.objects.filter(company_id=order.company_id, sku__iexact=sku, is_active=True).first()
    if product is None:
        return None
    found = list(
        ItemCompanion.objects.filter(product=product, company_id=order.company_id, other__is_active=True)
        .exclude(other__sku__in=besides)
        .select_related("other")
        .order_by("relation", "place")
    )
    warehouse_id = order.warehouse_id or 0
    levels = availability(order.company_id, [product.pk, *(row.other_id for row in found)], [warehouse_id])

    def there(product_id: int) -> Decimal:
        level = levels.get((product_id, warehouse_id))
        return level.available if level else ZERO

    short = max(quantity - there(product.pk), ZERO) if product.kind == "goods" else ZERO
    instead = [
        row
        for row in found
        if row.relation == Relation.INSTEAD and short and there(row.other_id) >= max(quantity, short)
    ]
    along = [row for row in found if row.relation == Relation.WITH]
    chosen = [*instead[:OFFERED], *along[:OFFERED]]
    prices = _prices(order, [row.other_id for row in chosen], actor)
    return Offers(
        product,
        short,
        [
            Offer(
                row.relation,
                row.other,
                there(row.other_id),
                there(row.other_id) > ZERO,
                prices.get(row.other_id),
                row.share,
                row.both,
                row.base,
            )
            for row in chosen
        ],
    )


def _prices(order: Order, product_ids: list[int], actor: Actor) -> dict[int, Decimal]:
    if not product_ids or not actor.can("orders.view_price"):
        return {}
    found = price_of(
        company_id=order.company_id,
        customer=order.customer,
        quantities=dict.fromkeys(product_ids, Decimal(1)),
        currency=order.currency,
        currency_rate=order.currency_rate,
        on=today(order.company),
    )
    return {product_id: price.unit_price for product_id, price in found.items()}

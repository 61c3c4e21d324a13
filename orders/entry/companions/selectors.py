"""What else one would offer for a line: instead of it when it is short, and with it."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.actor import Actor
from omc.lib.money import ZERO
from orders.core.models import LineKind, Order, Product
from orders.core.selectors.companies import today
from orders.entry.companions.models import ItemCompanion, Relation, Substitute
from orders.pricing.selectors import price_of
from planning.selectors.availability import availability

OFFERED: Final = 2  # of each relation


@dataclass(frozen=True, slots=True)
class Offer:
    """One item to offer, and why: declared by somebody, or what past orders show.

    Units: stock unit; ``unit_price`` None for whoever may not see prices, or unpriced. ``share``, ``both`` and
    ``base`` as ``ItemCompanion`` has them.
    """

    is_instead: bool
    product: Product
    available: Decimal
    unit_price: Decimal | None
    declared: Substitute | None = None
    shown: ItemCompanion | None = None


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
    of_item = {"product": product, "company_id": order.company_id, "other__is_active": True}
    declared = list(
        Substitute.objects.filter(**of_item)
        .exclude(other__sku__in=besides)
        .select_related("other", "declared_by")
        .order_by("pk")
    )
    shown = list(
        ItemCompanion.objects.filter(**of_item)
        .exclude(other__sku__in=besides)
        .select_related("other")
        .order_by("relation", "place")
    )
    warehouse_id = order.warehouse_id or 0
    wanted = {product.pk, *(row.other_id for row in declared), *(row.other_id for row in shown)}
    levels = availability(order.company_id, wanted, [warehouse_id])
    there = {product_id: level.available for (product_id, _warehouse), level in levels.items()}
    short = max(quantity - there.get(product.pk, ZERO), ZERO) if product.kind == LineKind.GOODS else ZERO
    known = {row.other_id for row in declared}
    instead: list[Substitute | ItemCompanion] = [*declared]
    instead += [row for row in shown if row.relation == Relation.INSTEAD and row.other_id not in known]
    enough = [row for row in instead if short and there.get(row.other_id, ZERO) >= quantity]
    along = [row for row in shown if row.relation == Relation.WITH]
    chosen = [*enough[:OFFERED], *along[:OFFERED]]
    prices = _prices(order, [row.other_id for row in chosen], actor)
    offers = [
        Offer(
            is_instead=row in enough,
            product=row.other,
            available=there.get(row.other_id, ZERO),
            unit_price=prices.get(row.other_id),
            declared=row if isinstance(row, Substitute) else None,
            shown=row if isinstance(row, ItemCompanion) else None,
        )
        for row in chosen
    ]
    return Offers(product, short, offers)


def substitutes_of(actor: Actor, product_id: int) -> list[Substitute]:
    """What was declared for an item of the company, in the order it was."""
    rows = Substitute.objects.filter(company_id=actor.company_id, product_id=product_id)
    return list(rows.select_related("product", "other", "declared_by").order_by("pk"))


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

"""What an item costs us: the cost in force by the company's own basis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import Product, ProductCost
from orders.core.selectors.companies import setting
from orders.pricing.rules import USUAL, unit_cost

COST_BASIS: Final = "pricing.cost_basis"


def cost_basis(company_id: int) -> str:
    """Which of an item's costs counts in this company."""
    basis: str = setting(company_id, COST_BASIS)
    return basis


def cost_in_force(product: Product, basis: str) -> Decimal | None:
    """The unit cost that margins are counted with; None is unknown. Units: company currency per stock unit."""
    return unit_cost(
        basis,
        average=product.average_cost,
        standard=product.standard_cost,
        last=product.last_cost,
        replacement=product.replacement_cost,
    )


@dataclass(frozen=True, slots=True)
class KnownCost:
    """One of an item's four costs. Units: company currency per stock unit; ``counts`` tells the one in force."""

    label: str
    cost: Decimal | None
    since: datetime | None
    counts: bool


def product_of(actor: Actor, product_id: int) -> Product:
    """One item of the company. Raises: NotFound"""
    found = Product.objects.filter(pk=product_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound("There is no such item.", product_id=product_id)
    return found


def cost_changes(product: Product) -> QuerySet[ProductCost]:
    """Every change of one of its costs."""
    return ProductCost.objects.filter(product=product).select_related("changed_by")


def costs_of(product: Product) -> Sequence[KnownCost]:
    """An item's costs, since when they hold, and which of them margins are counted with."""
    basis = cost_basis(product.company_id)
    latest = dict(cost_changes(product).order_by("kind", "-id").distinct("kind").values_list("kind", "at"))
    known = {kind: getattr(product, f"{kind}_cost") for kind in ("average", "standard", "last", "replacement")}
    in_order = ("average", "standard", "last") if basis == USUAL else (basis,)
    counts = next((kind for kind in in_order if known[kind]), None)
    return [
        KnownCost(str(ProductCost.Kind(kind).label), cost or None, latest.get(kind), kind == counts)
        for kind, cost in known.items()
    ]

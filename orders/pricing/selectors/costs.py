"""What an item costs us: the cost in force by the company's own basis."""

from decimal import Decimal
from typing import Final

from orders.core.models import Product
from orders.core.selectors.companies import setting
from orders.pricing.rules import unit_cost

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

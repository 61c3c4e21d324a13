"""The verbs of cost warnings: look, count again, propose prices, close, set aside."""

from orders.pricing.warnings.services.deciding import close_warning, set_aside_warning
from orders.pricing.warnings.services.proposing import NothingToPropose, propose_prices
from orders.pricing.warnings.services.watching import ANSWER, count_again, watch_costs

__all__ = [
    "ANSWER",
    "NothingToPropose",
    "close_warning",
    "count_again",
    "propose_prices",
    "set_aside_warning",
    "watch_costs",
]

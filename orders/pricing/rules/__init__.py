"""Prices, ladders, costs and taxes as pure arithmetic: no database, no clock."""

from orders.pricing.rules.by_hand import Again, asks_again, in_force
from orders.pricing.rules.costs import BASES, USUAL, unit_cost
from orders.pricing.rules.discounts import shares_of_discount
from orders.pricing.rules.ladders import Rung, ladder_problems, per_stock_unit
from orders.pricing.rules.prices import SOURCES, Break, Pool, Price, Step, best_break, overrides, pools, resolve
from orders.pricing.rules.taxes import FOR_REGISTERED, Tax, line_taxes, tax_for

__all__ = [
    "BASES",
    "FOR_REGISTERED",
    "SOURCES",
    "USUAL",
    "Again",
    "Break",
    "Pool",
    "Price",
    "Rung",
    "Step",
    "Tax",
    "asks_again",
    "best_break",
    "in_force",
    "ladder_problems",
    "line_taxes",
    "overrides",
    "per_stock_unit",
    "pools",
    "resolve",
    "shares_of_discount",
    "tax_for",
    "unit_cost",
]

"""What stage 3 reads: prices, taxes, rates, quotes, price lists."""

from orders.pricing.selectors.explanations import cost_of, discount_on, explain, read_steps
from orders.pricing.selectors.items import InvalidLines, Item, read_lines
from orders.pricing.selectors.places import TaxReason, explain_tax
from orders.pricing.selectors.prices import Found, look_up, price_of, rate_of
from orders.pricing.selectors.quotes import (
    lines_seen,
    quote_list,
    quote_margin,
    quote_of,
    quote_rows,
    quotes_about,
    revisions_of,
    veiled,
    why_these_prices,
)

__all__ = [
    "Found",
    "InvalidLines",
    "Item",
    "TaxReason",
    "cost_of",
    "discount_on",
    "explain",
    "explain_tax",
    "lines_seen",
    "look_up",
    "price_of",
    "quote_list",
    "quote_margin",
    "quote_of",
    "quote_rows",
    "quotes_about",
    "rate_of",
    "read_lines",
    "read_steps",
    "revisions_of",
    "veiled",
    "why_these_prices",
]

"""What stage 3 reads: prices, taxes, rates, quotes, price lists."""

from orders.pricing.selectors.explanations import explain
from orders.pricing.selectors.items import InvalidLines, Item, read_lines
from orders.pricing.selectors.prices import price_of, rate_of
from orders.pricing.selectors.quotes import (
    lines_seen,
    quote_list,
    quote_margin,
    quote_of,
    quote_rows,
    quotes_about,
    revisions_of,
    why_these_prices,
)

__all__ = [
    "InvalidLines",
    "Item",
    "explain",
    "lines_seen",
    "price_of",
    "quote_list",
    "quote_margin",
    "quote_of",
    "quote_rows",
    "quotes_about",
    "rate_of",
    "read_lines",
    "revisions_of",
    "why_these_prices",
]

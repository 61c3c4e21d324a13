"""Stage 3's verbs: price lines, write and decide quotes, keep price lists, taxes and rates."""

from orders.pricing.selectors import rate_of
from orders.pricing.services.breaks import BadLadder, BreakInput, set_breaks
from orders.pricing.services.costs import set_cost
from orders.pricing.services.price_lines import NoPrice, NoTaxRule, Totals, price_lines
from orders.pricing.services.price_lists import change_price_list, create_price_list, write_next_version
from orders.pricing.services.quote_conversions import (
    QuoteConvertedAlready,
    close_quote,
    give_back,
    mark_converted,
    remaining_of,
)
from orders.pricing.services.quote_decisions import (
    NoRecipient,
    QuoteOutdated,
    accept_quote,
    expire_quotes,
    reject_quote,
    send_quote,
)
from orders.pricing.services.quote_drafts import QuoteNotDraft, save_quote_draft, start_quote, try_quote_lines
from orders.pricing.services.quote_pdf import quote_pdf
from orders.pricing.services.quote_reminders import remind_quotes
from orders.pricing.services.quote_renewals import PricesMoved, preview_renewal, prices_today, renew_quote
from orders.pricing.services.quotes import OverrideRefused, change_quote, lock_quote, write_quote
from orders.pricing.services.taxes import load_tax_rules, save_tax_rule, set_rate

__all__ = [
    "BadLadder",
    "BreakInput",
    "NoPrice",
    "NoRecipient",
    "NoTaxRule",
    "OverrideRefused",
    "PricesMoved",
    "QuoteConvertedAlready",
    "QuoteNotDraft",
    "QuoteOutdated",
    "Totals",
    "accept_quote",
    "change_price_list",
    "change_quote",
    "close_quote",
    "create_price_list",
    "expire_quotes",
    "give_back",
    "load_tax_rules",
    "lock_quote",
    "mark_converted",
    "preview_renewal",
    "price_lines",
    "prices_today",
    "quote_pdf",
    "rate_of",
    "reject_quote",
    "remaining_of",
    "remind_quotes",
    "renew_quote",
    "save_quote_draft",
    "save_tax_rule",
    "send_quote",
    "set_breaks",
    "set_cost",
    "set_rate",
    "start_quote",
    "try_quote_lines",
    "write_next_version",
    "write_quote",
]

"""Where a quote may go."""

from omc.lib.machine import Machine
from orders.core.models import Facet
from orders.pricing.models import Quote
from orders.pricing.models import QuoteState as S


def _has_no_order(quote: Quote) -> str | None:
    return None if quote.order_id else f"{quote} has no order yet that it became."


def _was_ordered(quote: Quote) -> str | None:
    """What became an order cannot be taken back; the rest can be closed."""
    if quote.conversion == Facet.NONE:
        return None
    return f"Part of {quote} is ordered. Close the rest, and write a new quote where one is wanted."


QUOTE = Machine(
    name="quote",
    initial=S.DRAFT,
    graph={
        S.DRAFT: frozenset({S.SENT, S.REJECTED}),
        # Whatever was offered may be offered anew: the new revision supersedes it.
        S.SENT: frozenset({S.ACCEPTED, S.REJECTED, S.EXPIRED, S.SUPERSEDED}),
        S.ACCEPTED: frozenset({S.CONVERTED, S.REJECTED, S.SUPERSEDED}),
        S.REJECTED: frozenset({S.SUPERSEDED}),
        S.EXPIRED: frozenset({S.SUPERSEDED}),
        S.CONVERTED: frozenset({S.ACCEPTED}),  # its order was given up
        S.SUPERSEDED: frozenset(),
    },
    guards={
        (S.ACCEPTED, S.CONVERTED): _has_no_order,
        (S.ACCEPTED, S.REJECTED): _was_ordered,
        (S.ACCEPTED, S.SUPERSEDED): _was_ordered,
    },
)

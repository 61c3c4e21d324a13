"""Where a document may go."""

from omc.lib.machine import Machine
from orders.core.models import OrderState
from orders.entry.inbox.models import DocumentState as S
from orders.entry.inbox.models import InboxDocument


def _order_stands(document: InboxDocument) -> str | None:
    """Only the order of a draft that was given up can be made again."""
    if document.order is not None and document.order.state != OrderState.ABANDONED:
        return f"{document.order} was made of it. Change that order instead."
    return None


DOCUMENT = Machine(
    name="inbox document",
    initial=S.RECEIVED,
    graph={
        S.RECEIVED: frozenset({S.READ, S.PROPOSED, S.BROKEN, S.SET_ASIDE}),
        S.READ: frozenset({S.PROPOSED, S.BROKEN, S.SET_ASIDE}),
        S.PROPOSED: frozenset({S.ORDERED, S.READ, S.BROKEN, S.SET_ASIDE}),
        S.BROKEN: frozenset({S.READ, S.PROPOSED, S.SET_ASIDE}),
        # It may be an order after all.
        S.SET_ASIDE: frozenset({S.RECEIVED, S.READ, S.PROPOSED}),
        S.ORDERED: frozenset({S.RECEIVED, S.PROPOSED}),
    },
    guards={(S.ORDERED, S.RECEIVED): _order_stands, (S.ORDERED, S.PROPOSED): _order_stands},
)
WAITING = (S.RECEIVED, S.READ, S.PROPOSED, S.BROKEN)

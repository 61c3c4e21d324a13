"""Where an enquiry may go."""

from omc.lib.machine import Machine
from orders.generation.models import EnquiryState as S

ENQUIRY = Machine(
    name="enquiry",
    initial=S.RECEIVED,
    graph={
        S.RECEIVED: frozenset({S.WORKING, S.QUOTED, S.ORDERED, S.CLOSED}),
        S.WORKING: frozenset({S.QUOTED, S.ORDERED, S.CLOSED}),
        S.QUOTED: frozenset({S.ORDERED, S.CLOSED}),
        S.ORDERED: frozenset(),
        # A customer may order after all.
        S.CLOSED: frozenset({S.ORDERED}),
    },
)

"""Where a return may go."""

from omc.lib.machine import Machine
from returns.claims.models import ReturnState as S

RETURN = Machine(
    name="return",
    initial=S.REQUESTED,
    graph={
        S.REQUESTED: frozenset({S.AUTHORIZED, S.REJECTED, S.CANCELLED}),
        # When the customer keeps everything nothing has to arrive before it is inspected.
        S.AUTHORIZED: frozenset({S.RECEIVED, S.INSPECTED, S.CANCELLED}),
        # A return may arrive in several parcels.
        S.RECEIVED: frozenset({S.RECEIVED, S.INSPECTED}),
        S.INSPECTED: frozenset({S.SETTLED}),
        S.SETTLED: frozenset({S.CLOSED}),
        S.REJECTED: frozenset(),
        S.CLOSED: frozenset(),
        S.CANCELLED: frozenset(),
    },
)

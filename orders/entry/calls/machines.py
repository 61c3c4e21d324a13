"""Where a call may go."""

from omc.lib.machine import Machine
from orders.entry.calls.models import CallState as S

CALL = Machine(
    name="call",
    initial=S.OPEN,
    graph={
        S.OPEN: frozenset({S.PARKED, S.ENDED}),
        S.PARKED: frozenset({S.OPEN, S.ENDED}),
        S.ENDED: frozenset(),
    },
)

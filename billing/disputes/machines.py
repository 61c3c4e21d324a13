"""Where a dispute may go: decided once, and for good."""

from billing.models import DisputeState as S
from omc.lib.machine import Machine

DISPUTE = Machine(
    name="dispute",
    initial=S.OPEN,
    graph={
        S.OPEN: frozenset({S.CREDITED, S.PARTLY, S.UPHELD, S.WITHDRAWN}),
        S.CREDITED: frozenset(),
        S.PARTLY: frozenset(),
        S.UPHELD: frozenset(),
        S.WITHDRAWN: frozenset(),
    },
)

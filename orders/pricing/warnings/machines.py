"""Where a cost warning may go."""

from omc.lib.machine import Machine
from orders.pricing.warnings.models import WarningState as S

WARNING = Machine(
    name="cost warning",
    initial=S.NEW,
    graph={
        S.NEW: frozenset({S.PROPOSED, S.ACTED, S.SET_ASIDE}),
        S.PROPOSED: frozenset({S.ACTED, S.SET_ASIDE}),
        S.ACTED: frozenset(),
        S.SET_ASIDE: frozenset(),
    },
)

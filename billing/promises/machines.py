"""Where a promise to pay may go."""

from billing.models import PromiseState as S
from omc.lib.machine import Machine

PROMISE = Machine(
    name="payment promise",
    initial=S.OPEN,
    graph={
        S.OPEN: frozenset({S.KEPT, S.BROKEN, S.SUPERSEDED}),
        S.KEPT: frozenset(),
        S.BROKEN: frozenset(),
        S.SUPERSEDED: frozenset(),
    },
)

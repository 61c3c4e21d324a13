"""Where a write-off may go."""

from billing.models import WriteOffState as S
from omc.lib.machine import Machine

WRITE_OFF = Machine(
    name="write off",
    initial=S.REQUESTED,
    graph={S.REQUESTED: frozenset({S.APPLIED, S.REFUSED}), S.APPLIED: frozenset(), S.REFUSED: frozenset()},
)

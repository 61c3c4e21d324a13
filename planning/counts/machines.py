"""Where a count may go."""

from omc.lib.machine import Machine
from planning.counts.models import CountState as S

COUNT = Machine(
    name="cycle count",
    initial=S.TO_COUNT,
    graph={S.TO_COUNT: frozenset({S.COUNTED}), S.COUNTED: frozenset()},
)

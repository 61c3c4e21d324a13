"""Where the documents of order planning may go."""

from omc.lib.machine import Machine
from planning.models import SupplyState as S

SUPPLY = Machine(
    name="supplyorder",
    initial=S.ORDERED,
    graph={
        S.ORDERED: frozenset({S.PART_RECEIVED, S.RECEIVED, S.CANCELLED}),
        S.PART_RECEIVED: frozenset({S.RECEIVED, S.CANCELLED}),
        S.RECEIVED: frozenset(),
        S.CANCELLED: frozenset(),
    },
)

"""Where a planned shipment may go."""

from omc.lib.machine import Machine
from orders.scheduling.models import PlanState as S

PLANNED_SHIPMENT = Machine(
    name="plannedshipment",
    initial=S.PLANNED,
    graph={
        S.PLANNED: frozenset({S.FROZEN, S.RELEASED, S.CANCELLED}),
        S.FROZEN: frozenset({S.PLANNED, S.RELEASED, S.CANCELLED}),
        S.RELEASED: frozenset({S.PLANNED, S.DONE, S.CANCELLED}),  # to planned: recalled
        S.DONE: frozenset({S.RELEASED}),  # put back by the warehouse
        S.CANCELLED: frozenset(),
    },
)

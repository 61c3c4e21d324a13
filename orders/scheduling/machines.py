"""Where a planned shipment may go."""

from typing import Any

from omc.lib.machine import Machine
from orders.scheduling.models import PlanState as S


def _released_first(planned: Any) -> str | None:
    """Only what the supplier sends is done without our warehouse."""
    return None if planned.supplier_ships else f"{planned} is {planned.state}; release it first."


PLANNED_SHIPMENT = Machine(
    name="plannedshipment",
    initial=S.PLANNED,
    graph={
        S.PLANNED: frozenset({S.FROZEN, S.RELEASED, S.DONE, S.CANCELLED}),
        S.FROZEN: frozenset({S.PLANNED, S.RELEASED, S.DONE, S.CANCELLED}),
        S.RELEASED: frozenset({S.PLANNED, S.DONE, S.CANCELLED}),  # to planned: recalled
        S.DONE: frozenset({S.RELEASED}),  # put back by the warehouse
        S.CANCELLED: frozenset(),
    },
    guards={(S.PLANNED, S.DONE): _released_first, (S.FROZEN, S.DONE): _released_first},
)

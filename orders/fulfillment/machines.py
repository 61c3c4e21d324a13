"""Where a shipment may go."""

from typing import Any

from omc.lib.machine import Machine
from orders.fulfillment.models import ShipmentState as S
from orders.fulfillment.models import WaveState as W


def _picked_first(shipment: Any) -> str | None:
    """Only what a supplier sent has left without our picking and packing."""
    return None if shipment.supply_id else f"{shipment} is picking; it cannot become shipped."


SHIPMENT = Machine(
    name="shipment",
    initial=S.PICKING,
    graph={
        S.PICKING: frozenset({S.PICKED, S.SHIPPED, S.CANCELLED}),
        S.PICKED: frozenset({S.CHECKED, S.PACKED, S.CANCELLED}),
        S.CHECKED: frozenset({S.PACKED, S.CANCELLED}),
        S.PACKED: frozenset({S.SHIPPED, S.CANCELLED}),
        S.SHIPPED: frozenset({S.IN_TRANSIT, S.DELIVERED, S.EXCEPTION}),
        S.IN_TRANSIT: frozenset({S.DELIVERED, S.EXCEPTION}),
        S.EXCEPTION: frozenset({S.IN_TRANSIT, S.DELIVERED, S.RETURNED}),
        S.RETURNED: frozenset(),
        S.DELIVERED: frozenset(),
        S.CANCELLED: frozenset(),
    },
    guards={(S.PICKING, S.SHIPPED): _picked_first},
)

WAVE = Machine(
    name="wave",
    initial=W.OPEN,
    graph={
        W.OPEN: frozenset({W.PICKING, W.DONE, W.CANCELLED}),
        W.PICKING: frozenset({W.DONE, W.CANCELLED}),
        W.DONE: frozenset(),
        W.CANCELLED: frozenset(),
    },
)

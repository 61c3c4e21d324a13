"""Where a shipment may go."""

from typing import Any

from omc.lib.machine import Machine
from orders.fulfillment.models import ShipmentState as S


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
        S.SHIPPED: frozenset({S.DELIVERED}),
        S.DELIVERED: frozenset(),
        S.CANCELLED: frozenset(),
    },
    guards={(S.PICKING, S.SHIPPED): _picked_first},
)

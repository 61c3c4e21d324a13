"""Where a shipment may go."""

from omc.lib.machine import Machine
from orders.fulfillment.models import ShipmentState as S

SHIPMENT = Machine(
    name="shipment",
    initial=S.PICKING,
    graph={
        S.PICKING: frozenset({S.PICKED, S.CANCELLED}),
        S.PICKED: frozenset({S.PACKED, S.CANCELLED}),
        S.PACKED: frozenset({S.SHIPPED, S.CANCELLED}),
        S.SHIPPED: frozenset({S.DELIVERED}),
        S.DELIVERED: frozenset(),
        S.CANCELLED: frozenset(),
    },
)

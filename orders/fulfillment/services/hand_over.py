from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.fulfillment.events import ShipmentDelivered, ShipmentShipped
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentState
from orders.fulfillment.services.deliver_shipment import arrive
from orders.fulfillment.services.lines import lock_shipment
from orders.fulfillment.services.ship_shipment import leave


class NotCollected(DomainError):
    """A carrier gets it, not the customer."""

    code = "not_collected"


@verb(events=(ShipmentShipped, ShipmentDelivered))
def hand_over(*, shipment_id: int, collected_by: str, actor: Actor) -> Shipment:
    """Give a packed shipment to whoever collects it for the customer, by name: it is shipped and delivered at once.

    Raises: InvalidInput without a name, NotCollected, HoldBlocks, IllegalTransition, ShipmentNotFound; ShortStock when
        the stock is not there
    Events: shipment_shipped, shipment_delivered; what follows for the order (order_shipped, order_delivered)
    """
    require(actor, "fulfillment.ship")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.SHIPPED)
    if not shipment.is_collected:
        raise NotCollected(f"A carrier takes {shipment}; the customer does not collect it.")
    if not collected_by.strip():
        raise InvalidInput("Say who collected the goods.", field="collected_by")
    leave(shipment, "", actor)
    return arrive(shipment, collected_by, actor)

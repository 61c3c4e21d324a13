from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core import lifecycle, numbers, progress
from orders.core.ledger import Move
from orders.core.models import Order, OrderState
from orders.core.selectors.holds import refuse_if_held
from orders.core.services.search import index
from orders.fulfillment.events import FulfillmentStarted, ShipmentShipped
from orders.fulfillment.models import Parcel, Shipment, ShipmentLine, ShipmentState
from orders.fulfillment.selectors import left_to_ship
from orders.fulfillment.services.lines import advance, lines_of, per_order_line, post
from orders.fulfillment.services.ship_shipment import open_units
from orders.fulfillment.services.start_picking import findable
from orders.scheduling.models import PlannedLine, PlannedShipment
from orders.scheduling.services import plans_sent
from planning.models import SupplyOrder
from planning.services import order_of_supply, supplier_sent


class NotWaiting(DomainError):
    """The order is not one of which anything can leave."""

    code = "not_waiting"


@verb(events=(ShipmentShipped,))
def confirm_supplier_shipment(
    *,
    supply_id: int,
    sent: Mapping[int, Decimal],
    sent_on: date,
    actor: Actor,
    tracking_number: str = "",
    version: int | None = None,
) -> list[Shipment]:
    """Record that a supplier sent goods of a drop shipment to the customer: so much of each of its lines.

    What he sent is shipped, may be invoiced, and the customer is told; our stock does not move. Some of it may
    follow later. ``version`` is that of the supply order which was seen.

    Units: stock unit. Raises: HoldBlocks, NotWaiting, SupplyRefused, StaleVersion, NotFound, InvalidInput for a day to
        come, or more than is open or wanted
    Events: shipment_shipped; plan_sent, special_sent, supply_part_received or supply_received; what follows for the
        order (order_released, fulfillment_started, order_shipped, …)
    """
    require(actor, "fulfillment.confirm_supplier_shipment")
    order_id = order_of_supply(supply_id, actor)
    if order_id is None:
        raise NotFound("There is no such supply order.")
    order = lifecycle.lock(order_id, actor)
    if order.state not in (OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT):
        raise NotWaiting(f"{order} is {order.get_state_display().lower()}; nothing of it can leave.")
    refuse_if_held(order, "ship")
    at = _moment(order, sent_on)
    supply, gone, moves = supplier_sent(order, supply_id, sent, version, actor)
    shipments = []
    for planned in plans_sent(order, supply, gone, actor):
        shipments.append(_ship(order, supply, planned, at, tracking_number.strip()[:60], moves, actor))
        moves = []
    progress.follow(order, actor=actor)
    index(order.company_id, [findable(shipment) for shipment in shipments])
    return shipments


def _moment(order: Order, sent_on: date) -> datetime:
    """When it left: now, or noon of an earlier day, which is all that a supplier says."""
    zone = ZoneInfo(order.company.time_zone)
    now = clock.now()
    today = now.astimezone(zone).date()
    if sent_on > today:
        raise InvalidInput("The supplier cannot have sent it on a day to come.", field="sent_on")
    if order.confirmed_at and sent_on < order.confirmed_at.astimezone(zone).date():
        raise InvalidInput(f"On that day {order} was not confirmed yet.", field="sent_on")
    return now if sent_on == today else datetime.combine(sent_on, time(12), zone)


def _ship(
    order: Order,
    supply: SupplyOrder,
    planned: PlannedShipment,
    at: datetime,
    tracking_number: str,
    moves: Sequence[Move],
    actor: Actor,
) -> Shipment:
    shipment = Shipment.objects.create(
        company_id=order.company_id,
        number=numbers.next_number(order.company_id, "shipment"),
        planned=planned,
        order=order,
        customer_id=order.customer_id,
        warehouse_id=planned.warehouse_id,
        ship_to_id=supply.ship_to_id,
        supply=supply,
        created_at=clock.now(),
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            shipment=shipment,
            order_line_id=line.order_line_id,
            promise_id=line.promise_id,
            quantity=line.quantity,
            picked=line.quantity,
            packed=line.quantity,
            shipped=line.quantity,
        )
        for line in PlannedLine.objects.filter(planned=planned).order_by("id")
    )
    Parcel.objects.create(shipment=shipment, position=1, tracking_number=tracking_number)
    lines = lines_of(shipment)
    units = per_order_line(lines, "shipped")
    changes = post(shipment, lines, dict.fromkeys(("picked", "packed", "shipped"), units), also=moves)
    if order.state == OrderState.RELEASED:
        lifecycle.advance(order, OrderState.IN_FULFILLMENT, FulfillmentStarted(shipment=shipment.number), actor=actor)
    event = ShipmentShipped(
        shipment=shipment.number,
        shipment_id=shipment.pk,
        units=sum(units.values(), Decimal(0)),
        left_to_ship=left_to_ship(order.pk),
        **open_units(order),
    )
    stamp = {"shipped_at": at, "tracking_number": tracking_number}
    advance(shipment, ShipmentState.SHIPPED, event, actor=actor, lines=changes, stamp=stamp)
    return shipment

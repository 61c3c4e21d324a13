from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from omc.lib.writing import insert
from orders.core import lifecycle, numbers
from orders.core.eventlog import record
from orders.core.models import OrderState
from orders.core.selectors.holds import refuse_if_held
from orders.core.services.search import Findable, index
from orders.fulfillment.events import FulfillmentStarted, PickingStarted
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentLine
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from orders.scheduling.services import take_over

_LOCKED = Prepared(
    lambda gaps: (
        PlannedShipment.objects.select_for_update(of=("order", "self"))
        .select_related("order__customer", "order__company", "warehouse")
        .filter(pk=gaps.planned, company_id=gaps.company)
    )
)
_LINES = Prepared(lambda gaps: PlannedLine.objects.filter(planned_id=gaps.planned).order_by("id"))


class NotReleased(DomainError):
    """Only what the schedule has released to the warehouse may be picked."""

    code = "not_released"


@verb(events=(PickingStarted, FulfillmentStarted))
def start_picking(*, planned_id: int, actor: Actor, wave_id: int | None = None, tote: int | None = None) -> Shipment:
    """Make the shipment of a released planned shipment and start picking it.

    Raises: NotReleased, HoldBlocks, NotFound
    Events: picking_started; the order's fulfillment_started when it is its first
    """
    require(actor, "fulfillment.pick")
    planned = _LOCKED.first(planned=planned_id, company=actor.company_id)
    if planned is None:
        raise NotFound(f"There is no planned shipment {planned_id}.", planned_id=planned_id)
    order = planned.order
    if planned.state != PlanState.RELEASED:
        raise NotReleased(
            f"{planned} is {planned.get_state_display().lower()}; only a released one can be picked.",
            planned=str(planned),
            state=planned.state,
        )
    refuse_if_held(order, "pick")
    shipment = Shipment(
        company_id=order.company_id,
        number=numbers.next_number(order.company_id, "shipment"),
        planned=planned,
        order=order,
        customer_id=order.customer_id,
        warehouse=planned.warehouse,
        ship_to_id=None if order.is_collected else planned.ship_to_id or order.ship_to_id,
        is_collected=order.is_collected,
        service_id=None if order.is_collected else planned.service_id,
        picker_id=actor.user_id,
        wave_id=wave_id,
        tote=tote,
        created_at=clock.now(),
    )
    insert([shipment])
    lines = insert(
        ShipmentLine(
            shipment=shipment, order_line_id=line.order_line_id, promise_id=line.promise_id, quantity=line.quantity
        )
        for line in _LINES.rows(planned=planned.pk)
    )
    take_over(planned=planned, actor=actor)
    started = PickingStarted(
        shipment=shipment.number,
        warehouse=planned.warehouse.code,
        lines=len(lines),
        units=sum((line.quantity for line in lines), Decimal(0)),
    )
    record(shipment, started, actor=actor, to_state=SHIPMENT.initial)
    if order.state == OrderState.RELEASED:
        event = FulfillmentStarted(shipment=shipment.number)
        lifecycle.advance(order, OrderState.IN_FULFILLMENT, event, actor=actor)
    index(order.company_id, [findable(shipment)])
    return shipment


def findable(shipment: Shipment) -> Findable:
    """How search finds a shipment: by its number, its order's, and its tracking number."""
    return Findable(
        kind="shipment",
        object_id=shipment.pk,
        title=f"{shipment.number} · {shipment.order.customer.name}",
        url=f"/fulfillment/shipments/{shipment.pk}/",
        words=[shipment.order.number or "", shipment.tracking_number],
        permission="fulfillment.view_shipment",
    )

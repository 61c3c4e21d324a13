"""Shipments as the warehouse and the order page see them."""

from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.kept import Kept
from omc.lib.prepared import Prepared
from orders.core.models import Order
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState
from orders.scheduling.models import PlannedShipment, PlanState
from planning.models import SupplyOrder
from planning.selectors.stock import OPEN_SUPPLY

AT_THE_WAREHOUSE: Final = (
    ShipmentState.PICKING,
    ShipmentState.PICKED,
    ShipmentState.CHECKED,
    ShipmentState.PACKED,
)

_LEFT = Kept("""
SELECT COALESCE(sum(units), 0) FROM (
    SELECT sum(l.quantity) AS units
    FROM orders_scheduling_plannedline l JOIN orders_scheduling_plannedshipment p ON p.id = l.planned_id
    WHERE p.order_id = %(order)s AND p.state = 'released'
    UNION ALL
    SELECT sum(CASE s.state WHEN 'picking' THEN l.quantity ELSE l.picked END)
    FROM orders_fulfillment_shipmentline l JOIN orders_fulfillment_shipment s ON s.id = l.shipment_id
    WHERE s.order_id = %(order)s AND s.state = ANY(%(going)s) AND s.id IS DISTINCT FROM %(but)s
) with_the_warehouse
""")


def to_be_picked(actor: Actor) -> QuerySet[PlannedShipment]:
    """Released planned shipments that wait to be picked."""
    return PlannedShipment.objects.filter(company_id=actor.company_id, state=PlanState.RELEASED)


def pick_queue(actor: Actor, *, warehouse_id: int | None = None) -> QuerySet[PlannedShipment]:
    """What is to be picked, with its lines and units; the earliest slot first when paged by ``slot_date``, ``id``."""
    rows = _with_units(to_be_picked(actor))
    return rows.filter(warehouse_id=warehouse_id) if warehouse_id else rows


def _with_units(rows: QuerySet[PlannedShipment]) -> QuerySet[PlannedShipment]:
    related = rows.select_related("order", "customer", "warehouse", "ship_to", "service")
    return related.annotate(line_count=Count("lines"), units=Sum("lines__quantity"))


_TO_PICK = Prepared(
    lambda gaps: _with_units(PlannedShipment.objects.filter(order_id=gaps.order, state=PlanState.RELEASED)).order_by(
        "slot_date", "id"
    )
)


def pick_queue_of_order(order: Order) -> list[PlannedShipment]:
    """What of one order is to be picked, the earliest slot first."""
    return _TO_PICK.rows(order=order.pk)


def underway(actor: Actor, *, warehouse_id: int | None = None, limit: int = 100) -> list[Shipment]:
    """Shipments that are being picked or packed, the oldest first."""
    rows = shipments_list(actor, warehouse_id=warehouse_id).filter(state__in=AT_THE_WAREHOUSE)
    return list(rows.select_related("picker").annotate(units=Sum("lines__quantity")).order_by("id")[:limit])


def shipments_list(
    actor: Actor, *, state: str = "", warehouse_id: int | None = None, text: str = ""
) -> QuerySet[Shipment]:
    """The company's shipments, filtered by state, warehouse and the start of their or their order's number.

    ``state`` may be "to_collect": packed, and waiting for the customer to fetch it.
    """
    rows = Shipment.objects.filter(company_id=actor.company_id).select_related(
        "order", "customer", "warehouse", "ship_to"
    )
    if state == "to_collect":
        rows = rows.filter(state=ShipmentState.PACKED, is_collected=True)
    elif state:
        rows = rows.filter(state=state)
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    if text:
        rows = rows.filter(order__number__istartswith=text) | rows.filter(number__istartswith=text)
    return rows


def shipment_page(shipment_id: int, actor: Actor) -> Shipment:
    """One shipment with what its page shows. Raises: NotFound"""
    shipment = (
        Shipment.objects.select_related(
            "order",
            "customer",
            "warehouse",
            "ship_to",
            "service",
            "planned",
            "picker",
            "company",
            "supply__supplier",
            "wave",
        )
        .prefetch_related("parcels")
        .filter(pk=shipment_id, company_id=actor.company_id)
        .first()
    )
    if shipment is None:
        raise NotFound(f"There is no shipment {shipment_id}.", shipment_id=shipment_id)
    return shipment


def shipment_lines(shipment: Shipment) -> list[ShipmentLine]:
    """The shipment's lines in the order of the customer's, with item and kit."""
    return list(
        shipment.lines.select_related("order_line__product", "order_line__parent__product").order_by(
            "order_line__position", "id"
        )
    )


_OF_ORDER: Prepared[Any] = Prepared(  # annotated
    lambda gaps: (
        Shipment.objects.filter(order_id=gaps.order)
        .select_related("warehouse", "supply__supplier")
        .annotate(asked=Sum("lines__quantity"), units=Sum("lines__picked"))
        .order_by("id")
    )
)


def shipments_of_order(order: Order) -> list[Shipment]:
    """All shipments of an order, oldest first, with their units."""
    return _OF_ORDER.rows(order=order.pk)


def may_confirm(supply: SupplyOrder) -> bool:
    """The supplier has something of it to send to the customer still."""
    return supply.ship_to_id is not None and supply.state in OPEN_SUPPLY


def left_to_ship(order_id: int, *, except_shipment: int | None = None) -> Decimal:
    """Units of the order that lie with the warehouse: released and waiting, or on a shipment that has not left."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"order": order_id, "but": except_shipment, "going": list(AT_THE_WAREHOUSE)})
        units: Decimal = cursor.fetchone()[0]
    return units

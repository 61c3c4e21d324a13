"""A shipment on its way: for us, and in the words of the customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from omc.lib import clock
from omc.lib.catalogs import for_customer
from orders.core.models import LineKind, OrderState
from orders.core.speech import item_name, long_day, quantity
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState, TrackingEvent
from orders.fulfillment.models.shipments import GONE
from orders.fulfillment.parcels.selectors import packed_parcels
from orders.fulfillment.selectors import AT_THE_WAREHOUSE, shipment_lines

OPEN_AFTER_DAYS: Final = 120


def seen_shipment(company_id: int, shipment_id: int) -> Shipment | None:
    """A shipment that left; before that there is nothing to follow."""
    rows = Shipment.objects.select_related("company", "customer__company", "order", "ship_to", "service", "warehouse")
    return rows.filter(company_id=company_id, pk=shipment_id, state__in=GONE).first()


def link_ends(shipment: Shipment) -> datetime:
    """Until when a customer may follow it."""
    return (shipment.shipped_at or clock.now()) + timedelta(days=OPEN_AFTER_DAYS)


@dataclass(frozen=True)
class Sight:
    """Something that happened to a parcel, in the customer's words."""

    at: datetime
    said: str
    place: str


@dataclass(frozen=True)
class FollowedParcel:
    """A parcel as the customer sees it: what lies in it, where that is known, and what happened; the newest first."""

    number: int
    tracking_number: str
    contents: list[str]
    sights: list[Sight]


@dataclass(frozen=True)
class Followed:
    """A shipment as the customer sees it. ``place_in_order`` says 2 of 3; ``open_units`` are still to come."""

    shipment: Shipment
    state: str
    expected: str
    lines: list[str]
    parcels: list[FollowedParcel]
    place_in_order: tuple[int, int]
    to_come: list[str]


def followed(shipment: Shipment) -> Followed:
    """All that the page shows, in the language that is active."""
    lines = shipment_lines(shipment)
    sights: dict[int, list[Sight]] = {}
    for event in TrackingEvent.objects.filter(shipment=shipment).order_by("-at", "-id"):
        sights.setdefault(event.parcel_id, []).append(Sight(event.at, _said(event.kind), event.place))
    parcels = [
        FollowedParcel(
            packed.parcel.position,
            packed.parcel.tracking_number,
            [] if packed.contents is None else [_line(line, units) for line, units in packed.contents],
            sights.get(packed.parcel.pk, []),
        )
        for packed in packed_parcels(shipment, lines)
    ]
    promised = [line.order_line.current_promise for line in lines if line.order_line.current_promise]
    expected = shipment.expected_on or max(promised, default=None)
    return Followed(
        shipment,
        shipment.state,
        long_day(expected),
        [_line(line, line.shipped) for line in lines if line.shipped],
        parcels,
        place_in_order(shipment),
        still_to_come(shipment),
    )


def place_in_order(shipment: Shipment) -> tuple[int, int]:
    """The how-manieth shipment of its order it is, of how many so far."""
    rows = Shipment.objects.filter(order_id=shipment.order_id).exclude(state=ShipmentState.CANCELLED)
    numbers = list(rows.order_by("id").values_list("pk", flat=True))
    return (numbers.index(shipment.pk) + 1 if shipment.pk in numbers else len(numbers), len(numbers))


def still_to_come(shipment: Shipment) -> list[str]:
    """What of its order has not left yet and is not in it, with the day it is expected where that is known."""
    order = shipment.order
    if order.state == OrderState.CANCELLED:
        return []
    rows = order.lines.filter(kind__in=[LineKind.GOODS, LineKind.COMPONENT]).select_related("product")
    here: dict[int, Decimal] = {}
    if shipment.state in AT_THE_WAREHOUSE:
        picking = shipment.state == ShipmentState.PICKING
        for row in shipment.lines.all():
            here[row.order_line_id] = here.get(row.order_line_id, Decimal(0)) + (
                row.quantity if picking else row.picked
            )
    found = []
    for line in rows.order_by("position"):
        units = line.ordered - line.cancelled - line.shipped - here.get(line.pk, Decimal(0))
        if units > 0:
            name = item_name(line.description or (line.product.name if line.product else ""), "")
            said = f"{name}: {quantity(units, line.product.stock_unit if line.product else line.unit)}"
            day = line.expected_date or line.current_promise
            found.append(f"{said} ({long_day(day)})" if day else said)
    return found


def _said(kind: str) -> str:
    return {
        "accepted": for_customer("The carrier has it"),
        "in_transit": for_customer("On its way"),
        "out_for_delivery": for_customer("Out for delivery"),
        "delivered": for_customer("Delivered"),
        "exception": for_customer("It could not be delivered"),
    }[kind]


def _line(line: ShipmentLine, units: Decimal) -> str:
    sold = line.order_line
    name = item_name(
        sold.description or (sold.product.name if sold.product else ""), sold.product.sku if sold.product else ""
    )
    return f"{name}: {quantity(units, sold.product.stock_unit if sold.product else sold.unit)}"

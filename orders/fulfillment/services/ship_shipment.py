from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Coalesce

from omc.lib import clock
from omc.lib.actor import Actor, require, system
from omc.lib.errors import DomainError
from omc.lib.prepared import Prepared
from omc.lib.service import verb
from orders.core import progress
from orders.core.models import LineKind, Order, OrderLine, ShipRule
from orders.core.selectors.holds import refuse_if_held
from orders.core.services.search import index
from orders.entry.services import cancel_rest
from orders.entry.services.cancel_order import NothingToCancel
from orders.fulfillment.events import ShipmentShipped
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentState
from orders.fulfillment.selectors import left_to_ship
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment, per_order_line, post, take_whole
from orders.fulfillment.services.start_picking import findable
from orders.fulfillment.services.takes import taken_by
from planning.services import issue_stock, still_coming

_UNITS = DecimalField(max_digits=24, decimal_places=6)
_WANTED = F("ordered") - F("cancelled")
_BILLED = ~Q(kind__in=[LineKind.TEXT, LineKind.COMPONENT])


def _sum(units: Any, *, of: Q) -> Coalesce:
    return Coalesce(Sum(ExpressionWrapper(units, _UNITS), filter=of), Decimal(0), output_field=_UNITS)


_OPEN_UNITS = Prepared(
    lambda gaps: (
        OrderLine.objects.filter(order_id=gaps.order)
        .values("order_id")
        .annotate(
            open_units=_sum(_WANTED - F("shipped"), of=Q(kind__in=[LineKind.GOODS, LineKind.COMPONENT])),
            ahead=_sum(_WANTED - F("invoiced"), of=_BILLED & Q(invoice_ahead=True)),
            behind=_sum(F("shipped") - F("invoiced"), of=_BILLED & Q(invoice_ahead=False)),
        )
    )
)


class IsCollected(DomainError):
    """No carrier gets what the customer collects."""

    code = "is_collected"


@verb(events=(ShipmentShipped,))
def ship_shipment(*, shipment_id: int, actor: Actor, tracking_number: str = "") -> Shipment:
    """Hand a packed shipment to the carrier: its stock leaves, its promises are kept, and it may be invoiced.

    What the ship rule "cancel the rest" does not wait for is cancelled once nothing else lies with the warehouse, or
    comes from suppliers.

    Raises: HoldBlocks, IllegalTransition, IsCollected, ShipmentNotFound; ShortStock when the stock is not there
    Events: shipment_shipped; what follows for the order (order_shipped, …)
    """
    require(actor, "fulfillment.ship")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.SHIPPED)
    if shipment.is_collected:
        raise IsCollected(f"The customer collects {shipment}. Hand it over to whoever comes for it.")
    return leave(shipment, tracking_number, actor)


def leave(shipment: Shipment, tracking_number: str, actor: Actor) -> Shipment:
    """A locked, packed shipment leaves: its stock is issued, its promises are kept, its order follows.

    Raises: HoldBlocks; ShortStock. Events: shipment_shipped; what follows for the order
    """
    order = shipment.order
    refuse_if_held(order, "ship")
    lines = lines_of(shipment)
    take_whole(shipment, "shipped")
    issued = [(line.promise_id, line.packed) for line in lines if line.packed]
    stock_moves = issue_stock(
        order=order, issues=issued, reference=shipment.number, actor=actor, taken=lambda: taken_by(shipment)
    )
    changes = post(shipment, lines, {"shipped": per_order_line(lines, "packed")}, also=stock_moves)
    waiting = left_to_ship(order.pk, except_shipment=shipment.pk)
    event = ShipmentShipped(
        shipment=shipment.number,
        shipment_id=shipment.pk,
        units=sum((line.packed for line in lines), Decimal(0)),
        left_to_ship=waiting,
        **open_units(order),
    )
    stamp = {"shipped_at": clock.now(), "tracking_number": tracking_number.strip()[:60] or shipment.tracking_number}
    advance(shipment, ShipmentState.SHIPPED, event, actor=actor, lines=changes, stamp=stamp)
    if (
        order.ship_rule == ShipRule.CANCEL_REMAINDER
        and event.open_units
        and not waiting
        and not still_coming([order.pk])
    ):
        _cancel_rest(order, shipment, actor)
    progress.follow(order, actor=actor)
    if shipment.tracking_number:
        index(order.company_id, [findable(shipment)])
    return shipment


def open_units(order: Order) -> dict[str, Decimal]:
    """Units that are still to leave, and units that may be billed now, over all lines of the order."""
    [sums] = _OPEN_UNITS.rows(order=order.pk)
    return {"open_units": sums["open_units"], "to_invoice": sums["ahead"] + sums["behind"]}


def _cancel_rest(order: Order, shipment: Shipment, actor: Actor) -> None:
    """What the ship rule does not wait for: the customer agreed to it, so whoever ships needs no right to cancel."""
    rule = replace(system("ship rule", order.company_id), request_id=actor.request_id)
    # What a kit that is begun still lacks stays wanted; then there is no rest.
    with suppress(NothingToCancel):
        cancel_rest(order_id=order.pk, reason=f"cancelled by the ship rule after {shipment.number}", actor=rule)
        order.refresh_from_db(fields=["state", "version", "event_seq", "event_hash", "shipping"])

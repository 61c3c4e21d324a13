"""Building blocks of the verbs of stage 7: the locked shipment, its lines, what they mean for the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.events import Event
from omc.lib.kept import Kept
from omc.lib.prepared import Prepared
from orders.core import eventlog, ledger
from orders.core.models import LineKind, OrderLine
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentLine
from orders.fulfillment.rules import KitPart, complete_kits

_LOCKED = Prepared(
    lambda gaps: (
        Shipment.objects.select_for_update(of=("order", "self"))
        .select_related("order__customer", "order__company", "planned", "warehouse")
        .filter(pk=gaps.shipment, company_id=gaps.company)
    )
)
_LINES = Prepared(
    lambda gaps: (
        ShipmentLine.objects.filter(shipment_id=gaps.shipment)
        .select_related("order_line__product")
        .order_by("order_line__position", "id")
    )
)
# Everything that the step before had.
_WHOLE = {
    after: Kept(f"UPDATE orders_fulfillment_shipmentline SET {after} = {before} WHERE shipment_id = %s")
    for after, before in (("picked", "quantity"), ("packed", "picked"), ("shipped", "packed"))
}


class ShipmentNotFound(NotFound):
    code = "shipment_not_found"


def lock_shipment(shipment_id: int, actor: Actor) -> Shipment:
    """The shipment of the actor's company with its order, both locked by one statement.

    Raises: ShipmentNotFound
    """
    shipment = _LOCKED.first(shipment=shipment_id, company=actor.company_id)
    if shipment is None:
        raise ShipmentNotFound(f"There is no shipment {shipment_id}.", shipment_id=shipment_id)
    return shipment


def lines_of(shipment: Shipment) -> list[ShipmentLine]:
    """The shipment's lines in the order of the customer's."""
    lines = _LINES.rows(shipment=shipment.pk)
    for line in lines:
        line.shipment = shipment
    return lines


def take_whole(shipment: Shipment, column: str) -> None:
    """Every line of the shipment is picked, packed or shipped as far as the step before it went."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE[column], [shipment.pk])


def post(
    shipment: Shipment,
    lines: Sequence[ShipmentLine],
    columns: dict[str, dict[int, Decimal]],
    also: Iterable[ledger.Move] = (),
) -> list[eventlog.LineChange]:
    """Post what the shipment's lines did to the order's ledger, complete kits with it, in one statement.

    ``columns`` holds per ledger column the delta per order line; the answer tells the event of each change.
    """
    moves = [(line_id, column, delta) for column, deltas in columns.items() for line_id, delta in deltas.items()]
    kits = _kit_moves(shipment.order_id, lines, columns)
    ledger.post(shipment.order_id, [*moves, *kits, *also])
    before = {line.order_line_id: line.order_line for line in lines}
    return [
        eventlog.LineChange(
            line_id, column, _plain(getattr(before[line_id], column)), _plain(getattr(before[line_id], column) + delta)
        )
        for line_id, column, delta in moves
        if delta
    ]


def per_order_line(lines: Iterable[ShipmentLine], quantity: str) -> dict[int, Decimal]:
    """The sum of one of the shipment lines' quantities per order line."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.order_line_id] += getattr(line, quantity)
    return dict(sums)


def advance(
    shipment: Shipment,
    to: str,
    event: Event,
    *,
    actor: Actor,
    lines: Sequence[eventlog.LineChange] = (),
    stamp: Mapping[str, Any] | None = None,
) -> None:
    """Move the locked shipment and write its event with the changes of its lines, or raise IllegalTransition."""
    record = partial(eventlog.record_many, lines=[lines])
    SHIPMENT.advance(shipment, to, event, actor=actor, record=record, stamp=stamp)


def _kit_moves(
    order_id: int, lines: Sequence[ShipmentLine], columns: dict[str, dict[int, Decimal]]
) -> list[ledger.Move]:
    """How many more (or fewer) kits are complete now; no query when the shipment carries no component."""
    kit_ids = {line.order_line.parent_id for line in lines if line.order_line.parent_id}
    if not kit_ids:
        return []
    kits: dict[int, OrderLine] = {}
    parts: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order_id=order_id, kind__in=[LineKind.KIT, LineKind.COMPONENT]):
        if line.pk in kit_ids:
            kits[line.pk] = line
        elif line.parent_id and line.parent_id in kit_ids:
            parts[line.parent_id].append(line)
    moves: list[ledger.Move] = []
    for kit in kits.values():
        for column, deltas in columns.items():
            done = complete_kits(
                kit.ordered,
                kit.cancelled,
                [
                    KitPart(part.ordered, part.cancelled, getattr(part, column) + deltas.get(part.pk, Decimal(0)))
                    for part in parts[kit.pk]
                ],
            )
            moves.append((kit.pk, column, done - getattr(kit, column)))
    return moves


def _plain(value: Any) -> str:
    return format(Decimal(value).normalize(), "f")

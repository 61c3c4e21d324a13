from collections.abc import Mapping
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core.models import OrderLine
from orders.core.selectors.holds import refuse_if_held
from orders.fulfillment.events import ShipmentPicked, WaveDone
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState, ShortReason
from orders.fulfillment.rules import ToPick, pick_problems
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment, per_order_line, post, take_whole
from orders.fulfillment.services.takes import PickRefused, check_tracked, put_back_over
from orders.fulfillment.waves.following import follow_wave
from planning.services.free_promises import free_promises


@verb(events=(ShipmentPicked, WaveDone))
def pick_shipment(
    *,
    shipment_id: int,
    actor: Actor,
    picked: Mapping[int, Decimal] | None = None,
    reasons: Mapping[int, str] | None = None,
) -> Shipment:
    """Report what was taken from the shelves: all of it, or the quantity per shipment line.

    What is short leaves this shipment: its stock is freed, its promise stays open and is planned again.

    Units: stock unit. Lines not named in ``picked`` are picked in full.
    Raises: PickRefused naming the line, HoldBlocks, IllegalTransition, ShipmentNotFound
    Events: shipment_picked; wave_done when it was the last of its wave
    """
    require(actor, "fulfillment.pick")
    shipment = lock_shipment(shipment_id, actor)
    order = shipment.order
    SHIPMENT.check(shipment, ShipmentState.PICKED)
    refuse_if_held(order, "pick")
    lines = lines_of(shipment)
    quantities, why = _as_entered(shipment, lines, picked or {}, reasons or {})
    for problem in pick_problems(_to_pick(lines), quantities, why, order.ship_rule):
        raise PickRefused(
            problem.message,
            field=f"picked_{problem.line_id}" if problem.line_id else None,
            reason=problem.code,
            line_id=problem.line_id,
        )
    for line in lines:
        line.picked = quantities[line.pk]
        check_tracked(line)
        line.short_reason = why.get(line.pk, "") if line.picked < line.quantity else ""
    put_back_over(lines)
    _save(shipment, lines)
    short = {line.promise_id: line.quantity - line.picked for line in lines if line.picked < line.quantity}
    freed = free_promises(order, short, actor) if short else []
    changes = post(shipment, lines, {"picked": per_order_line(lines, "picked")}, also=freed)
    event = ShipmentPicked(
        shipment=shipment.number,
        units=sum((line.picked for line in lines), Decimal(0)),
        short_units=sum(short.values(), Decimal(0)),
    )
    stamp = {"picked_at": clock.now(), "picker": actor.user_id}
    advance(shipment, ShipmentState.PICKED, event, actor=actor, lines=changes, stamp=stamp)
    if shipment.wave_id:
        follow_wave(shipment.wave_id, actor)
    return shipment


@verb(events=(ShipmentPicked, WaveDone))
def finish_picking(*, shipment_id: int, actor: Actor) -> Shipment:
    """Report a shipment picked as it was scanned; what is missing of a line has the reason that was said at the shelf.

    Raises: as pick_shipment. Events: shipment_picked; wave_done when it was the last of its wave
    """
    require(actor, "fulfillment.pick")
    lines = lines_of(lock_shipment(shipment_id, actor))
    return pick_shipment(
        shipment_id=shipment_id,
        picked={line.pk: line.taken for line in lines},
        reasons={line.pk: line.short_reason for line in lines if line.short_reason},
        actor=actor,
    )


def _as_entered(
    shipment: Shipment, lines: list[ShipmentLine], picked: Mapping[int, Decimal], reasons: Mapping[int, str]
) -> tuple[dict[int, Decimal], dict[int, str]]:
    known = {line.pk for line in lines}
    if strange := (set(picked) | set(reasons)) - known:
        raise InvalidInput(f"{shipment} has no line {min(strange)}.", field="picked", line_id=min(strange))
    if unknown := set(reasons.values()) - set(ShortReason.values) - {""}:
        raise InvalidInput(f"There is no reason {min(unknown)}.", field="reasons", allowed=ShortReason.values)
    return {line.pk: picked.get(line.pk, line.quantity) for line in lines}, dict(reasons)


def _to_pick(lines: list[ShipmentLine]) -> list[ToPick]:
    kit_ids = {line.order_line.parent_id for line in lines if line.order_line.parent_id}
    kits = dict(OrderLine.objects.filter(pk__in=kit_ids).values_list("pk", "ordered")) if kit_ids else {}
    return [
        ToPick(
            line_id=line.pk,
            label=f"{line.order_line.position} {line.order_line.product}",
            quantity=line.quantity,
            kit_id=line.order_line.parent_id,
            per_kit=line.order_line.ordered / kits.get(line.order_line.parent_id or 0, line.order_line.ordered),
        )
        for line in lines
    ]


def _save(shipment: Shipment, lines: list[ShipmentLine]) -> None:
    """One statement when everything is there, two when something is short."""
    take_whole(shipment, "picked")
    short = [line for line in lines if line.picked < line.quantity]
    if short:
        ShipmentLine.objects.bulk_update(short, ["picked", "short_reason"])

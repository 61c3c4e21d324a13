"""What a supplier sends to our customer himself leaves its promises, without any stock of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from omc.lib.actor import Actor
from omc.lib.errors import InvalidInput, StaleVersion
from omc.lib.money import plain
from orders.core import eventlog
from orders.core.ledger import Move
from orders.core.models import Order
from planning.events import SpecialSent
from planning.models import Promise, PromiseSource, SupplyLine, SupplyOrder, SupplyState
from planning.rules.allocation import Open
from planning.rules.availability import ZERO
from planning.services.promises import as_open, change_promises, still_coming
from planning.services.supply import SupplyRefused, checked_arrivals, lock_supply, note_arrived


@dataclass(frozen=True, slots=True)
class Sent:
    """So much of a promise left the supplier. Units: stock unit."""

    promise: Promise
    units: Decimal


def order_of_supply(supply_id: int, actor: Actor) -> int | None:
    """The order that a supplier's shipment is for; None where there is no such supply order of the company."""
    rows = SupplyLine.objects.filter(supply_id=supply_id, supply__company_id=actor.company_id)
    return rows.exclude(order_line=None).values_list("order_line__order_id", flat=True).first()


def supplier_sent(
    order: Order, supply_id: int, sent: Mapping[int, Decimal], version: int | None, actor: Actor
) -> tuple[SupplyOrder, list[Sent], list[Move]]:
    """Take what the supplier sent off a drop shipment of a locked order, by its lines, and off the order's promises.

    Answers the locked supply order, what left each promise, and the ledger moves to post. ``version`` is that of the
    supply order which was seen, so that what is sent twice is not counted twice.

    Units: stock unit. Raises: SupplyRefused, StaleVersion, NotFound, InvalidInput when more was sent than is open or
        than the order still wants
    Events: supply_part_received, supply_received; special_sent on the order
    """
    supply = lock_supply(supply_id, actor)
    if supply.ship_to_id is None:
        raise SupplyRefused(f"{supply} comes to us; receive it instead.")
    if supply.state not in (SupplyState.ORDERED, SupplyState.PART_RECEIVED):
        raise SupplyRefused(f"{supply} is {supply.get_state_display().lower()}; nothing more comes of it.")
    if version is not None and version != supply.event_seq:
        raise StaleVersion(
            f"Somebody has changed {supply} meanwhile. Look at it again.", seen=version, current=supply.event_seq
        )
    lines = {line.pk: line for line in SupplyLine.objects.filter(supply=supply).select_related("product")}
    left = checked_arrivals(supply, lines, sent, more="What was sent on top is ordered first.")
    gone, after = _off_promises(order, lines, left)
    moves = change_promises([one.promise for one in gone], after, order.company_id)
    note_arrived(supply, lines, left, actor)
    units = sum(left.values(), ZERO)
    coming = still_coming([order.pk]).get(order.pk, ZERO)
    event = SpecialSent(supply=supply.number, supplier=str(supply.supplier), units=units, open_units=coming)
    eventlog.record(order, event, actor=actor)
    return supply, gone, moves


def _off_promises(
    order: Order, lines: Mapping[int, SupplyLine], left: Mapping[int, Decimal]
) -> tuple[list[Sent], dict[int, Open]]:
    promises = list(
        Promise.objects.filter(order=order, is_open=True, source=PromiseSource.DROP_SHIP)
        .select_related("line")
        .order_by("ship_date", "id")
    )
    after = {promise.pk: as_open(promise) for promise in promises}
    gone: dict[int, Sent] = {}
    for pk, quantity in left.items():
        rest = quantity
        for promise in promises:
            if promise.line_id == lines[pk].order_line_id and (units := min(rest, after[promise.pk].quantity)):
                before = gone[promise.pk].units if promise.pk in gone else ZERO
                gone[promise.pk] = Sent(promise, before + units)
                after[promise.pk] = after[promise.pk].given(units, units).shipped(units)
                rest -= units
        if rest:
            sku = lines[pk].product.sku
            raise InvalidInput(
                f"{sku}: {order} wants {plain(quantity - rest)} of it, not {plain(quantity)}.",
                field=f"sent_{pk}",
                sku=sku,
            )
    return list(gone.values()), after

"""What becomes of supply that was ordered for one customer's line: another day, or nobody wants it any more."""

from datetime import date
from typing import Final

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput
from omc.lib.service import verb
from orders.core import eventlog
from planning.events import SupplyCancelled, SupplyMoved, SupplyReceived, SupplySettled
from planning.machines import SUPPLY
from planning.models import SupplyLine, SupplyOrder, SupplyState
from planning.rules.availability import ZERO
from planning.services.supply import SupplyRefused, lock_supply

OPEN: Final = (SupplyState.ORDERED, SupplyState.PART_RECEIVED)


@verb(events=(SupplyMoved,))
def move_supply(*, supply_id: int, expected_date: date, reason: str, actor: Actor) -> SupplyOrder:
    """Write down the day that the supplier names now, for all that is still to come.

    What was promised from it for one customer follows (``follow_supply``); other promises stay as they are.

    Raises: SupplyRefused once it has ended, InvalidInput without a reason or for the day that it has, NotFound
    Events: supply_moved
    """
    require(actor, "planning.order_supply")
    supply = lock_supply(supply_id, actor)
    if supply.state not in OPEN:
        raise SupplyRefused(f"{supply} is {supply.state}; nothing more comes of it.", field="expected_date")
    if not reason.strip():
        raise InvalidInput("Say why the day changes.", field="reason")
    if expected_date == supply.expected_date:
        raise InvalidInput(f"{supply} is expected on that day already.", field="expected_date")
    before, supply.expected_date = supply.expected_date, expected_date
    supply.save(update_fields=["expected_date"])
    SupplyLine.objects.filter(supply=supply).update(expected_date=expected_date)
    event = SupplyMoved(before=before, after=expected_date, reason=reason.strip()[:200])
    eventlog.record(supply, event, actor=actor)
    return supply


@verb(events=(SupplySettled, SupplyReceived, SupplyCancelled))
def settle_unwanted(*, supply_id: int, keep: bool, actor: Actor) -> SupplyOrder:
    """Decide what becomes of what was ordered for customers who no longer want it: ``keep`` it for stock, or cancel it.

    Raises: SupplyRefused when nothing of it is unwanted, or what a supplier sends to a customer should be kept
    Events: supply_settled; supply_received or supply_cancelled where nothing is left to come
    """
    require(actor, "planning.order_supply")
    supply = lock_supply(supply_id, actor)
    lines = list(SupplyLine.objects.filter(supply=supply).order_by("id"))
    unwanted = [line for line in lines if line.unwanted > 0]
    if not unwanted or supply.state not in OPEN:
        raise SupplyRefused(f"Everything that {supply} brings is wanted.")
    if keep and supply.ship_to_id:
        raise SupplyRefused(f"The supplier sends {supply} to the customer; it cannot be kept for stock.")
    units = sum((line.unwanted for line in unwanted), ZERO)
    came = any(line.received for line in lines)
    left = sum((line.open_quantity for line in lines), ZERO) - (ZERO if keep else units)
    for line in unwanted:
        _keep(line) if keep else _take_off(line, all_of_it=not left and not came)
    how = "kept for stock" if keep else "no longer ordered"
    eventlog.record(supply, SupplySettled(units=units, how=how, open_units=left), actor=actor)
    if not left:
        end, event = (
            (SupplyState.RECEIVED, SupplyReceived(units=ZERO))
            if came
            else (SupplyState.CANCELLED, SupplyCancelled(open_units=units))
        )
        SUPPLY.advance(supply, end, event, actor=actor, record=eventlog.record_many)
    return supply


def _keep(line: SupplyLine) -> None:
    """The unwanted part becomes supply for stock, on a line of its own where some of it is still wanted."""
    units, line.unwanted = line.unwanted, ZERO
    if units == line.quantity:
        line.order_line = None
    else:
        SupplyLine.objects.create(
            supply_id=line.supply_id,
            product_id=line.product_id,
            quantity=units,
            unit_cost=line.unit_cost,
            expected_date=line.expected_date,
        )
        line.quantity -= units
    line.save(update_fields=["unwanted", "order_line", "quantity"])


def _take_off(line: SupplyLine, *, all_of_it: bool) -> None:
    """Less is ordered; where the whole order ends as cancelled, its lines keep saying what it was for."""
    if not all_of_it:
        line.quantity -= line.unwanted
    line.unwanted = ZERO
    line.save(update_fields=["quantity", "unwanted"])

"""A second person counts what was picked."""

from collections.abc import Mapping
from decimal import Decimal

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.fulfillment.events import ShipmentChecked
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState
from orders.fulfillment.services.lines import advance, lines_of, lock_shipment


class SamePerson(DomainError):
    """Nobody checks what they picked themselves."""

    code = "same_person"


@verb(events=(ShipmentChecked,))
def check_shipment(*, shipment_id: int, counted: Mapping[int, Decimal], actor: Actor) -> Shipment:
    """Record what a second person counted, by shipment line; what is not named was right.

    What was wrong is put right on the spot, and the shipment goes on with what was picked; the difference stays on the
    line: it is what the accuracy of picking is measured by.

    Units: stock unit. Raises: SamePerson, InvalidInput, IllegalTransition, ShipmentNotFound
    Events: shipment_checked
    """
    require(actor, "fulfillment.check")
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.CHECKED)
    if actor.user_id is not None and actor.user_id == shipment.picker_id:
        raise SamePerson(f"You picked {shipment}. Somebody else checks it.")
    lines = lines_of(shipment)
    if strange := set(counted) - {line.pk for line in lines}:
        raise InvalidInput(f"{shipment} has no line {min(strange)}.", field="counted", line_id=min(strange))
    wrong = 0
    for line in lines:
        line.counted = counted.get(line.pk, line.picked)
        if line.counted < 0:
            raise InvalidInput("Less than nothing.", field=f"counted_{line.pk}", line_id=line.pk)
        wrong += line.counted != line.picked
    ShipmentLine.objects.bulk_update(lines, ["counted"])
    event = ShipmentChecked(shipment=shipment.number, lines=len(lines), wrong_lines=wrong)
    stamp = {"checked_at": clock.now(), "checker": actor.user_id}
    advance(shipment, ShipmentState.CHECKED, event, actor=actor, stamp=stamp)
    return shipment

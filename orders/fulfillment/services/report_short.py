from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import ShipmentLine, ShipmentState, ShortReason
from orders.fulfillment.picking.path import tasks_of
from orders.fulfillment.services.lines import lines_of, lock_shipment
from orders.fulfillment.services.takes import bin_said
from planning.counts.events import CountAsked
from planning.counts.selectors import doubtful
from planning.counts.services import ask_count
from planning.places.selectors import unplaced


@verb(events=(CountAsked,))
def report_short(*, line_id: int, reason: str, actor: Actor, bin: str = "") -> ShipmentLine:
    """Say at the shelf that less of a line lies there than should; the place is to be counted, and nobody is sent there.

    Where more of it lies elsewhere in the warehouse, the picker is sent on; else the line ends with what was taken, and
    has this reason when its shipment is picked.

    Raises: InvalidInput at the field, WrongScan, IllegalTransition, NotFound. Events: count_asked
    """
    require(actor, "fulfillment.pick")
    lines = ShipmentLine.objects.filter(pk=line_id, shipment__company_id=actor.company_id)
    shipment_id = lines.values_list("shipment_id", flat=True).first()
    if shipment_id is None:
        raise NotFound(f"There is no line {line_id} to pick.", line_id=line_id)
    shipment = lock_shipment(shipment_id, actor)
    SHIPMENT.check(shipment, ShipmentState.PICKED)
    line = next(line for line in lines_of(shipment) if line.pk == line_id)
    product = line.order_line.product
    if reason not in ShortReason.values:
        raise InvalidInput("Say why it is short.", field="reason", allowed=ShortReason.values)
    if product is None or line.taken >= line.quantity:
        raise InvalidInput("All of this line is taken.", field="line_id")
    place = bin_said(line, bin)
    ask_count(product, shipment.warehouse_id, place, str(ShortReason(reason).label), shipment.number, actor)
    if not _lies_elsewhere(line):
        line.short_reason = reason
        line.save(update_fields=["short_reason"])
    return line


def _lies_elsewhere(line: ShipmentLine) -> bool:
    """Somewhere that nobody doubts there is more of it."""
    if any(task.bin for task in tasks_of([line.shipment]) if task.line_id == line.pk):
        return True
    product_id, warehouse_id = line.order_line.product_id or 0, line.shipment.warehouse_id
    if (product_id, warehouse_id, "") in doubtful(line.shipment.company_id, {product_id}):
        return False
    return any(units > 0 for units in unplaced(line.shipment.company_id, [(product_id, warehouse_id)]).values())

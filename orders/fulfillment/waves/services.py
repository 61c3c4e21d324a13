"""Waves are made of what is released, and put back."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core import eventlog, numbers
from orders.core.models import Company, Order, Warehouse
from orders.core.selectors.companies import settings_in_force
from orders.fulfillment.events import (
    FulfillmentStarted,
    PickingStarted,
    ShipmentUnpicked,
    WaveCancelled,
    WaveDone,
    WaveMade,
)
from orders.fulfillment.machines import WAVE
from orders.fulfillment.models import Shipment, ShipmentState, Wave, WaveState
from orders.fulfillment.services.start_picking import start_picking
from orders.fulfillment.services.unpick_shipment import unpick_shipment
from orders.fulfillment.waves.rules import Candidate, fitting
from orders.fulfillment.waves.selectors import candidates
from orders.scheduling.models import PlannedShipment

MOST_ORDERS = "fulfillment.wave_orders"
MINUTES = "fulfillment.wave_minutes"


class NothingToPick(DomainError):
    """Nothing that is released fits the filter."""

    code = "nothing_to_pick"


@dataclass(frozen=True, slots=True)
class WaveFilter:
    """Which released shipments go into a wave; what is empty does not narrow.

    ``leaves_by``: services whose hand-over is not later; ``zone``: everything lies in that zone of the warehouse;
    ``planned_ids``: these planned shipments alone.
    Units: minutes of planned work; ``orders`` is how many totes a cart holds.
    """

    warehouse_id: int
    until: date | None = None
    leaves_by: time | None = None
    service_id: int | None = None
    customer_class: str = ""
    zone: str = ""
    minutes: int | None = None
    orders: int | None = None
    planned_ids: tuple[int, ...] = ()


@verb(events=(WaveMade, PickingStarted, FulfillmentStarted))
def make_wave(*, chosen: WaveFilter, actor: Actor) -> Wave:
    """Start the picking of released shipments that fit, the earliest first, on one walk with a tote each.

    What may not be picked just now (a hold, or somebody was quicker) is left out.

    Raises: NothingToPick, InvalidInput, NotFound, PermissionRefused
    Events: wave_made; picking_started for each shipment
    """
    require(actor, "fulfillment.pick")
    # Whoever makes a wave of the same warehouse waits here, and then sees what is taken.
    here = Warehouse.objects.select_for_update(no_key=True).filter(pk=chosen.warehouse_id, company_id=actor.company_id)
    warehouse = here.first()
    if warehouse is None:
        raise NotFound("There is no such warehouse.", field="warehouse")
    usual = settings_in_force(actor.company_id, [MOST_ORDERS, MINUTES])
    most = chosen.orders if chosen.orders is not None else usual[MOST_ORDERS]
    minutes = chosen.minutes if chosen.minutes is not None else usual[MINUTES]
    for name, number in (("orders", most), ("minutes", minutes)):
        if number <= 0:
            raise InvalidInput("More than nothing, please.", field=name)
    rows = list(candidates(chosen, actor)[: 20 * most])
    plans = {row.pk: row for row in rows}
    taken = fitting((Candidate(row.pk, row.work_minutes) for row in rows), most, minutes)
    if not taken:
        raise NothingToPick("Nothing that is released fits. Widen the filter, or wait for the next release.")
    return _made([plans[pk] for pk in taken], warehouse, chosen, actor)


def _made(plans: Iterable[PlannedShipment], warehouse: Warehouse, chosen: WaveFilter, actor: Actor) -> Wave:
    year = clock.today(Company.objects.get(pk=actor.company_id).time_zone).year
    wave = Wave.objects.create(
        company_id=actor.company_id,
        number=numbers.next_gapless(actor.company_id, "W", year),
        warehouse=warehouse,
        chosen_by=_said(chosen)[:200],
        created_at=clock.now(),
    )
    begun: list[PlannedShipment] = []
    for planned in sorted(plans, key=lambda row: (row.order_id, row.pk)):
        with suppress(DomainError):  # refused before anything is written
            start_picking(planned_id=planned.pk, actor=actor, wave_id=wave.pk, tote=len(begun) + 1)
            begun.append(planned)
    if not begun:
        raise NothingToPick("What fits is on hold, or somebody was quicker.")
    wave.minutes = sum(planned.work_minutes for planned in begun)
    wave.save(update_fields=["minutes"])
    event = WaveMade(shipments=len(begun), minutes=wave.minutes)
    eventlog.record(wave, event, actor=actor, to_state=WAVE.initial)
    return wave


def _said(chosen: WaveFilter) -> str:
    parts = [
        f"until {chosen.until}" if chosen.until else "",
        f"handed over by {chosen.leaves_by:%H:%M}" if chosen.leaves_by else "",
        f"class {chosen.customer_class}" if chosen.customer_class else "",
        f"zone {chosen.zone}" if chosen.zone else "",
    ]
    return ", ".join(part for part in parts if part)


@verb(events=(ShipmentUnpicked, WaveCancelled, WaveDone))
def cancel_wave(*, wave_id: int, reason: str, actor: Actor) -> Wave:
    """Put back what of a wave is not picked yet; what is picked stays, and the wave ends.

    Raises: InvalidInput without a reason, IllegalTransition once it has ended, NotFound
    Events: shipment_unpicked for each; wave_cancelled, or wave_done when something is picked
    """
    require(actor, "fulfillment.unpick")
    wave = Wave.objects.filter(pk=wave_id, company_id=actor.company_id).first()
    if wave is None:
        raise NotFound(f"There is no wave {wave_id}.", wave_id=wave_id)
    WAVE.check(wave, WaveState.CANCELLED)
    if not reason.strip():
        raise InvalidInput("Say why the goods go back.", field="reason")
    waiting = Shipment.objects.filter(wave=wave, state=ShipmentState.PICKING).order_by("order_id", "id")
    orders = Order.objects.select_for_update().filter(pk__in=list(waiting.values_list("order_id", flat=True)))
    list(orders.order_by("pk").values_list("pk"))  # all of them before the wave, which each of them follows
    for shipment_id in list(waiting.values_list("pk", flat=True)):  # asked again: some may be picked by now
        unpick_shipment(shipment_id=shipment_id, reason=reason, actor=actor)
    wave.refresh_from_db()
    return wave

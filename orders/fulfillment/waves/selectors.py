"""Waves, what they are made of, and what may go into the next."""

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.fulfillment.models import Shipment, ShipmentState, Wave
from orders.fulfillment.selectors import to_be_picked
from orders.scheduling.models import PlannedLine, PlannedShipment
from planning.models import Bin, StockUnit

if TYPE_CHECKING:
    from orders.fulfillment.waves.services import WaveFilter


def waves(actor: Actor, *, text: str = "", state: str = "", warehouse_id: int | None = None) -> QuerySet[Wave]:
    """The company's waves with how many shipments they have, and how many of these are still to be picked."""
    rows = Wave.objects.filter(company_id=actor.company_id).select_related("warehouse", "picker")
    if text:
        rows = rows.filter(number__icontains=text)
    if state:
        rows = rows.filter(state=state)
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    to_pick = Count("shipments", filter=Q(shipments__state=ShipmentState.PICKING))
    return rows.annotate(shipment_count=Count("shipments"), to_pick=to_pick)


def wave_of(actor: Actor, wave_id: int) -> Wave:
    """Raises: NotFound"""
    found = waves(actor).filter(pk=wave_id).first()
    if found is None:
        raise NotFound(f"There is no wave {wave_id}.", wave_id=wave_id)
    return found


def shipments_of(wave: Wave) -> QuerySet[Shipment]:
    """The shipments of a wave by tote."""
    rows = Shipment.objects.filter(wave=wave).select_related("order", "customer", "service", "ship_to", "wave")
    return rows.annotate(line_count=Count("lines")).order_by("tote", "id")


def candidates(chosen: "WaveFilter", actor: Actor) -> QuerySet[PlannedShipment]:
    """Released shipments that fit a wave's filter, the earliest day and hand-over first."""
    rows = to_be_picked(actor).filter(warehouse_id=chosen.warehouse_id)
    if chosen.until:
        rows = rows.filter(slot_date__lte=chosen.until)
    if chosen.service_id:
        rows = rows.filter(service_id=chosen.service_id)
    if chosen.leaves_by:
        rows = rows.filter(service__cut_off__lte=chosen.leaves_by)
    if chosen.customer_class:
        rows = rows.filter(customer__customer_class=chosen.customer_class)
    if chosen.planned_ids:
        rows = rows.filter(pk__in=chosen.planned_ids)
    if chosen.zone:
        rows = rows.filter(~Exists(_elsewhere(chosen)))
    return rows.order_by("slot_date", F("service__cut_off").asc(nulls_last=True), "id")


def _elsewhere(chosen: "WaveFilter") -> QuerySet[PlannedLine]:
    """Lines of a plan of which nothing lies in the zone."""
    bins = Bin.objects.filter(warehouse_id=chosen.warehouse_id, zone__iexact=chosen.zone).values("code")
    there = StockUnit.objects.filter(
        level__warehouse_id=chosen.warehouse_id,
        level__product_id=OuterRef("order_line__product_id"),
        bin__in=bins,
        quantity__gt=F("picked"),
    )
    return PlannedLine.objects.filter(planned=OuterRef("pk")).filter(~Exists(there))

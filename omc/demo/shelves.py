"""The demo's warehouses have bins, part of what lies there is placed, and walks of every state are to be seen."""

from contextlib import suppress
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from django.db import transaction

from omc.demo.house import House
from omc.demo.stage import hear
from omc.demo.stories import Tales
from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core.models import Event
from orders.fulfillment.models import Wave
from orders.fulfillment.picking.path import tasks_of
from orders.fulfillment.services import WaveFilter, cancel_wave, finish_picking, make_wave, take_item
from orders.scheduling.models import PlannedShipment, PlanState
from planning.counts.services import ask_count, record_count
from planning.models import StockLevel, StockUnit
from planning.places.services import BinInput, Place, put_away, save_bins

AISLES: Final = "ABC"
PLACED: Final = 20  # items in each warehouse; the rest is not placed
SHARE: Final = Decimal("0.7")
WALKS: Final = 4


def shelve(house: House, tales: Tales) -> None:
    """Enter bins, place stock, and walk, all at the moment when somebody last worked there."""
    worked = Event.objects.filter(company=house.company, user__isnull=False).order_by("-at").first()
    if worked is None:
        return
    with clock.stopped_at(worked.at):
        _place(house)
        plans = _released(house, tales)
        for walk, plan in zip((_put_back, _waits, _under_way, _done), plans, strict=False):
            walk(house, plan)
        _count(house)
        hear(house.company.pk)


def _place(house: House) -> None:
    for number, warehouse in enumerate(house.warehouses):
        bins = [
            BinInput(
                f"{aisle}-{bay}-{shelf}",
                aisle,
                100 * walk + 10 * bay + shelf,
                str(10 + 31 * walk % 7 + 8 * bay + shelf),
            )
            for walk, aisle in enumerate(AISLES, start=1)
            for bay in range(1, 5)
            for shelf in (1, 2)
        ]
        save_bins(warehouse_id=warehouse.pk, bins=bins, actor=house["ops"])
        levels = StockLevel.objects.filter(warehouse=warehouse, on_hand__gte=4).order_by("product_id")
        for turn, level in enumerate(levels[:PLACED]):
            put_away(
                product_id=level.product_id,
                warehouse_id=warehouse.pk,
                quantity=(level.on_hand * SHARE).to_integral_value(ROUND_FLOOR),
                place=Place(bins[(5 * turn + number) % len(bins)].code),
                actor=house["warehouse"],
            )


def _released(house: House, tales: Tales) -> list[PlannedShipment]:
    """Shipments of new orders for the walks, so that what the other tales left released stays so."""
    before = PlannedShipment.objects.filter(company=house.company).order_by("-pk").values_list("pk", flat=True).first()
    found = PlannedShipment.objects.filter(company=house.company, state=PlanState.RELEASED, pk__gt=before or 0)
    for _try in range(3 * WALKS):
        if found.count() >= WALKS:
            break
        with suppress(DomainError):
            for _pause in tales.order(until="released"):
                pass
    return list(found.order_by("pk")[:WALKS])


def _wave(house: House, plan: PlannedShipment) -> Wave:
    chosen = WaveFilter(warehouse_id=plan.warehouse_id, planned_ids=(plan.pk,))
    return make_wave(chosen=chosen, actor=house["warehouse"])


def _put_back(house: House, plan: PlannedShipment) -> None:
    cancel_wave(wave_id=_wave(house, plan).pk, reason="The truck does not come today", actor=house["warehouse"])


def _waits(house: House, plan: PlannedShipment) -> None:
    _wave(house, plan)


def _under_way(house: House, plan: PlannedShipment) -> None:
    _take(house, _wave(house, plan), 1)


def _done(house: House, plan: PlannedShipment) -> None:
    wave = _wave(house, plan)
    _take(house, wave, None)
    finish_picking(shipment_id=wave.shipments.get().pk, actor=house["warehouse"])


def _take(house: House, wave: Wave, many: int | None) -> None:
    for task in tasks_of(list(wave.shipments.all()))[:many]:
        take_item(
            line_id=task.line_id,
            quantity=task.quantity,
            item=task.sku,
            bin=task.bin,
            lot=task.lot,
            actor=house["warehouse"],
        )


def _count(house: House) -> None:
    """Two places are doubted: one is counted, where one more was found, and one waits."""
    units = StockUnit.objects.filter(level__company=house.company).exclude(bin="").select_related("level__product")
    first, second = units.order_by("-quantity", "id")[:2]
    for unit in (first, second):
        with transaction.atomic():
            count = ask_count(
                unit.level.product, unit.level.warehouse_id, unit.bin, "Not found", "", house["warehouse"]
            )
        if unit == first:
            record_count(count_id=count.pk, counted=unit.quantity - unit.picked + 1, actor=house["ops"])

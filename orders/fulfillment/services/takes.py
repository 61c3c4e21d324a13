"""What is taken from which place while a shipment is picked, scan by scan."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core.models import ProductAlias
from orders.core.selectors.holds import refuse_if_held
from orders.fulfillment.events import WaveStarted
from orders.fulfillment.machines import SHIPMENT
from orders.fulfillment.models import PickTake, Shipment, ShipmentLine, ShipmentState
from orders.fulfillment.services.lines import lines_of, lock_shipment
from orders.fulfillment.waves.following import begin_wave
from planning.models import Bin
from planning.places.services import lay_back, take_off
from planning.services.levels import lock_levels


class PickRefused(DomainError):
    """What was picked cannot be taken like this: too much, short without a reason, or against the ship rule."""

    code = "pick_refused"


class WrongScan(DomainError):
    """What was scanned is not what is to be taken here."""

    code = "wrong_scan"


@verb(events=(WaveStarted,))
def take_item(
    *,
    line_id: int,
    quantity: Decimal,
    item: str,
    actor: Actor,
    bin: str = "",
    lot: str = "",
    serial: str = "",
    client_id: UUID | None = None,
) -> PickTake:
    """Take so much of a shipment's line from a place, as scanned or typed there; a scan that is known is taken once.

    ``item`` is its SKU, barcode, a pack's barcode or another name of it; ``bin`` the code or the check digits.

    Units: stock unit. Raises: WrongScan at the field, PickRefused for too much, NotThere, InvalidInput, HoldBlocks,
        IllegalTransition, NotFound
    Events: wave_started, when it is the first of its wave
    """
    require(actor, "fulfillment.pick")
    shipment_id = (
        ShipmentLine.objects.filter(pk=line_id, shipment__company_id=actor.company_id)
        .values_list("shipment_id", flat=True)
        .first()
    )
    if shipment_id is None:
        raise NotFound(f"There is no line {line_id} to pick.", line_id=line_id)
    shipment = lock_shipment(shipment_id, actor)
    known = PickTake.objects.filter(company_id=actor.company_id, client_id=client_id) if client_id else None
    if known and (before := known.first()):
        return before
    SHIPMENT.check(shipment, ShipmentState.PICKED)
    refuse_if_held(shipment.order, "pick")
    line = next(line for line in lines_of(shipment) if line.pk == line_id)
    _check_item(line, item)
    if quantity <= 0:
        raise InvalidInput("Take more than nothing.", field="quantity")
    if line.taken + quantity > line.quantity:
        left = plain(line.quantity - line.taken)
        raise PickRefused(
            f"{plain(quantity)} is too much: {left} are still to take.", field="quantity", reason="over_pick", left=left
        )
    take = _taken_off(line, quantity, bin_said(line, bin), lot.strip(), serial.strip(), client_id, actor)
    ShipmentLine.objects.filter(pk=line.pk).update(taken=F("taken") + quantity)
    if shipment.wave_id:
        begin_wave(shipment.wave_id, actor)
    return take


def _taken_off(
    line: ShipmentLine, quantity: Decimal, bin: str, lot: str, serial: str, client_id: UUID | None, actor: Actor
) -> PickTake:
    product, key = line.order_line.product, (line.order_line.product_id or 0, line.shipment.warehouse_id)
    if product is None:
        raise NotFound("This line has no item to take.")
    level = lock_levels(actor.company_id, [key])[key]
    unit = take_off(level, product, quantity, bin=bin, lot=lot, serial=serial)
    return PickTake.objects.create(
        company_id=actor.company_id,
        line=line,
        unit=unit,
        quantity=quantity,
        bin=bin,
        lot=lot,
        serial=serial,
        client_id=client_id,
        at=clock.now(),
        user_id=actor.user_id,
    )


def _check_item(line: ShipmentLine, item: str) -> None:
    product, said = line.order_line.product, item.strip()
    if product and said and said.casefold() in (product.sku.casefold(), product.barcode.casefold()):
        return
    pack = product and said and product.units.filter(barcode__iexact=said).exists()
    names = ProductAlias.objects.filter(product=product, alias__iexact=said)
    mine = Q(customer=None) | Q(customer_id=line.shipment.customer_id)
    if not pack and not (said and names.filter(mine).exists()):
        raise WrongScan(f"Not the right item: {product} is to be taken.", field="item", sku=str(product))


def bin_said(line: ShipmentLine, said: str) -> str:
    """The code of the bin that was scanned by its code or its check digits."""
    said = said.strip().upper()
    if not said:
        return ""
    here = Bin.objects.filter(warehouse_id=line.shipment.warehouse_id)
    codes = list(here.filter(Q(code=said) | Q(check_digits=said)).values_list("code", flat=True))
    if said in codes:
        return said
    if len(codes) != 1:
        raise WrongScan(f"There is no one bin {said}: say its code.", field="bin", bin=said)
    return codes[0]


def check_tracked(line: ShipmentLine) -> None:
    """Of items with lots or serial numbers, what was picked was taken by them. Raises: PickRefused"""
    product = line.order_line.product
    if product and (product.tracks_serials or product.tracks_lots) and line.picked > line.taken:
        what = "serial number" if product.tracks_serials else "lot"
        raise PickRefused(
            f"{product.sku}: scan {plain(line.picked)} by {what}; {plain(line.taken)} are scanned.",
            field=f"picked_{line.pk}",
            reason="not_scanned",
            line_id=line.pk,
        )


def put_back_over(lines: Sequence[ShipmentLine]) -> None:
    """Where less is picked than was taken, the last of it goes back."""
    over = {line.pk: line.taken - line.picked for line in lines if line.taken > line.picked}
    if not over:
        return
    back: list[tuple[PickTake, Decimal]] = []
    for take in PickTake.objects.filter(line_id__in=over).order_by("-id"):
        units = min(take.quantity, over[take.line_id])
        if units:
            back.append((take, units))
            over[take.line_id] -= units
    _back(back)
    for line in lines:
        if line.taken > line.picked:
            line.taken = line.picked
            line.save(update_fields=["taken"])


def put_takes_back(shipment: Shipment, lines: Sequence[ShipmentLine]) -> None:
    """Everything that was taken for a shipment lies where it lay."""
    if any(line.taken for line in lines):
        _back([(take, take.quantity) for take in PickTake.objects.filter(line__shipment=shipment)])


def _back(takes: Sequence[tuple[PickTake, Decimal]]) -> None:
    units: dict[int, Decimal] = defaultdict(Decimal)
    for take, quantity in takes:
        if take.unit_id:
            units[take.unit_id] += quantity
    lay_back(units)
    for take, quantity in takes:
        if quantity == take.quantity:
            take.delete()
        else:
            take.quantity -= quantity
            take.save(update_fields=["quantity"])


def taken_by(shipment: Shipment) -> dict[int, Decimal]:
    """How much of which unit a shipment's lines took; asked when it leaves."""
    units: dict[int, Decimal] = defaultdict(Decimal)
    rows = PickTake.objects.filter(line__shipment=shipment, unit__isnull=False)
    for unit_id, quantity in rows.values_list("unit_id", "quantity"):
        units[unit_id] += quantity
    return units

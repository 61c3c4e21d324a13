from collections.abc import Sequence
from dataclasses import dataclass

from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Warehouse
from planning.models import StockUnit
from planning.places.models import Bin

MAY = "planning.adjust_stock"
MOST = 5000


@dataclass(frozen=True, slots=True)
class BinInput:
    """A bin as it is to be; its code is its name for ever."""

    code: str
    zone: str = ""
    pick_sequence: int = 0
    check_digits: str = ""
    is_active: bool = True


@verb(silent="bins are the plan of a warehouse, no document")
def save_bins(*, warehouse_id: int, bins: Sequence[BinInput], actor: Actor) -> list[Bin]:
    """Make or change bins of a warehouse, each by its code.

    Raises: InvalidInput naming the bin, NotFound, PermissionRefused
    """
    require(actor, MAY)
    warehouse = Warehouse.objects.select_for_update().filter(pk=warehouse_id, company_id=actor.company_id).first()
    if warehouse is None:
        raise NotFound("There is no such warehouse.", field="warehouse")
    rows = [_made(given, warehouse) for given in bins]
    codes = [row.code for row in rows]
    if not rows or len(rows) > MOST:
        raise InvalidInput(f"Enter 1 to {MOST} bins at once.", field="bins")
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise InvalidInput(f"{min(twice)} is there twice.", field="bins", code=min(twice))
    _refuse_left(rows, warehouse)
    return Bin.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["warehouse", "code"],
        update_fields=["zone", "pick_sequence", "check_digits", "is_active"],
    )


def _made(given: BinInput, warehouse: Warehouse) -> Bin:
    code = given.code.strip().upper()
    if not code or len(code) > 20 or any(mark.isspace() for mark in code):
        raise InvalidInput(f"“{given.code}” is no code: 1 to 20 characters without spaces.", field="bins")
    if len(given.zone.strip()) > 20 or len(given.check_digits.strip()) > 10:
        raise InvalidInput(f"{code}: the zone has at most 20 characters, check digits 10.", field="bins", code=code)
    if not 0 <= given.pick_sequence < 2**31:
        raise InvalidInput(f"{code}: its place on the way is a whole number from 0.", field="pick_sequence")
    return Bin(
        company_id=warehouse.company_id,
        warehouse=warehouse,
        code=code,
        zone=given.zone.strip(),
        pick_sequence=given.pick_sequence,
        check_digits=given.check_digits.strip().upper(),
        is_active=given.is_active,
    )


def _refuse_left(rows: Sequence[Bin], warehouse: Warehouse) -> None:
    leaving = [row.code for row in rows if not row.is_active]
    full = StockUnit.objects.filter(level__warehouse=warehouse, bin__in=leaving, quantity__gt=0)
    if code := full.order_by("bin").values_list("bin", flat=True).first():
        raise InvalidInput(f"Something lies in {code}. Put it elsewhere first.", field="is_active", code=code)

"""The rows that are locked and summed. Every change of stock goes through here, levels in the order of their ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.db import IntegrityError, connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.kept import Kept
from omc.lib.made import columns_of, objects_of
from omc.lib.writing import insert
from planning.models import MovementKind, StockLevel, StockMovement
from planning.places.units import Taken, fall
from planning.rules.availability import ZERO
from planning.rules.promising import Key

_LOCK = Kept(
    f"SELECT {columns_of(StockLevel)} FROM planning_stocklevel WHERE company_id = %s AND (product_id, warehouse_id) IN"
    " (SELECT * FROM unnest(%s::bigint[], %s::bigint[])) ORDER BY id FOR UPDATE"
)


class StockRefused(DomainError):
    """There is not as much as the step needs."""

    code = "stock_refused"


@dataclass(frozen=True, slots=True)
class LevelChange:
    """Deltas of one level. Units: stock unit."""

    on_hand: Decimal = ZERO
    allocated: Decimal = ZERO
    unavailable: Decimal = ZERO
    reserved: Decimal = ZERO

    def __add__(self, other: "LevelChange") -> "LevelChange":
        return LevelChange(
            self.on_hand + other.on_hand,
            self.allocated + other.allocated,
            self.unavailable + other.unavailable,
            self.reserved + other.reserved,
        )


_QUANTITIES: Final = tuple(field.name for field in fields(LevelChange))


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of on hand, to be written down."""

    key: Key
    quantity: Decimal
    unit_cost: Decimal | None = None
    order_line_id: int | None = None


def lock_levels(company_id: int, keys: Iterable[Key]) -> dict[Key, StockLevel]:
    """The levels of these items and warehouses, locked by id; those that never were start at nothing."""
    wanted = set(keys)
    found = _locked(company_id, wanted)
    if missing := wanted - set(found):
        _make(company_id, missing)
        found = _locked(company_id, wanted)
    return found


def _locked(company_id: int, keys: set[Key]) -> dict[Key, StockLevel]:
    pairs = sorted(keys)
    if not pairs:
        return {}
    params: Sequence[Any] = [company_id, [product for product, _ in pairs], [warehouse for _, warehouse in pairs]]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, params)
        levels = objects_of(StockLevel, cursor.fetchall())
    return {(level.product_id, level.warehouse_id): level for level in levels}


def _make(company_id: int, keys: Iterable[Key]) -> None:
    StockLevel.objects.bulk_create(
        [
            StockLevel(company_id=company_id, product_id=product_id, warehouse_id=warehouse_id)
            for product_id, warehouse_id in sorted(keys)
        ],
        ignore_conflicts=True,
    )


def change_levels(
    levels: Mapping[Key, StockLevel], changes: Mapping[Key, LevelChange], taken: Taken | None = None
) -> None:
    """Add the deltas to locked levels in one statement. The table refuses what is not there.

    What lies in bins follows where on hand falls; ``taken`` tells then how much of which unit was picked.

    Raises: StockRefused; the transaction is then void.
    """
    moved = {key: change for key, change in changes.items() if change != LevelChange()}
    if not moved:
        return
    columns = tuple(name for name in _QUANTITIES if any(getattr(change, name) for change in moved.values()))
    params = {name: [getattr(change, name) for change in moved.values()] for name in columns}
    try:
        with connection.cursor() as cursor:
            cursor.execute(_change(columns), params | {"ids": [levels[key].pk for key in moved]})
            placed = {pk for pk, has_units in cursor.fetchall() if has_units}
    except IntegrityError as error:
        raise StockRefused("There is not as much in stock as this needs.") from error
    for key, change in moved.items():
        level = levels[key]
        level.on_hand += change.on_hand
        level.allocated += change.allocated
        level.unavailable += change.unavailable
        level.reserved += change.reserved
    if fallen := [levels[key].pk for key, change in moved.items() if change.on_hand < 0 and levels[key].pk in placed]:
        fall(fallen, taken)


@cache
def _change(columns: tuple[str, ...]) -> Kept:
    """Over the columns that move: the locks wait for every number that is sent."""
    changes = ", ".join(f"{name} = s.{name} + d.{name}" for name in columns)
    arrays = ", ".join(f"%({name})s::numeric[]" for name in columns)
    return Kept(
        f"UPDATE planning_stocklevel s SET {changes}"
        f" FROM unnest(%(ids)s::bigint[], {arrays}) AS d(id, {', '.join(columns)}) WHERE s.id = d.id"
        " RETURNING s.id, EXISTS (SELECT 1 FROM planning_stockunit u WHERE u.level_id = s.id)"
    )


def write_movements(
    kind: MovementKind, movements: Sequence[Movement], *, actor: Actor, reference: str = "", reason: str = ""
) -> list[StockMovement]:
    """Write the rows that levels are the sum of."""
    at = clock.now()
    return insert(
        StockMovement(
            company_id=actor.company_id,
            product_id=movement.key[0],
            warehouse_id=movement.key[1],
            kind=kind,
            quantity=movement.quantity,
            unit_cost=movement.unit_cost,
            at=at,
            order_line_id=movement.order_line_id,
            reference=reference[:60],
            reason=reason[:120],
            user_id=actor.user_id,
        )
        for movement in movements
    )

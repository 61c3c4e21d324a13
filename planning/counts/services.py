"""Ask for a count, and post what was counted."""

from decimal import Decimal

from django.db.models import F, Sum

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core import eventlog
from orders.core.models import Product
from planning.counts.events import CountAsked, CountDone
from planning.counts.machines import COUNT
from planning.counts.models import CountState, CycleCount
from planning.models import MovementKind, StockLevel, StockUnit
from planning.places.units import Place, lay, not_placed, remove_any
from planning.rules.availability import ZERO
from planning.services.levels import LevelChange, Movement, StockRefused, change_levels, lock_levels, write_movements

MAY = "planning.adjust_stock"


def ask_count(product: Product, warehouse_id: int, bin: str, reason: str, reference: str, actor: Actor) -> CycleCount:
    """Somebody found less than the books say; inside his verb. A place that is to be counted already is asked once.

    Events: count_asked
    """
    count, is_new = CycleCount.objects.get_or_create(
        company_id=actor.company_id,
        product=product,
        warehouse_id=warehouse_id,
        bin=bin,
        state=CountState.TO_COUNT,
        defaults={
            "reason": reason[:60],
            "reference": reference[:60],
            "asked_at": clock.now(),
            "asked_by_id": actor.user_id,
        },
    )
    if is_new:
        eventlog.record(count, CountAsked(sku=product.sku, reason=reason), actor=actor, to_state=COUNT.initial)
    return count


@verb(events=(CountDone,))
def record_count(*, count_id: int, counted: Decimal, actor: Actor) -> CycleCount:
    """Say how much lies there; a difference to the books is posted as an adjustment with the reason of the count.

    Units: stock unit. Raises: InvalidInput, StockRefused when what is missing is allocated, IllegalTransition, NotFound
    Events: count_done
    """
    require(actor, MAY)
    count = (
        CycleCount.objects.select_for_update(of=("self",))
        .select_related("product", "warehouse")
        .filter(pk=count_id, company_id=actor.company_id)
        .first()
    )
    if count is None:
        raise NotFound(f"There is no count {count_id}.", count_id=count_id)
    COUNT.check(count, CountState.COUNTED)
    if counted < 0:
        raise InvalidInput("Less than nothing cannot lie there.", field="counted")
    key = (count.product_id, count.warehouse_id)
    level = lock_levels(actor.company_id, [key])[key]
    expected = there(level, count.bin)
    difference = counted - expected
    if difference:
        _post(count, level, difference, actor)
    event = CountDone(sku=count.product.sku, counted=counted, difference=difference)
    stamp = {
        "expected": expected,
        "counted": counted,
        "difference": difference,
        "counted_at": clock.now(),
        "counted_by": actor.user_id,
    }
    COUNT.advance(count, CountState.COUNTED, event, actor=actor, record=eventlog.record_many, stamp=stamp)
    return count


def there(level: StockLevel, bin: str) -> Decimal:
    """What the books say lies in a bin of a locked level, or is not placed. Units: stock unit; what is picked is gone."""
    if not bin:
        return not_placed(level)
    rows = StockUnit.objects.filter(level=level, bin=bin)
    return rows.aggregate(there=Sum(F("quantity") - F("picked")))["there"] or ZERO


def _post(count: CycleCount, level: StockLevel, difference: Decimal, actor: Actor) -> None:
    key = (count.product_id, count.warehouse_id)
    if level.free + difference < 0:
        raise StockRefused(
            f"{plain(-difference)} are missing, but only {plain(level.free)} are free: the rest is allocated. Report"
            " the shipments short that wait for it, or let it be allocated anew; then count again.",
            field="counted",
            free=plain(level.free),
        )
    if difference < 0 and count.bin:
        remove_any(level, count.bin, -difference)
    change_levels({key: level}, {key: LevelChange(on_hand=difference)})
    if difference > 0 and count.bin:
        lay(level, count.product, Place(count.bin), difference)
    write_movements(
        MovementKind.ADJUST,
        [Movement(key, difference)],
        actor=actor,
        reference=count.reference,
        reason=f"Counted{f' in {count.bin}' if count.bin else ''}: {count.reason}",
    )

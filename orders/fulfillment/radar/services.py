from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.service import verb
from omc.lib.writing import insert
from orders.core.models import Hold
from orders.core.selectors.holds import holds_blocking
from orders.fulfillment.models import ShipRisk, StepTime
from orders.fulfillment.radar.measuring import Standing, measured, standing
from orders.fulfillment.radar.rules import (
    STEP_OF,
    STEPS,
    Outlook,
    helping,
    late_percent,
    level_of,
    remaining,
    together,
)

Times = Mapping[tuple[int | None, str], Sequence[float]]
_MOMENTS = """
SELECT COALESCE(omc_business_add(c.calendar_id, %(now)s, m.minutes), %(now)s::timestamptz + make_interval(mins => m.minutes))
FROM unnest(%(minutes)s::integer[]) WITH ORDINALITY AS m(minutes, place) JOIN orders_company c ON c.id = %(company)s
ORDER BY place
"""
_WRITTEN = (
    "shipment_id", "hold_id", "step", "level", "help", "late_percent", "left_minutes", "p50_minutes", "p90_minutes",
    "due_at", "p50_at", "p90_at", "value_base", "looked_at",
)  # fmt: skip


@verb(silent="a measurement; what it reads are facts already")
def measure_steps(*, actor: Actor) -> int:
    """Measure anew how long the steps of shipments take; returns how many measures there are now."""
    found = measured(actor.company_id, clock.now())
    StepTime.objects.filter(company_id=actor.company_id).delete()
    return len(StepTime.objects.bulk_create(found))


@verb(silent="a look at what is; nothing moves by it")
def watch_promises(*, actor: Actor) -> int:
    """Look at every shipment that has not left, and keep how its promise stands; returns how many are not on track.

    The same number of statements for any number of shipments. Nothing is said where too few have left to measure by.
    """
    company_id, now = actor.company_id, clock.now()
    with connection.cursor() as cursor:  # two looks at once would write the same rows in different order
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ship_risk'), %s)", [company_id])
    rows = StepTime.objects.filter(company_id=company_id).values_list("warehouse_id", "step", "minutes")
    times: Times = {(warehouse_id, step): minutes for warehouse_id, step, minutes in rows}
    found = standing(company_id, now) if all((None, step) in times for step in STEPS) else []
    holds = _holds(found)
    risks = [_risk(one, times, holds.get(one.order_id), company_id, now) for one in found]
    _place_in_time(risks, company_id, now)
    ShipRisk.objects.filter(company_id=company_id).exclude(pk__in=[risk.pk for risk in risks]).delete()
    insert(risks, unique=["planned"], update=_WRITTEN)
    return sum(risk.level != "on_track" for risk in risks)


def _holds(found: Sequence[Standing]) -> dict[int, Hold]:
    """The hold that stops each order's next step, or a later one: it will not go away by itself."""
    orders = list({one.order_id for one in found})
    stopped: dict[int, Hold] = {}
    for step in ("ship", "pick", "release"):
        stopped |= holds_blocking(orders, step)
    return stopped


def _risk(one: Standing, times: Times, hold: Hold | None, company_id: int, now: datetime) -> ShipRisk:
    step = STEP_OF[one.state]
    elapsed = {
        "release": -one.until_slot,
        "pick": one.since_release,
        "pack": one.since_pick,
        "ship": one.since_pack,
    }[step]
    grids = [_grid(times, one.warehouse_id, name) for name in STEPS[STEPS.index(step) :]]
    wait = max(one.until_slot, 0.0) if step == "release" else 0.0
    later = [remaining(grid, 0.0) for grid in grids[1:]]
    outlook = together([remaining(grids[0], elapsed or 0.0), *later], wait)
    stopped = hold is not None
    after = together(later) if later else Outlook(0.0, 0.0)
    return ShipRisk(
        company_id=company_id,
        planned_id=one.planned_id,
        order_id=one.order_id,
        customer_id=one.customer_id,
        warehouse_id=one.warehouse_id,
        shipment_id=one.shipment_id,
        hold_id=hold.pk if hold else None,
        step=step,
        level=level_of(one.left, outlook),
        help=helping(state=one.state, is_held=stopped, left=one.left, after=after),
        late_percent=late_percent(one.left, outlook),
        left_minutes=round(one.left),
        p50_minutes=ceil(outlook.p50),
        p90_minutes=ceil(outlook.p90),
        due_at=one.due_at,
        value_base=one.value,
        looked_at=now,
    )


def _grid(times: Times, warehouse_id: int, step: str) -> Sequence[float]:
    return times.get((warehouse_id, step)) or times[None, step]


def _place_in_time(risks: Sequence[ShipRisk], company_id: int, now: datetime) -> None:
    """Say by the calendar when the working minutes of each outlook will have passed."""
    minutes = [max(part, 1) for risk in risks for part in (risk.p50_minutes, risk.p90_minutes)]
    with connection.cursor() as cursor:
        cursor.execute(_MOMENTS, {"now": now, "minutes": minutes, "company": company_id})
        moments = [moment for (moment,) in cursor.fetchall()]
    for place, risk in enumerate(risks):
        risk.p50_at, risk.p90_at = moments[2 * place], moments[2 * place + 1]

"""The numbers under the radar: how long steps took lately, and where everything stands that has not left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from orders.fulfillment.models import StepTime
from orders.fulfillment.radar.rules import POINTS

BACK: Final = timedelta(days=90)
NEWEST: Final = 5000  # shipments that are measured at most: the cost stays the same as a company grows
ENOUGH: Final = 20  # of fewer, nothing is said

# A release counts from the opening of its slot's day: that it waits for that day is no delay.
_MEASURE = """
WITH gone AS (
    SELECT s.warehouse_id, p.slot_date, p.released_at, s.picked_at, s.packed_at, s.shipped_at
    FROM orders_fulfillment_shipment s JOIN orders_scheduling_plannedshipment p ON p.id = s.planned_id
    WHERE s.company_id = %(company)s AND s.state <> 'cancelled' AND s.shipped_at >= %(since)s
        AND s.supply_id IS NULL AND NOT s.is_collected
    ORDER BY s.id DESC LIMIT %(newest)s
), placed AS MATERIALIZED (
    SELECT gone.warehouse_id, omc_business_position(c.calendar_id, slot_date::timestamp AT TIME ZONE c.time_zone) AS slot,
        omc_business_position(c.calendar_id, released_at) AS released,
        omc_business_position(c.calendar_id, picked_at) AS picked,
        omc_business_position(c.calendar_id, packed_at) AS packed,
        omc_business_position(c.calendar_id, shipped_at) AS shipped
    FROM gone JOIN orders_company c ON c.id = %(company)s
)
SELECT warehouse_id, step, count(*), percentile_cont(%(points)s::float[]) WITHIN GROUP (ORDER BY GREATEST(minutes, 0)::float)
FROM placed CROSS JOIN LATERAL (VALUES
    ('release', released - COALESCE(slot, released)), ('pick', picked - released), ('pack', packed - picked),
    ('ship', shipped - packed)) AS took(step, minutes)
WHERE minutes IS NOT NULL
GROUP BY GROUPING SETS ((warehouse_id, step), (step))
HAVING count(*) >= %(enough)s
"""
_STANDING = """
WITH here AS (
    SELECT p.id, p.state, NULL::bigint AS shipment_id, NULL::timestamptz AS picked_at, NULL::timestamptz AS packed_at
    FROM orders_scheduling_plannedshipment p
    WHERE p.company_id = %(company)s AND p.state IN ('planned', 'frozen', 'released') AND NOT p.supplier_ships
    UNION ALL
    SELECT s.planned_id, s.state, s.id, s.picked_at, s.packed_at
    FROM orders_fulfillment_shipment s
    WHERE s.company_id = %(company)s AND s.state IN ('picking', 'picked', 'checked', 'packed')
        AND NOT (s.is_collected AND s.state = 'packed')
), moment AS MATERIALIZED (
    SELECT c.calendar_id, c.time_zone, omc_business_position(c.calendar_id, %(now)s) AS now_at
    FROM orders_company c WHERE c.id = %(company)s
)
SELECT here.id, p.order_id, p.customer_id, p.warehouse_id, here.state, here.shipment_id, due.due_at,
    omc_business_position(calendar_id, due.due_at) - now_at,
    COALESCE(omc_business_position(calendar_id, p.slot_date::timestamp AT TIME ZONE time_zone), now_at) - now_at,
    now_at - omc_business_position(calendar_id, p.released_at),
    now_at - omc_business_position(calendar_id, here.picked_at),
    now_at - omc_business_position(calendar_id, here.packed_at),
    (SELECT COALESCE(round(sum(l.quantity * o.net_base / o.ordered), 2), 0) FROM orders_scheduling_plannedline l
        JOIN orders_orderline o ON o.id = l.order_line_id WHERE l.planned_id = here.id AND o.ordered > 0)
FROM here JOIN orders_scheduling_plannedshipment p ON p.id = here.id CROSS JOIN moment
CROSS JOIN LATERAL (SELECT COALESCE(
    (SELECT max(s.closes_at) FROM orders_calendarspan s WHERE s.calendar_id = moment.calendar_id AND s.day = p.due_date),
    (p.due_date + 1)::timestamp AT TIME ZONE moment.time_zone) AS due_at) due
WHERE now_at IS NOT NULL
ORDER BY here.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One planned shipment that has not left. Units: working minutes; since what has not happened is None."""

    planned_id: int
    order_id: int
    customer_id: int
    warehouse_id: int
    state: str
    shipment_id: int | None
    due_at: datetime
    left: float
    until_slot: float
    since_release: float | None
    since_pick: float | None
    since_pack: float | None
    value: Decimal


def measured(company_id: int, now: datetime) -> list[StepTime]:
    """How long each step took lately, by warehouse and over all; what happened too seldom is left out."""
    asked: dict[str, Any] = {
        "company": company_id, "since": now - BACK, "newest": NEWEST, "points": list(POINTS), "enough": ENOUGH,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, asked)
        return [
            StepTime(
                company_id=company_id,
                warehouse_id=warehouse_id,
                step=step,
                samples=samples,
                minutes=[float(value) for value in minutes],
                measured_at=now,
            )
            for warehouse_id, step, samples, minutes in cursor.fetchall()
        ]


def standing(company_id: int, now: datetime) -> list[Standing]:
    """Everything that has a day to leave on and has not left. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"company": company_id, "now": now})
        return [_standing(row) for row in cursor.fetchall()]


def _standing(row: tuple[Any, ...]) -> Standing:
    planned_id, order_id, customer_id, warehouse_id, state, shipment_id, due_at, *minutes, value = row
    left, until_slot, *since = (None if part is None else float(part) for part in minutes)
    return Standing(
        planned_id=planned_id,
        order_id=order_id,
        customer_id=customer_id,
        warehouse_id=warehouse_id,
        state=state,
        shipment_id=shipment_id,
        due_at=due_at,
        left=left or 0.0,
        until_slot=until_slot or 0.0,
        since_release=since[0],
        since_pick=since[1],
        since_pack=since[2],
        value=value,
    )

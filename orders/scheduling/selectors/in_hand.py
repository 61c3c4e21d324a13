"""What the warehouse has taken over and not shipped.

Stage 7 comes later in the cycle, so its tables are not read here. The event log tells which shipment took which plan
over (the first picking after the take-over), how much of it was picked, and how much has left. What a supplier sends
has left when it is taken over.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import connection

from omc.lib.prepared import Prepared
from orders.scheduling.models import PlannedLine, PlanState

ZERO = Decimal(0)

_DONE = Prepared(
    lambda gaps: (
        PlannedLine.objects.filter(
            planned__order_id__in=[gaps.orders], planned__state=PlanState.DONE, planned__supplier_ships=False
        )
        .order_by("id")
        .only("planned_id", "order_line_id", "promise_id", "quantity")
    )
)

_PROGRESS = """
WITH taken AS (
    SELECT DISTINCT ON (e.subject_id) e.subject_id AS planned_id, e.order_id, e.id
    FROM orders_event e
    JOIN orders_scheduling_plannedshipment p ON p.id = e.subject_id AND p.state = 'done' AND NOT p.supplier_ships
    WHERE e.order_id = ANY(%s) AND e.subject_type = 'plannedshipment' AND e.type = 'plan_taken_over'
    ORDER BY e.subject_id, e.id DESC
)
SELECT t.planned_id, e.type, l.line_id, sum(l.after::numeric - l.before::numeric)
FROM taken t
CROSS JOIN LATERAL (
    SELECT subject_id FROM orders_event s
    WHERE s.order_id = t.order_id AND s.type = 'picking_started' AND s.id > t.id ORDER BY s.id LIMIT 1
) shipment
JOIN orders_event e ON e.order_id = t.order_id AND e.subject_type = 'shipment'
    AND e.subject_id = shipment.subject_id AND e.type IN ('shipment_picked', 'shipment_shipped')
LEFT JOIN orders_eventline l ON l.event_id = e.id
    AND l.field = CASE e.type WHEN 'shipment_picked' THEN 'picked' ELSE 'shipped' END
GROUP BY t.planned_id, e.type, l.line_id
"""


def in_hand(order_ids: Sequence[int]) -> dict[int, Decimal]:
    """Units per promise that lie with the warehouse: taken over, not short, not shipped. Two queries, or one."""
    done = _DONE.rows(orders=list(order_ids))
    if not done:
        return {}
    picked, shipped, seen = _progress(order_ids)
    found: dict[int, Decimal] = defaultdict(Decimal)
    for (planned_id, line_id), rows in _by_line(done).items():
        units = sum((row.quantity for row in rows), ZERO)
        if planned_id in seen:
            units = picked.get((planned_id, line_id), ZERO) - shipped.get((planned_id, line_id), ZERO)
        for row in rows:
            share = min(row.quantity, max(units, ZERO))
            found[row.promise_id] += share
            units -= share
    return {promise: units for promise, units in found.items() if units}


def _by_line(rows: Iterable[PlannedLine]) -> dict[tuple[int, int], list[PlannedLine]]:
    found: dict[tuple[int, int], list[PlannedLine]] = defaultdict(list)
    for row in rows:
        found[row.planned_id, row.order_line_id].append(row)
    return found


def _progress(
    order_ids: Sequence[int],
) -> tuple[dict[tuple[int, int], Decimal], dict[tuple[int, int], Decimal], set[int]]:
    """Picked and shipped units by (plan, order line), and the plans that were picked at all."""
    picked: dict[tuple[int, int], Decimal] = {}
    shipped: dict[tuple[int, int], Decimal] = {}
    seen: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(order_ids)])
        for planned_id, kind, line_id, units in cursor.fetchall():
            seen.add(planned_id)
            if line_id is not None:
                (picked if kind == "shipment_picked" else shipped)[planned_id, line_id] = units
    return picked, shipped, seen

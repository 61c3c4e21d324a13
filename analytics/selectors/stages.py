"""What waits in each stage: the cycle at a glance."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from analytics.selectors.source import reading
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import registry

_STAGES = """
SELECT stage, count(*), count(*) FILTER (WHERE NOT ours), sum(value_base), min(opened_at) FILTER (WHERE ours),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) FILTER (WHERE ours),
    sum(value_base * waited) FILTER (WHERE ours) / %(day_minutes)s,
    count(*) FILTER (WHERE ours AND due_at < %(now)s)
FROM (
    SELECT d.stage, d.value_base, d.opened_at, d.due_at, NOT d.waits_for_customer AS ours,
        omc_business_minutes(c.calendar_id, d.opened_at, %(now)s) AS waited
    FROM orders_duty d JOIN orders_company c ON c.id = d.company_id
    WHERE d.company_id = %(company)s AND d.closed_at IS NULL
) duty
GROUP BY stage
"""
_NOTHING = (0, 0, 0, None, None, 0, 0)
DAY_MINUTES = 540  # a day of the office calendar that every company opens with


@dataclass(frozen=True)
class StageWaiting:
    """One stage's open duties, of which ``with_customer`` wait for the customer and ``late`` of ours are overdue.

    Units: ``value_base`` in company currency (None: not for this actor); of ours alone: ``median_minutes`` working
    minutes, ``value_days`` company currency × working days.
    """

    number: int
    name: str
    key: str
    open_duties: int
    with_customer: int
    late: int
    value_base: Decimal | None
    median_minutes: int | None
    value_days: Decimal | None
    oldest: datetime | None


def stage_summary(actor: Actor) -> list[StageWaiting]:
    """Every stage with what is open in it, by how much and how long it has waited, in one query."""
    with reading() as cursor:
        cursor.execute(_STAGES, {"company": actor.company_id, "now": clock.now(), "day_minutes": DAY_MINUTES})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    shows_value = actor.can("orders.view_price")
    rows = []
    for stage in sorted(registry.stages, key=lambda one: one.number):
        count, theirs, value, oldest, median, value_days, late = found.get(stage.number, _NOTHING)
        rows.append(
            StageWaiting(
                number=stage.number,
                name=str(stage.name),
                key=stage.key,
                open_duties=count,
                with_customer=theirs,
                late=late,
                value_base=Decimal(value or 0) if shows_value else None,
                median_minutes=None if median is None else round(median),
                value_days=Decimal(value_days or 0).quantize(Decimal("0.01")) if shows_value else None,
                oldest=oldest,
            )
        )
    return rows

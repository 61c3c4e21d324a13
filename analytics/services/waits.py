"""What waits in each stage: one SQL for all of a company, and the same one for what moved since the last minute.

What moved is read off the event log itself: every duty opens, closes, pauses and is worked in a transaction that
writes an event; only a hold on a customer writes none, and is looked up. Ids are taken before they are committed, so
each look goes back a little behind the newest event seen.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

# The duties to measure: all open ones, or those on what the events after ``last_event`` are about.
_SCOPE = """
WITH moved AS MATERIALIZED (
    SELECT DISTINCT subject_type, subject_id, order_id FROM orders_event
    WHERE id > %(last_event)s::bigint AND company_id = %(company)s
), stopped AS MATERIALIZED (
    SELECT DISTINCT customer_id FROM orders_hold
    WHERE company_id = %(company)s AND customer_id IS NOT NULL AND GREATEST(placed_at, resolved_at) >= %(since)s
), duty AS MATERIALIZED (
    SELECT d.* FROM orders_duty d
    WHERE %(last_event)s::bigint IS NULL AND d.company_id = %(company)s AND d.closed_at IS NULL
    UNION SELECT d.* FROM moved JOIN orders_duty d ON d.order_id = moved.order_id WHERE d.closed_at IS NULL
    UNION SELECT d.* FROM moved
        JOIN orders_duty d ON d.subject_type = moved.subject_type AND d.subject_id = moved.subject_id
        WHERE d.closed_at IS NULL
    UNION SELECT d.* FROM orders_duty d
        WHERE d.customer_id IN (SELECT customer_id FROM stopped) AND d.company_id = %(company)s
            AND d.closed_at IS NULL
)
"""
_CLEAR = """
DELETE FROM analytics_openwait gone
WHERE gone.company_id = %(company)s AND (%(last_event)s::bigint IS NULL OR gone.duty_id IN (
    SELECT id FROM duty
    UNION SELECT w.duty_id FROM analytics_openwait w JOIN moved ON moved.order_id = w.order_id
    UNION SELECT w.duty_id FROM analytics_openwait w
        JOIN moved ON moved.subject_type = w.subject_type AND moved.subject_id = w.subject_id))
"""
# Holds and touch time as on an order's own page (``selectors.waiting``): the customer's holds count before supply's.
_FILL = """
, span AS (
    SELECT duty.*, c.calendar_id, held.by_customer, held.by_supply - held.by_customer AS by_supply, held.running,
        tstzmultirange(tstzrange(duty.opened_at, GREATEST(%(now)s, duty.opened_at))) AS open_time,
        (SELECT COALESCE(sum(e.touch_seconds), 0) / 60.0 FROM orders_event e
            WHERE e.order_id = duty.order_id AND e.stage = duty.stage AND e.at >= duty.opened_at)
        + (SELECT COALESCE(sum(e.touch_seconds), 0) / 60.0 FROM orders_event e
            WHERE duty.order_id IS NULL AND e.subject_type = duty.subject_type AND e.subject_id = duty.subject_id
                AND e.stage = duty.stage AND e.at >= duty.opened_at) AS touched
    FROM duty
    JOIN orders_company c ON c.id = duty.company_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(range_agg(hold.time) FILTER (WHERE hold.cause = 'customer'), '{}') AS by_customer,
            COALESCE(range_agg(hold.time) FILTER (WHERE hold.cause = 'supply'), '{}') AS by_supply,
            min(hold.cause) FILTER (WHERE hold.is_open) AS running
        FROM (
            SELECT t.cause, h.resolved_at IS NULL AS is_open,
                tstzrange(h.placed_at, GREATEST(COALESCE(h.resolved_at, %(now)s), h.placed_at)) AS time
            FROM orders_hold h JOIN orders_holdtype t ON t.id = h.hold_type_id
            WHERE (h.order_id = duty.order_id OR h.customer_id = duty.customer_id)
                AND t.cause IN ('customer', 'supply')
        ) hold
    ) held
), moment AS MATERIALIZED (
    SELECT COALESCE(omc_business_position(calendar_id, %(now)s), 0)::numeric(20, 4) AS now_position
    FROM orders_company WHERE id = %(company)s
), counted AS MATERIALIZED (
    SELECT span.*, COALESCE(omc_business_position(calendar_id, opened_at), 0)::numeric(20, 4) AS opened_position,
        now_position,
        (SELECT COALESCE(sum(omc_business_minutes(calendar_id, lower(part), upper(part))), 0)::numeric(20, 4)
            FROM unnest(by_customer * open_time) AS part) AS customer_minutes,
        (SELECT COALESCE(sum(omc_business_minutes(calendar_id, lower(part), upper(part))), 0)::numeric(20, 4)
            FROM unnest(by_supply * open_time) AS part) AS supply_minutes
    FROM span CROSS JOIN moment
), shared AS (
    SELECT placed.*, position - opened_position AS elapsed,
        GREATEST(position - opened_position - customer_minutes - supply_minutes - touched, 0)::numeric(20, 4) AS idle
    FROM (SELECT counted.*, GREATEST(now_position, opened_position) AS position FROM counted) placed
)
INSERT INTO analytics_openwait (duty_id, company_id, stage, subject_type, subject_id, order_id, customer_id, value_base,
    opened_at, due_at, opened_position, position, unattended, customer_minutes, supply_minutes, worked, runs_for)
SELECT id, company_id, stage, subject_type, subject_id, order_id, customer_id, value_base, opened_at, due_at,
    opened_position, position,
    CASE WHEN waits_for_customer THEN 0 ELSE idle END,
    CASE WHEN waits_for_customer THEN elapsed ELSE customer_minutes END,
    CASE WHEN waits_for_customer THEN 0 ELSE supply_minutes END,
    CASE WHEN waits_for_customer THEN 0 ELSE elapsed - customer_minutes - supply_minutes - idle END,
    CASE WHEN waits_for_customer THEN 'customer' ELSE COALESCE(running, 'us') END
FROM shared
"""
_FORGET_STAGES = "DELETE FROM analytics_stagewait WHERE company_id = %(company)s"
# Each row is brought to this moment first: it goes on from its own position for whose time runs. The moment is
# reckoned once, not for every row.
_SUM_STAGES = """
WITH moment AS MATERIALIZED (
    SELECT COALESCE(omc_business_position(calendar_id, %(now)s), 0)::numeric(20, 4) AS position
    FROM orders_company WHERE id = %(company)s
), wait AS (
    SELECT w.*, moment.position AS reached, GREATEST(moment.position - w.position, 0) AS later
    FROM analytics_openwait w CROSS JOIN moment WHERE w.company_id = %(company)s
)
INSERT INTO analytics_stagewait (company_id, stage, documents, orders, value_base, median_opened_position, position,
    unattended, customer_minutes, supply_minutes, worked, value_minutes, for_us, for_customer, for_supply,
    value_for_us, oldest_opened_at, overdue, measured_at)
SELECT %(company)s, stage, count(*), count(DISTINCT order_id), sum(value_base),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY opened_position), max(reached),
    sum(unattended) + COALESCE(sum(later) FILTER (WHERE runs_for = 'us'), 0),
    sum(customer_minutes) + COALESCE(sum(later) FILTER (WHERE runs_for = 'customer'), 0),
    sum(supply_minutes) + COALESCE(sum(later) FILTER (WHERE runs_for = 'supply'), 0), sum(worked),
    sum(value_base * unattended) + COALESCE(sum(value_base * later) FILTER (WHERE runs_for = 'us'), 0),
    count(*) FILTER (WHERE runs_for = 'us'), count(*) FILTER (WHERE runs_for = 'customer'),
    count(*) FILTER (WHERE runs_for = 'supply'), COALESCE(sum(value_base) FILTER (WHERE runs_for = 'us'), 0),
    min(opened_at), count(*) FILTER (WHERE due_at < %(now)s), %(now)s
FROM wait GROUP BY stage
"""
SLACK_EVENTS = 5000
SLACK = timedelta(hours=1)


def build_waits(company_id: int, now: datetime, last_event: int | None, since: datetime | None) -> None:
    """Measure all open duties of a company, or those that were touched after ``last_event`` (or by a hold on their
    customer after ``since``); then sum the stages.
    """
    scope: dict[str, Any] = {
        "company": company_id,
        "now": now,
        "last_event": None if last_event is None else max(0, last_event - SLACK_EVENTS),
        "since": None if since is None else since - SLACK,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SCOPE + _CLEAR, scope)
        cursor.execute(_SCOPE + _FILL, scope)
        cursor.execute(_FORGET_STAGES, scope)
        cursor.execute(_SUM_STAGES, scope)


def newest_event() -> int:
    """The id of the newest event there is; rows behind it may still be on their way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(max(id), 0) FROM orders_event")
        return int(cursor.fetchone()[0])


def orders_moved(company_id: int, last_event: int) -> list[int]:
    """Orders that events after ``last_event`` are about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT order_id FROM orders_event"
            " WHERE id > %s AND company_id = %s AND order_id IS NOT NULL ORDER BY order_id",
            [max(0, last_event - SLACK_EVENTS), company_id],
        )
        return [row[0] for row in cursor.fetchall()]

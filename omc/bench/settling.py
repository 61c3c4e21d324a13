"""What is left to set right once all copies are loaded: counters, capacity, sequences, statistics, read models."""

from typing import Any

from django.db import connection

from analytics.services import rebuild
from omc.bench.catalog import Catalog
from omc.bench.template import SCHEMA
from omc.lib.actor import system
from orders.core.models import Company

_GAPLESS = """
INSERT INTO orders_numbercounter (company_id, series, year, last)
SELECT n.company_id, n.series || c.suffix, n.year, n.last
FROM orders_numbercounter n, {schema}.copy c WHERE c.n <= %s
"""
# A copy's shipments want the minutes of a copy's day: a warehouse that serves all of them has as many times more.
_CAPACITY = """
WITH used AS (
    SELECT company_id, warehouse_id, slot_date AS day, sum(work_minutes) AS minutes
    FROM orders_scheduling_plannedshipment WHERE state <> 'cancelled' AND slot_date IS NOT NULL GROUP BY 1, 2, 3
), usual AS (SELECT max(minutes) AS minutes FROM planning_capacityday)
INSERT INTO planning_capacityday (company_id, warehouse_id, day, minutes, overtime_minutes, used_minutes)
SELECT company_id, warehouse_id, day, greatest(usual.minutes * %(times)s, used.minutes), 0, used.minutes
FROM used, usual
ON CONFLICT (warehouse_id, day) DO UPDATE SET
    minutes = EXCLUDED.minutes, used_minutes = EXCLUDED.used_minutes
"""


def settle(catalog: Catalog, copies: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GAPLESS.format(schema=SCHEMA), [copies])
        cursor.execute("UPDATE planning_capacityday SET minutes = minutes * %s", [copies + 1])
        cursor.execute(_CAPACITY, {"times": copies + 1})
        for name in catalog.cloned:
            _continue_sequence(cursor, name, catalog.tables[name].primary)
        cursor.execute("ANALYZE")
    rebuild_all()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def rebuild_all() -> None:
    """Every company's read models, from nothing."""
    for company in Company.objects.all():
        rebuild(actor=system("bench", company.pk))


def _continue_sequence(cursor: Any, table: str, primary: str) -> None:
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'public."{table}"', primary])
    sequence = cursor.fetchone()[0]
    if sequence:
        cursor.execute(f'SELECT setval(%s, (SELECT max("{primary}") FROM public."{table}"))', [sequence])

"""Bring all read models of a company up to date: from nothing, or with what moved since the last time."""

from django.db import connection

from analytics.models import ReadModel
from analytics.services.days import build_days
from analytics.services.sales import rebuild_sales, refresh_sales
from analytics.services.waits import build_waits, newest_event, orders_moved
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.models import Company

CYCLE = "cycle"


@verb(silent="a read model holds nothing that is not written elsewhere")
def rebuild(*, actor: Actor) -> int:
    """Build everything of the actor's company from nothing; returns the rows of monthly sales."""
    require(actor, "analytics.view_insights")
    rows: int = rebuild_sales(actor=actor)
    _cycle(actor.company_id, from_nothing=True)
    return rows


@verb(silent="a read model holds nothing that is not written elsewhere")
def refresh(*, actor: Actor) -> int:
    """Take in what moved since the last time; returns how many orders' sales were dirty.

    What was never built is built from nothing.
    """
    require(actor, "analytics.view_insights")
    orders: int = refresh_sales(actor=actor)
    _cycle(actor.company_id, from_nothing=False)
    return orders


@verb(silent="a read model holds nothing that is not written elsewhere")
def rebuild_cycle(*, actor: Actor) -> None:
    """Measure everything that waits anew, and all days."""
    require(actor, "analytics.view_insights")
    _cycle(actor.company_id, from_nothing=True)


def _cycle(company_id: int, *, from_nothing: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [CYCLE, company_id])
    model = ReadModel.objects.filter(company_id=company_id, name=CYCLE).first()
    from_nothing = from_nothing or model is None
    seen, since = (None, None) if from_nothing or model is None else (model.last_event, model.refreshed_at)
    newest, now = newest_event(), clock.now()
    zone = Company.objects.values_list("time_zone", flat=True).get(pk=company_id)
    build_waits(company_id, now, seen, since)
    build_days(company_id, zone, None if seen is None else orders_moved(company_id, seen))
    ReadModel.objects.bulk_create(
        [
            ReadModel(
                company_id=company_id,
                name=CYCLE,
                refreshed_at=now,
                built_at=now if from_nothing else None,
                last_event=newest,
            )
        ],
        update_conflicts=True,
        unique_fields=["company", "name"],
        update_fields=["refreshed_at", "last_event", *(["built_at"] if from_nothing else [])],
    )

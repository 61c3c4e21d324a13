"""Jobs of analytics: the minute's refresh and the month's bridge."""

from contextlib import suppress

from celery import shared_task
from celery.schedules import crontab

from analytics import services
from analytics.rules import CONSTANT_PRICE, past_months
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from orders.core.models import Company
from orders.core.selectors.companies import today
from orders.core.services.everywhere import everywhere

TIMETABLE = {
    "refresh the read models": {"task": "analytics.tasks.refresh_sales", "schedule": 60.0},
    "measure the cycle anew": {"task": "analytics.tasks.rebuild_cycle", "schedule": crontab(minute=10, hour=3)},
    "bridge of the past month": {
        "task": "analytics.tasks.start_monthly_variance",
        "schedule": crontab(minute=30, hour=2, day_of_month=1),
    },
}


@shared_task
def refresh_sales() -> int:
    """What happened since the last look."""
    return everywhere("analytics.refresh_sales", services.refresh, history=True)


@shared_task
def rebuild_cycle() -> None:
    """Once a night from nothing: whatever a minute's look may have missed is in by the morning."""
    everywhere("analytics.rebuild_cycle", services.rebuild_cycle, history=True)


@shared_task
def start_monthly_variance() -> int:
    """The past month against the one before, for every company that has costs; returns how many were started."""
    return everywhere("analytics.variance", _past_month)


def _past_month(*, actor: Actor) -> int:
    base, current = past_months(today(Company.objects.get(pk=actor.company_id)))
    with suppress(DomainError):  # nothing to compare, or on its way already
        services.run_variance(base_month=base, current_month=current, growth=CONSTANT_PRICE, actor=actor)
        return 1
    return 0

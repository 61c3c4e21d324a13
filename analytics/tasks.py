"""Jobs of analytics: the minute's refresh and the month's bridge."""

from celery import shared_task
from celery.schedules import crontab

from analytics import services
from analytics.rules import CONSTANT_PRICE, past_months
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import DomainError
from orders.core.models import Company
from orders.core.selectors.companies import today

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
    """Every company that no simulator holds."""
    refreshed = 0
    for company in Company.objects.filter(held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            refreshed += services.refresh(actor=system("analytics.refresh_sales", company.pk))
    return refreshed


@shared_task
def rebuild_cycle() -> None:
    """Once a night from nothing: whatever a minute's look may have missed is in by the morning."""
    for company in Company.objects.filter(held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            services.rebuild_cycle(actor=system("analytics.rebuild_cycle", company.pk))


@shared_task
def start_monthly_variance() -> int:
    """The past month against the one before, for every company that has costs; returns how many were started."""
    started = 0
    for company in Company.objects.filter(held_by="", is_history=False).order_by("id"):
        with clock.running_ahead(company.clock_offset):
            base, current = past_months(today(company))
            try:
                services.run_variance(
                    base_month=base,
                    current_month=current,
                    growth=CONSTANT_PRICE,
                    actor=system("analytics.variance", company.pk),
                )
                started += 1
            except DomainError:
                continue  # nothing to compare, or on its way already
    return started

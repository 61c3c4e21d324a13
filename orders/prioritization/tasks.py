from celery import shared_task
from celery.schedules import crontab

from omc.lib.actor import system
from orders.core.models import Company
from orders.prioritization import services

TIMETABLE = {
    "rank the backlog": {"task": "orders.prioritization.tasks.rank_backlogs", "schedule": crontab(hour=1, minute=15)}
}


@shared_task
def rank_backlogs() -> None:
    """Every night, so that rules on dates and new working calendars count."""
    for company_id in Company.objects.filter(held_by="", is_history=False).values_list("pk", flat=True):
        services.rank_backlog(actor=system("rank_backlog", company_id))

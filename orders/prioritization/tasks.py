from celery import shared_task
from celery.schedules import crontab

from orders.core.services.everywhere import everywhere
from orders.prioritization import services

TIMETABLE = {
    "rank the backlog": {"task": "orders.prioritization.tasks.rank_backlogs", "schedule": crontab(hour=1, minute=15)}
}


@shared_task
def rank_backlogs() -> None:
    """Every night, so that rules on dates and new working calendars count."""
    everywhere("rank_backlog", lambda *, actor: services.rank_backlog(actor=actor).ranked)

from celery import shared_task
from celery.schedules import crontab

from omc.lib.actor import system
from orders.scheduling import services
from orders.scheduling.selectors.companies import companies_that_release

TIMETABLE = {"release what is due": {"task": "orders.scheduling.tasks.release_due", "schedule": crontab(minute="*/15")}}


@shared_task
def release_due() -> None:
    """Release what is due, for the companies that want that without a hand."""
    for company_id in companies_that_release():
        services.release_due(actor=system("release_due", company_id))

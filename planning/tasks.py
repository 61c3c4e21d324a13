from celery import shared_task
from celery.schedules import crontab

from planning.services import schedule

TIMETABLE = {
    "planning-reconcile-stock": {
        "task": "planning.tasks.reconcile_stock",
        "schedule": crontab(hour="2", minute="15"),
    },
    "planning-forecast": {
        "task": "planning.tasks.forecast_demand",
        "schedule": crontab(day_of_week="sun", hour="3", minute="30"),
    },
}


@shared_task
def reconcile_stock() -> int:
    return schedule.reconcile_everywhere()


@shared_task
def forecast_demand() -> int:
    return schedule.forecast_everywhere()

from celery import shared_task
from celery.schedules import crontab

from orders.core import outbox
from orders.core.master import calendars
from orders.core.services import hold_owners, jobs, messages, watching

TIMETABLE = {
    "orders-escalate-holds": {
        "task": "orders.core.tasks.escalate_holds",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "orders-lengthen-calendars": {
        "task": "orders.core.tasks.lengthen_calendars",
        "schedule": crontab(hour=2, minute=20),
    },
    "orders-sweep-outbox": {"task": "orders.core.tasks.sweep_outbox", "schedule": 5.0, "options": {"expires": 5}},
    "orders-sweep-jobs": {"task": "orders.core.tasks.sweep_jobs", "schedule": 30.0, "options": {"expires": 30}},
    "orders-send-messages": {"task": "orders.core.tasks.send_messages", "schedule": 30.0, "options": {"expires": 30}},
    "orders-tell-watchers": {"task": "orders.core.tasks.tell_watchers", "schedule": 60.0, "options": {"expires": 60}},
}


@shared_task
def drain_subscriber(name: str) -> int:
    return outbox.drain(name)


@shared_task
def sweep_outbox() -> int:
    return outbox.drain_all()


@shared_task
def run_job(run_id: int) -> None:
    jobs.execute(run_id)


@shared_task
def sweep_jobs() -> int:
    return jobs.sweep()


@shared_task
def send_messages() -> int:
    return messages.send_waiting()


@shared_task
def tell_watchers() -> int:
    told: int = watching.tell_watchers()
    return told


@shared_task
def lengthen_calendars() -> int:
    return calendars.lengthen()


@shared_task
def escalate_holds() -> int:
    return hold_owners.escalate_holds()

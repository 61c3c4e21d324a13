"""What the clock starts in stage 7."""

from celery import shared_task
from celery.schedules import crontab

from orders.core.services.everywhere import everywhere
from orders.fulfillment.radar.services import measure_steps, watch_promises
from orders.fulfillment.tracking.services import follow_everywhere

TIMETABLE = {
    "watch promises": {"task": "orders.fulfillment.tasks.watch", "schedule": crontab(minute="*/15")},
    "measure steps": {"task": "orders.fulfillment.tasks.measure", "schedule": crontab(hour=1, minute=40)},
    "orders.fulfillment.tracking": {
        "task": "orders.fulfillment.tasks.follow_shipments",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
}


@shared_task
def follow_shipments() -> int:
    """What carriers say of what is under way."""
    return follow_everywhere()


@shared_task
def watch() -> None:
    """Every quarter of an hour: which promises are at risk now."""
    everywhere("watch_promises", watch_promises)


@shared_task
def measure() -> None:
    """Every night: how long the steps of shipments take."""
    everywhere("measure_steps", measure_steps)

"""What the clock starts in stage 7."""

from celery import shared_task

from orders.fulfillment.tracking.services import follow_everywhere

TIMETABLE = {
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

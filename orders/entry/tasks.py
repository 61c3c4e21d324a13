from celery import shared_task
from celery.schedules import crontab

from orders.core.services.everywhere import everywhere
from orders.entry.changes.services import expire_changes
from orders.entry.companions.services import compute_where_due
from orders.entry.inbox.mailbox.services import read_mailboxes
from orders.entry.services import abandon_drafts

TIMETABLE = {
    "orders.entry.abandon-drafts": {
        "task": "orders.entry.tasks.abandon_old_drafts",
        "schedule": crontab(minute=15, hour=2),
    },
    "orders.entry.companions": {
        "task": "orders.entry.tasks.compute_companions",
        "schedule": crontab(minute="*/15"),
    },
    "orders.entry.expire-changes": {
        "task": "orders.entry.tasks.expire_old_changes",
        "schedule": 60.0,
    },
    "orders.entry.read-mailboxes": {
        "task": "orders.entry.tasks.read_order_mailboxes",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}


@shared_task
def abandon_old_drafts() -> int:
    """Drafts that nobody has touched for long."""
    return everywhere("abandon drafts", abandon_drafts)


@shared_task
def compute_companions() -> int:
    """What is bought together, where the day's run is still to come."""
    return compute_where_due()


@shared_task
def expire_old_changes() -> int:
    """Change orders whose time is up let their orders go."""
    return everywhere("expire change orders", expire_changes)


@shared_task
def read_order_mailboxes() -> int:
    """What was mailed to the mailboxes that are looked at comes into the inbox."""
    return read_mailboxes()

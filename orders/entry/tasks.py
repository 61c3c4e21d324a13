from celery import shared_task
from celery.schedules import crontab

from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company
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
    """Every company that no simulator holds."""
    given_up = 0
    for company in Company.objects.filter(held_by="", is_history=False).order_by("pk"):
        with clock.running_ahead(company.clock_offset):
            given_up += abandon_drafts(actor=system("abandon drafts", company.pk))
    return given_up


@shared_task
def compute_companions() -> int:
    """What is bought together, where the day's run is still to come."""
    return compute_where_due()


@shared_task
def expire_old_changes() -> int:
    """Change orders whose time is up let their orders go, in every company that no simulator holds."""
    closed = 0
    for company in Company.objects.filter(held_by="", is_history=False).order_by("pk"):
        with clock.running_ahead(company.clock_offset):
            closed += expire_changes(actor=system("expire change orders", company.pk))
    return closed


@shared_task
def read_order_mailboxes() -> int:
    """What was mailed to the mailboxes that are looked at comes into the inbox."""
    return read_mailboxes()

"""What the clock starts in stage 3."""

from celery import shared_task

from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company
from orders.pricing import services


@shared_task
def expire_quotes() -> int:
    """Expire outdated quotes of every company that lives in the present, by its own clock."""
    expired = 0
    # A company that a simulator holds is left to it: it does this in its own time.
    for company in Company.objects.filter(is_history=False, held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            expired += services.expire_quotes(actor=system("expire_quotes", company.pk))
    return expired


TIMETABLE = {"expire quotes": {"task": "orders.pricing.tasks.expire_quotes", "schedule": 15 * 60.0}}

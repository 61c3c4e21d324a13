"""What the clock starts in stage 3."""

from celery import shared_task

from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company
from orders.pricing import services
from orders.pricing.agreements.services import end_agreements, warn_of_ends
from orders.pricing.guidelines.services import expire_approvals as expire_waiting
from orders.pricing.warnings import services as warnings
from orders.pricing.whatif import services as whatif


@shared_task
def expire_quotes() -> int:
    """Expire outdated quotes of every company that lives in the present, by its own clock."""
    expired = 0
    # A company that a simulator holds is left to it: it does this in its own time.
    for company in Company.objects.filter(is_history=False, held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            expired += services.expire_quotes(actor=system("expire_quotes", company.pk))
    return expired


@shared_task
def remind_quotes() -> int:
    """Tell sellers, and customers who asked for it, of quotes that soon end, by each company's own clock."""
    reminded = 0
    for company in Company.objects.filter(is_history=False, held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            reminded += services.remind_quotes(actor=system("remind_quotes", company.pk))
    return reminded


@shared_task
def expire_approvals() -> int:
    """Close requests that nobody decided in time, of every company that lives in the present."""
    expired = 0
    for company in Company.objects.filter(is_history=False, held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            expired += expire_waiting(actor=system("expire_approvals", company.pk))
    return expired


@shared_task
def watch_agreements() -> int:
    """End agreements whose last day has passed and tell owners of those that end soon, by each company's own clock."""
    touched = 0
    for company in Company.objects.filter(is_history=False, held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            actor = system("watch_agreements", company.pk)
            touched += end_agreements(actor=actor) + warn_of_ends(actor=actor)
    return touched


@shared_task
def watch_costs() -> int:
    """Warn of costs that rose while prices did not, in every company that lives in the present."""
    raised = 0
    for company in Company.objects.filter(is_history=False, held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            raised += len(warnings.watch_costs(actor=system("watch costs", company.pk)))
    return raised


@shared_task
def clear_what_ifs() -> int:
    """Throw away what-ifs that nobody worked out for long, in every company that lives in the present."""
    cleared = 0
    for company in Company.objects.filter(is_history=False, held_by="").order_by("id"):
        with clock.running_ahead(company.clock_offset):
            cleared += whatif.clear_what_ifs(actor=system("clear_what_ifs", company.pk))
    return cleared


TIMETABLE = {
    "expire quotes": {"task": "orders.pricing.tasks.expire_quotes", "schedule": 15 * 60.0},
    "watch agreements": {"task": "orders.pricing.tasks.watch_agreements", "schedule": 3600.0},
    "watch costs": {"task": "orders.pricing.tasks.watch_costs", "schedule": 10 * 60.0},
    "remind quotes": {"task": "orders.pricing.tasks.remind_quotes", "schedule": 60 * 60.0},
    "clear what-ifs": {"task": "orders.pricing.tasks.clear_what_ifs", "schedule": 6 * 3600.0},
    "expire approvals": {"task": "orders.pricing.tasks.expire_approvals", "schedule": 15 * 60.0},
}

"""What the clock starts in stage 3."""

from celery import shared_task

from orders.core.services.everywhere import everywhere
from orders.pricing import services
from orders.pricing.agreements.services import end_agreements, release_plans, warn_of_ends
from orders.pricing.guidelines.services import expire_approvals as expire_waiting
from orders.pricing.warnings import services as warnings
from orders.pricing.whatif import services as whatif


@shared_task
def expire_quotes() -> int:
    """Expire outdated quotes."""
    return everywhere("expire_quotes", services.expire_quotes)


@shared_task
def remind_quotes() -> int:
    """Tell sellers, and customers who asked for it, of quotes that soon end."""
    return everywhere("remind_quotes", services.remind_quotes)


@shared_task
def expire_approvals() -> int:
    """Close requests that nobody decided in time."""
    return everywhere("expire_approvals", expire_waiting)


@shared_task
def watch_agreements() -> int:
    """End agreements whose last day has passed, tell owners of those that end soon, and let planned releases come due."""
    return sum(everywhere("watch_agreements", run) for run in (end_agreements, warn_of_ends, release_plans))


@shared_task
def watch_costs() -> int:
    """Warn of costs that rose while prices did not."""
    return everywhere("watch costs", lambda *, actor: len(warnings.watch_costs(actor=actor)))


@shared_task
def clear_what_ifs() -> int:
    """Throw away what-ifs that nobody worked out for long."""
    return everywhere("clear_what_ifs", whatif.clear_what_ifs)


TIMETABLE = {
    "expire quotes": {"task": "orders.pricing.tasks.expire_quotes", "schedule": 15 * 60.0},
    "watch agreements": {"task": "orders.pricing.tasks.watch_agreements", "schedule": 3600.0},
    "watch costs": {"task": "orders.pricing.tasks.watch_costs", "schedule": 10 * 60.0},
    "remind quotes": {"task": "orders.pricing.tasks.remind_quotes", "schedule": 60 * 60.0},
    "clear what-ifs": {"task": "orders.pricing.tasks.clear_what_ifs", "schedule": 6 * 3600.0},
    "expire approvals": {"task": "orders.pricing.tasks.expire_approvals", "schedule": 15 * 60.0},
}

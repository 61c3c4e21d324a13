"""What the clock starts, in every company by its own clock."""

from collections.abc import Callable

import structlog
from django.db.models import Q

from omc.lib import clock
from omc.lib.actor import system
from orders.core.models import Company

_log = structlog.get_logger("omc.everywhere")


def everywhere(job: str, act: Callable[..., int | None], *, history: bool = False) -> int:
    """Do ``act``, which takes its ``actor``, in every company that no simulator holds; the sum of what it returned.

    Imported histories stand still and are left out, unless ``history``. Where it fails the other companies still have
    their turn; then the first failure is raised.
    """
    failures: list[Exception] = []
    done = 0
    live = Q(held_by="") if history else Q(held_by="", is_history=False)
    for company_id, offset in Company.objects.filter(live).order_by("id").values_list("id", "clock_offset"):
        try:
            with clock.running_ahead(offset):
                done += act(actor=system(job, company_id)) or 0
        except Exception as failure:  # raised below, after the others
            _log.exception("failed in one company", job=job, company_id=company_id)
            failures.append(failure)
    if failures:
        raise failures[0]
    return done

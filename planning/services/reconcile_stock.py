"""The nightly check that stored sums equal their rows. It repairs nothing: a difference is for a person to explain."""

import logging
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from omc.lib import clock
from orders.core.models import Membership, Notification
from orders.core.services.jobs import Job
from planning.models import StockLevel
from planning.selectors.reconcile import stock_differences

logger = logging.getLogger(__name__)

KIND = "planning.reconcile_stock"
TOLD = ["planner", "admin"]


def reconcile_stock(job: Job) -> dict[str, Any]:
    """Compare, and tell the planners when something does not add up."""
    job.report(0, 1, _("Comparing levels with movements and promises"))
    differences = stock_differences(job.company_id)
    if differences:
        logger.error("stock_differs", extra={"company": job.company_id, "differences": len(differences)})
        _tell(job, len(differences))
    levels = StockLevel.objects.filter(company_id=job.company_id).count()
    job.report(1, 1, _("Done"))
    return {"levels": levels, "differences": [difference.row() for difference in differences]}


def _tell(job: Job, count: int) -> None:
    text = _("%(count)s stock figures do not equal the sum of their rows.") % {"count": count}
    users = Membership.objects.filter(company_id=job.company_id, roles__overlap=TOLD, user__is_active=True)
    Notification.objects.bulk_create(
        Notification(
            company_id=job.company_id,
            user_id=user_id,
            text=text,
            url=reverse("core:job", args=[job.run.pk]),
            created_at=clock.now(),
        )
        for user_id in users.values_list("user_id", flat=True)
    )

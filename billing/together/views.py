"""The screen of what waits to be invoiced together."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from billing.models import Every
from billing.together.registrations import KIND
from billing.together.selectors import waiting_groups
from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.services.jobs import start_job

SHOWN = 200


@require_GET
@allow("billing.view_invoice")
def together(request: HttpRequest) -> HttpResponse:
    """Invoices to come, by customer: what is over its period, and what left since."""
    groups = sorted(waiting_groups(request.actor), key=lambda group: (not group.due, group.customer))
    context = {
        "groups": [{"group": group, "every": Every(group.every).label} for group in groups[:SHOWN]],
        "count": len(groups),
        "hidden": max(len(groups) - SHOWN, 0),
        "may_post": request.actor.can("billing.post_invoice"),
        "is_due": any(group.due for group in groups),
    }
    return render(request, "billing/together/together.html", context)


@require_POST
@allow("billing.post_invoice")
def run(request: HttpRequest) -> HttpResponse:
    """Invoice by a job what is over its period (with ``early`` all that waits), and watch it."""
    try:
        job = start_job(kind=KIND, inputs={"early": bool(request.POST.get("early"))}, actor=request.actor)
    except DomainError as refusal:
        if job_id := refusal.data.get("job_id"):
            return redirect("core:job", job_id)
        return screens.refused(request, refusal, back_to=reverse("billing:together"))
    return redirect("core:job", job.pk)

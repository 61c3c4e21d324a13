"""Home and the queues: what waits, for how long, and who has it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from omc.lib import clock
from omc.lib.registry import registry
from orders.core import screens
from orders.core.access import allow
from orders.core.eventlog import stages
from orders.core.models import Duty, Notification
from orders.core.selectors.duties import open_duties, waiting_by_stage
from orders.core.selectors.holds import holds_list
from orders.core.selectors.paging import capped_count, keyset
from orders.core.services.duties import take_duty
from orders.core.services.notes import mark_read
from orders.core.views.shell import acts_in


def duty_url(duty: Duty) -> str:
    """Where the duty's subject has its page; its order's when it has none of its own."""
    name = registry.pages.get(duty.subject_type)
    if name:
        return reverse(name, args=[duty.subject_id])
    return reverse("core:order", args=[duty.order_id]) if duty.order_id else ""


@require_GET
@allow("member")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, where the company waits, and what I was told."""
    actor = request.actor
    waiting = {row["stage"]: row for row in waiting_by_stage(actor.company_id)}
    table = [{**waiting.get(stage.number, {}), "stage": stage, "mine": acts_in(actor, stage.key)} for stage in stages()]
    mine = [row["stage"].number for row in table if row["mine"]]
    duties = list(open_duties(actor).filter(stage__in=mine).order_by("due_at", "id")[:7])
    for duty in duties:
        duty.url = duty_url(duty)
    return render(
        request,
        "orders/core/home.html",
        {
            "table": table,
            "duties": duties,
            "now": clock.now(),
            "holds": holds_list(actor)[:5],
            "notifications": Notification.objects.filter(
                user_id=actor.user_id, company_id=actor.company_id, read_at__isnull=True
            ).order_by("-id")[:10],
        },
    )


@require_GET
@allow("orders.view_order")
def duties(request: HttpRequest) -> HttpResponse:
    """Open duties of one stage or all, the longest waiting first."""
    actor = request.actor
    number = request.GET.get("stage", "")
    stage = int(number) if number.isdigit() and 1 <= int(number) <= 10 else None
    rows = open_duties(actor, stage, mine=bool(request.GET.get("mine")))
    page = keyset(rows, request.GET, order=("opened_at", "id"))
    for duty in page.rows:
        duty.url = duty_url(duty)
    context = {
        "page": page,
        "count_text": capped_count(rows),
        "stages": stages(),
        "chosen": stage,
        "mine": bool(request.GET.get("mine")),
        "now": clock.now(),
    }
    return render(request, "orders/core/duties.html#rows" if request.htmx else "orders/core/duties.html", context)


@require_POST
@allow("orders.view_order")
def take(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Make an open duty mine."""
    back = request.POST.get("back", "")
    return screens.perform(
        request,
        lambda: take_duty(duty_id=duty_id, actor=request.actor),
        back_to=back if back.startswith("/") and not back.startswith("//") else reverse("core:duties"),
    )


@require_POST
@allow("member")
def read_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Seen; go to what it is about."""
    row = Notification.objects.filter(pk=notification_id, user_id=request.actor.user_id).first()
    mark_read(notification_id=notification_id, actor=request.actor)
    return redirect(row.url if row and row.url.startswith("/") else "core:home")

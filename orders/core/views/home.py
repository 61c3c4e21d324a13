"""Home: what must I do now, and what changed since I was last here."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from omc.lib.actor import Actor
from omc.lib.events import sentence_of
from omc.lib.registry import registry
from orders.core import screens
from orders.core.access import allow
from orders.core.context import acts_in
from orders.core.eventlog import stages
from orders.core.models import Notification
from orders.core.selectors import home as reads
from orders.core.selectors.duties import duty_list, duty_url
from orders.core.selectors.news import headlines, last_visit_day, name_subjects, news_rows
from orders.core.selectors.orders import visible
from orders.core.selectors.paging import capped_count, keyset
from orders.core.services.duties import take_duty
from orders.core.services.notes import mark_read

ABOVE = 50  # sections of a lower order come before what there is to do


@require_GET
@allow("member")
def home(request: HttpRequest) -> HttpResponse:
    """At most seven things to do, the sections of the role, and what changed."""
    actor = request.actor
    since = last_visit_day(actor, request.company)
    mine = [stage.number for stage in stages() if acts_in(actor, stage.key)]
    sections = list(_sections(actor))
    waiting = duty_list(actor, {"stages": mine})
    count_text = capped_count(waiting) if mine else ""
    context = {
        "things": reads.things_to_do(actor),
        "rule": reads.RULE,
        "day_minutes": day_minutes(request),
        "lines": [section for section in sections if section["slim"]],
        "above": [section for section in sections if not section["slim"] and section["order"] < ABOVE],
        "below": [section for section in sections if not section["slim"] and section["order"] >= ABOVE],
        "since": since,
        "headlines": headlines(actor, request.company, since),
        "waiting_count": "" if count_text == "0" else count_text,
        "waiting_number": 1 if count_text == "1" else 2,
        "notifications": Notification.objects.filter(
            user_id=actor.user_id, company_id=actor.company_id, read_at__isnull=True
        ).order_by("-id")[:5],
    }
    return render(request, "orders/core/home.html", context)


def _sections(actor: Actor) -> Any:
    """What the home of these roles shows besides, each with its own context."""
    own = reads.own_work(actor)
    for section in sorted(registry.home_sections, key=lambda section: section.order):
        if not section.permission or section.permission in own:
            context = section.context(actor)
            if context is not None:
                yield {
                    "order": section.order,
                    "slim": section.slim,
                    "template": section.template,
                    "context": context,
                }


def day_minutes(request: HttpRequest) -> int:
    """Working minutes of a day by the company's calendar."""
    calendar = request.company.calendar
    if calendar is None:
        return 24 * 60
    opens, closes = calendar.opens, calendar.closes
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


@require_GET
@allow("member")
def news(request: HttpRequest, key: str) -> HttpResponse:
    """The events behind a sentence of the home, the newest first."""
    actor = request.actor
    since = _day(request.GET.get("since", "")) or last_visit_day(actor, request.company)
    item, rows = news_rows(actor, request.company, key, since)
    page = keyset(rows, request.GET)
    for row in page.rows:
        row.url = duty_url(row)
        row.sentence = sentence_of(row.type, visible(row.data, actor))
    name_subjects(actor, page.rows)
    count = capped_count(rows)
    context = {
        "page": page,
        "count_text": count,
        "heading": str(item.text if count == "1" else item.plural) % {"count": count},
        "since": since,
        "shows_money": bool(item.amount) and actor.can("orders.view_price"),
        "shows_customers": any(row.customer for row in page.rows),
    }
    return render(request, "orders/core/news.html#rows" if request.htmx else "orders/core/news.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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

"""Who waits for what: open duties per stage, and the rows behind every count."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Min, OuterRef, QuerySet, Sum
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import registry
from orders.core.models import Company, Duty, Hold, HoldState
from orders.core.selectors.among import among


def open_duties(actor: Actor, stage: int | None = None, *, mine: bool = False) -> QuerySet[Duty]:
    """Open duties of the company, the longest waiting first by default paging order (opened_at, id)."""
    duties = Duty.objects.filter(company_id=actor.company_id, closed_at__isnull=True).select_related(
        "order", "customer", "queue", "owner"
    )
    if stage:
        duties = duties.filter(stage=stage)
    if mine and actor.user_id:
        duties = duties.filter(owner_id=actor.user_id)
    return duties


def duty_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Duty]:
    """Duties of the company that meet the filters, to be paged by (opened_at, id).

    ``when`` is open (the default), in or out (came or went today), or overdue; ``stages`` and ``name`` narrow; ``mine``
    are the actor's own; ``held`` are those whose order a hold stops, ``customer`` those that wait for the customer;
    ``with`` leaves those on orders that have a duty open in that other stage.
    """
    rows = Duty.objects.filter(company_id=actor.company_id).select_related("order", "customer", "queue", "owner")
    when = filters.get("when")
    if when == "in":
        rows = rows.filter(opened_at__gte=start_of_today(actor.company_id))
    elif when == "out":
        rows = rows.filter(closed_at__gte=start_of_today(actor.company_id))
    else:
        rows = rows.filter(closed_at__isnull=True)
    if when == "overdue":
        rows = rows.filter(due_at__lt=clock.now())
    if filters.get("stages") is not None:
        rows = rows.filter(stage__in=filters["stages"])
    if filters.get("name"):
        rows = rows.filter(name=filters["name"])
    if filters.get("mine"):
        rows = rows.filter(owner_id=actor.user_id)
    if filters.get("customer"):
        rows = rows.filter(waits_for_customer=True)
    if filters.get("held"):
        holds = _blocking(_steps(filters.get("stages") or range(1, 11))).filter(company_id=actor.company_id)
        on_orders, on_customers = holds.filter(order__isnull=False), holds.filter(customer__isnull=False)
        rows = rows.filter(among("order_id", on_orders, "order_id") | among("customer_id", on_customers, "customer_id"))
    if filters.get("with"):
        other = Duty.objects.filter(
            company_id=actor.company_id, subject_type="order", stage=filters["with"], closed_at__isnull=True
        )
        rows = rows.filter(among("subject_id", other, "subject_id"), subject_type="order")
    return rows


def _steps(stages: Collection[int]) -> list[str]:
    """The steps that these stages make, of those that holds may block."""
    cards = (registry.stage_cards.get(stage.key) for stage in registry.stages if stage.number in stages)
    return [step for card in cards if card for step in card.steps]


def stopping(steps: Collection[str]) -> tuple[QuerySet[Hold], QuerySet[Hold]]:
    """Unresolved holds that block one of the steps, on a duty's order and on its customer; each for use inside Exists."""
    holds = _blocking(steps)
    return holds.filter(order=OuterRef("order")), holds.filter(customer=OuterRef("customer"))


def _blocking(steps: Collection[str]) -> QuerySet[Hold]:
    return Hold.objects.exclude(status=HoldState.RESOLVED).filter(hold_type__blocks__overlap=list(steps))


def start_of_today(company_id: int) -> datetime:
    """Midnight where the company is, by its own clock."""
    zone = ZoneInfo(Company.objects.values_list("time_zone", flat=True).get(pk=company_id))
    return datetime.combine(clock.now().astimezone(zone).date(), time(), zone)


def counts_by_stage(company_id: int) -> dict[int, int]:
    """Open duties per stage, in one query on the partial index."""
    rows = (
        Duty.objects.filter(company_id=company_id, closed_at__isnull=True)
        .order_by()
        .values_list("stage")
        .annotate(n=Count("id"))
    )
    return dict(rows)


def waiting_by_stage(company_id: int) -> list[dict[str, Any]]:
    """Per stage: open duties, their value in company currency, and since when the oldest waits."""
    rows = (
        Duty.objects.filter(company_id=company_id, closed_at__isnull=True)
        .order_by("stage")
        .values("stage")
        .annotate(open=Count("id"), value=Sum("value_base"), oldest=Min("opened_at"), queue_name=Min(F("queue__name")))
    )
    return [dict(row) for row in rows]


def duty_url(duty: Duty) -> str:
    """Where the duty's subject has its page; its order's when it has none of its own."""
    name = registry.pages.get(duty.subject_type)
    if name:
        return reverse(name, args=[duty.subject_id])
    return reverse("core:order", args=[duty.order_id]) if duty.order_id else ""

"""Who waits for what: open duties per stage, and the rows behind every count."""

from typing import Any

from django.db.models import Count, F, Min, QuerySet, Sum

from omc.lib.actor import Actor
from orders.core.models import Duty


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

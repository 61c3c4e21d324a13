"""What is disputed: of an invoice, of a customer, and by the stage that caused it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.models import Dispute, DisputeReason, DisputeState
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import ZERO
from omc.lib.registry import Text
from orders.core.eventlog import stages

LOOK_BACK: Final = timedelta(days=365)
LATELY: Final = timedelta(days=90)


def disputes_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Dispute]:
    """The company's disputes; ``raised_days`` leaves those of so many last days."""
    rows = Dispute.objects.filter(company_id=actor.company_id).select_related(
        "invoice", "line", "customer", "order", "owner"
    )
    for field in ("state", "reason", "stage"):
        if filters.get(field):
            rows = rows.filter(**{field: filters[field]})
    if filters.get("customer"):
        rows = rows.filter(customer=filters["customer"])
    if filters.get("mine"):
        rows = rows.filter(owner_id=actor.user_id)
    if filters.get("late"):
        rows = rows.filter(state=DisputeState.OPEN, due_at__lt=clock.now())
    if filters.get("credited"):
        rows = rows.filter(credited_amount__gt=0)
    if filters.get("raised_days"):
        rows = rows.filter(raised_at__gte=clock.now() - timedelta(days=filters["raised_days"]))
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(
            Q(invoice__number__istartswith=text)
            | Q(customer__code__istartswith=text)
            | Q(customer__name__icontains=text)
        )
    return rows


def dispute_page(dispute_id: int, actor: Actor) -> Dispute:
    """One dispute with what its page shows. Raises: NotFound"""
    found = (
        Dispute.objects.select_related(
            "invoice",
            "line__product",
            "customer",
            "order",
            "owner",
            "contact",
            "raised_by",
            "decided_by",
            "credit_note",
        )
        .filter(pk=dispute_id, company_id=actor.company_id)
        .first()
    )
    if found is None:
        raise NotFound(f"There is no dispute {dispute_id}.", dispute_id=dispute_id)
    return found


def disputes_of(invoice_id: int) -> list[Dispute]:
    """All disputes of an invoice, oldest first."""
    return list(Dispute.objects.filter(invoice_id=invoice_id).select_related("line", "owner", "contact").order_by("id"))


def disputed_amounts(invoice_ids: Sequence[int]) -> dict[int, Decimal]:
    """What is in dispute now of those invoices of which anything is, in their own currency. One query."""
    rows = Dispute.objects.filter(invoice_id__in=invoice_ids, state=DisputeState.OPEN).values_list("invoice_id")
    return dict(rows.annotate(total=Sum("amount")))


def disputed_amount(invoice_id: int) -> Decimal:
    """What is in dispute now of one invoice, in its currency."""
    return disputed_amounts([invoice_id]).get(invoice_id, ZERO)


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a customer is most likely to dispute: ``disputes`` of ``of`` in the last 365 days had this reason."""

    reason: str
    label: Text
    disputes: int
    of: int


def predicted_reason(customer_id: int) -> Predicted | None:
    """The most frequent reason of a customer's disputes in the last 365 days; the latest wins a tie. None without any."""
    since = clock.now() - LOOK_BACK
    reasons = list(
        Dispute.objects.filter(customer_id=customer_id, raised_at__gte=since)
        .exclude(state=DisputeState.WITHDRAWN)
        .order_by("-raised_at", "-id")
        .values_list("reason", flat=True)
    )
    if not reasons:
        return None
    reason, count = Counter(reasons).most_common(1)[0]
    return Predicted(reason, DisputeReason(reason).label, count, len(reasons))


@dataclass(frozen=True, slots=True)
class Stuck:
    """Money that is stuck because of one stage. Units: company currency; ``credited_base`` of the last 365 days."""

    number: int
    name: Text
    open_disputes: int
    open_base: Decimal
    late: int
    oldest: datetime | None
    raised: int
    credited: int
    credited_base: Decimal

    @property
    def is_clean(self) -> bool:
        return not (self.open_disputes or self.raised)


def stuck_by_stage(actor: Actor) -> list[Stuck]:
    """What is in dispute now, and what disputes of the last 365 days cost, by the stage that caused them. One query."""
    now = clock.now()
    is_open, lately = Q(state=DisputeState.OPEN), Q(raised_at__gte=now - LOOK_BACK)
    rows = (
        Dispute.objects.filter(company_id=actor.company_id)
        .values("stage")
        .annotate(
            open_disputes=Count("id", filter=is_open),
            open_base=Coalesce(Sum("amount_base", filter=is_open), ZERO),
            late=Count("id", filter=is_open & Q(due_at__lt=now)),
            oldest=Min("raised_at", filter=is_open),
            raised=Count("id", filter=lately),
            credited=Count("id", filter=lately & Q(credited_amount__gt=0)),
            credited_base=Coalesce(Sum("credited_base", filter=lately), ZERO),
        )
    )
    found = {row["stage"]: dict[str, Any](row) for row in rows}
    none = {
        "open_disputes": 0, "open_base": ZERO, "late": 0, "oldest": None, "raised": 0, "credited": 0,
        "credited_base": ZERO,
    }  # fmt: skip
    return [
        Stuck(number=stage.number, name=stage.name, **{key: found.get(stage.number, none)[key] for key in none})
        for stage in stages()
    ]

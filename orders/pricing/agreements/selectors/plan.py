"""What is planned of an agreement: its releases, and how much of each item nobody has called off or planned yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet, Sum

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import ZERO
from orders.core.models import OrderState
from orders.pricing.agreements.models import Agreement, AgreementItem
from orders.pricing.agreements.plan_models import PlannedLine, PlannedRelease
from orders.pricing.agreements.plan_models import PlannedReleaseState as S
from orders.pricing.agreements.selectors.prices import with_drawn

LEAD_DAYS: Final = "pricing.release_lead_days"
STILL_OPEN: Final = (S.PLANNED, S.DUE)
_IN_DRAFT: Final = Q(release__state=S.ORDERED, release__order__state=OrderState.DRAFT)


@dataclass(frozen=True, slots=True)
class Room:
    """An agreed item: ``released`` is what orders took or are about to take, drafts made of the plan included.

    Units: stock unit. ``unplanned`` is what is neither released nor planned; below zero where orders that nobody
    planned took what was planned.
    """

    item: AgreementItem
    released: Decimal
    planned: Decimal

    @property
    def left(self) -> Decimal:
        agreed: Decimal = self.item.quantity
        return agreed - self.released

    @property
    def unplanned(self) -> Decimal:
        return self.left - self.planned


def room_of(agreement: Agreement, *, without: int | None = None) -> dict[int, Room]:
    """By item id what of an agreement is released, planned and left, not counting one planned release; two queries."""
    lines = PlannedLine.objects.filter(item__agreement=agreement).exclude(release_id=without)
    sums = (
        lines.order_by()
        .values("item_id")
        .annotate(
            waits=Sum("quantity", filter=Q(release__state__in=STILL_OPEN)), drafted=Sum("quantity", filter=_IN_DRAFT)
        )
    )
    planned: dict[int, Any] = {row["item_id"]: row for row in sums}
    found = {}
    for item in with_drawn(agreement.items.select_related("product")).order_by("product__sku"):
        row = planned.get(item.pk, {})
        drawn: Decimal = item.drawn  # type: ignore[attr-defined]
        found[item.pk] = Room(item, drawn + (row.get("drafted") or ZERO), row.get("waits") or ZERO)
    return found


def planned_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PlannedRelease]:
    """Planned releases of the company that meet the filters: text, state, customer, mine, until."""
    rows = PlannedRelease.objects.filter(company_id=actor.company_id).select_related(
        "agreement__owner", "customer", "order", "company"
    )
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(
            Q(agreement__number__istartswith=text)
            | Q(customer__name__icontains=text)
            | Q(customer__code__iexact=text)
            | Q(agreement__customer_po__istartswith=text)
        )
    state = filters.get("state") or ""
    if state == "open":
        rows = rows.filter(state__in=STILL_OPEN)
    elif state and state != "all":
        rows = rows.filter(state=state)
    if filters.get("customer"):
        rows = rows.filter(customer=filters["customer"])
    if filters.get("mine"):
        rows = rows.filter(agreement__owner_id=actor.user_id)
    if filters.get("until"):
        rows = rows.filter(day__lte=filters["until"])
    return rows


def planned_of(actor: Actor, release_id: int) -> PlannedRelease:
    """One planned release of the company. Raises: NotFound"""
    found = planned_list(actor, {}).filter(pk=release_id).first()
    if found is None:
        raise NotFound(f"There is no planned release {release_id}.", release_id=release_id)
    return found


def plan_of(agreement: Agreement) -> QuerySet[PlannedRelease]:
    """The planned releases of an agreement, with their lines."""
    rows = PlannedRelease.objects.filter(agreement=agreement)
    return with_lines(rows.select_related("agreement", "customer", "order"))


def with_lines(rows: QuerySet[PlannedRelease]) -> QuerySet[PlannedRelease]:
    lines = PlannedLine.objects.select_related("item__product").order_by("item__product__sku")
    return rows.prefetch_related(Prefetch("lines", lines))


def planned_lines(release: PlannedRelease) -> list[PlannedLine]:
    return list(release.lines.select_related("item__product").order_by("item__product__sku"))

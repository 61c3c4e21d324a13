"""Cost warnings as pages show them: the list, one, its items, and the rows behind each of its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import Duty
from orders.pricing.models import CostWarning, CostWarningItem, CostWarningRow, PriceList, PriceProposal
from orders.pricing.warnings.models import Reach, WarningState

DUTY = "Answer cost warning"
OPEN = (WarningState.NEW, WarningState.PROPOSED)
YEAR_DAYS = 365


def year_from(warning: CostWarning) -> date:
    """The first day of the twelve months that its quantities are of."""
    day: date = warning.counted_at.astimezone(ZoneInfo(warning.company.time_zone)).date()
    return day - timedelta(days=YEAR_DAYS)


def warning_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[CostWarning]:
    """Warnings of the company: the open ones, or those of a state."""
    rows = CostWarning.objects.filter(company_id=actor.company_id).select_related("company", "changed_by", "decided_by")
    state = filters.get("state")
    if state == "all":
        return rows
    return rows.filter(state=state) if state else rows.filter(state__in=OPEN)


def warning_of(actor: Actor, warning_id: int) -> CostWarning:
    """One warning of the company. Raises: NotFound"""
    found = warning_list(actor, {"state": "all"}).filter(pk=warning_id).first()
    if found is None:
        raise NotFound(f"There is no cost warning {warning_id}.", warning_id=warning_id)
    return found


def moved_items(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[CostWarningItem]:
    """Items whose cost moved, with ``change_percent`` and what twelve months' quantity costs more (``rise_base``)."""
    rows = CostWarningItem.objects.filter(warning__company_id=actor.company_id).select_related("product", "warning")
    if filters.get("warning"):
        rows = rows.filter(warning=filters["warning"])
    percent = DecimalField(max_digits=12, decimal_places=2)
    return rows.annotate(
        change_percent=ExpressionWrapper((F("after") - F("before")) / F("before") * 100, percent),
        rise_base=ExpressionWrapper(
            (F("after") - F("before")) * F("year_quantity"), DecimalField(max_digits=18, decimal_places=2)
        ),
    )


def reached_rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[CostWarningRow]:
    """What lies under the floor: of one warning, of one kind, or of one document's."""
    rows = CostWarningRow.objects.filter(warning__company_id=actor.company_id).select_related(
        "product", "customer", "quote", "order", "price_break__price_list", "warning__company"
    )
    for name in ("warning", "kind", "product"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    if filters.get("price_list"):
        rows = rows.filter(price_break__price_list=filters["price_list"])
    return rows


@dataclass(frozen=True, slots=True)
class ReachedList:
    """A price list with prices under the floor: how many of how many items, whether a next version may begin and when."""

    price_list: PriceList
    prices: int
    items: int
    begins: date | None
    why_not: str = ""


def lists_reached(warning: CostWarning, today: date) -> list[ReachedList]:
    """The lists whose prices a warning reaches, the base lists first; one query.

    A next version begins tomorrow, or the day after this one does; a version that is followed already, or ends before,
    takes no other.
    """
    found = (
        PriceList.objects.filter(company_id=warning.company_id)
        .annotate(
            prices=Count("breaks__reached", filter=Q(breaks__reached__warning=warning)),
            items=Count("breaks__product", distinct=True, filter=Q(breaks__reached__warning=warning)),
            followed=Exists(PriceList.objects.filter(replaces=OuterRef("pk"))),
        )
        .filter(prices__gt=0)
        .select_related("customer")
    )
    reached = []
    for price_list in sorted(found, key=lambda one: (one.kind != "base", one.code, one.version)):
        first = today + timedelta(days=1)
        if price_list.valid_from and price_list.valid_from >= first:
            first = price_list.valid_from + timedelta(days=1)
        why_not = ""
        if price_list.followed:
            why_not = "followed"
        elif price_list.valid_to and first > price_list.valid_to:
            why_not = "ends"
        begins = None if why_not else first
        reached.append(ReachedList(price_list, price_list.prices, price_list.items, begins, why_not))
    return reached


def proposals_of(warning: CostWarning) -> list[PriceProposal]:
    """The price files that the warning led to."""
    rows = warning.proposals.select_related("price_file__price_list", "price_file__version")
    return list(rows.defer("price_file__rows").order_by("pk"))


def open_duty(warning: CostWarning) -> Duty | None:
    """Who has it, and since when it waits."""
    rows = Duty.objects.filter(subject_type="costwarning", subject_id=warning.pk, closed_at=None)
    return rows.select_related("owner", "queue").first()


def kinds_of(warning: CostWarning) -> dict[str, dict[str, Any]]:
    """Per kind of what it reaches: the rows, and what they fall short."""
    rows = warning.reached.order_by().values("kind").annotate(rows=Count("id"), short=Sum("short_base"))
    found: dict[str, dict[str, Any]] = {row["kind"]: dict(row) for row in rows}
    return {kind: found.get(kind, {"kind": kind, "rows": 0, "short": 0}) for kind in Reach.values}

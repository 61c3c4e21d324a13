"""Reads of monthly sales: what the bridge compares, and how fresh it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Min, Sum
from django.db.models.functions import Coalesce

from analytics.models import DirtyOrder, MonthlySales, ReadModel, VarianceExcluded
from analytics.rules import Sales
from analytics.selectors.source import rows_of
from omc.lib.actor import Actor

Key = tuple[int, int | None]  # customer, item


@dataclass(frozen=True)
class MonthTotal:
    """A month as the chooser shows it. ``profit`` is None when no cost of it is known; money in company currency."""

    month: date
    net: Decimal
    profit: Decimal | None
    known_net: Decimal
    lines: int
    known_lines: int


@dataclass(frozen=True)
class Freshness:
    """How old the read models are: ``waiting`` orders changed since ``refreshed_at``, the first of them ``since``."""

    refreshed_at: datetime | None
    built_at: datetime | None
    waiting: int
    since: datetime | None


def known_sales(company_id: int, month: date) -> dict[Key, Sales]:
    """Per customer and item what was sold in a month, as far as its cost is known."""
    rows = (
        rows_of(MonthlySales)
        .filter(company_id=company_id, month=month, known_lines__gt=0)
        .values_list("customer_id", "product_id", "known_quantity", "known_net_base", "known_cost_base")
    )
    return {(customer, product): Sales(quantity, net, cost) for customer, product, quantity, net, cost in rows}


def excluded_sales(company_id: int, months: Sequence[date]) -> list[VarianceExcluded]:
    """Per month, customer and item what has no known cost, ready to be kept with a report."""
    rows = (
        rows_of(MonthlySales)
        .filter(company_id=company_id, month__in=months, known_lines__lt=F("line_count"))
        .annotate(
            unknown_quantity=F("quantity") - F("known_quantity"),
            unknown_net=F("net_base") - F("known_net_base"),
            unknown_lines=F("line_count") - F("known_lines"),
        )
        .order_by("month", "customer_id", "product_id")
    )
    return [
        VarianceExcluded(
            month=row.month,
            customer_id=row.customer_id,
            product_id=row.product_id,
            quantity=row.unknown_quantity,
            net_base=row.unknown_net,
            line_count=row.unknown_lines,
        )
        for row in rows
    ]


def units_sold(company_id: int, months: Sequence[date]) -> list[str]:
    """The stock units of the items sold in these months."""
    return list(
        rows_of(MonthlySales)
        .filter(company_id=company_id, month__in=months, known_lines__gt=0)
        .order_by("product__stock_unit")
        .values_list("product__stock_unit", flat=True)
        .distinct()
        .exclude(product=None)
    )


def month_totals(actor: Actor) -> list[MonthTotal]:
    """Every month with sales, the newest first. Profit only where its cost is known and the actor may see cost."""
    shows_cost = actor.can("orders.view_cost")
    rows = (
        rows_of(MonthlySales)
        .filter(company_id=actor.company_id)
        .values("month")
        .annotate(
            net=Sum("net_base"),
            known_net=Sum("known_net_base"),
            known_cost=Sum("known_cost_base"),
            lines=Sum("line_count"),
            known=Coalesce(Sum("known_lines"), 0),
        )
        .order_by("-month")
    )
    return [
        MonthTotal(
            month=row["month"],
            net=row["net"],
            profit=row["known_net"] - row["known_cost"] if row["known"] and shows_cost else None,
            known_net=row["known_net"],
            lines=row["lines"],
            known_lines=row["known"],
        )
        for row in rows
    ]


def has_sales(actor: Actor) -> bool:
    return rows_of(MonthlySales).filter(company_id=actor.company_id).exists()


def freshness(actor: Actor, name: str = "monthly_sales") -> Freshness:
    """When the read model was last brought up to date, and what waits for the next time."""
    model = rows_of(ReadModel).filter(company_id=actor.company_id, name=name).first()
    dirty = (
        rows_of(DirtyOrder).filter(company_id=actor.company_id).aggregate(waiting=Count("pk"), since=Min("marked_at"))
    )
    return Freshness(
        refreshed_at=model.refreshed_at if model else None,
        built_at=model.built_at if model else None,
        waiting=dirty["waiting"],
        since=dirty["since"],
    )

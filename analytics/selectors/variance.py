"""Reads of bridges: reports, what drove them, and the invoice lines behind a driver."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Case, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format

from analytics.models import Effect, VarianceDriver, VarianceExcluded, VarianceReport
from billing.models import InvoiceLine
from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import plain
from orders.core.models import JobRun, JobState

JOB = "analytics.variance"
POSTED = ("posted", "part_paid", "paid")
PRICE_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall."""

    label: str
    value: Decimal
    kind: str
    effect: str = ""
    url: str = ""


@dataclass(frozen=True)
class DriverRow:
    """A driver as the table shows it. ``cumulative`` is its and all larger ones' share of Σ |amount|, in percent."""

    driver: VarianceDriver
    cumulative: Decimal | None
    base_price: Decimal | None
    current_price: Decimal | None
    base_unit_cost: Decimal | None
    current_unit_cost: Decimal | None


def reports(actor: Actor) -> QuerySet[VarianceReport]:
    return VarianceReport.objects.filter(company_id=actor.company_id).select_related("company", "run")


def one_report(report_id: int, actor: Actor) -> VarianceReport:
    """A bridge of the actor's company. Raises: NotFound"""
    found = reports(actor).filter(pk=report_id).first()
    if found is None:
        raise NotFound(f"There is no bridge {report_id}.")
    return found


def running_bridges(actor: Actor) -> list[JobRun]:
    """Bridges on their way, and the latest one where it failed."""
    runs = JobRun.objects.filter(company_id=actor.company_id, kind=JOB).order_by("-id")
    waiting = [run for run in runs[:20] if run.status in (JobState.QUEUED, JobState.RUNNING)]
    latest = runs.first()
    return waiting or ([latest] if latest is not None and latest.status == JobState.FAILED else [])


def steps_of(report: VarianceReport) -> list[Step]:
    """The waterfall: the base month's profit, each effect, the current month's."""
    effects = [
        Step(label=str(effect.label), value=getattr(report, effect.value), kind="delta", effect=effect.value)
        for effect in Effect
        if effect != Effect.PROMOTIONAL or report.promotional
    ]
    return [
        Step(label=date_format(report.base_month, "F Y"), value=report.base_profit, kind="total"),
        *effects,
        Step(label=date_format(report.current_month, "F Y"), value=report.current_profit, kind="total"),
    ]


def drivers_of(report: VarianceReport, effect: str = "") -> QuerySet[VarianceDriver]:
    """What drove a bridge, the largest first in the paging order (-impact, id)."""
    rows = report.drivers.select_related("customer", "product")
    return rows.filter(effect=effect) if effect else rows


def driver_rows(report: VarianceReport, drivers: list[VarianceDriver], effect: str = "") -> list[DriverRow]:
    """Drivers of one page with unit prices, unit costs, and the share that they and all larger ones have."""
    every = drivers_of(report, effect)
    whole = every.aggregate(sum=Sum("impact"))["sum"] or Decimal(0)
    before = Decimal(0)
    if drivers:
        first = drivers[0]
        larger = every.filter(impact__gt=first.impact) | every.filter(impact=first.impact, pk__lt=first.pk)
        before = larger.aggregate(sum=Sum("impact"))["sum"] or Decimal(0)
    rows = []
    for driver in drivers:
        before += driver.impact
        rows.append(
            DriverRow(
                driver=driver,
                cumulative=(before / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None,
                base_price=_per_unit(driver.base_net, driver.base_quantity),
                current_price=_per_unit(driver.current_net, driver.current_quantity),
                base_unit_cost=_per_unit(driver.base_cost, driver.base_quantity),
                current_unit_cost=_per_unit(driver.current_cost, driver.current_quantity),
            )
        )
    return rows


def excluded_of(report: VarianceReport) -> QuerySet[VarianceExcluded]:
    """What a bridge left out, the most valuable first in the paging order (-net_base, id)."""
    return report.excluded.select_related("customer", "product")


def invoice_lines_behind(
    report: VarianceReport, customer_id: int, product_id: int | None, actor: Actor
) -> QuerySet[InvoiceLine]:
    """The invoiced and credited lines of one customer × item in the two months of a bridge.

    ``signed_*`` count credits as negative, as the bridge does.
    """
    sign = Case(When(invoice__kind="credit_note", then=Value(-1)), default=Value(1))

    def signed(field: str) -> ExpressionWrapper[CombinedExpression]:
        return ExpressionWrapper(F(field) * sign, output_field=DecimalField(max_digits=18, decimal_places=6))

    of_item = Q(product_id=product_id) if product_id is not None else Q(product__isnull=True)
    return (
        InvoiceLine.objects.filter(
            of_item,
            invoice__company_id=actor.company_id,
            invoice__customer_id=customer_id,
            invoice__kind__in=("invoice", "credit_note"),
            invoice__state__in=POSTED,
        )
        .exclude(kind__in=("text", "component"))
        .annotate(
            month=TruncMonth("invoice__invoice_date"),
            signed_quantity=signed("quantity"),
            signed_net=signed("net_base"),
            signed_cost=signed("cost_base"),
        )
        .filter(month__in=(report.base_month, report.current_month))
        .select_related("invoice", "product", "order_line__order")
        .order_by("invoice__invoice_date", "id")
    )


def driver_table(report: VarianceReport) -> tuple[list[str], Iterator[list[str]]]:
    """Head and rows of the drivers as CSV, the largest first, then what was left out."""
    head = [
        "customer", "item", "effect", "amount", "currency", "base_quantity", "base_net", "base_cost",
        "current_quantity", "current_net", "current_cost",
    ]  # fmt: skip

    def rows() -> Iterator[list[str]]:
        currency = report.company.currency
        for driver in drivers_of(report).order_by("-impact", "id").iterator(chunk_size=2000):
            yield [
                driver.customer.code,
                driver.product.sku if driver.product else "",
                driver.effect,
                str(driver.amount),
                currency,
                *(_text(getattr(driver, name)) for name in head[5:]),
            ]
        for left_out in excluded_of(report).order_by("-net_base", "id").iterator(chunk_size=2000):
            is_base = left_out.month == report.base_month
            sold = [_text(left_out.quantity), str(left_out.net_base), ""]
            yield [
                left_out.customer.code,
                left_out.product.sku if left_out.product else "",
                "excluded: cost unknown",
                "",
                currency,
                *(sold if is_base else [""] * 3),
                *([""] * 3 if is_base else sold),
            ]

    return head, rows()


def parse_month(text: str) -> date | None:
    """The first day of a month written as 2026-09 or 2026-09-01; None for anything else."""
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01").replace(day=1)
    except ValueError:
        return None


def _per_unit(amount: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    if amount is None or not quantity:
        return None
    return (amount / quantity).quantize(PRICE_PLACES, ROUND_HALF_UP)


def _text(value: Decimal | None) -> str:
    return "" if value is None else plain(value)

"""The profit-variance bridge as a job: from the read model through the rules to a report."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from analytics import rules
from analytics.models import VarianceDriver, VarianceExcluded, VarianceReport
from analytics.selectors.sales import Key, excluded_sales, known_sales, units_sold
from analytics.selectors.variance import JOB
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.core.models import JobRun
from orders.core.services.jobs import Job, start_job


class NotInData(DomainError):
    """What the analysis needs is not in this company's data."""

    code = "not_in_this_data"


@verb(silent="the job's run row is its own record")
def run_variance(*, base_month: date, current_month: date, actor: Actor, growth: str = rules.CONSTANT_PRICE) -> JobRun:
    """Start the bridge from one month to another.

    Raises: InvalidInput for the same month twice, or growth in units over several units of measure; NotInData when no
    line of either month has a known cost; JobRefused when the same bridge is on its way
    """
    require(actor, "analytics.run_variance")
    base, current = base_month.replace(day=1), current_month.replace(day=1)
    if base == current:
        raise InvalidInput("Choose two different months.", field="current_month")
    if growth not in (rules.CONSTANT_PRICE, rules.UNITS):
        raise InvalidInput("Growth is measured at base prices or in units.", field="growth")
    if not known_sales(actor.company_id, base) and not known_sales(actor.company_id, current):
        raise NotInData(
            "No line of these months has a known cost, so there is no profit to compare. It is not in this data.",
            field="base_month",
        )
    if growth == rules.UNITS:
        units = units_sold(actor.company_id, (base, current))
        if len(units) > 1:
            raise InvalidInput(
                f"Growth in units needs one unit of measure; these months sold in {', '.join(units)}. "
                "Measure it at base prices instead.",
                field="growth",
            )
    inputs = {"base_month": base.isoformat(), "current_month": current.isoformat(), "growth": growth}
    started: JobRun = start_job(kind=JOB, inputs=inputs, actor=actor)
    return started


def compute_variance(job: Job) -> dict[str, Any]:
    """The job's body: read both months, explain the change, keep the report. Starts over cleanly."""
    base_month = date.fromisoformat(job.inputs["base_month"])
    current_month = date.fromisoformat(job.inputs["current_month"])
    job.report(0, 3, "Reading the sales of both months")
    base, current = known_sales(job.company_id, base_month), known_sales(job.company_id, current_month)
    job.report(1, 3, "Explaining the change")
    result = rules.bridge(base, current, job.inputs["growth"])
    job.report(2, 3, "Writing down the drivers")
    with transaction.atomic():
        VarianceReport.objects.filter(run=job.run).delete()
        report = _report(job, base_month, current_month, result)
        VarianceDriver.objects.bulk_create(_drivers(report, result, base, current), batch_size=2000)
    job.report(3, 3)
    return {"report_id": report.pk, "change": str(result.change), "residual": str(result.residual)}


def _report(job: Job, base_month: date, current_month: date, result: rules.Bridge[Key]) -> VarianceReport:
    left_out = excluded_sales(job.company_id, (base_month, current_month))
    report = VarianceReport.objects.create(
        company_id=job.company_id,
        run=job.run,
        base_month=base_month,
        current_month=current_month,
        growth=job.inputs["growth"],
        growth_rate=result.growth.quantize(Decimal("0.000001")),
        base_profit=result.base_profit,
        current_profit=result.current_profit,
        residual=result.residual,
        excluded_net=sum((row.net_base for row in left_out), Decimal(0)),
        excluded_lines=sum(row.line_count for row in left_out),
        created_at=clock.now(),
        **result.effects,
    )
    for row in left_out:
        row.report = report
    VarianceExcluded.objects.bulk_create(left_out, batch_size=2000)
    return report


def _drivers(
    report: VarianceReport,
    result: rules.Bridge[Key],
    base: Mapping[Key, rules.Sales],
    current: Mapping[Key, rules.Sales],
) -> list[VarianceDriver]:
    rows = []
    for driver in result.drivers:
        was, now = base.get(driver.key), current.get(driver.key)
        rows.append(
            VarianceDriver(
                report=report,
                customer_id=driver.key[0],
                product_id=driver.key[1],
                effect=driver.effect,
                amount=driver.amount,
                impact=abs(driver.amount),
                base_quantity=was.quantity if was else None,
                base_net=was.net if was else None,
                base_cost=was.cost if was else None,
                current_quantity=now.quantity if now else None,
                current_net=now.net if now else None,
                current_cost=now.cost if now else None,
            )
        )
    return rows

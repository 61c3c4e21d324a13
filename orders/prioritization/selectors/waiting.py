"""Promises that wait for stock, in rank order, and the allocation runs over them."""

from collections.abc import Hashable
from decimal import Decimal
from typing import Final

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import Company, LineKind, ShipRule, Supply, Warehouse
from orders.core.selectors.holds import holds_blocking
from orders.prioritization.models import AllocationRow, AllocationRun
from orders.prioritization.selectors.queue import in_rank_order
from planning.models import Promise
from planning.selectors.workdays import horizons

ALLOCATABLE: Final = ("confirmed", "released", "in_fulfillment")


def waiting_promises(company: Company) -> list[Promise]:
    """Open promises that lack stock, in rank order: those inside the allocation horizon and all that is back-ordered.

    A back-order was wanted earlier than its new date says. Orders that a hold keeps from stock are left out, and what
    suppliers send for one order alone.
    """
    warehouses = list(Warehouse.objects.filter(company=company).values_list("pk", flat=True))
    until = {pk: horizon.until for pk, horizon in horizons(company, warehouses).items()}
    rows = list(
        Promise.objects.filter(
            Q(ship_date__lte=max(until.values())) | Q(backordered__gt=0),
            company=company,
            is_open=True,
            quantity__gt=F("allocated"),
            order__state__in=ALLOCATABLE,
        )
        .exclude(line__supply__in=[Supply.SPECIAL, Supply.DROP_SHIP])
        .select_related("order", "line", "product", "warehouse")
        .order_by(*in_rank_order(), "line__position", "ship_date", "pk")
        if until
        else []
    )
    rows = [row for row in rows if row.backordered or row.ship_date <= until[row.warehouse_id]]
    held = holds_blocking(sorted({row.order_id for row in rows}), "allocate")
    return [row for row in rows if row.order_id not in held]


def bundle_of(promise: Promise) -> Hashable:
    """What must have all its stock or none, by the order's ship rule; None shares in part."""
    rule = promise.order.ship_rule
    if rule == ShipRule.SHIP_COMPLETE_ORDER:
        return ("order", promise.order_id)
    if rule == ShipRule.SHIP_COMPLETE_LINE:
        return ("line", promise.line_id)
    if rule == ShipRule.KIT_TOGETHER and promise.line.kind == LineKind.COMPONENT:
        return ("kit", promise.line.parent_id)
    return None


def allocation_runs(actor: Actor) -> QuerySet[AllocationRun]:
    return AllocationRun.objects.filter(company_id=actor.company_id).select_related("started_by")


def allocation_run(run_id: int, actor: Actor) -> AllocationRun:
    """Raises: NotFound"""
    found = allocation_runs(actor).filter(pk=run_id).first()
    if found is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    return found


def allocation_rows(run: AllocationRun) -> QuerySet[AllocationRow]:
    """The rows of a run in rank order."""
    return run.rows.select_related(
        "order", "order__customer", "promise", "promise__product", "promise__warehouse"
    ).order_by("position")


def allocation_totals(run: AllocationRun) -> dict[str, Decimal | int]:
    """What a run gives in sum. Units: stock units, orders, rows."""
    gain = F("after") - F("before")
    units = DecimalField(max_digits=24, decimal_places=6)
    found = run.rows.aggregate(
        wanted=Sum("wanted"),
        given=Sum(gain, output_field=units),
        rows=Count("id"),
        orders=Count("order_id", distinct=True, filter=Q(after__gt=F("before"))),
        skipped=Count("id", filter=~Q(skipped="")),
    )
    return {key: value or 0 for key, value in found.items()}

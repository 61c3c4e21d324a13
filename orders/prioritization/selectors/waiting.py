"""Promises that wait for stock, in rank order, and the allocation runs over them."""

from collections.abc import Hashable
from typing import Final

from django.db.models import F, QuerySet

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
    """Open promises inside the allocation horizon that lack stock and that no hold keeps from it, in rank order."""
    warehouses = list(Warehouse.objects.filter(company=company).values_list("pk", flat=True))
    until = {pk: horizon.until for pk, horizon in horizons(company, warehouses).items()}
    rows = list(
        Promise.objects.filter(
            company=company,
            is_open=True,
            quantity__gt=F("allocated"),
            ship_date__lte=max(until.values(), default=None),
            order__state__in=ALLOCATABLE,
        )
        .exclude(line__supply=Supply.DROP_SHIP)
        .select_related("order", "line", "product", "warehouse")
        .order_by(*in_rank_order(), "line__position", "ship_date", "pk")
        if until
        else []
    )
    rows = [row for row in rows if row.ship_date <= until[row.warehouse_id]]
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

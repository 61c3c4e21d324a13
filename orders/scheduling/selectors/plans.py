"""Planned shipments as lists, pages, panels and rows to be released."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.events import sentence_of, way_of
from omc.lib.prepared import Prepared
from orders.core.models import Event, Hold, HoldState, Order
from orders.prioritization.selectors.queue import in_rank_order
from orders.scheduling.models import PlannedLine, PlannedShipment, PlanState
from planning.models import Promise

ZERO = Decimal(0)


def released_units(order_id: int, *, except_plan: int | None = None) -> Decimal:
    """Units of the order that are released and not yet taken over by the warehouse."""
    rows = PlannedLine.objects.filter(planned__order_id=order_id, planned__state=PlanState.RELEASED)
    return rows.exclude(planned_id=except_plan).aggregate(units=Sum("quantity"))["units"] or ZERO


def planned_list(
    actor: Actor,
    *,
    state: str = "",
    warehouse_id: int | None = None,
    day: date | None = None,
    until: date | None = None,
    late: bool = False,
    held: bool = False,
    ready: bool = False,
    text: str = "",
) -> QuerySet[PlannedShipment]:
    """The company's planned shipments with units, lines and what holds them from release. ``state`` may be "open" or "all";
    ``ready`` leaves what no hold stops and what is not all back-ordered."""
    blocking = Hold.objects.exclude(status=HoldState.RESOLVED).filter(
        Q(order_id=OuterRef("order_id")) | Q(customer_id=OuterRef("customer_id")),
        hold_type__blocks__contains=["release"],
    )
    rows = PlannedShipment.objects.filter(company_id=actor.company_id).select_related(
        "order", "customer", "warehouse", "ship_to"
    )
    if state == "open":
        rows = rows.filter(state__in=[PlanState.PLANNED, PlanState.FROZEN])
    elif state and state != "all":
        rows = rows.filter(state=state)
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    if day:
        rows = rows.filter(slot_date=day)
    if until:
        rows = rows.filter(slot_date__lte=until)
    if late:
        rows = rows.filter(slot_date__gt=F("due_date"))
    if held:
        rows = rows.filter(Exists(blocking))
    if ready:
        here = PlannedLine.objects.filter(planned=OuterRef("pk"), promise__backordered__lt=F("promise__quantity"))
        rows = rows.filter(~Exists(blocking), Exists(here), supplier_ships=False)
    if text:
        rows = rows.filter(
            Q(number__istartswith=text) | Q(order__number__istartswith=text) | Q(customer__name__icontains=text)
        )
    return rows.annotate(
        units=Subquery(_sums("quantity")),
        line_count=Subquery(
            PlannedLine.objects.filter(planned=OuterRef("pk")).values("planned").annotate(n=Count("id")).values("n")
        ),
        hold_name=Subquery(blocking.order_by("placed_at", "id").values("hold_type__name")[:1]),
    )


def _sums(column: str) -> Any:
    rows = PlannedLine.objects.filter(planned=OuterRef("pk"))
    return rows.values("planned").annotate(total=Sum(column)).values("total")


def planned_page(planned_id: int, actor: Actor) -> PlannedShipment:
    """Raises: NotFound"""
    found = planned_list(actor).select_related("company", "service").filter(pk=planned_id).first()
    if found is None:
        raise NotFound(f"There is no planned shipment {planned_id}.", planned_id=planned_id)
    return found


def planned_lines(planned: PlannedShipment) -> list[PlannedLine]:
    """Its lines in the order of the customer's, with item and promise."""
    return list(planned.lines.select_related("order_line__product", "promise").order_by("order_line__position", "id"))


def history_of(planned: PlannedShipment) -> list[dict[str, Any]]:
    """What happened to it, oldest first, as the timeline draws it."""
    events = Event.objects.filter(
        company_id=planned.company_id, subject_type=str(planned._meta.model_name), subject_id=planned.pk
    ).select_related("user")
    return [
        {
            "at": event.at,
            "sentence": sentence_of(event.type, event.data),
            "by": " · ".join(filter(None, [str(event.user or event.job), way_of(event.channel)])),
        }
        for event in reversed(events.order_by("-seq")[:100])
    ]


_OF_ORDER: Prepared[Any] = Prepared(  # annotated
    lambda gaps: (
        PlannedShipment.objects.filter(order_id=gaps.order)
        .exclude(state=PlanState.CANCELLED)
        .select_related("warehouse")
        .annotate(units=Sum("lines__quantity"))
        .order_by("slot_date", "id")
    )
)
_OPEN_UNITS = Prepared(
    lambda gaps: (
        Promise.objects.filter(order_id=gaps.order, is_open=True).values("order_id").annotate(units=Sum("quantity"))
    )
)


def plans_of_order(order: Order) -> list[PlannedShipment]:
    """Every plan of an order but the cancelled ones, by day."""
    return _OF_ORDER.rows(order=order.pk)


def due_ids(actor: Actor, until: date) -> list[int]:
    """Planned and frozen shipments whose day has come, the best-ranked orders first."""
    return list(
        PlannedShipment.objects.filter(
            company_id=actor.company_id,
            state__in=[PlanState.PLANNED, PlanState.FROZEN],
            slot_date__lte=until,
            supplier_ships=False,
        )
        .order_by(*in_rank_order(), "slot_date", "pk")
        .values_list("pk", flat=True)
    )


def order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    """What the order's page shows of the schedule. None while nothing of it was ever planned."""
    plans: list[Any] = plans_of_order(order)  # annotated
    open_units = sum((row["units"] for row in _OPEN_UNITS.rows(order=order.pk)), ZERO)
    for plan in plans:
        plan.late_word = late_word(plan)
        plan.may_release = plan.state in (PlanState.PLANNED, PlanState.FROZEN) and not plan.supplier_ships
    on_board = sum((plan.units or ZERO for plan in plans if plan.state != PlanState.DONE), ZERO)
    if not plans and not open_units:
        return None
    return {
        "plans": plans,
        "order": order,
        "open_units": open_units,
        "unplanned": max(open_units - on_board, ZERO) if not any(p.state == PlanState.DONE for p in plans) else ZERO,
        "may_plan": actor.can("scheduling.plan_shipment"),
        "may_release": actor.can("scheduling.release_shipment"),
    }


LATE_WORDS: Final = {
    "capacity": _("late: capacity"),
    "stock": _("late: stock"),
    "cut_off": _("late: cut-off"),
    "calendar": _("late: no working day"),
    "moved": _("late: moved by hand"),
}


def late_word(planned: PlannedShipment) -> str:
    """Why it leaves after the day that its promise asks for; empty when it does not."""
    return str(LATE_WORDS.get(planned.late_reason, _("late"))) if planned.slot_date > planned.due_date else ""

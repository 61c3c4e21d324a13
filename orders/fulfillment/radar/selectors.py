"""How promises stand, as of the last look."""

from django.db.models import Count, Min, QuerySet, Sum

from omc.lib.actor import Actor
from orders.core.models import Order
from orders.fulfillment.models import Help, RiskLevel, ShipRisk, StepTime

NOT_ON_TRACK = (RiskLevel.RISK, RiskLevel.LIKELY, RiskLevel.LATE)


def risks_list(actor: Actor, *, level: str = "", help: str = "", warehouse_id: int | None = None) -> QuerySet[ShipRisk]:
    """Shipments that may miss their promise; with a ``level`` those of that level ("all": also what is on track)."""
    rows = ShipRisk.objects.filter(company_id=actor.company_id).select_related(
        "planned", "order", "customer", "warehouse", "shipment", "hold__hold_type"
    )
    if level != "all":
        rows = rows.filter(level=level) if level else rows.filter(level__in=NOT_ON_TRACK)
    if help:
        rows = rows.filter(help=help)
    return rows.filter(warehouse_id=warehouse_id) if warehouse_id else rows


def risks_of_order(order: Order) -> list[ShipRisk]:
    """How each shipment of an order stands that has not left, the worst first."""
    rows = ShipRisk.objects.filter(order=order).select_related("planned", "shipment", "hold__hold_type", "warehouse")
    return list(rows.order_by("-late_percent", "due_at", "planned_id"))


def is_measured(actor: Actor) -> bool:
    """Whether enough has left to say anything."""
    return StepTime.objects.filter(company_id=actor.company_id, warehouse=None).count() == 4


def endangered(actor: Actor, helps: tuple[Help, ...]) -> dict[str, object]:
    """How many shipments are not on track and wait for one of these, since when, and what they are worth."""
    rows = risks_list(actor).filter(help__in=helps)
    return rows.aggregate(n=Count("pk"), since=Min("planned__created_at"), worth=Sum("value_base"), due=Min("due_at"))

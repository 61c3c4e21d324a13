"""What follows for an order from its own ledger: shipped, delivered, closed. Call it as often as you like.

Any verb that posts to the ledger calls ``follow``; it moves the order only where the facts already say so.
"""

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.prepared import Prepared
from orders.core import lifecycle
from orders.core.events import OrderClosed, OrderDelivered, OrderShipped
from orders.core.models import Duty, LineKind, Order, OrderLine
from orders.core.models import OrderState as S

_SHIPS = Q(kind__in=[LineKind.GOODS, LineKind.KIT])
_WANTED = F("ordered") - F("cancelled")
_FACTS = Prepared(
    lambda gaps: (
        OrderLine.objects.filter(order_id=gaps.order)
        .values("order_id")
        .annotate(
            goods=Count("id", filter=_SHIPS & Q(ordered__gt=F("cancelled"))),
            to_ship=Count("id", filter=_SHIPS & Q(shipped__lt=_WANTED)),
            to_deliver=Count("id", filter=_SHIPS & Q(delivered__lt=F("shipped"))),
            shipped_units=Coalesce(Sum("shipped", filter=_SHIPS), Decimal(0)),
            to_bill=Count("id", filter=~Q(kind__in=[LineKind.TEXT, LineKind.COMPONENT]) & Q(invoiced__lt=_WANTED)),
        )
    )
)
_NO_LINES: dict[str, Any] = {
    "goods": 0, "to_ship": 0, "to_deliver": 0, "shipped_units": Decimal(0), "to_bill": 0,
}  # fmt: skip


def follow(order: Order, *, actor: Actor) -> None:
    """Move a locked order on as far as its ledger says.

    Events: order_shipped, order_delivered, order_closed
    """
    if order.state not in (S.CONFIRMED, S.IN_FULFILLMENT, S.SHIPPED, S.DELIVERED):
        return
    facts = _FACTS.first(order=order.pk) or _NO_LINES
    if order.state == S.IN_FULFILLMENT and not facts["to_ship"] and facts["shipped_units"] > 0:
        lifecycle.advance(order, S.SHIPPED, OrderShipped(shipped_units=facts["shipped_units"]), actor=actor)
    if (order.state == S.SHIPPED and not facts["to_deliver"]) or (
        order.state == S.CONFIRMED and not facts["goods"] and not facts["shipped_units"]
    ):
        lifecycle.advance(order, S.DELIVERED, OrderDelivered(goods_lines=facts["goods"]), actor=actor)
    if order.state == S.DELIVERED and not facts["to_bill"] and not _claims_or_billing_open(order):
        lifecycle.advance(order, S.CLOSED, OrderClosed(), actor=actor, stamp={"closed_at": clock.now()})


def _claims_or_billing_open(order: Order) -> bool:
    """Somebody still has to invoice or to settle a return; collecting the money does not keep an order open."""
    return Duty.objects.filter(
        Q(order=order, closed_at__isnull=True) & (Q(stage=9) | Q(stage=8, subject_type="order"))
    ).exists()

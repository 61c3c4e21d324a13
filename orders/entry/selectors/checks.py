"""What the checks at submit need to know of a customer."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import F, Sum

from omc.lib import clock
from omc.lib.money import ZERO, round_amount
from orders.core.models import Hold, HoldState, LineKind, Order, OrderLine
from orders.core.models import OrderState as S
from orders.entry.rules import normal_po

UNBILLED_STATES = (S.PENDING, S.CONFIRMED, S.RELEASED, S.IN_FULFILLMENT, S.SHIPPED, S.DELIVERED)
HISTORY_DAYS = 365
SAME_ORDER_DAYS = 7


def unbilled_base(customer_id: int, *, without: int) -> Decimal:
    """What the customer's other orders will still be invoiced for, with tax. Units: company currency."""
    open_units = F("ordered") - F("cancelled") - F("invoiced")
    total = (
        OrderLine.objects.filter(order__customer_id=customer_id, order__state__in=UNBILLED_STATES)
        .exclude(order_id=without)
        .exclude(kind__in=[LineKind.TEXT, LineKind.COMPONENT])
        .filter(invoiced__lt=F("ordered") - F("cancelled"))
        .aggregate(total=Sum(open_units * F("unit_price") * F("order__currency_rate") * (1 + F("tax_rate") / 100)))
    )["total"]
    return round_amount(total or ZERO)


_REPEATS = """
SELECT o.id FROM orders_order o
WHERE o.customer_id = %s AND o.id <> %s AND o.state NOT IN ('draft', 'abandoned', 'cancelled') AND o.customer_po <> ''
    AND regexp_replace(upper(o.customer_po), '[^A-Z0-9]', '', 'g') = %s AND o.submitted_at >= %s
ORDER BY o.id DESC LIMIT 20
"""


def orders_with_same_po(order: Order) -> list[Order]:
    """Other orders of the customer with this purchase order number in the last 365 days, the newest first."""
    number = normal_po(order.customer_po)
    if not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_REPEATS, [order.customer_id, order.pk, number, clock.now() - timedelta(days=HISTORY_DAYS)])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Order.objects.filter(pk__in=ids).order_by("-id")) if ids else []


def same_order_again(order: Order, lines: Sequence[OrderLine]) -> Order | None:
    """An order of the last 7 days with the same purchase order number and the very same items and quantities."""
    since = clock.now() - timedelta(days=SAME_ORDER_DAYS)
    recent = [
        other for other in orders_with_same_po(order) if other.submitted_at is not None and other.submitted_at >= since
    ]
    if not recent:
        return None
    contents: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = OrderLine.objects.filter(order__in=recent, product__isnull=False).exclude(kind=LineKind.COMPONENT)
    for order_id, product_id, ordered in rows.values_list("order_id", "product_id", "ordered"):
        contents[order_id].append((product_id, ordered))
    wanted = sorted(
        (line.product_id, line.ordered) for line in lines if line.product_id and line.kind != LineKind.COMPONENT
    )
    return next((other for other in recent if sorted(contents[other.pk]) == wanted), None)


def earlier_quantities(order: Order, product_ids: Collection[int], limit: int = 2000) -> dict[int, list[Decimal]]:
    """What the customer ordered of these items per line in the last 365 days. Units: stock unit."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    rows = (
        OrderLine.objects.filter(
            order__customer_id=order.customer_id,
            order__submitted_at__gte=clock.now() - timedelta(days=HISTORY_DAYS),
            product_id__in=product_ids,
        )
        .exclude(order_id=order.pk)
        .exclude(kind=LineKind.COMPONENT)
        .order_by("-id")
        .values_list("product_id", "ordered")[:limit]
    )
    for product_id, ordered in rows:
        found[product_id].append(ordered)
    return found


def unresolved_holds(order: Order) -> list[Hold]:
    """Holds on the order itself that still stand."""
    return list(
        Hold.objects.filter(order=order, line__isnull=True)
        .exclude(status=HoldState.RESOLVED)
        .select_related("hold_type")
    )


def credit_was_approved(order: Order) -> bool:
    """Whether somebody lifted a credit hold of this order since it was submitted."""
    return Hold.objects.filter(
        order=order,
        hold_type__is_credit=True,
        status=HoldState.RESOLVED,
        resolved_by__isnull=False,
        resolved_at__gte=order.submitted_at,
    ).exists()

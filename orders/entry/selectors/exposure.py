"""How much of a customer's credit is used, and by what. Source: SPEC §5.d.

Units: company currency, with tax. What lies on account (deposits, credit notes) is taken off the receivable.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from omc.lib.money import ZERO, round_amount
from orders.core.models import AmountField, Customer, LineKind, Order, OrderLine
from orders.core.models import OrderState as S
from orders.core.selectors.companies import settings_in_force

COUNTS_WAITING: Final = "entry.credit_counts_waiting"
ON_ITS_WAY: Final = (S.RELEASED, S.IN_FULFILLMENT, S.SHIPPED, S.DELIVERED)
WAITING: Final = (S.PENDING, S.CONFIRMED)
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer would owe with an order. ``waiting`` is submitted or confirmed, and not released yet."""

    receivable: Decimal
    unbilled_shipped: Decimal
    released_unshipped: Decimal
    waiting: Decimal
    this_order: Decimal
    limit: Decimal | None
    counts_waiting: bool = True

    @property
    def used(self) -> Decimal:
        other = self.receivable + self.unbilled_shipped + self.released_unshipped + self.this_order
        return other + self.waiting if self.counts_waiting else other

    @property
    def left(self) -> Decimal | None:
        return None if self.limit is None else self.limit - self.used


def exposure_of(customer: Customer, *, without: int, this_order: Decimal) -> Exposure:
    """The customer's exposure with an order whose own lines (``without``) count as ``this_order``. One query."""
    facts = getattr(customer, "facts", None)
    sums = _open_lines(customer, without).aggregate(
        shipped=_sum("shipped_value"),
        released=_sum("open_value", order__state__in=ON_ITS_WAY),
        waiting=_sum("open_value", order__state__in=WAITING),
    )
    return Exposure(
        receivable=(facts.open_receivable_base or ZERO) if facts else ZERO,
        unbilled_shipped=round_amount(sums["shipped"]),
        released_unshipped=round_amount(sums["released"]),
        waiting=round_amount(sums["waiting"]),
        this_order=this_order,
        limit=customer.credit_limit,
        counts_waiting=bool(settings_in_force(customer.company_id, [COUNTS_WAITING])[COUNTS_WAITING]),
    )


def exposing_orders(customer: Customer, *, without: int) -> list[dict[str, Any]]:
    """The orders behind an exposure with what each adds, the dearest first."""
    rows = (
        _open_lines(customer, without)
        .values("order_id", "order__number", "order__state", "order__current_promise")
        .annotate(shipped_sum=_sum("shipped_value"), open_sum=_sum("open_value"))
        .annotate(total=F("shipped_sum") + F("open_sum"))
        .order_by("-total", "order_id")[:SHOWN]
    )
    return [
        {
            "pk": row["order_id"],
            "number": row["order__number"],
            "state": row["order__state"],
            "state_label": S(row["order__state"]).label,
            "promise": row["order__current_promise"],
            "unbilled_shipped": round_amount(row["shipped_sum"]),
            "released_unshipped": round_amount(row["open_sum"]) if row["order__state"] in ON_ITS_WAY else None,
            "waiting": round_amount(row["open_sum"]) if row["order__state"] in WAITING else None,
        }
        for row in rows
    ]


def _open_lines(customer: Customer, without: int) -> QuerySet[OrderLine]:
    """Lines of the customer's other orders that are still to invoice."""
    orders = Order.objects.filter(company_id=customer.company_id, customer=customer, state__in=[*ON_ITS_WAY, *WAITING])
    return open_lines(orders).exclude(order_id=without)


def open_lines(orders: QuerySet[Order]) -> QuerySet[OrderLine]:
    """Lines of these orders that are still to invoice: what of it is shipped, and what is not. Company currency."""
    value = F("unit_price") * F("order__currency_rate") * (1 + F("tax_rate") / 100)
    kept = F("ordered") - F("cancelled")
    shipped = Greatest(Least(F("shipped"), kept) - F("invoiced"), Value(ZERO))
    return (
        OrderLine.objects.filter(order__in=orders)
        .exclude(kind__in=[LineKind.TEXT, LineKind.COMPONENT])
        .filter(invoiced__lt=kept)
        .annotate(shipped_value=shipped * value, open_value=(kept - F("invoiced") - shipped) * value)
    )


def _sum(name: str, **when: Any) -> Coalesce:
    amount: Any = Case(When(Q(**when), then=F(name)), default=Value(ZERO)) if when else F(name)
    return Coalesce(Sum(amount), Value(ZERO), output_field=AmountField(max_digits=30, decimal_places=12))

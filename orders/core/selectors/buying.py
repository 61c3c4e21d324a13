"""Who buys what: twelve months beside the twelve before, for the pages of customers and items."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from orders.core.models import Company, Customer, Duty, LineKind, Order, OrderLine, OrderState, Product
from orders.core.selectors.companies import as_of
from orders.core.selectors.orders import OPEN_STATES

ZERO = Decimal(0)
TOP = 10
UNSOLD = (OrderState.DRAFT, OrderState.CANCELLED, OrderState.ABANDONED)
PRICED = (LineKind.GOODS, LineKind.SERVICE, LineKind.KIT)


@dataclass(frozen=True)
class Bought:
    """One item of a customer, or one customer of an item. Units: stock unit; net in company currency."""

    id: int
    name: str
    label: str
    units: Decimal
    unit: str
    net_base: Decimal
    before_base: Decimal
    share_percent: Decimal | None
    last: datetime

    @property
    def change_percent(self) -> Decimal | None:
        """Against the twelve months before; None when nothing was bought then."""
        return (self.net_base - self.before_base) / self.before_base * 100 if self.before_base else None


@dataclass(frozen=True)
class Buying:
    """Twelve months up to ``until``; ``months`` are (first day, net, units), the oldest first."""

    rows: list[Bought]
    net_base: Decimal
    before_base: Decimal
    orders: int
    units: Decimal
    until: date
    months: list[tuple[date, Decimal, Decimal]]

    @property
    def change_percent(self) -> Decimal | None:
        return (self.net_base - self.before_base) / self.before_base * 100 if self.before_base else None


def bought_by(customer: Customer, company: Company) -> Buying:
    """What a customer bought: the ten items of most value."""
    lines = OrderLine.objects.filter(order__customer=customer, order__company=company)
    return _buying(lines, company, "product_id", "product__sku", "product__name", "product__stock_unit")


def buyers_of(product: Product, company: Company) -> Buying:
    """Who bought an item: the ten customers of most value."""
    lines = OrderLine.objects.filter(product=product, order__company=company)
    return _buying(lines, company, "order__customer_id", "order__customer__name", "order__customer__code", None)


def _buying(lines: QuerySet[OrderLine], company: Company, key: str, name: str, label: str, unit: str | None) -> Buying:
    until = as_of(company)
    zone = ZoneInfo(company.time_zone)
    first = _months_before(until, 11)
    start = datetime.combine(first, time(), zone)
    before = datetime.combine(_months_before(until, 23), time(), zone)
    sold = lines.filter(order__submitted_at__gte=before, kind__in=PRICED, product__isnull=False).exclude(
        order__state__in=UNSOLD
    )
    now = Q(order__submitted_at__gte=start)
    units = F("ordered") - F("cancelled")
    totals = sold.aggregate(
        net=Sum("net_base", filter=now),
        before=Sum("net_base", filter=~now),
        orders=Count("order_id", filter=now, distinct=True),
        units=Sum(units, filter=now),
    )
    net = totals["net"] or ZERO
    found = (
        sold.filter(now).order_by().values(key, name, label, *([unit] if unit else []))
        .annotate(net=Sum("net_base"), units=Sum(units), last=Max("order__submitted_at"))
        .order_by("-net", key)[:TOP]
    )  # fmt: skip
    rows: list[dict[str, Any]] = list(found)
    earlier = dict(
        sold.filter(~now, **{f"{key}__in": [row[key] for row in rows]})
        .order_by()
        .values_list(key)
        .annotate(net=Sum("net_base"))
    )
    by_month = {
        month.date(): (value or ZERO, count or ZERO)
        for month, value, count in sold.order_by()
        .annotate(month=TruncMonth("order__submitted_at", tzinfo=zone))
        .values_list("month")
        .annotate(net=Sum("net_base"), units=Sum(units))
    }
    months = [_months_before(until, back) for back in range(23, -1, -1)]
    return Buying(
        rows=[
            Bought(
                id=row[key],
                name=row[name],
                label=row[label],
                units=row["units"],
                unit=row[unit] if unit else "",
                net_base=row["net"],
                before_base=earlier.get(row[key]) or ZERO,
                share_percent=row["net"] / net * 100 if net else None,
                last=row["last"],
            )
            for row in rows
        ],
        net_base=net,
        before_base=totals["before"] or ZERO,
        orders=totals["orders"],
        units=totals["units"] or ZERO,
        until=until,
        months=[(month, *by_month.get(month, (ZERO, ZERO))) for month in months],
    )


def _months_before(day: date, back: int) -> date:
    """The first day of the month so many months before."""
    count = day.year * 12 + day.month - 1 - back
    return date(count // 12, count % 12 + 1, 1)


def open_orders(customer: Customer, limit: int = 20) -> list[Any]:
    """A customer's open orders, the earliest promise first, each with the duties that it waits for."""
    rows: list[Any] = list(
        Order.objects.filter(customer=customer, state__in=OPEN_STATES)
        .order_by(F("current_promise").asc(nulls_last=True), "id")
        .prefetch_related("holds__hold_type")[:limit]
    )
    duties = _open_duties([order.pk for order in rows])
    for order in rows:
        order.waits_for = duties.get(order.pk, [])
        order.open_holds = [hold for hold in order.holds.all() if hold.status != "resolved"]
    return rows


def _open_duties(order_ids: list[int]) -> dict[int, list[Any]]:
    duties = Duty.objects.filter(order_id__in=order_ids, closed_at__isnull=True).select_related("owner", "queue")
    found: dict[int, list[Any]] = {}
    for duty in duties.order_by("stage"):
        found.setdefault(duty.order_id or 0, []).append(duty)
    return found


def open_demand(product: Product, limit: int = 20) -> list[OrderLine]:
    """Open order lines of an item, the earliest promise first."""
    rows = (
        OrderLine.objects.filter(product=product, order__state__in=OPEN_STATES)
        .filter(shipped__lt=F("ordered") - F("cancelled"))
        .select_related("order", "order__customer", "warehouse")
    )
    return list(rows.order_by(F("current_promise").asc(nulls_last=True), "id")[:limit])


def open_units(product: Product) -> tuple[Decimal, int]:
    """Units that are ordered and not shipped, and on how many lines."""
    found = (
        OrderLine.objects.filter(product=product, order__state__in=OPEN_STATES)
        .filter(shipped__lt=F("ordered") - F("cancelled"))
        .aggregate(units=Sum(F("ordered") - F("cancelled") - F("shipped")), lines=Count("id"))
    )
    return found["units"] or ZERO, found["lines"]

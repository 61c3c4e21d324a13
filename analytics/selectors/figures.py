"""The executive's figures: bookings, sales, margin, backlog, on time; each with its period, trend and rows.

Source: SPEC §13. A period is so many days up to the company's as-of day; it is compared with the days just before it,
and with the same days a year earlier. Money is net of tax, in company currency.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from typing import Any, Final

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Round
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.models import CompanyDay, OrderDay
from analytics.selectors.source import rows_of
from billing.models import Invoice, InvoiceLine
from omc.lib.actor import Actor
from orders.core.models import Company, Order, OrderLine, OrderState
from orders.core.selectors.companies import as_of

PERIODS: Final = (30, 90, 365)
FEW = 20  # below so many a figure is greyed: it says little
POSTED: Final = ("posted", "part_paid", "paid")
BACKLOG_STATES: Final = (OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT)
ZERO = Decimal(0)
YEAR = timedelta(days=364)  # whole weeks, so that the same weekdays are compared
DAY: Final = attrgetter("day")
MONEY: Final = DecimalField(max_digits=18, decimal_places=2)


@dataclass(frozen=True)
class Definition:
    """What a figure means. ``percent`` is measured in percent and compared in points; else it is money."""

    key: str
    name: str | Promise
    definition: str | Promise
    formula: str | Promise
    counted: str | Promise
    permission: str
    percent: bool = False
    more_is_better: bool | None = True


DEFINITIONS: Final = (
    Definition(
        "bookings",
        _("Bookings"),
        _("Orders confirmed in the period, at what they are worth now: what was cancelled since is taken off."),
        _("Σ net value of a line × (ordered − cancelled) ÷ ordered"),
        _("orders"),
        "orders.view_price",
    ),
    Definition(
        "sales",
        _("Sales"),
        _("Invoices posted in the period, without tax; credit notes are taken off on their own day."),
        _("Σ net of invoice lines − Σ net of credit note lines"),
        _("invoices"),
        "orders.view_price",
    ),
    Definition(
        "margin",
        _("Gross margin"),
        _("What is left of sales after the cost of the goods. Lines whose cost is not known are left out."),
        _("(Σ net − Σ cost) ÷ Σ net × 100"),
        _("lines with cost"),
        "orders.view_cost",
        percent=True,
    ),
    Definition(
        "backlog",
        _("Backlog"),
        _("Goods confirmed and not yet shipped at the end of the period."),
        _("Σ net value of a line × (ordered − cancelled − shipped) ÷ ordered"),
        _("orders"),
        "orders.view_price",
        more_is_better=None,
    ),
    Definition(
        "on-time",
        _("On time"),
        _("Order lines delivered in full by the date first promised. A line counts on that date, once it is past."),
        _("lines delivered in full by their original promise ÷ lines due × 100"),
        _("lines due"),
        "orders.view_order",
        percent=True,
    ),
)


@dataclass(frozen=True)
class Span:
    """From the first day to the last, both included."""

    first: date
    last: date

    def back(self, by: timedelta) -> "Span":
        return Span(self.first - by, self.last - by)


@dataclass(frozen=True)
class Measured:
    """A figure of one span; None where the company has no data for it."""

    value: Decimal | None
    n: int


@dataclass(frozen=True)
class Figure:
    """One card. ``change_*`` is percent for money, points for percent; None where there is nothing to compare."""

    about: Definition
    span: Span
    value: Decimal | None
    n: int
    previous: Decimal | None
    last_year: Decimal | None
    months: list[tuple[date, Decimal | None]]

    @property
    def is_few(self) -> bool:
        return self.n < FEW

    @property
    def change_previous(self) -> Decimal | None:
        return self._change(self.previous)

    @property
    def change_year(self) -> Decimal | None:
        return self._change(self.last_year)

    @property
    def month_values(self) -> list[Decimal | None]:
        return [value for _month, value in self.months]

    def _change(self, before: Decimal | None) -> Decimal | None:
        if before is None or self.value is None:
            return None
        if self.about.percent:
            return (self.value - before).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return ((self.value - before) / before * 100).quantize(Decimal("0.1"), ROUND_HALF_UP) if before else None

    def meaning(self, change: Decimal | None) -> str:
        """Whether a change is good news: ok, risk, or nothing to say."""
        if not change or self.about.more_is_better is None:
            return ""
        return "ok" if (change > 0) == self.about.more_is_better else "risk"

    @property
    def meaning_previous(self) -> str:
        return self.meaning(self.change_previous)

    @property
    def meaning_year(self) -> str:
        return self.meaning(self.change_year)


def allowed(actor: Actor) -> list[Definition]:
    """The figures that the actor's role shows."""
    return [one for one in DEFINITIONS if actor.can(one.permission)]


def span_of(key: str, day: date, days: int) -> Span:
    """The period of a figure as of a day. What is due today is not late yet, so *on time* ends the day before."""
    last = day - timedelta(days=1) if key == "on-time" else day
    return Span(last - timedelta(days=days - 1), last)


def figures(company: Company, actor: Actor, days: int) -> list[Figure]:
    """All figures that the actor may see, read from the company's days in two queries."""
    day = as_of(company)
    rows: list[Any] = list(
        rows_of(CompanyDay).filter(company_id=actor.company_id, day__lte=day).order_by("day").values_list(named=True)
    )
    open_orders = rows_of(Order).filter(company_id=actor.company_id, state__in=BACKLOG_STATES).order_by().count()
    return [_figure(about, rows, span_of(about.key, day, days), open_orders) for about in allowed(actor)]


def _figure(about: Definition, rows: Sequence[Any], span: Span, open_orders: int) -> Figure:
    measure = MEASURES[about.key]
    first = rows[0].day if rows else None

    def over(part: Span) -> Measured:
        if first is None or part.first < first:
            return Measured(None, 0)
        return measure(rows, part)

    now = measure(rows, span)
    length = timedelta(days=(span.last - span.first).days + 1)
    months = _months(span.last, first)
    return Figure(
        about=about,
        span=span,
        value=now.value,
        n=open_orders if about.key == "backlog" else now.n,
        previous=over(span.back(length)).value,
        last_year=over(span.back(YEAR)).value,
        months=[(month.first, measure(rows, month).value) for month in months],
    )


def _months(last: date, first: date | None) -> list[Span]:
    """Whole months before the one that ``last`` lies in, at most twelve, as far as there is data."""
    found: list[Span] = []
    end = last.replace(day=1) - timedelta(days=1)
    while first is not None and end >= first and len(found) < 12:
        found.insert(0, Span(end.replace(day=1), end))
        end = end.replace(day=1) - timedelta(days=1)
    return found


def _within(rows: Sequence[Any], span: Span) -> Sequence[Any]:
    start = bisect_left(rows, span.first, key=DAY)
    return rows[start : bisect_right(rows, span.last, lo=start, key=DAY)]


def _bookings(rows: Sequence[Any], span: Span) -> Measured:
    inside = _within(rows, span)
    return Measured(sum((row.booked_base for row in inside), ZERO), sum(row.bookings for row in inside))


def _sales(rows: Sequence[Any], span: Span) -> Measured:
    inside = _within(rows, span)
    return Measured(sum((row.net_base for row in inside), ZERO), sum(row.invoices for row in inside))


def _margin(rows: Sequence[Any], span: Span) -> Measured:
    inside = _within(rows, span)
    net = sum((row.known_net_base for row in inside), ZERO)
    cost = sum((row.known_cost_base for row in inside), ZERO)
    return Measured(_percent(net - cost, net), sum(row.known_lines for row in inside))


def _backlog(rows: Sequence[Any], span: Span) -> Measured:
    until = rows[: bisect_right(rows, span.last, key=DAY)]
    return Measured(sum((row.goods_base - row.shipped_base for row in until), ZERO), 0)


def _on_time(rows: Sequence[Any], span: Span) -> Measured:
    inside = _within(rows, span)
    due = sum(row.due_lines for row in inside)
    return Measured(_percent(Decimal(sum(row.on_time_lines for row in inside)), Decimal(due)), due)


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


MEASURES: Final[dict[str, Callable[[Sequence[Any], Span], Measured]]] = {
    "bookings": _bookings,
    "sales": _sales,
    "margin": _margin,
    "backlog": _backlog,
    "on-time": _on_time,
}


def _signed(field: str) -> Any:
    return Case(When(invoice__kind="credit_note", then=-F(field)), default=F(field), output_field=MONEY)


def _share(quantity: Any) -> Any:
    return Round(F("net_base") * quantity / F("ordered"), precision=2)


def booked_orders(actor: Actor, span: Span) -> QuerySet[OrderDay]:
    """The orders behind bookings. Paging order: -day, -pk."""
    days = _order_days(actor, span)
    return days.filter(bookings__gt=0)


def due_orders(actor: Actor, span: Span) -> QuerySet[OrderDay]:
    """The orders with lines due, how many of them came on time. Paging order: -day, -pk."""
    return _order_days(actor, span).filter(due_lines__gt=0)


def _order_days(actor: Actor, span: Span) -> QuerySet[OrderDay]:
    return (
        rows_of(OrderDay)
        .filter(company_id=actor.company_id, day__range=(span.first, span.last))
        .select_related("order__customer")
    )


def sold_invoices(actor: Actor, span: Span) -> QuerySet[Invoice]:
    """The invoices and credit notes behind sales, ``sold_base`` each. Paging order: -invoice_date, -pk."""
    net = (
        rows_of(InvoiceLine)
        .filter(invoice=OuterRef("pk"))
        .exclude(kind__in=("text", "component"))
        .order_by()
        .values("invoice")
        .annotate(sum=Sum(_signed("net_base")))
        .values("sum")
    )
    return (
        rows_of(Invoice)
        .filter(_sale(""), company_id=actor.company_id, invoice_date__range=(span.first, span.last))
        .annotate(sold_base=Coalesce(Subquery(net, output_field=MONEY), Value(ZERO), output_field=MONEY))
        .select_related("customer", "order")
    )


def margin_lines(actor: Actor, span: Span) -> QuerySet[InvoiceLine]:
    """The lines behind margin, ``signed_net`` and ``signed_cost`` each. Paging order: -invoice__invoice_date, -pk."""
    return (
        rows_of(InvoiceLine)
        .filter(
            _sale("invoice__"),
            invoice__company_id=actor.company_id,
            invoice__invoice_date__range=(span.first, span.last),
            cost_base__isnull=False,
        )
        .exclude(cost_base=0)
        .exclude(kind__in=("text", "component"))
        .annotate(signed_net=_signed("net_base"), signed_cost=_signed("cost_base"))
        .select_related("invoice__customer", "product")
    )


def _sale(path: str) -> Q:
    return Q(**{f"{path}kind__in": ("invoice", "credit_note"), f"{path}state__in": POSTED})


def backlog_orders(actor: Actor) -> QuerySet[Order]:
    """The orders in the backlog now, ``open_base`` each. Paging order: -pk."""
    still = (
        rows_of(OrderLine)
        .filter(order=OuterRef("pk"), kind__in=("goods", "kit"), ordered__gt=0)
        .order_by()
        .values("order")
        .annotate(sum=Sum(_share(F("ordered") - F("cancelled")) - _share(F("shipped"))))
        .values("sum")
    )
    return (
        rows_of(Order)
        .filter(company_id=actor.company_id, state__in=BACKLOG_STATES)
        .annotate(open_base=Coalesce(Subquery(still, output_field=MONEY), Value(ZERO), output_field=MONEY))
        .select_related("customer")
    )

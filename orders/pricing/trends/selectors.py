"""How price, cost, margin and discount went month by month, which prices lie far from the usual, and where charged
prices differ from those that the lists gave.

Means are weighted by quantity. With one item they are money per stock unit; of a customer's several items they are an
index: 100 is what the same items and quantities would have cost at each item's mean price of the whole period, so that
another mix of items moves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import DecimalField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Round

from omc.lib.actor import Actor
from omc.lib.money import margin_percent, round_amount, round_price
from orders.core.models import OrderLine
from orders.pricing.trends.sold import (
    CHARGED_BASE,
    EXPECTED,
    EXPECTED_BASE,
    NOT_SOLD,
    SOLD,
    SOLD_KINDS,
    Scope,
    scope_of,
)

FEWEST: Final = 5  # of fewer lines of an item nobody can say what is usual
FAR: Final = Decimal("3.5")  # robust deviations; Iglewicz and Hoaglin's usual limit
LEAST_SPREAD: Final = Decimal("0.01")  # where nearly all pay the same, a deviation counts as one percent at least
OUTLIERS_SHOWN: Final = 50

_JUDGED: Final = f"""
WITH sold AS MATERIALIZED (
    SELECT l.id, l.product_id, (o.submitted_at AT TIME ZONE %(zone)s)::date AS day, l.ordered - l.cancelled AS quantity,
        {CHARGED_BASE} AS price, NULLIF(l.list_price, 0) * o.currency_rate AS list_price,
        NULLIF(l.unit_cost, 0) AS cost, {EXPECTED_BASE} AS expected
    {SOLD}
),
ratio AS (SELECT sold.*, (price / NULLIF(COALESCE(expected, list_price), 0))::float AS ratio FROM sold),
usual AS (
    SELECT product_id, sum(quantity * price) / sum(quantity) AS mean,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio) AS median, count(ratio) AS n
    FROM ratio GROUP BY product_id
),
spread AS (
    SELECT product_id, greatest(
        1.4826 * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(ratio - median)), %(least)s::float) AS spread
    FROM ratio JOIN usual USING (product_id) GROUP BY product_id
),
judged AS (
    SELECT ratio.*, usual.mean, usual.median, (ratio - median) / spread AS deviations,
        COALESCE(n >= %(fewest)s AND abs(ratio - median) / spread > %(far)s::float, false) AS is_outlier
    FROM ratio JOIN usual USING (product_id) JOIN spread USING (product_id)
)
"""
_MONTHS: Final = """
SELECT date_trunc('month', day::timestamp)::date AS month, count(*), sum(quantity), sum(quantity * price),
    sum(quantity * mean), sum(quantity * list_price), sum(quantity * price) FILTER (WHERE list_price IS NOT NULL),
    sum(quantity) FILTER (WHERE list_price IS NOT NULL), sum(quantity * mean) FILTER (WHERE list_price IS NOT NULL),
    sum(quantity * cost), sum(quantity * price) FILTER (WHERE cost IS NOT NULL),
    sum(quantity) FILTER (WHERE cost IS NOT NULL), sum(quantity * mean) FILTER (WHERE cost IS NOT NULL),
    count(*) FILTER (WHERE is_outlier)
FROM judged GROUP BY GROUPING SETS ((1), ()) ORDER BY 1 NULLS LAST
"""
_OUTLIERS: Final = """
SELECT judged.id, deviations, median * COALESCE(expected, list_price)
FROM judged WHERE is_outlier ORDER BY abs(deviations) DESC, judged.id LIMIT %(shown)s
"""


@dataclass(frozen=True, slots=True)
class Point:
    """A month (None: the whole period). ``price``, ``list_price`` and ``cost`` are quantity-weighted means, in company
    currency per stock unit or, over several items, index points. None is unknown, or not for this reader.

    ``margin_percent`` is of the lines with a known cost, ``discount_percent`` off the list price of those that have one.
    """

    month: date | None
    lines: int
    quantity: Decimal | None
    net_base: Decimal
    price: Decimal | None
    list_price: Decimal | None
    cost: Decimal | None
    margin_percent: Decimal | None
    discount_percent: Decimal | None
    outliers: int


@dataclass(frozen=True, slots=True)
class Outlier:
    """A line far from the usual. Units: company currency per stock unit; ``deviations`` are robust standard deviations."""

    line: OrderLine
    price: Decimal
    usual: Decimal
    deviations: Decimal


@dataclass(frozen=True, slots=True)
class Trend:
    """Every month of the period that has sales, the whole, and the farthest outliers."""

    scope: Scope
    months: Sequence[Point]
    whole: Point | None
    outliers: Sequence[Outlier]

    @property
    def is_index(self) -> bool:
        return self.scope.product_id is None


def price_trend(actor: Actor, scope: Scope) -> Trend:
    """The trend of one item, one customer or both; two queries, and one for the outliers' lines."""
    values = scope.values | {"least": LEAST_SPREAD, "far": FAR, "fewest": FEWEST, "shown": OUTLIERS_SHOWN}
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED + _MONTHS, values)
        points = [_point(row, scope, sees_cost=actor.can("orders.view_cost")) for row in cursor.fetchall()]
        far: list[tuple[Any, ...]] = []
        if points and points[-1].outliers:
            cursor.execute(_JUDGED + _OUTLIERS, values)
            far = cursor.fetchall()
    whole = points[-1] if points and points[-1].lines else None
    lines = OrderLine.objects.select_related("order__customer", "product").in_bulk([row[0] for row in far])
    outliers = [
        Outlier(
            line=lines[pk],
            price=round_price(lines[pk].unit_price * lines[pk].order.currency_rate),
            usual=round_price(Decimal(str(usual))),
            deviations=Decimal(str(deviations)).quantize(Decimal("0.1"), ROUND_HALF_UP),
        )
        for pk, deviations, usual in far
    ]
    return Trend(scope, points[:-1], whole, outliers)


def _point(row: Sequence[Any], scope: Scope, *, sees_cost: bool) -> Point:
    (month, lines, quantity, value, at_mean, listed, charged_of_listed, listed_quantity, listed_at_mean,
     cost, charged_of_known, known_quantity, known_at_mean, outliers) = row  # fmt: skip
    single = scope.product_id is not None

    def mean(amount: Decimal | None, of: Decimal | None, at: Decimal | None) -> Decimal | None:
        if single:
            return round_price(amount / of) if amount is not None and of else None
        return (100 * amount / at).quantize(Decimal("0.01"), ROUND_HALF_UP) if amount is not None and at else None

    off = None
    if listed:
        off = ((listed - charged_of_listed) / listed * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Point(
        month=month,
        lines=lines,
        quantity=quantity if single else None,
        net_base=round_amount(value or Decimal(0)),
        price=mean(value, quantity, at_mean),
        list_price=mean(listed, listed_quantity, listed_at_mean),
        cost=mean(cost, known_quantity, known_at_mean) if sees_cost else None,
        margin_percent=margin_percent(charged_of_known, cost) if sees_cost and cost else None,
        discount_percent=off,
        outliers=outliers,
    )


def month_of(line: OrderLine, scope: Scope) -> date:
    """The first day of the month in which the order of a sold line came."""
    came: Any = line.order.submitted_at  # sold lines have one
    first: date = came.astimezone(scope.zone).date().replace(day=1)
    return first


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month from one day to another.

    >>> [str(day) for day in months_between(date(2026, 11, 23), date(2027, 1, 2))]
    ['2026-11-01', '2026-12-01', '2027-01-01']
    """
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


_AMOUNT = DecimalField(max_digits=18, decimal_places=2)
_PRICE = DecimalField(max_digits=18, decimal_places=4)
_EXPECTED = Func(F("price_steps"), template=EXPECTED.format(steps="%(expressions)s"), output_field=_PRICE)
_RATE = F("order__currency_rate")


def sold_lines(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[OrderLine]:
    """The lines behind every number of trend and variance, with ``charged``, ``expected`` and ``variance_base``.

    Units: company currency, the first two per stock unit.
    """
    rows = OrderLine.objects.filter(
        order__company_id=actor.company_id, kind__in=SOLD_KINDS, ordered__gt=F("cancelled"), product__isnull=False
    ).exclude(order__state__in=NOT_SOLD)
    rows = rows.filter(order__submitted_at__isnull=False).select_related("order__customer", "product")
    scope = scope_of(
        actor, filters.get("first") or date.min.replace(year=1900), filters.get("last") or date(9000, 1, 1)
    )
    since, until = scope.bounds
    if filters.get("first"):
        rows = rows.filter(order__submitted_at__gte=since)
    if filters.get("last"):
        rows = rows.filter(order__submitted_at__lt=until)
    for name, field in (("product", "product"), ("customer", "order__customer"), ("category", "product__category")):
        if filters.get(name):
            rows = rows.filter(**{field: filters[name]})
    rows = rows.annotate(
        sold_quantity=F("ordered") - F("cancelled"),
        in_force=_EXPECTED,
        charged=Round(F("unit_price") * _RATE, 4, output_field=_PRICE),
        expected=Round(F("in_force") * _RATE, 4, output_field=_PRICE),
        variance_base=Coalesce(
            Round((F("unit_price") - F("in_force")) * _RATE * F("sold_quantity"), 2, output_field=_AMOUNT),
            Value(Decimal(0)),
            output_field=_AMOUNT,
        ),
    )
    match filters.get("against"):
        case "differs":
            rows = rows.filter(~Q(unit_price=F("in_force")), in_force__isnull=False)
        case "unknown":
            rows = rows.filter(expected__isnull=True)
    return rows

"""The lines that count as sold, and what each would have cost by the lists: one piece of SQL that all trends share.

Units: stock unit and company currency per stock unit; a day is one of the company. Prices are those of the line, before
discounts on the whole order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from omc.lib.actor import Actor
from orders.core.models import LineKind, OrderState
from orders.core.selectors.companies import zone_of

SOLD_KINDS: Final = (LineKind.GOODS, LineKind.SERVICE, LineKind.KIT)
NOT_SOLD: Final = (OrderState.DRAFT, OrderState.PENDING, OrderState.CANCELLED, OrderState.ABANDONED)

DAYS: Final = 730  # of a trend: two years, so that a season can be told from it
VARIANCE_DAYS: Final = 365

# What lists and agreements gave on the day of the order: the last step that nobody typed and no quote had promised.
EXPECTED: Final = """CASE
    WHEN {steps}->-1->>'step' NOT IN ('manual', 'quote') THEN ({steps}->-1->>'price')::numeric
    WHEN {steps}->-2->>'step' NOT IN ('manual', 'quote') THEN ({steps}->-2->>'price')::numeric
    WHEN {steps}->-3->>'step' NOT IN ('manual', 'quote') THEN ({steps}->-3->>'price')::numeric
END"""
EXPECTED_BASE: Final = f"({EXPECTED.format(steps='l.price_steps')}) * o.currency_rate"
CHARGED_BASE: Final = "l.unit_price * o.currency_rate"
SOLD: Final = """
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE o.company_id = %(company)s AND o.submitted_at >= %(since)s AND o.submitted_at < %(until)s
    AND o.state <> ALL(%(not_sold)s) AND l.kind = ANY(%(kinds)s) AND l.ordered > l.cancelled AND l.product_id IS NOT NULL
    AND (%(product)s::bigint IS NULL OR l.product_id = %(product)s::bigint)
    AND (%(customer)s::bigint IS NULL OR o.customer_id = %(customer)s::bigint)
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sold lines are looked at: of one company, from day to day, maybe of one item or one customer."""

    company_id: int
    zone: ZoneInfo
    first: date
    last: date
    product_id: int | None = None
    customer_id: int | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From the first moment on, and until the moment after the last."""
        after = datetime.combine(self.last + timedelta(days=1), time(), self.zone)
        return datetime.combine(self.first, time(), self.zone), after

    @property
    def values(self) -> dict[str, Any]:
        """What the SQL asks for."""
        since, until = self.bounds
        return {
            "company": self.company_id,
            "zone": self.zone.key,
            "since": since,
            "until": until,
            "product": self.product_id,
            "customer": self.customer_id,
            "not_sold": list(NOT_SOLD),
            "kinds": list(SOLD_KINDS),
        }


def scope_of(
    actor: Actor, first: date, last: date, *, product_id: int | None = None, customer_id: int | None = None
) -> Scope:
    """The actor's company from day to day."""
    return Scope(actor.company_id, zone_of(actor.company_id), first, last, product_id, customer_id)


def period_of(asked: Mapping[str, Any], today: date, days: int) -> tuple[date, date]:
    """The asked days, else so many until today, from the first of a month on."""
    last = asked.get("last") or today
    return asked.get("first") or (last - timedelta(days=days)).replace(day=1), last

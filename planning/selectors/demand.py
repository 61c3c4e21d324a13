"""What customers asked for: by item and month, whether or not it was shipped."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from orders.core.models import Company
from planning.rules.forecasting import add_months, last_complete_month

# Demand lies at the date it was asked for. A line's ordered quantity also holds what was never shipped, or cancelled
# because it was short; orders that were cancelled as a whole are no demand.
_DEMAND = """
SELECT product_id, date_trunc('month', day)::date, sum(ordered)
FROM (
    SELECT l.product_id, l.ordered,
        COALESCE(l.requested_date, o.requested_date, (o.submitted_at AT TIME ZONE %(zone)s)::date) AS day
    FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
    WHERE o.company_id = %(company)s AND o.state NOT IN ('draft', 'abandoned', 'cancelled')
        AND l.kind IN ('goods', 'component') AND l.product_id IS NOT NULL AND l.ordered > 0
) line
WHERE day < %(until)s
GROUP BY 1, 2
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Demand:
    """One item's demand in one month. Units: stock unit."""

    product_id: int
    month: date
    quantity: Decimal


def demand_by_month(company: Company, as_of: date) -> list[Demand]:
    """Every item's demand in every month that is over, by item and month; months without demand are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DEMAND,
            {
                "company": company.pk,
                "zone": company.time_zone,
                "until": add_months(last_complete_month(as_of), 1),
            },
        )
        return [Demand(*row) for row in cursor.fetchall()]

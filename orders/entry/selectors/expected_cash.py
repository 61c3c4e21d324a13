"""When the money for an order can be expected, as this customer pays."""

from datetime import date, timedelta

from django.core.exceptions import ObjectDoesNotExist

from omc.lib import clock
from orders.core.models import Order


def expected_cash(order: Order) -> date | None:
    """The day it leaves (wanted, at the earliest today), the days of its terms, and the customer's usual lateness.

    None where billing knows of no paid invoice of theirs. Units: lateness is the median of the last 365 days.
    """
    try:
        late = order.customer.facts.median_days_late
    except ObjectDoesNotExist:
        return None
    if late is None:
        return None
    today = clock.today(order.company.time_zone)
    leaves = max(order.requested_date or today, today)
    terms = order.terms or order.customer.terms
    return max(leaves + timedelta(days=(terms.net_days if terms else 0) + round(late)), today)

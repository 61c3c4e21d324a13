"""Who stands before an order that is not confirmed yet, if it were confirmed now."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from omc.lib import clock
from orders.core.models import Order
from orders.core.selectors.companies import setting, today
from orders.prioritization.models import Ranking, RuleSet, RuleSetState
from orders.prioritization.selectors.books import read
from orders.prioritization.selectors.fields import facts_of

LEAD_DAYS = "prioritization.lead_days"
DAY_MINUTES = 540  # of a company without a calendar

# Waiting begins at confirmation, for a day far off later; in working minutes, as the ranks are stored.
_START = """
SELECT COALESCE(GREATEST(omc_business_position(%(calendar)s, %(now)s), (
    SELECT minutes_before FROM orders_calendarspan WHERE calendar_id = %(calendar)s AND day >= %(wanted)s
    ORDER BY day, opens_at LIMIT 1) - %(lead)s), 0)
"""


def standing_before(order: Order, others: Sequence[int]) -> dict[int, int]:
    """The places of those of the others that stand before the order, the first is 1. At most four queries.

    Who stands on the same key came first. Nobody is before it where no rule set is published.
    """
    ranked = Ranking.objects.filter(order_id=order.pk, is_open=True).values_list("sort_key", flat=True).first()
    key = sort_key_now(order) if ranked is None else ranked
    if key is None:
        return {}
    before = Ranking.objects.filter(
        company_id=order.company_id, order_id__in=list(others), is_open=True, sort_key__gte=key
    ).order_by("-sort_key", "order_id")
    return {pk: place for place, pk in enumerate(before.values_list("order_id", flat=True), start=1)}


def sort_key_now(order: Order) -> Decimal | None:
    """The key that a draft would be ranked by if it were confirmed now; None where nothing says how to rank."""
    rule_set = (
        RuleSet.objects.select_related("company__calendar")
        .filter(company_id=order.company_id, state=RuleSetState.PUBLISHED)
        .first()
    )
    if rule_set is None:
        return None
    company = rule_set.company
    day, facts = today(company), facts_of(order.pk)
    if order.requested_date:
        facts["notice_days"] = (order.requested_date - day).days
    points = sum((part.points for part in read(rule_set.body).score(facts, day)), Decimal(0))
    calendar, minutes = company.calendar, DAY_MINUTES
    if calendar is not None:
        minutes = (calendar.closes.hour - calendar.opens.hour) * 60 + calendar.closes.minute - calendar.opens.minute
    with connection.cursor() as cursor:
        cursor.execute(
            _START,
            {
                "calendar": calendar.pk if calendar else None,
                "now": clock.now(),
                "wanted": order.requested_date,
                "lead": int(setting(company.pk, LEAD_DAYS)) * minutes,
            },
        )
        start: Decimal = cursor.fetchone()[0]
    return round(points - rule_set.points_per_day * start / minutes, 4)

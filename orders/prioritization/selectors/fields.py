"""What a rule may give points for: the fields of conditions, and what only ranking needs."""

from typing import Any, Final

from django.db.models import DateField, F, Func, IntegerField, QuerySet
from django.db.models.functions import TruncDate

from orders.core.conditions import FIELDS as CONDITION_FIELDS
from orders.core.conditions import Field
from orders.core.conditions.fields import orders_with_fields
from orders.core.models import Order

_OWN = (
    Field("prepaid", "prepaid", "boolean", "terms__prepaid"),
    Field("churn_band", "risk of leaving", "text", "customer__facts__churn_band"),
    Field("promise_slip_days", "promise moved later by", "integer", "promise_slip_days", unit="days"),
    Field("notice_days", "notice from confirmation to the requested date", "integer", "notice_days", unit="days"),
)
FIELDS: Final[dict[str, Field]] = {**CONDITION_FIELDS, **{field.key: field for field in _OWN}}
COST_FIELDS: Final = frozenset({"margin_percent"})
PRICE_FIELDS: Final = frozenset({"net", "total", "open_receivable", "overdue", "overdue_days", "days_late_paying"})


def ranked_fields(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The orders with every computed field."""
    return orders_with_fields(orders).annotate(
        promise_slip_days=_days(F("current_promise"), F("original_promise")),
        notice_days=_days(F("requested_date"), TruncDate("confirmed_at", output_field=DateField())),
    )


def _days(later: Any, earlier: Any) -> Func:
    return Func(later, earlier, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


def facts_of(order_id: int) -> dict[str, Any]:
    """The values of every field for one order, in one query."""
    paths = {field.key: field.path for field in FIELDS.values()}
    row = ranked_fields(Order.objects.filter(pk=order_id)).values(*paths.values()).get()
    return {key: row[path] for key, path in paths.items()}

"""What a condition may ask about an order: core's own fields and the facts that later stages publish."""

from typing import Any

from django.db.models import Case, DecimalField, F, QuerySet, Value, When
from django.db.models.functions import Round

from orders.core.conditions.tree import Field
from orders.core.models import Channel, Customer, Order, OrderState, ShipRule


def _choices(choices: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in choices.choices)


FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        Field("net", "net amount", "decimal", "net_base", unit="in company currency"),
        Field("total", "total amount", "decimal", "total_amount"),
        Field("margin_percent", "margin", "decimal", "margin_percent", unit="%"),
        Field("line_count", "number of lines", "integer", "line_count"),
        Field("state", "state", "choice", "state", choices=_choices(OrderState)),
        Field("channel", "channel", "choice", "channel", choices=_choices(Channel)),
        Field("ship_rule", "ship rule", "choice", "ship_rule", choices=_choices(ShipRule)),
        Field("currency", "currency", "text", "currency"),
        Field("requested_date", "requested date", "date", "requested_date"),
        Field("current_promise", "promise", "date", "current_promise"),
        Field("customer_class", "customer class", "choice", "customer__customer_class", choices=_choices(Customer.CustomerClass)),
        Field("customer_code", "customer", "text", "customer__code"),
        Field("price_group", "price group", "text", "customer__price_group"),
        Field("po_required", "purchase order required", "boolean", "customer__po_required"),
        Field("ship_country", "ship-to country", "text", "ship_to__country"),
        Field("open_receivable", "open receivable", "decimal", "customer__facts__open_receivable_base"),
        Field("overdue", "overdue amount", "decimal", "customer__facts__overdue_base"),
        Field("overdue_days", "oldest overdue invoice", "integer", "customer__facts__overdue_days", unit="days"),
        Field("days_late_paying", "pays late by", "decimal", "customer__facts__average_days_late", unit="days"),
        Field("open_disputes", "open disputes", "integer", "customer__facts__open_disputes"),
        Field("open_claims", "open claims", "integer", "customer__facts__open_claims"),
        Field("times_displaced", "times displaced", "integer", "facts__times_displaced"),
        Field("slot_date", "planned ship date", "date", "facts__slot_date"),
    )
}  # fmt: skip


def orders_with_fields(queryset: QuerySet[Order]) -> QuerySet[Order]:
    """The orders with what is computed rather than stored: margin in percent, empty when the cost is unknown."""
    money = DecimalField(max_digits=18, decimal_places=2)
    margin = Round((F("net_base") - F("cost_base")) * Value(100) / F("net_base"), 2, output_field=money)
    return queryset.annotate(
        margin_percent=Case(When(cost_base__gt=0, net_base__gt=0, then=margin), default=None, output_field=money)
    )


def facts_of(order_ids: list[int]) -> dict[int, dict[str, Any]]:
    """The values of every field for these orders, in one query."""
    paths = {field.key: field.path for field in FIELDS.values()}
    rows = orders_with_fields(Order.objects.filter(pk__in=order_ids)).values("pk", *paths.values())
    return {row["pk"]: {key: row[path] for key, path in paths.items()} for row in rows}

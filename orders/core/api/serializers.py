"""How core's things look in the API. Money and quantities are strings; what a role may not see is left out."""

from typing import Any

from rest_framework import serializers

from omc.lib.events import sentence_of
from orders.core.api.base import may_see
from orders.core.models import Duty, Event, Hold, JobRun, Note, Notification, Order, OrderLine
from orders.core.selectors.orders import visible

PRICE_FIELDS = (
    "price_group",
    "unit_price",
    "asked_price",
    "system_price",
    "list_price",
    "net_amount",
    "tax_amount",
    "total_amount",
    "net_base",
    "price_steps",
    "credit_limit",
    "price_charged",
    "price_before",
    "price_after",
    "before_base",
    "after_base",
    "change_base",
    "known_before_base",
    "known_after_base",
)
COST_FIELDS = (
    "unit_cost",
    "cost_base",
    "standard_cost",
    "average_cost",
    "last_cost",
    "replacement_cost",
    "known_cost_base",
)


class VisibleSerializer(serializers.ModelSerializer[Any]):
    """Leaves out prices and costs that the asking actor may not see."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not may_see(self, "orders.view_price"):
            fields = {name: field for name, field in fields.items() if name not in PRICE_FIELDS}
        if not may_see(self, "orders.view_cost"):
            fields = {name: field for name, field in fields.items() if name not in COST_FIELDS}
        return fields


class LineSerializer(VisibleSerializer):
    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = OrderLine
        fields = (
            "id", "position", "kind", "supply", "sku", "description", "unit", "unit_factor", "typed_quantity",
            "requested_date", "original_promise", "current_promise", "list_price", "unit_price", "net_amount",
            "tax_code", "tax_rate", "tax_amount", "unit_cost", "cost_base", "price_steps",
            "ordered", "cancelled", "allocated", "picked", "packed", "shipped", "delivered", "invoiced", "returned", "credited",
        )  # fmt: skip


class OrderSerializer(VisibleSerializer):
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = Order
        fields = (
            "id", "number", "state", "stage", "version", "customer", "customer_code", "customer_po", "channel",
            "shipping", "billing", "claims", "ship_rule", "ship_rule_origin", "delivery", "requested_date",
            "original_promise", "current_promise", "currency", "net_amount", "tax_amount", "total_amount", "net_base",
            "cost_base", "line_count", "created_at", "submitted_at", "confirmed_at",
        )  # fmt: skip


class OrderDetailSerializer(OrderSerializer):
    lines = LineSerializer(many=True)

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "lines")  # type: ignore[assignment]


class EventSerializer(serializers.ModelSerializer[Event]):
    sentence = serializers.SerializerMethodField()
    data = serializers.SerializerMethodField()  # type: ignore[assignment]

    class Meta:
        model = Event
        fields = (
            "id", "subject_type", "subject_id", "seq", "type", "version", "stage", "from_state", "to_state", "at",
            "channel", "user", "job", "department", "touch_seconds", "data", "sentence", "hash",
        )  # fmt: skip

    def get_data(self, event: Event) -> dict[str, Any]:
        return visible(event.data, self.context["request"]._request.actor)

    def get_sentence(self, event: Event) -> str:
        return sentence_of(event.type, self.get_data(event))


class HoldSerializer(serializers.ModelSerializer[Hold]):
    code = serializers.CharField(source="hold_type.code")
    name = serializers.CharField(source="hold_type.name")
    blocks = serializers.ListField(source="hold_type.blocks", child=serializers.CharField())

    class Meta:
        model = Hold
        fields = (
            "id",
            "code",
            "name",
            "blocks",
            "status",
            "reason",
            "order",
            "line",
            "customer",
            "placed_at",
            "due_at",
            "owner",
            "escalated_at",
            "resolution",
        )


class DutySerializer(serializers.ModelSerializer[Duty]):
    queue = serializers.CharField(source="queue.name")

    class Meta:
        model = Duty
        fields = (
            "id",
            "name",
            "stage",
            "subject_type",
            "subject_id",
            "order",
            "customer",
            "queue",
            "owner",
            "opened_at",
            "due_at",
        )


class NoteSerializer(serializers.ModelSerializer[Note]):
    class Meta:
        model = Note
        fields = ("id", "body", "author", "created_at")


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    class Meta:
        model = Notification
        fields = ("id", "text", "url", "created_at", "read_at")


class JobSerializer(serializers.ModelSerializer[JobRun]):
    class Meta:
        model = JobRun
        fields = (
            "id",
            "kind",
            "status",
            "inputs",
            "done",
            "total",
            "step",
            "result",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        )


class PlaceHoldInput(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=30)
    reason = serializers.CharField(max_length=300)
    line_id = serializers.IntegerField(required=False)


class ResolutionInput(serializers.Serializer[Any]):
    resolution = serializers.CharField(max_length=300)


class AssignHoldInput(serializers.Serializer[Any]):
    owner_id = serializers.IntegerField(required=False)


class NoteInput(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=4000)

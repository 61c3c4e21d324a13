"""REST views of analytics: bridges and what drove them, where an order's time went, what waits in each stage."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import services
from analytics.models import Growth, VarianceDriver, VarianceReport
from analytics.selectors import stages, variance
from analytics.selectors.variance import parse_month
from analytics.selectors.waiting import waiting_of
from omc.lib.actor import Actor, require
from orders.core.api.base import StageApi, page
from orders.core.selectors.orders import order_of


class BridgeSerializer(serializers.ModelSerializer[VarianceReport]):
    currency = serializers.CharField(source="company.currency")
    change = serializers.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        model = VarianceReport
        fields = (
            "id", "base_month", "current_month", "currency", "growth", "growth_rate", "base_profit", "current_profit",
            "change", "price", "cost", "volume", "mix", "new", "lost", "promotional", "residual", "excluded_net",
            "excluded_lines", "created_at",
        )  # fmt: skip


class BridgeDriverSerializer(serializers.ModelSerializer[VarianceDriver]):
    customer_code = serializers.CharField(source="customer.code")
    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = VarianceDriver
        fields = (
            "id", "customer", "customer_code", "product", "sku", "effect", "amount", "base_quantity", "base_net",
            "base_cost", "current_quantity", "current_net", "current_cost",
        )  # fmt: skip


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "example": "2026-09"})
class MonthField(serializers.Field[Any, str, str, Any]):
    """A month as 2026-09."""

    def to_internal_value(self, data: Any) -> Any:
        month = parse_month(str(data))
        if month is None:
            raise serializers.ValidationError("A month is written as 2026-09.")
        return month

    def to_representation(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class BridgeInput(serializers.Serializer[Any]):
    base_month = MonthField()
    current_month = MonthField()
    growth = serializers.ChoiceField(choices=Growth.choices, required=False, default=Growth.CONSTANT_PRICE)


class BridgeStartedSerializer(serializers.Serializer[Any]):
    job_id = serializers.IntegerField()


class OrderHopSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    type = serializers.CharField()
    stage = serializers.IntegerField()
    sentence = serializers.CharField()
    by = serializers.CharField()
    department = serializers.CharField()
    touch_seconds = serializers.IntegerField()
    wait_minutes = serializers.DecimalField(max_digits=18, decimal_places=2)
    customer = serializers.DecimalField(max_digits=18, decimal_places=2)
    supply = serializers.DecimalField(max_digits=18, decimal_places=2)
    unattended = serializers.DecimalField(max_digits=18, decimal_places=2)


class OrderWaitingSerializer(serializers.Serializer[Any]):
    """Working minutes; the last hop of an open order has no type and waits until now."""

    is_open = serializers.BooleanField()
    elapsed = serializers.DecimalField(max_digits=18, decimal_places=2)
    touch_seconds = serializers.IntegerField()
    customer = serializers.DecimalField(max_digits=18, decimal_places=2)
    supply = serializers.DecimalField(max_digits=18, decimal_places=2)
    unattended = serializers.DecimalField(max_digits=18, decimal_places=2)
    hops = OrderHopSerializer(many=True)


class StageWaitingSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    open_duties = serializers.IntegerField()
    with_customer = serializers.IntegerField()
    late = serializers.IntegerField()
    median_minutes = serializers.IntegerField(allow_null=True)
    value_base = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    value_days = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    oldest = serializers.DateTimeField(allow_null=True)


def _may_see_profit(actor: Actor) -> Actor:
    require(actor, "orders.view_cost")
    return actor


class BridgesApi(StageApi):
    """Bridges, the newest first; POST starts one as a job."""

    access = {"GET": "analytics.view_insights", "POST": "analytics.run_variance"}
    idempotent = True

    @extend_schema(responses=BridgeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, variance.reports(_may_see_profit(self.actor)), BridgeSerializer)

    @extend_schema(request=BridgeInput, responses={202: BridgeStartedSerializer})
    def post(self, request: Request) -> Response:
        run = services.run_variance(actor=self.actor, **self.read(BridgeInput))
        return Response({"job_id": run.pk}, status=202)


class BridgeApi(StageApi):
    """One bridge."""

    access = {"GET": "analytics.view_insights"}

    @extend_schema(responses=BridgeSerializer)
    def get(self, request: Request, report_id: int) -> Response:
        return Response(BridgeSerializer(variance.one_report(report_id, _may_see_profit(self.actor))).data)


class DriversApi(StageApi):
    """What drove a bridge, the largest first (``effect``)."""

    access = {"GET": "analytics.view_insights"}

    @extend_schema(responses=BridgeDriverSerializer(many=True))
    def get(self, request: Request, report_id: int) -> Response:
        report = variance.one_report(report_id, _may_see_profit(self.actor))
        rows = variance.drivers_of(report, request.query_params.get("effect", ""))
        return page(request, rows, BridgeDriverSerializer, order=("-impact", "id"))


class WaitingApi(StageApi):
    """Where an order's time went."""

    access = {"GET": "orders.view_order"}

    @extend_schema(responses=OrderWaitingSerializer)
    def get(self, request: Request, order_id: int) -> Response:
        order = order_of(self.actor, order_id)
        return Response(OrderWaitingSerializer(waiting_of(order, self.actor)).data)


class StagesApi(StageApi):
    """What waits in each stage."""

    access = {"GET": "analytics.view_insights"}

    @extend_schema(responses=StageWaitingSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(StageWaitingSerializer(stages.stage_summary(self.actor), many=True).data)

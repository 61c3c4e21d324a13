"""REST view of the radar."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, may_see, page
from orders.fulfillment.models import ShipRisk
from orders.fulfillment.radar.selectors import risks_list


class ShipRiskSerializer(serializers.ModelSerializer[ShipRisk]):
    """Units: working minutes from ``looked_at``; ``late_percent`` is how likely it leaves after ``due_at``."""

    order_number = serializers.CharField(source="order.number")
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = ShipRisk
        fields = (
            "planned", "order", "order_number", "customer", "customer_code", "warehouse", "shipment", "hold", "step",
            "level", "help", "late_percent", "left_minutes", "p50_minutes", "p90_minutes", "due_at", "p50_at", "p90_at",
            "value_base", "looked_at",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """What it is worth is for those who may see prices."""
        fields = super().get_fields()
        if not may_see(self, "orders.view_price"):
            fields.pop("value_base")
        return fields


class RadarApi(StageApi):
    """Shipments that may miss their promise; level=all also what is on track."""

    access = {"GET": "fulfillment.view_shipment"}

    @extend_schema(responses=ShipRiskSerializer(many=True))
    def get(self, request: Request) -> Response:
        level = "all" if request.query_params.get("level") == "all" else ""
        return page(request, risks_list(self.actor, level=level), ShipRiskSerializer, order=("planned",))


urlpatterns = [path("radar/", RadarApi.as_view(), name="radar")]

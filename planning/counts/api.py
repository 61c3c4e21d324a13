"""REST of counts."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from planning.counts import selectors
from planning.counts.models import CycleCount
from planning.counts.services import record_count


class CycleCountSerializer(serializers.ModelSerializer[CycleCount]):
    sku = serializers.CharField(source="product.sku")
    warehouse_code = serializers.CharField(source="warehouse.code")

    class Meta:
        model = CycleCount
        fields = (
            "id", "product", "sku", "warehouse", "warehouse_code", "bin", "state", "reason", "reference", "asked_at",
            "expected", "counted", "difference", "counted_at",
        )  # fmt: skip


class CountedInput(serializers.Serializer[Any]):
    counted = serializers.DecimalField(max_digits=18, decimal_places=6)


class CountsApi(StageApi):
    """What is to be counted, and what was (filters: text, state)."""

    access = {"GET": "planning.view_stock"}

    @extend_schema(responses=CycleCountSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = request.query_params
        rows = selectors.counts(self.actor, asked.get("text", ""), asked.get("state", ""))
        return page(request, rows, CycleCountSerializer)


class CountApi(StageApi):
    """One count; say how much lies there."""

    access = {"GET": "planning.view_stock", "POST": "planning.adjust_stock"}

    @extend_schema(responses=CycleCountSerializer)
    def get(self, request: Request, count_id: int) -> Response:
        return Response(CycleCountSerializer(selectors.count_of(self.actor, count_id)).data)

    @extend_schema(request=CountedInput, responses=CycleCountSerializer)
    def post(self, request: Request, count_id: int) -> Response:
        count = record_count(count_id=count_id, actor=self.actor, **self.read(CountedInput))
        return Response(CycleCountSerializer(count).data)


urlpatterns = [
    path("counts/", CountsApi.as_view(), name="counts"),
    path("counts/<int:count_id>/", CountApi.as_view(), name="count"),
]

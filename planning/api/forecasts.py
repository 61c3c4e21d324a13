"""Demand forecasts."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.api.serializers import JobSerializer
from planning.models import Forecast
from planning.selectors import forecasts as forecast_reads
from planning.services.forecast_demand import request_forecast


class ForecastSerializer(serializers.ModelSerializer[Forecast]):
    sku = serializers.CharField(source="product.sku")
    value_added = serializers.DecimalField(max_digits=12, decimal_places=6, allow_null=True)
    note = serializers.SerializerMethodField()

    class Meta:
        model = Forecast
        fields = (
            "id", "product", "sku", "run", "bucket", "first_bucket", "model", "history", "values", "wape", "bias",
            "naive_wape", "value_added", "zero_share", "note", "created_at",
        )  # fmt: skip

    def get_note(self, row: Forecast) -> str:
        return str(row.scores.get("note", ""))


class ForecastsApi(StageApi):
    """The forecasts in force (filters: text, kind: better, naive, unjudged); start a new run."""

    access = {"GET": "planning.view_stock", "POST": "planning.run_forecast"}
    idempotent = True

    @extend_schema(responses=ForecastSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = request.query_params
        rows = forecast_reads.current_forecasts(self.actor, asked.get("text", ""), asked.get("kind", ""))
        return page(request, rows, ForecastSerializer)

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        return Response(JobSerializer(request_forecast(actor=self.actor)).data, status=202)

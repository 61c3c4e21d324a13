"""REST views of order planning."""

from decimal import Decimal
from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, page
from orders.core.api.serializers import JobSerializer, VisibleSerializer
from planning import services
from planning.models import Forecast, StockLevel, StockMovement, SupplyLine, SupplyOrder
from planning.selectors import forecasts as forecast_reads
from planning.selectors import stock as reads
from planning.selectors.availability import availability
from planning.services import SupplyInput
from planning.services.forecast_demand import request_forecast

MOST_ITEMS = 200


def _quantity(**kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=6, **kwargs)


class LevelSerializer(VisibleSerializer):
    sku = serializers.CharField(source="product.sku")
    warehouse_code = serializers.CharField(source="warehouse.code")
    free = _quantity()

    class Meta:
        model = StockLevel
        fields = (
            "id", "product", "sku", "warehouse", "warehouse_code", "on_hand", "allocated", "unavailable", "free",
            "reorder_point", "reorder_quantity",
        )  # fmt: skip


class MovementSerializer(VisibleSerializer):
    warehouse_code = serializers.CharField(source="warehouse.code")

    class Meta:
        model = StockMovement
        fields = (
            "id", "product", "warehouse", "warehouse_code", "kind", "quantity", "unit_cost", "at", "order_line",
            "reference", "reason",
        )  # fmt: skip


class AvailabilitySerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField()
    warehouse = serializers.IntegerField()
    on_hand = _quantity()
    allocated = _quantity()
    free = _quantity()
    promised = _quantity()
    available = _quantity()
    next_supply = serializers.DateField(allow_null=True)
    next_supply_quantity = _quantity()


class ReceiveInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    quantity = _quantity()
    unit_cost = serializers.DecimalField(max_digits=18, decimal_places=4, required=False, allow_null=True)
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True)


class AdjustInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    delta = _quantity()
    reason = serializers.CharField(max_length=120)


class SupplySerializer(VisibleSerializer):
    supplier_code = serializers.CharField(source="supplier.code")
    warehouse_code = serializers.CharField(source="warehouse.code")
    cost_base = serializers.DecimalField(source="net_base", max_digits=18, decimal_places=2)

    class Meta:
        model = SupplyOrder
        fields: tuple[str, ...] = (
            "id", "number", "state", "supplier", "supplier_code", "warehouse", "warehouse_code", "expected_date",
            "cost_base", "created_at",
        )  # fmt: skip


class SupplyLineSerializer(VisibleSerializer):
    sku = serializers.CharField(source="product.sku")

    class Meta:
        model = SupplyLine
        fields = ("id", "product", "sku", "quantity", "received", "unit_cost", "expected_date", "order_line")


class SupplyDetailSerializer(SupplySerializer):
    lines = SupplyLineSerializer(many=True)

    class Meta(SupplySerializer.Meta):
        fields = (*SupplySerializer.Meta.fields, "lines")


class SupplyLineInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    quantity = _quantity()
    unit_cost = serializers.DecimalField(max_digits=18, decimal_places=4, required=False, allow_null=True)
    expected_date = serializers.DateField(required=False, allow_null=True)
    order_line_id = serializers.IntegerField(required=False, allow_null=True)


class OrderSupplyInput(serializers.Serializer[Any]):
    supplier_id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    expected_date = serializers.DateField()
    lines = SupplyLineInput(many=True)


class ReceivedInput(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    quantity = _quantity(min_value=Decimal(0))


class ReceiveSupplyInput(serializers.Serializer[Any]):
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    received = ReceivedInput(many=True)


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


class StockApi(StageApi):
    """Stock by item and warehouse. Filters: text, warehouse (id), show (stocked, short, reorder)."""

    access = {"GET": "planning.view_stock"}

    @extend_schema(responses=LevelSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = request.query_params
        rows = reads.stock_levels(
            self.actor, asked.get("text", ""), _id(asked.get("warehouse", "")), asked.get("show", "")
        )
        return page(request, rows, LevelSerializer)


class AvailabilityApi(StageApi):
    """What is there of items and can be promised: ?product=1&product=2, at most 200."""

    access = {"GET": "planning.view_stock"}

    @extend_schema(
        parameters=[OpenApiParameter("product", int, many=True, required=True)],
        responses=AvailabilitySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params.getlist("product")
        if not asked or len(asked) > MOST_ITEMS or not all(text.isdigit() for text in asked):
            raise InvalidInput(f"Name 1 to {MOST_ITEMS} items by id: ?product=1&product=2.", field="product")
        found = availability(self.actor.company_id, [int(text) for text in asked])
        rows = [
            {
                "product": product_id,
                "warehouse": warehouse_id,
                "on_hand": now.on_hand,
                "allocated": now.allocated,
                "free": now.free,
                "promised": now.promised,
                "available": now.available,
                "next_supply": now.next_supply,
                "next_supply_quantity": now.next_supply_quantity,
            }
            for (product_id, warehouse_id), now in sorted(found.items())
        ]
        return Response(AvailabilitySerializer(rows, many=True).data)


class MovementsApi(StageApi):
    """What came and went of an item, the newest first."""

    access = {"GET": "planning.view_stock"}

    @extend_schema(responses=MovementSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        reads.item_of(self.actor, product_id)
        return page(request, reads.movements_of(self.actor, product_id), MovementSerializer)


class ReceiveApi(StageApi):
    """Take in goods that no supply order announced."""

    access = {"POST": "planning.receive_stock"}
    idempotent = True

    @extend_schema(request=ReceiveInput, responses={201: LevelSerializer})
    def post(self, request: Request) -> Response:
        level = services.receive_stock(**self.read(ReceiveInput), actor=self.actor)
        return Response(LevelSerializer(level, context={"request": request}).data, status=201)


class AdjustApi(StageApi):
    """Bring the books to what was counted."""

    access = {"POST": "planning.adjust_stock"}
    idempotent = True

    @extend_schema(request=AdjustInput, responses={201: LevelSerializer})
    def post(self, request: Request) -> Response:
        level = services.adjust_stock(**self.read(AdjustInput), actor=self.actor)
        return Response(LevelSerializer(level, context={"request": request}).data, status=201)


class SupplyOrdersApi(StageApi):
    """Supply orders, the newest first (filters: text, state); order goods from a supplier."""

    access = {"GET": "planning.view_stock", "POST": "planning.order_supply"}
    idempotent = True

    @extend_schema(responses=SupplySerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = request.query_params
        rows = reads.supply_orders(self.actor, asked.get("text", ""), asked.get("state", ""))
        return page(request, rows, SupplySerializer)

    @extend_schema(request=OrderSupplyInput, responses={201: SupplyDetailSerializer})
    def post(self, request: Request) -> Response:
        data = self.read(OrderSupplyInput)
        lines = [SupplyInput(**line) for line in data.pop("lines")]
        supply = services.order_supply(**data, lines=lines, actor=self.actor)
        return _supply(self, request, supply.pk, status=201)


class SupplyApi(StageApi):
    """One supply order with its lines."""

    access = {"GET": "planning.view_stock"}

    @extend_schema(responses=SupplyDetailSerializer)
    def get(self, request: Request, supply_id: int) -> Response:
        return _supply(self, request, supply_id)


class ReceiveSupplyApi(StageApi):
    """Take in what arrived of a supply order."""

    access = {"POST": "planning.receive_stock"}
    idempotent = True

    @extend_schema(request=ReceiveSupplyInput, responses=SupplyDetailSerializer)
    def post(self, request: Request, supply_id: int) -> Response:
        data = self.read(ReceiveSupplyInput)
        received: dict[int, Decimal] = {}
        for row in data["received"]:
            received[row["line_id"]] = received.get(row["line_id"], Decimal(0)) + row["quantity"]
        services.receive_supply(supply_id=supply_id, received=received, reference=data["reference"], actor=self.actor)
        return _supply(self, request, supply_id)


class CancelSupplyApi(StageApi):
    """Expect nothing more of a supply order."""

    access = {"POST": "planning.order_supply"}

    @extend_schema(request=None, responses=SupplyDetailSerializer)
    def post(self, request: Request, supply_id: int) -> Response:
        services.cancel_supply(supply_id=supply_id, actor=self.actor)
        return _supply(self, request, supply_id)


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


def _supply(view: StageApi, request: Request, supply_id: int, status: int = 200) -> Response:
    supply = reads.supply_of(view.actor, supply_id)
    return Response(SupplyDetailSerializer(supply, context={"request": request}).data, status=status)


def _id(text: str) -> int | None:
    return int(text) if text.isdigit() else None


urlpatterns = [
    path("stock/", StockApi.as_view(), name="stock"),
    path("stock/receive/", ReceiveApi.as_view(), name="receive"),
    path("stock/adjust/", AdjustApi.as_view(), name="adjust"),
    path("stock/<int:product_id>/movements/", MovementsApi.as_view(), name="movements"),
    path("availability/", AvailabilityApi.as_view(), name="availability"),
    path("supply/", SupplyOrdersApi.as_view(), name="supply-orders"),
    path("supply/<int:supply_id>/", SupplyApi.as_view(), name="supply"),
    path("supply/<int:supply_id>/receive/", ReceiveSupplyApi.as_view(), name="receive-supply"),
    path("supply/<int:supply_id>/cancel/", CancelSupplyApi.as_view(), name="cancel-supply"),
    path("forecasts/", ForecastsApi.as_view(), name="forecasts"),
]

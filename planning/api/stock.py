"""Stock by item and warehouse, what came and went, and what can be promised."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, page
from orders.core.api.serializers import VisibleSerializer
from planning import services
from planning.models import StockLevel, StockMovement
from planning.places.api import PlaceInput
from planning.selectors import stock as reads
from planning.selectors.availability import availability

MOST_ITEMS = 200


def quantity_field(**kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=6, **kwargs)


class LevelSerializer(VisibleSerializer):
    sku = serializers.CharField(source="product.sku")
    warehouse_code = serializers.CharField(source="warehouse.code")
    free = quantity_field()

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
    on_hand = quantity_field()
    allocated = quantity_field()
    free = quantity_field()
    promised = quantity_field()
    available = quantity_field()
    next_supply = serializers.DateField(allow_null=True)
    next_supply_quantity = quantity_field()


class ReceiveInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    quantity = quantity_field()
    unit_cost = serializers.DecimalField(max_digits=18, decimal_places=4, required=False, allow_null=True)
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True)
    place = PlaceInput(required=False)


class AdjustInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    delta = quantity_field()
    reason = serializers.CharField(max_length=120)
    place = PlaceInput(required=False)


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


def _id(text: str) -> int | None:
    return int(text) if text.isdigit() else None

"""Supply orders: what is ordered from suppliers, what came of it, and what becomes of the rest."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.api.messages import MessageSerializer
from orders.core.api.serializers import VisibleSerializer
from planning import services
from planning.api.stock import quantity_field
from planning.documents import purchase_order_pdf
from planning.models import Promise, SupplyLine, SupplyOrder
from planning.selectors import specials
from planning.selectors import stock as reads
from planning.services import SupplyInput


class SupplySerializer(VisibleSerializer):
    supplier_code = serializers.CharField(source="supplier.code")
    warehouse_code = serializers.CharField(source="warehouse.code")
    cost_base = serializers.DecimalField(source="net_base", max_digits=18, decimal_places=2)

    class Meta:
        model = SupplyOrder
        fields: tuple[str, ...] = (
            "id", "number", "state", "supplier", "supplier_code", "warehouse", "warehouse_code", "expected_date",
            "cost_base", "ship_to", "created_at",
        )  # fmt: skip


class SupplyLineSerializer(VisibleSerializer):
    sku = serializers.CharField(source="product.sku")

    class Meta:
        model = SupplyLine
        fields = (
            "id", "product", "sku", "quantity", "received", "reserved", "unwanted", "unit_cost", "expected_date",
            "order_line",
        )  # fmt: skip


class SupplyDetailSerializer(SupplySerializer):
    lines = SupplyLineSerializer(many=True)

    class Meta(SupplySerializer.Meta):
        fields = (*SupplySerializer.Meta.fields, "lines")


class SupplyLineInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    quantity = quantity_field()
    unit_cost = serializers.DecimalField(max_digits=18, decimal_places=4, required=False, allow_null=True)
    expected_date = serializers.DateField(required=False, allow_null=True)
    order_line_id = serializers.IntegerField(required=False, allow_null=True)


class OrderSupplyInput(serializers.Serializer[Any]):
    supplier_id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    expected_date = serializers.DateField()
    ship_to_id = serializers.IntegerField(required=False, allow_null=True)
    lines = SupplyLineInput(many=True)


class MoveSupplyInput(serializers.Serializer[Any]):
    expected_date = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class SettleSupplyInput(serializers.Serializer[Any]):
    """``keep``: it becomes stock; else it is no longer ordered."""

    keep = serializers.BooleanField()


class SpecialSerializer(serializers.ModelSerializer[Promise]):
    order_number = serializers.CharField(source="order.number")
    sku = serializers.CharField(source="product.sku")
    position = serializers.IntegerField(source="line.position")
    supply_number = serializers.CharField(source="supply_line.supply.number", default=None)

    class Meta:
        model = Promise
        fields = (
            "id", "order", "order_number", "line", "position", "product", "sku", "warehouse", "source", "quantity",
            "allocated", "ship_date", "supply_line", "supply_number",
        )  # fmt: skip


class ReceivedInput(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    quantity = quantity_field(min_value=Decimal(0))


class ReceiveSupplyInput(serializers.Serializer[Any]):
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    received = ReceivedInput(many=True)


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


class MoveSupplyApi(StageApi):
    """Write down the day that the supplier names now."""

    access = {"POST": "planning.order_supply"}

    @extend_schema(request=MoveSupplyInput, responses=SupplyDetailSerializer)
    def post(self, request: Request, supply_id: int) -> Response:
        services.move_supply(supply_id=supply_id, actor=self.actor, **self.read(MoveSupplyInput))
        return _supply(self, request, supply_id)


class SettleSupplyApi(StageApi):
    """Decide what becomes of what was ordered for customers who no longer want it."""

    access = {"POST": "planning.order_supply"}

    @extend_schema(request=SettleSupplyInput, responses=SupplyDetailSerializer)
    def post(self, request: Request, supply_id: int) -> Response:
        services.settle_unwanted(supply_id=supply_id, actor=self.actor, **self.read(SettleSupplyInput))
        return _supply(self, request, supply_id)


class SupplyPdfApi(StageApi):
    """The purchase order as the supplier receives it; it bears costs."""

    access = {"GET": "orders.view_cost"}

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, supply_id: int) -> HttpResponse:
        supply = reads.supply_of(self.actor, supply_id)
        return HttpResponse(purchase_order_pdf(supply), content_type="application/pdf")


class SendSupplyApi(StageApi):
    """Send the purchase order to the supplier, once; a message that left already is the answer then."""

    access = {"POST": "planning.order_supply"}

    @extend_schema(request=None, responses=MessageSerializer)
    def post(self, request: Request, supply_id: int) -> Response:
        return Response(MessageSerializer(services.send_supply_order(supply_id=supply_id, actor=self.actor)).data)


class SpecialsApi(StageApi):
    """What customers' orders want from suppliers, the earliest ship date first (filters: text, show)."""

    access = {"GET": "planning.view_stock"}

    @extend_schema(responses=SpecialSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = request.query_params
        rows = specials.specials(self.actor, asked.get("text", ""), asked.get("show", ""))
        return page(request, rows, SpecialSerializer, order=("ship_date", "id"))


class OrderSpecialsApi(StageApi):
    """Order what an order still lacks from its suppliers, also where it was cancelled before."""

    access = {"POST": "planning.order_supply"}

    @extend_schema(request=None, responses=SpecialSerializer(many=True))
    def post(self, request: Request, order_id: int) -> Response:
        services.follow_supply(order_id=order_id, actor=self.actor, again=True)
        rows = specials.specials(self.actor).filter(order_id=order_id).order_by("ship_date", "id")
        return Response(SpecialSerializer(rows, many=True).data)


def _supply(view: StageApi, request: Request, supply_id: int, status: int = 200) -> Response:
    supply = reads.supply_of(view.actor, supply_id)
    return Response(SupplyDetailSerializer(supply, context={"request": request}).data, status=status)

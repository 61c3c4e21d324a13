"""REST of bins and of what lies in them."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from planning.models import Bin, StockUnit
from planning.places import selectors, services
from planning.places.services import BinInput, Place
from planning.selectors.stock import item_of


class BinSerializer(serializers.ModelSerializer[Bin]):
    warehouse_code = serializers.CharField(source="warehouse.code")

    class Meta:
        model = Bin
        fields = ("id", "warehouse", "warehouse_code", "code", "zone", "pick_sequence", "check_digits", "is_active")


class UnitSerializer(serializers.ModelSerializer[StockUnit]):
    """Units: stock unit; ``picked`` of the quantity was taken off the shelf and waits to leave."""

    warehouse = serializers.IntegerField(source="level.warehouse_id")

    class Meta:
        model = StockUnit
        fields = ("id", "warehouse", "bin", "lot", "serial", "status", "quantity", "picked", "expires_on", "arrived_on")


class BinLineInput(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20)
    zone = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    pick_sequence = serializers.IntegerField(min_value=0, required=False, default=0)
    check_digits = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    is_active = serializers.BooleanField(required=False, default=True)


class BinsInput(serializers.Serializer[Any]):
    warehouse_id = serializers.IntegerField()
    bins = BinLineInput(many=True)


class PlaceInput(serializers.Serializer[Any]):
    """Where it lies. A serial number for each piece, where the item asks for them."""

    bin = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    lot = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    serials = serializers.ListField(child=serializers.CharField(max_length=60), required=False, default=list)
    expires_on = serializers.DateField(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        return Place(**super().to_internal_value(data))


class PutAwayInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    place = PlaceInput()
    unit_id = serializers.IntegerField(required=False, allow_null=True, default=None)


class BinsApi(StageApi):
    """Bins in use; enter or change bins of a warehouse, each by its code."""

    access = {"GET": "planning.view_stock", "POST": "planning.adjust_stock"}
    idempotent = True

    @extend_schema(responses=BinSerializer(many=True), parameters=[OpenApiParameter("text", str)])
    def get(self, request: Request) -> Response:
        rows = selectors.bins(self.actor, request.query_params.get("text", ""))
        return page(request, rows, BinSerializer, order=("code", "id"))

    @extend_schema(request=BinsInput, responses={201: BinSerializer(many=True)})
    def post(self, request: Request) -> Response:
        data = self.read(BinsInput)
        bins = [BinInput(**row) for row in data["bins"]]
        made = services.save_bins(warehouse_id=data["warehouse_id"], bins=bins, actor=self.actor)
        return Response(BinSerializer(made, many=True).data, status=201)


class UnitsApi(StageApi):
    """Where an item lies, by bin, lot and serial number."""

    access = {"GET": "planning.view_stock"}

    @extend_schema(responses=UnitSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        item_of(self.actor, product_id)
        rows = StockUnit.objects.filter(level__product_id=product_id, level__company_id=self.actor.company_id)
        return page(request, rows.filter(quantity__gt=0).select_related("level"), UnitSerializer, order=("bin", "id"))


class PutAwayApi(StageApi):
    """Put what is not placed, or lies elsewhere (``unit_id``), into a bin."""

    access = {"POST": "planning.receive_stock"}
    idempotent = True

    @extend_schema(request=PutAwayInput, responses={201: UnitSerializer(many=True)})
    def post(self, request: Request) -> Response:
        units = services.put_away(**self.read(PutAwayInput), actor=self.actor)
        return Response(UnitSerializer(units, many=True).data, status=201)


urlpatterns = [
    path("bins/", BinsApi.as_view(), name="bins"),
    path("stock/<int:product_id>/units/", UnitsApi.as_view(), name="units"),
    path("stock/put-away/", PutAwayApi.as_view(), name="put-away"),
]

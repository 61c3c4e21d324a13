"""REST of picking scan by scan: the way, the takes, the end."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi
from orders.fulfillment import services
from orders.fulfillment.models import PickTake, ShipmentLine, ShortReason
from orders.fulfillment.picking.path import tasks_of
from orders.fulfillment.selectors import shipment_page


class PickTaskSerializer(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    shipment = serializers.CharField()
    tote = serializers.IntegerField(allow_null=True)
    bin = serializers.CharField()
    sku = serializers.CharField()
    lot = serializers.CharField()
    asks = serializers.CharField(help_text="serial or lot, where one is to be scanned with it")
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)


class PickTakeSerializer(serializers.ModelSerializer[PickTake]):
    class Meta:
        model = PickTake
        fields = ("id", "line", "quantity", "bin", "lot", "serial", "client_id", "at")


class TakeInput(serializers.Serializer[Any]):
    """``client_id`` is made by the device: a take that is sent again is taken once."""

    line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    item = serializers.CharField(max_length=60)
    bin = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    lot = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    serial = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    client_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class PickPathApi(StageApi):
    """What of a shipment is still to be taken, in the order of the bins."""

    access = {"GET": "fulfillment.view_shipment"}

    @extend_schema(responses=PickTaskSerializer(many=True))
    def get(self, request: Request, shipment_id: int) -> Response:
        tasks = tasks_of([shipment_page(shipment_id, self.actor)])
        return Response(PickTaskSerializer(tasks, many=True).data)


class TakeApi(StageApi):
    """Take so much of a shipment's line from a place."""

    access = {"POST": "fulfillment.pick"}
    idempotent = True

    @extend_schema(request=TakeInput, responses={201: PickTakeSerializer})
    def post(self, request: Request) -> Response:
        take = services.take_item(actor=self.actor, **self.read(TakeInput))
        return Response(PickTakeSerializer(take).data, status=201)


class ShortInput(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    bin = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    reason = serializers.ChoiceField(choices=ShortReason.choices)


class ShortLineSerializer(serializers.ModelSerializer[ShipmentLine]):
    """``short_reason`` is empty where more of it lies elsewhere."""

    class Meta:
        model = ShipmentLine
        fields = ("id", "shipment", "quantity", "taken", "short_reason")


class ShortApi(StageApi):
    """Say at the shelf that less of a line lies there than should; the place is to be counted."""

    access = {"POST": "fulfillment.pick"}

    @extend_schema(request=ShortInput, responses={201: ShortLineSerializer})
    def post(self, request: Request) -> Response:
        line = services.report_short(actor=self.actor, **self.read(ShortInput))
        return Response(ShortLineSerializer(line).data, status=201)


class FinishPickingApi(StageApi):
    """A shipment is picked as it was scanned."""

    access = {"POST": "fulfillment.pick"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, shipment_id: int) -> Response:
        services.finish_picking(shipment_id=shipment_id, actor=self.actor)
        return Response(status=204)


urlpatterns = [
    path("shorts/", ShortApi.as_view(), name="shorts"),
    path("takes/", TakeApi.as_view(), name="takes"),
    path("shipments/<int:shipment_id>/path/", PickPathApi.as_view(), name="pick-path"),
    path("shipments/<int:shipment_id>/finish/", FinishPickingApi.as_view(), name="finish-picking"),
]

"""REST views of a shipment on its way."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi
from orders.fulfillment import selectors
from orders.fulfillment.models import ExceptionReason, TrackingEvent
from orders.fulfillment.tracking import services


class TrackingSerializer(serializers.ModelSerializer[TrackingEvent]):
    position = serializers.IntegerField(source="parcel.position")
    tracking_number = serializers.CharField(source="parcel.tracking_number")

    class Meta:
        model = TrackingEvent
        fields = ("position", "tracking_number", "kind", "at", "place", "words")


class ExceptionInput(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=ExceptionReason.choices)


class SettleInput(serializers.Serializer[Any]):
    how = serializers.CharField(max_length=160)


class WaySerializer(serializers.Serializer[Any]):
    """How a shipment stands on its way."""

    shipment = serializers.CharField(source="number")
    state = serializers.CharField()
    exception_reason = serializers.CharField(allow_blank=True)
    expected_on = serializers.DateField(allow_null=True)


class WayDoor(StageApi):
    """Answers with the shipment as it stands now."""

    def shown(self, shipment_id: int) -> Response:
        return Response(WaySerializer(selectors.shipment_page(shipment_id, self.actor)).data)


class TrackingApi(StageApi):
    """What carriers said of its parcels, the oldest first."""

    access = {"GET": "fulfillment.view_shipment"}

    @extend_schema(responses=TrackingSerializer(many=True))
    def get(self, request: Request, shipment_id: int) -> Response:
        shipment = selectors.shipment_page(shipment_id, self.actor)
        rows = TrackingEvent.objects.filter(shipment=shipment).select_related("parcel").order_by("at", "id")
        return Response(TrackingSerializer(rows, many=True).data)


class ExceptionApi(WayDoor):
    """Say that it does not get through."""

    access = {"POST": "fulfillment.confirm_delivery"}

    @extend_schema(request=ExceptionInput, responses=WaySerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.report_exception(shipment_id=shipment_id, actor=self.actor, **self.read(ExceptionInput))
        return self.shown(shipment_id)


class SendOnApi(WayDoor):
    """The carrier brings it again."""

    access = {"POST": "fulfillment.settle_exception"}

    @extend_schema(request=None, responses=WaySerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.send_on(shipment_id=shipment_id, actor=self.actor)
        return self.shown(shipment_id)


class TakeBackApi(WayDoor):
    """The carrier brought it back."""

    access = {"POST": "fulfillment.confirm_delivery"}

    @extend_schema(request=None, responses=WaySerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.take_back(shipment_id=shipment_id, actor=self.actor)
        return self.shown(shipment_id)


class SettleApi(WayDoor):
    """Somebody took care of what came back."""

    access = {"POST": "fulfillment.settle_exception"}

    @extend_schema(request=SettleInput, responses=WaySerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.settle_returned(shipment_id=shipment_id, actor=self.actor, **self.read(SettleInput))
        return self.shown(shipment_id)


urlpatterns = [
    path("shipments/<int:shipment_id>/tracking/", TrackingApi.as_view(), name="tracking"),
    path("shipments/<int:shipment_id>/exception/", ExceptionApi.as_view(), name="exception"),
    path("shipments/<int:shipment_id>/send-on/", SendOnApi.as_view(), name="send-on"),
    path("shipments/<int:shipment_id>/take-back/", TakeBackApi.as_view(), name="take-back"),
    path("shipments/<int:shipment_id>/settle/", SettleApi.as_view(), name="settle"),
]

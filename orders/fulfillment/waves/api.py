"""REST of waves."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.models import Customer
from orders.fulfillment import services
from orders.fulfillment.models import Wave
from orders.fulfillment.waves import selectors


class WaveSerializer(serializers.ModelSerializer[Wave]):
    warehouse_code = serializers.CharField(source="warehouse.code")
    shipments = serializers.SerializerMethodField()

    class Meta:
        model = Wave
        fields = (
            "id", "number", "state", "warehouse", "warehouse_code", "minutes", "chosen_by", "created_at", "started_at",
            "ended_at", "shipments",
        )  # fmt: skip

    @extend_schema(responses={"type": "array"})
    def get_shipments(self, wave: Wave) -> list[int]:
        return [shipment.pk for shipment in wave.shipments.all()]


class WaveInput(serializers.Serializer[Any]):
    """What goes into the wave; only the warehouse is needed."""

    warehouse_id = serializers.IntegerField()
    until = serializers.DateField(required=False, allow_null=True)
    leaves_by = serializers.TimeField(required=False, allow_null=True)
    service_id = serializers.IntegerField(required=False, allow_null=True)
    customer_class = serializers.ChoiceField(choices=Customer.CustomerClass.choices, required=False, allow_blank=True)
    zone = serializers.CharField(max_length=20, required=False, allow_blank=True)
    minutes = serializers.IntegerField(required=False, allow_null=True)
    orders = serializers.IntegerField(required=False, allow_null=True)


class CancelWaveInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=160)


class WaveDoor(StageApi):
    def shown(self, wave_id: int, status: int = 200) -> Response:
        return Response(WaveSerializer(selectors.wave_of(self.actor, wave_id)).data, status=status)


class WavesApi(WaveDoor):
    """Waves, the newest first (filter: state); make one of what is released."""

    access = {"GET": "fulfillment.view_shipment", "POST": "fulfillment.pick"}
    idempotent = True

    @extend_schema(responses=WaveSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.waves(self.actor, state=request.query_params.get("state", ""))
        return page(request, rows.prefetch_related("shipments"), WaveSerializer)

    @extend_schema(request=WaveInput, responses={201: WaveSerializer})
    def post(self, request: Request) -> Response:
        chosen = services.WaveFilter(**self.read(WaveInput))
        return self.shown(services.make_wave(chosen=chosen, actor=self.actor).pk, status=201)


class WaveApi(WaveDoor):
    """One wave with the shipments that are picked in it."""

    access = {"GET": "fulfillment.view_shipment"}

    @extend_schema(responses=WaveSerializer)
    def get(self, request: Request, wave_id: int) -> Response:
        return self.shown(wave_id)


class CancelWaveApi(WaveDoor):
    """Put back what of a wave is not picked yet."""

    access = {"POST": "fulfillment.unpick"}

    @extend_schema(request=CancelWaveInput, responses=WaveSerializer)
    def post(self, request: Request, wave_id: int) -> Response:
        services.cancel_wave(wave_id=wave_id, actor=self.actor, **self.read(CancelWaveInput))
        return self.shown(wave_id)


urlpatterns = [
    path("waves/", WavesApi.as_view(), name="waves"),
    path("waves/<int:wave_id>/", WaveApi.as_view(), name="wave"),
    path("waves/<int:wave_id>/cancel/", CancelWaveApi.as_view(), name="cancel-wave"),
]

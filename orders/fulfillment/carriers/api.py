"""REST views of carriers: what services cost for a shipment, its labels, and what services charge."""

from decimal import Decimal
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api.base import StageApi
from orders.fulfillment import selectors
from orders.fulfillment.carriers import services, terms
from orders.fulfillment.carriers.forms import shown
from orders.fulfillment.carriers.rules import Surcharges
from orders.fulfillment.carriers.selectors import proposal_of
from planning.models import CarrierService


class OptionSerializer(serializers.Serializer[Any]):
    """``refusal`` says why a service does not go; price and day are empty then. Units: company currency."""

    service_id = serializers.IntegerField()
    name = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    arrives = serializers.DateField(allow_null=True)
    refusal = serializers.CharField(allow_blank=True)


class ProposalSerializer(serializers.Serializer[Any]):
    promised = serializers.DateField(allow_null=True)
    proposed_service_id = serializers.IntegerField(source="best.service_id", default=None, allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    options = OptionSerializer(many=True)


class LabelInput(serializers.Serializer[Any]):
    """Without a service, the proposed one."""

    service_id = serializers.IntegerField(required=False, allow_null=True, default=None)
    residential = serializers.BooleanField(required=False, default=False)


class LabelledSerializer(serializers.Serializer[Any]):
    shipment = serializers.CharField(source="number")
    service_id = serializers.IntegerField(allow_null=True)
    proposed_service_id = serializers.IntegerField(allow_null=True)
    tracking_number = serializers.CharField(allow_blank=True)
    expected_on = serializers.DateField(allow_null=True)
    labels_at = serializers.DateTimeField(allow_null=True)


class FreightInput(serializers.Serializer[Any]):
    """Units: company currency."""

    amount = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=0)


class FreightSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    tracking_number = serializers.CharField(allow_blank=True)
    quoted_cost = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    actual_cost = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)


class CarrierZoneSerializer(serializers.Serializer[Any]):
    """``rates`` as "1: 4.90; 5: 7.20": up to so many kilograms, price. ``days`` are working days."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")
    country = serializers.CharField(max_length=2)
    postal_prefix = serializers.CharField(required=False, allow_blank=True, max_length=10, default="")
    days = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=90, default=None)
    rates = serializers.CharField(max_length=1000)


class CarrierServiceSerializer(serializers.Serializer[Any]):
    """A service with what it adds and where it goes. Units: company currency, percent, centimeters, cm³ per kg."""

    id = serializers.IntegerField(read_only=True)
    code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=80)
    cut_off = serializers.TimeField()
    is_active = serializers.BooleanField(required=False, default=True)
    adapter = serializers.CharField(required=False, max_length=30, default="table")
    volume_divisor = serializers.IntegerField(required=False, min_value=1, default=5000)
    fuel_percent = serializers.DecimalField(
        max_digits=6, decimal_places=2, required=False, min_value=0, default=Decimal(0)
    )
    residential = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, min_value=0, default=Decimal(0)
    )
    oversize_cm = serializers.IntegerField(required=False, allow_null=True, min_value=1, default=None)
    oversize = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, min_value=0, default=Decimal(0)
    )
    zones = CarrierZoneSerializer(many=True)


def _shown(service: CarrierService) -> dict[str, Any]:
    fields, zones = shown(service)
    return dict(CarrierServiceSerializer(fields | {"id": service.pk, "zones": zones}).data)


class ProposalApi(StageApi):
    """What every service would cost for a packed shipment, when it would arrive, and which one is proposed."""

    access = {"GET": "fulfillment.view_freight"}

    @extend_schema(responses=ProposalSerializer)
    def get(self, request: Request, shipment_id: int) -> Response:
        shipment = selectors.shipment_page(shipment_id, self.actor)
        home = request.query_params.get("residential") == "true"
        return Response(ProposalSerializer(proposal_of(shipment, self.actor, residential=home)).data)


class LabelsApi(StageApi):
    """Buy the labels of a packed shipment; DELETE gives them back."""

    access = {"POST": "fulfillment.ship", "DELETE": "fulfillment.ship"}
    idempotent = True

    @extend_schema(request=LabelInput, responses={201: LabelledSerializer})
    def post(self, request: Request, shipment_id: int) -> Response:
        bought = services.buy_labels(shipment_id=shipment_id, actor=self.actor, **self.read(LabelInput))
        return Response(LabelledSerializer(bought).data, status=201)

    @extend_schema(request=None, responses=LabelledSerializer)
    def delete(self, request: Request, shipment_id: int) -> Response:
        return Response(LabelledSerializer(services.cancel_labels(shipment_id=shipment_id, actor=self.actor)).data)


class FreightListApi(StageApi):
    """What the carrier quoted and asked for, parcel by parcel."""

    access = {"GET": "fulfillment.view_freight"}

    @extend_schema(responses=FreightSerializer(many=True))
    def get(self, request: Request, shipment_id: int) -> Response:
        parcels = selectors.shipment_page(shipment_id, self.actor).parcels.order_by("position")
        return Response(FreightSerializer(parcels, many=True).data)


class FreightApi(StageApi):
    """Enter what the carrier's invoice asks for a parcel."""

    access = {"PUT": "fulfillment.record_freight"}

    @extend_schema(request=FreightInput, responses=FreightSerializer)
    def put(self, request: Request, parcel_id: int) -> Response:
        parcel = services.record_freight(parcel_id=parcel_id, actor=self.actor, **self.read(FreightInput))
        return Response(FreightSerializer(parcel).data)


class CarriersApi(StageApi):
    """The services of carriers; POST enters one."""

    access = {"GET": "fulfillment.view_freight", "POST": "fulfillment.manage_carriers"}
    idempotent = True

    @extend_schema(operation_id="fulfillment_carriers_list", responses=CarrierServiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = CarrierService.objects.filter(company_id=self.actor.company_id).order_by("id")[:200]
        return Response([_shown(row) for row in rows])

    @extend_schema(request=CarrierServiceSerializer, responses={201: CarrierServiceSerializer})
    def post(self, request: Request) -> Response:
        return Response(_shown(_keep(self.read(CarrierServiceSerializer), self, None)), status=201)


class CarrierApi(StageApi):
    """One service; PUT puts these terms and zones in place of what there is."""

    access = {"GET": "fulfillment.view_freight", "PUT": "fulfillment.manage_carriers"}

    @extend_schema(responses=CarrierServiceSerializer)
    def get(self, request: Request, service_id: int) -> Response:
        found = CarrierService.objects.filter(pk=service_id, company_id=self.actor.company_id).first()
        if found is None:
            raise NotFound(f"There is no carrier service {service_id}.", service_id=service_id)
        return Response(_shown(found))

    @extend_schema(request=CarrierServiceSerializer, responses=CarrierServiceSerializer)
    def put(self, request: Request, service_id: int) -> Response:
        return Response(_shown(_keep(self.read(CarrierServiceSerializer), self, service_id)))


def _keep(said: dict[str, Any], door: StageApi, service_id: int | None) -> CarrierService:
    zones = [terms.ZoneInput(**zone) for zone in said.pop("zones")]
    names = ("volume_divisor", "fuel_percent", "residential", "oversize_cm", "oversize")
    add = Surcharges(**{name: said.pop(name) for name in names})
    kept: CarrierService = terms.keep_carrier(
        surcharges=add, zones=zones, service_id=service_id, actor=door.actor, **said
    )
    return kept


urlpatterns = [
    path("shipments/<int:shipment_id>/services/", ProposalApi.as_view(), name="proposal"),
    path("shipments/<int:shipment_id>/labels/", LabelsApi.as_view(), name="labels"),
    path("shipments/<int:shipment_id>/freight/", FreightListApi.as_view(), name="freight-list"),
    path("parcels/<int:parcel_id>/freight/", FreightApi.as_view(), name="freight"),
    path("carriers/", CarriersApi.as_view(), name="carriers"),
    path("carriers/<int:service_id>/", CarrierApi.as_view(), name="carrier"),
]

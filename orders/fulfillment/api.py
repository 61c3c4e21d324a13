"""REST views of the warehouse: what waits to be picked, shipments, and every verb on them."""

from decimal import Decimal
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.fulfillment import selectors, services
from orders.fulfillment.carriers import api as carriers
from orders.fulfillment.checking.services import check_shipment
from orders.fulfillment.models import Parcel, Shipment, ShipmentLine, ShortReason
from orders.fulfillment.parcels.selectors import Packed, packed_parcels
from orders.fulfillment.picking import api as picking
from orders.fulfillment.radar.api import urlpatterns as radar_doors
from orders.fulfillment.services import ParcelInput
from orders.fulfillment.tracking import api as tracking
from orders.fulfillment.waves import api as waves
from orders.scheduling.models import PlannedShipment


class WaitingSerializer(serializers.ModelSerializer[PlannedShipment]):
    order_number = serializers.CharField(source="order.number")
    customer_code = serializers.CharField(source="customer.code")
    warehouse_code = serializers.CharField(source="warehouse.code")
    line_count = serializers.IntegerField()
    units = serializers.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        model = PlannedShipment
        fields = (
            "id", "number", "order", "order_number", "customer", "customer_code", "warehouse", "warehouse_code",
            "slot_date", "due_date", "released_at", "line_count", "units",
        )  # fmt: skip


class ShipmentLineSerializer(serializers.ModelSerializer[ShipmentLine]):
    position = serializers.IntegerField(source="order_line.position")
    sku = serializers.CharField(source="order_line.product.sku", default=None)
    kit_line = serializers.IntegerField(source="order_line.parent_id")

    class Meta:
        model = ShipmentLine
        fields = (
            "id", "order_line", "position", "sku", "kit_line", "quantity", "picked", "packed", "shipped",
            "short_reason",
        )  # fmt: skip


class ParcelContentSerializer(serializers.Serializer[Any]):
    """``line_id`` is a line of the shipment. Units: stock unit."""

    line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=Decimal(0))


class ParcelSerializer(serializers.ModelSerializer[Parcel]):
    """``contents`` is null where nobody wrote it down."""

    contents = ParcelContentSerializer(source="said", many=True, allow_null=True)

    class Meta:
        model = Parcel
        fields = (
            "id", "position", "weight_kg", "length_cm", "width_cm", "height_cm", "tracking_number", "sscc", "contents",
        )  # fmt: skip


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    order_number = serializers.CharField(source="order.number")
    customer_code = serializers.CharField(source="customer.code")
    warehouse_code = serializers.CharField(source="warehouse.code")

    class Meta:
        model = Shipment
        fields = (
            "id", "number", "state", "planned", "order", "order_number", "customer", "customer_code", "warehouse",
            "warehouse_code", "ship_to", "supply", "is_collected", "tracking_number", "created_at",
            "picked_at", "packed_at", "shipped_at", "delivered_at", "received_by",
        )  # fmt: skip


class ShipmentDetailSerializer(ShipmentSerializer):
    lines = serializers.SerializerMethodField()
    parcels = serializers.SerializerMethodField()

    class Meta(ShipmentSerializer.Meta):
        fields: Any = (*ShipmentSerializer.Meta.fields, "lines", "parcels")

    @extend_schema(responses=ShipmentLineSerializer(many=True))
    def get_lines(self, shipment: Shipment) -> list[dict[str, Any]]:
        return list(ShipmentLineSerializer(selectors.shipment_lines(shipment), many=True).data)

    @extend_schema(responses=ParcelSerializer(many=True))
    def get_parcels(self, shipment: Shipment) -> list[dict[str, Any]]:
        return [_parcel(packed) for packed in packed_parcels(shipment)]


def _parcel(packed: Packed) -> dict[str, Any]:
    """A parcel as a program reads it."""
    rows = packed.contents
    packed.parcel.said = None if rows is None else [{"line_id": line.pk, "quantity": units} for line, units in rows]  # type: ignore[attr-defined]
    return dict(ParcelSerializer(packed.parcel).data)


class StartInput(serializers.Serializer[Any]):
    planned_id = serializers.IntegerField()


class PickedLineInput(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    reason = serializers.ChoiceField(choices=ShortReason.choices, required=False, allow_blank=True, default="")


class PickInput(serializers.Serializer[Any]):
    """Without lines everything is picked; a line that is not named is picked in full."""

    lines = PickedLineInput(many=True, required=False)


class ParcelInputSerializer(serializers.Serializer[Any]):
    weight_kg = serializers.DecimalField(max_digits=12, decimal_places=3, required=False, allow_null=True, default=None)
    tracking_number = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    length_cm = serializers.DecimalField(max_digits=7, decimal_places=1, required=False, allow_null=True, default=None)
    width_cm = serializers.DecimalField(max_digits=7, decimal_places=1, required=False, allow_null=True, default=None)
    height_cm = serializers.DecimalField(max_digits=7, decimal_places=1, required=False, allow_null=True, default=None)
    contents = ParcelContentSerializer(many=True, required=False, allow_null=True, default=None)


class CheckInput(serializers.Serializer[Any]):
    """What was counted; a line that is not named was right."""

    lines = ParcelContentSerializer(many=True)


class PackInput(serializers.Serializer[Any]):
    parcels = ParcelInputSerializer(many=True)


class ShipInput(serializers.Serializer[Any]):
    tracking_number = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class UnpickInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=160)


class HandOverInput(serializers.Serializer[Any]):
    collected_by = serializers.CharField(max_length=80)


class SentLineInput(serializers.Serializer[Any]):
    """``line_id`` is a line of the supply order. Units: stock unit."""

    line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=Decimal(0))


class SupplierShipmentInput(serializers.Serializer[Any]):
    lines = SentLineInput(many=True)
    sent_on = serializers.DateField()
    tracking_number = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class DeliverInput(serializers.Serializer[Any]):
    """``arrived_at`` is now where it is not said."""

    received_by = serializers.CharField(max_length=80)
    arrived_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ShipmentDoor(StageApi):
    """Answers with the shipment as it stands now."""

    def shown(self, shipment_id: int, status: int = 200) -> Response:
        shipment = selectors.shipment_page(shipment_id, self.actor)
        return Response(ShipmentDetailSerializer(shipment).data, status=status)


class QueueApi(StageApi):
    """Released planned shipments that wait to be picked, the earliest slot first."""

    access = {"GET": "fulfillment.view_shipment"}

    @extend_schema(responses=WaitingSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.pick_queue(self.actor), WaitingSerializer, order=("slot_date", "id"))


class ShipmentsApi(ShipmentDoor):
    """Shipments, the newest first (filters: state, text); start picking a released planned shipment."""

    access = {"GET": "fulfillment.view_shipment", "POST": "fulfillment.pick"}
    idempotent = True

    @extend_schema(responses=ShipmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = request.query_params
        rows = selectors.shipments_list(self.actor, state=asked.get("state", ""), text=asked.get("text", ""))
        return page(request, rows, ShipmentSerializer)

    @extend_schema(request=StartInput, responses={201: ShipmentDetailSerializer})
    def post(self, request: Request) -> Response:
        shipment = services.start_picking(actor=self.actor, **self.read(StartInput))
        return self.shown(shipment.pk, status=201)


class ShipmentApi(ShipmentDoor):
    """One shipment with its lines and parcels."""

    access = {"GET": "fulfillment.view_shipment"}

    @extend_schema(responses=ShipmentDetailSerializer)
    def get(self, request: Request, shipment_id: int) -> Response:
        return self.shown(shipment_id)


class PickApi(ShipmentDoor):
    """Report what was taken from the shelves."""

    access = {"POST": "fulfillment.pick"}

    @extend_schema(request=PickInput, responses=ShipmentDetailSerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        lines = self.read(PickInput).get("lines", [])
        services.pick_shipment(
            shipment_id=shipment_id,
            picked={line["line_id"]: line["quantity"] for line in lines},
            reasons={line["line_id"]: line["reason"] for line in lines},
            actor=self.actor,
        )
        return self.shown(shipment_id)


class CheckApi(ShipmentDoor):
    """Record what somebody else than the picker counted."""

    access = {"POST": "fulfillment.check"}

    @extend_schema(request=CheckInput, responses=ShipmentDetailSerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        counted = _by_line(self.read(CheckInput)["lines"])
        check_shipment(shipment_id=shipment_id, counted=counted, actor=self.actor)
        return self.shown(shipment_id)


def _bench(said: dict[str, Any]) -> ParcelInput:
    contents = said.pop("contents")
    return ParcelInput(**said, contents=None if contents is None else _by_line(contents))


def _by_line(rows: list[dict[str, Any]]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for row in rows:
        found[row["line_id"]] = found.get(row["line_id"], Decimal(0)) + row["quantity"]
    return found


class PackApi(ShipmentDoor):
    """Put all that was picked into these parcels."""

    access = {"POST": "fulfillment.pack"}

    @extend_schema(request=PackInput, responses=ShipmentDetailSerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        parcels = [_bench(parcel) for parcel in self.read(PackInput)["parcels"]]
        services.pack_shipment(shipment_id=shipment_id, parcels=parcels, actor=self.actor)
        return self.shown(shipment_id)


class ShipApi(ShipmentDoor):
    """Hand the packed shipment to the carrier."""

    access = {"POST": "fulfillment.ship"}

    @extend_schema(request=ShipInput, responses=ShipmentDetailSerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.ship_shipment(shipment_id=shipment_id, actor=self.actor, **self.read(ShipInput))
        return self.shown(shipment_id)


class UnpickApi(ShipmentDoor):
    """Put everything back; its planned shipment waits to be picked again."""

    access = {"POST": "fulfillment.unpick"}

    @extend_schema(request=UnpickInput, responses=ShipmentDetailSerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.unpick_shipment(shipment_id=shipment_id, actor=self.actor, **self.read(UnpickInput))
        return self.shown(shipment_id)


class HandOverApi(ShipmentDoor):
    """Give a packed shipment to whoever collects it for the customer."""

    access = {"POST": "fulfillment.ship"}

    @extend_schema(request=HandOverInput, responses=ShipmentDetailSerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.hand_over(shipment_id=shipment_id, actor=self.actor, **self.read(HandOverInput))
        return self.shown(shipment_id)


class SupplierShipmentApi(StageApi):
    """Confirm that a supplier sent goods of a drop shipment to the customer. Answers the shipments made of it."""

    access = {"POST": "fulfillment.confirm_supplier_shipment"}
    idempotent = True

    @extend_schema(request=SupplierShipmentInput, responses={201: ShipmentDetailSerializer(many=True)})
    def post(self, request: Request, supply_id: int) -> Response:
        data = self.read(SupplierShipmentInput)
        sent: dict[int, Decimal] = {}
        for line in data.pop("lines"):
            sent[line["line_id"]] = sent.get(line["line_id"], Decimal(0)) + line["quantity"]
        made = services.confirm_supplier_shipment(supply_id=supply_id, sent=sent, actor=self.actor, **data)
        shown = [selectors.shipment_page(shipment.pk, self.actor) for shipment in made]
        return Response(ShipmentDetailSerializer(shown, many=True).data, status=201)


class DeliverApi(ShipmentDoor):
    """Record that the goods arrived."""

    access = {"POST": "fulfillment.confirm_delivery"}

    @extend_schema(request=DeliverInput, responses=ShipmentDetailSerializer)
    def post(self, request: Request, shipment_id: int) -> Response:
        services.deliver_shipment(shipment_id=shipment_id, actor=self.actor, **self.read(DeliverInput))
        return self.shown(shipment_id)


urlpatterns = [
    *carriers.urlpatterns,
    *picking.urlpatterns,
    *waves.urlpatterns,
    *tracking.urlpatterns,
    *radar_doors,
    path("queue/", QueueApi.as_view(), name="queue"),
    path("shipments/", ShipmentsApi.as_view(), name="shipments"),
    path("shipments/<int:shipment_id>/", ShipmentApi.as_view(), name="shipment"),
    path("shipments/<int:shipment_id>/pick/", PickApi.as_view(), name="pick"),
    path("shipments/<int:shipment_id>/check/", CheckApi.as_view(), name="check"),
    path("shipments/<int:shipment_id>/pack/", PackApi.as_view(), name="pack"),
    path("shipments/<int:shipment_id>/ship/", ShipApi.as_view(), name="ship"),
    path("shipments/<int:shipment_id>/unpick/", UnpickApi.as_view(), name="unpick"),
    path("shipments/<int:shipment_id>/hand-over/", HandOverApi.as_view(), name="hand-over"),
    path("supplier/<int:supply_id>/", SupplierShipmentApi.as_view(), name="supplier-shipment"),
    path("shipments/<int:shipment_id>/deliver/", DeliverApi.as_view(), name="deliver"),
]

"""REST views of claims: returns, and every step of one."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, may_see, page
from returns.claims import selectors, services
from returns.claims.models import Disposition, Return, ReturnLine, ReturnReason
from returns.claims.services import ReturnInput

REASONS = [reason for reason in ReturnReason.values if reason != ReturnReason.UNKNOWN]


class ReturnSerializer(serializers.ModelSerializer[Return]):
    customer_code = serializers.CharField(source="customer.code")
    order_number = serializers.CharField(source="order.number", default=None)
    warehouse_code = serializers.CharField(source="warehouse.code", default=None)
    supplier_name = serializers.CharField(source="supplier.name", default=None)
    credit_note_number = serializers.CharField(source="credit_note.number", default=None)

    class Meta:
        model = Return
        fields: tuple[str, ...] = (
            "id", "number", "state", "customer", "customer_code", "order", "order_number", "warehouse",
            "warehouse_code", "supplier", "supplier_name", "note", "created_at", "received_at", "settled_at",
            "currency", "net_amount", "net_base", "credit_note", "credit_note_number",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """What it is worth is for those who may see prices."""
        fields = super().get_fields()
        if not may_see(self, "orders.view_price"):
            for name in ("currency", "net_amount", "net_base", "credit_note", "credit_note_number"):
                fields.pop(name)
        return fields


class ReturnLineSerializer(serializers.ModelSerializer[ReturnLine]):
    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = ReturnLine
        fields = (
            "id", "position", "order_line", "product", "sku", "description", "quantity", "received", "accepted",
            "reason", "disposition", "caused_by_stage", "unmatched_reason", "unit_price", "net_amount", "cost_base",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not may_see(self, "orders.view_price"):
            fields.pop("unit_price")
            fields.pop("net_amount")
        if not may_see(self, "orders.view_cost"):
            fields.pop("cost_base")
        return fields


class ReturnDetailSerializer(ReturnSerializer):
    lines = serializers.SerializerMethodField()

    class Meta(ReturnSerializer.Meta):
        fields = (*ReturnSerializer.Meta.fields, "lines")

    @extend_schema(responses=ReturnLineSerializer(many=True))
    def get_lines(self, document: Return) -> list[dict[str, Any]]:
        return list(ReturnLineSerializer(selectors.lines_of(document), many=True, context=self.context).data)


class ReturnRequestLineInput(serializers.Serializer[Any]):
    order_line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    reason = serializers.ChoiceField(choices=REASONS)


class ReturnRequestInput(serializers.Serializer[Any]):
    order_id = serializers.IntegerField()
    lines = ReturnRequestLineInput(many=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ReturnAuthorizeInput(serializers.Serializer[Any]):
    """Without a warehouse the goods come back to that of the order; with a supplier, to who sent them to the customer."""

    warehouse_id = serializers.IntegerField(required=False, default=None)
    supplier_id = serializers.IntegerField(required=False, default=None, allow_null=True)


class ReturnReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class ReturnReceivedLineInput(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)


class ReturnReceiveInput(serializers.Serializer[Any]):
    lines = ReturnReceivedLineInput(many=True)


class ReturnInspectedLineInput(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    accepted = serializers.DecimalField(max_digits=18, decimal_places=6)
    disposition = serializers.ChoiceField(choices=Disposition.choices)


class ReturnInspectInput(serializers.Serializer[Any]):
    lines = ReturnInspectedLineInput(many=True)


class ReturnDoor(StageApi):
    """Answers with the return as it stands now."""

    def shown(self, return_id: int, status: int = 200) -> Response:
        document = selectors.one_return(return_id, self.actor)
        return Response(ReturnDetailSerializer(document, context={"actor": self.actor}).data, status=status)


class ReturnsApi(ReturnDoor):
    """Returns, the newest first (``state``, ``text``); POST requests one."""

    access = {"GET": "claims.view_return", "POST": "claims.request_return"}
    idempotent = True

    @extend_schema(responses=ReturnSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("state", "text")}
        return page(request, selectors.returns_list(self.actor, **asked), ReturnSerializer, actor=self.actor)

    @extend_schema(request=ReturnRequestInput, responses={201: ReturnDetailSerializer})
    def post(self, request: Request) -> Response:
        asked = self.read(ReturnRequestInput)
        lines = [ReturnInput(**line) for line in asked["lines"]]
        made = services.request_return(order_id=asked["order_id"], lines=lines, note=asked["note"], actor=self.actor)
        return self.shown(made.pk, status=201)


class ReturnApi(ReturnDoor):
    """One return with its lines."""

    access = {"GET": "claims.view_return"}

    @extend_schema(responses=ReturnDetailSerializer)
    def get(self, request: Request, return_id: int) -> Response:
        return self.shown(return_id)


class AuthorizeApi(ReturnDoor):
    access = {"POST": "claims.authorize_return"}

    @extend_schema(request=ReturnAuthorizeInput, responses=ReturnDetailSerializer)
    def post(self, request: Request, return_id: int) -> Response:
        """Let the goods come back."""
        services.authorize_return(return_id=return_id, actor=self.actor, **self.read(ReturnAuthorizeInput))
        return self.shown(return_id)


class RejectApi(ReturnDoor):
    access = {"POST": "claims.authorize_return"}

    @extend_schema(request=ReturnReasonInput, responses=ReturnDetailSerializer)
    def post(self, request: Request, return_id: int) -> Response:
        """Say no."""
        services.reject_return(return_id=return_id, actor=self.actor, **self.read(ReturnReasonInput))
        return self.shown(return_id)


class CancelApi(ReturnDoor):
    access = {"POST": "claims.request_return"}

    @extend_schema(request=ReturnReasonInput, responses=ReturnDetailSerializer)
    def post(self, request: Request, return_id: int) -> Response:
        """Give it up before anything has arrived."""
        services.cancel_return(return_id=return_id, actor=self.actor, **self.read(ReturnReasonInput))
        return self.shown(return_id)


class ReceiveApi(ReturnDoor):
    access = {"POST": "claims.receive_return"}

    @extend_schema(request=ReturnReceiveInput, responses=ReturnDetailSerializer)
    def post(self, request: Request, return_id: int) -> Response:
        """Book what arrived."""
        came = {line["line_id"]: line["quantity"] for line in self.read(ReturnReceiveInput)["lines"]}
        services.receive_return(return_id=return_id, received=came, actor=self.actor)
        return self.shown(return_id)


class InspectApi(ReturnDoor):
    access = {"POST": "claims.inspect_return"}

    @extend_schema(request=ReturnInspectInput, responses=ReturnDetailSerializer)
    def post(self, request: Request, return_id: int) -> Response:
        """Say what is accepted and what becomes of it."""
        lines = self.read(ReturnInspectInput)["lines"]
        outcome = {line["line_id"]: (line["accepted"], line["disposition"]) for line in lines}
        services.inspect_return(return_id=return_id, outcome=outcome, actor=self.actor)
        return self.shown(return_id)


class SettleApi(ReturnDoor):
    access = {"POST": "claims.settle_return"}

    @extend_schema(request=None, responses=ReturnDetailSerializer)
    def post(self, request: Request, return_id: int) -> Response:
        """Credit what was accepted."""
        services.settle_return(return_id=return_id, actor=self.actor)
        return self.shown(return_id)


class CloseApi(ReturnDoor):
    access = {"POST": "claims.settle_return"}

    @extend_schema(request=None, responses=ReturnDetailSerializer)
    def post(self, request: Request, return_id: int) -> Response:
        """End a settled return."""
        services.close_return(return_id=return_id, actor=self.actor)
        return self.shown(return_id)


urlpatterns = [
    path("returns/", ReturnsApi.as_view(), name="returns"),
    path("returns/<int:return_id>/", ReturnApi.as_view(), name="return"),
    path("returns/<int:return_id>/authorize/", AuthorizeApi.as_view(), name="authorize"),
    path("returns/<int:return_id>/reject/", RejectApi.as_view(), name="reject"),
    path("returns/<int:return_id>/cancel/", CancelApi.as_view(), name="cancel"),
    path("returns/<int:return_id>/receive/", ReceiveApi.as_view(), name="receive"),
    path("returns/<int:return_id>/inspect/", InspectApi.as_view(), name="inspect"),
    path("returns/<int:return_id>/settle/", SettleApi.as_view(), name="settle"),
    path("returns/<int:return_id>/close/", CloseApi.as_view(), name="close"),
]

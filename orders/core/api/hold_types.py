"""Kinds of hold by REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.master.selectors import version_of
from orders.core.models import HoldCause, HoldScope, HoldType, Touched
from orders.core.services.hold_types import STEPS, change_hold_type, enter_hold_type


class HoldTypeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=30)
    name = serializers.CharField(max_length=60)
    scope = serializers.ChoiceField(choices=HoldScope.choices, default=HoldScope.ORDER)
    cause = serializers.ChoiceField(choices=HoldCause.choices, default=HoldCause.US)
    blocks = serializers.ListField(child=serializers.ChoiceField(choices=STEPS))
    keeps_stock = serializers.BooleanField(default=True)
    is_credit = serializers.BooleanField(default=False)
    resolve_permission = serializers.CharField(max_length=40, default="orders.resolve_hold")
    sla_minutes = serializers.IntegerField(min_value=1, max_value=60 * 24 * 60, default=480)
    on_change = serializers.ListField(child=serializers.ChoiceField(choices=Touched.choices), default=list)
    after = serializers.CharField(max_length=30, allow_blank=True, default="", source="after.code", help_text="A code.")
    is_active = serializers.BooleanField(default=True)

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        if "after" in values:
            values["after"] = values["after"]["code"]
        return values


class HoldTypesApi(StageApi):
    """All kinds of hold; a new one."""

    access = {"GET": "orders.view_order", "POST": "orders.manage_rules"}
    idempotent = True

    @extend_schema(responses=HoldTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        kinds = HoldType.objects.filter(company_id=self.actor.company_id).select_related("after")
        return page(request, kinds, HoldTypeSerializer, order=("code", "id"))

    @extend_schema(request=HoldTypeSerializer, responses={201: HoldTypeSerializer})
    def post(self, request: Request) -> Response:
        values = self.read(HoldTypeSerializer)
        kind = enter_hold_type(code=values.pop("code"), values=values, actor=self.actor)
        return _answer(kind, 201)


class HoldTypeApi(StageApi):
    """One kind of hold; ETag is its version, If-Match refuses a change of something else than was read."""

    access = {"GET": "orders.view_order", "PATCH": "orders.manage_rules"}

    @extend_schema(responses=HoldTypeSerializer, operation_id="hold_type_read")
    def get(self, request: Request, code: str) -> Response:
        kind = HoldType.objects.select_related("after").filter(company_id=self.actor.company_id, code=code).first()
        if kind is None:
            raise NotFound(f"There is no hold type {code}.")
        return _answer(kind)

    @extend_schema(
        request=HoldTypeSerializer(partial=True), responses=HoldTypeSerializer, operation_id="hold_type_change"
    )
    def patch(self, request: Request, code: str) -> Response:
        values = self.read(HoldTypeSerializer, partial=True)
        kind = change_hold_type(code=code, values=values, actor=self.actor, version=self.expected_version())
        return _answer(kind)


def _answer(kind: HoldType, status: int = 200) -> Response:
    return Response(HoldTypeSerializer(kind).data, status=status, headers={"ETag": f'"{version_of(kind)}"'})

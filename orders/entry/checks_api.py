"""REST: how clean an order is, and whom it takes stock from."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi
from orders.core.models import OrderState
from orders.entry import services
from orders.entry.selectors.effects import effects_on_others
from orders.entry.selectors.grid import draft_of
from orders.entry.showing import show


class CheckSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    what = serializers.CharField()
    mend = serializers.CharField()
    holds = serializers.BooleanField()
    points = serializers.IntegerField()
    row = serializers.IntegerField(allow_null=True)
    leads_to = serializers.CharField()


class EffectSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    sku = serializers.CharField()
    unit = serializers.CharField()
    taken = serializers.DecimalField(18, 6)
    wanted = serializers.DecimalField(18, 6)
    order_id = serializers.IntegerField()
    order = serializers.CharField()
    customer_class = serializers.CharField()


class CleanSerializer(serializers.Serializer[Any]):
    """The points lost by family and the score make 100."""

    score = serializers.IntegerField()
    lost = serializers.DictField(child=serializers.IntegerField())
    findings = CheckSerializer(many=True)
    effects = EffectSerializer(many=True)


class ChecksApi(StageApi):
    """How clean an order is as it stands, and whom it would take stock from. Nothing is written."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_order"}

    @extend_schema(responses=CleanSerializer)
    def get(self, request: Request, order_id: int) -> Response:
        order = draft_of(self.actor, order_id)
        clean = services.check_order(order).seen_by(self.actor)
        is_open = order.state in (OrderState.DRAFT, OrderState.PENDING)
        lines = order.lines.select_related("product").order_by("position")
        shown = show(order, clean, self.actor, effects_on_others(order, list(lines)) if is_open else ())
        return Response(
            CleanSerializer(
                {"score": clean.score, "lost": clean.parts, "findings": shown.findings, "effects": shown.effects}
            ).data
        )


urlpatterns = [path("orders/<int:order_id>/checks/", ChecksApi.as_view(), name="checks")]

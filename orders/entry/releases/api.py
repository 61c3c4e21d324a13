"""REST view of making an order of a planned release."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi
from orders.entry.releases.services import order_release


class OrderedReleaseSerializer(serializers.Serializer[Any]):
    """The draft that was begun, and the items that do not have the agreement's price."""

    order_id = serializers.IntegerField()
    priced_elsewhere = serializers.ListField(child=serializers.CharField())


class OrderReleaseApi(StageApi):
    """Make the order of a planned release as a draft, once; a second call is refused naming that order."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    idempotent = True

    @extend_schema(request=None, responses={201: OrderedReleaseSerializer})
    def post(self, request: Request, release_id: int) -> Response:
        made = order_release(release_id=release_id, version=self.expected_version(), actor=self.actor)
        answer = {"order_id": made.order.pk, "priced_elsewhere": made.priced_elsewhere}
        return Response(OrderedReleaseSerializer(answer).data, status=201)


urlpatterns = [path("releases/<int:release_id>/order/", OrderReleaseApi.as_view(), name="order-release")]

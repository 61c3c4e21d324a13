"""REST views of what it costs to serve an order or a quote. Hidden, like every cost, from whoever may not see it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api.base import StageApi
from orders.core.models import Order
from orders.core.selectors.orders import order_of
from orders.pricing.models import Quote
from orders.pricing.selectors import quote_of
from orders.pricing.serving.showing import shown


class ServingPartSerializer(serializers.Serializer[Any]):
    """``count`` times ``rate``, less ``less``; ``rate`` of *money* is percent a year, every other company currency.

    ``is_estimate`` until what is counted has happened.
    """

    key = serializers.CharField()
    count = serializers.DecimalField(24, 6)
    rate = serializers.DecimalField(18, 4, allow_null=True)
    amount = serializers.DecimalField(18, 2, allow_null=True)
    less = serializers.DecimalField(18, 2)
    is_estimate = serializers.BooleanField()


class ServingSerializer(serializers.Serializer[Any]):
    """The margin before and after serving, in company currency; ``is_least``: it costs at least so much."""

    currency = serializers.CharField()
    gross_percent = serializers.DecimalField(9, 2, source="serving.gross_percent", allow_null=True)
    net_percent = serializers.DecimalField(9, 2, source="serving.net_percent", allow_null=True)
    cost_base = serializers.DecimalField(18, 2, source="serving.cost_base", allow_null=True)
    is_least = serializers.BooleanField(source="serving.is_least")
    rates_from = serializers.CharField(source="source")
    parts = ServingPartSerializer(many=True)


class _ServingApi(StageApi):
    access = {"GET": "orders.view_cost"}

    def told(self, document: Order | Quote) -> Response:
        found = shown(document, self.actor)
        if found is None:
            raise NotFound(f"{document} has no lines yet.")
        return Response(ServingSerializer(found).data)


class OrderServingApi(_ServingApi):
    """What it costs to serve an order, part by part, and the margin after it."""

    @extend_schema(responses=ServingSerializer)
    def get(self, request: Request, order_id: int) -> Response:
        return self.told(order_of(self.actor, order_id))


class QuoteServingApi(_ServingApi):
    """What it would cost to serve a quote, part by part, and the margin after it."""

    @extend_schema(responses=ServingSerializer)
    def get(self, request: Request, quote_id: int) -> Response:
        return self.told(quote_of(self.actor, quote_id))

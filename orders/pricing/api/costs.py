"""REST view of what items cost us."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.models import ProductCost
from orders.pricing import services
from orders.pricing.selectors import costs as selectors
from orders.pricing.services.costs import TYPED


class CostChangeSerializer(serializers.ModelSerializer[ProductCost]):
    class Meta:
        model = ProductCost
        fields = ("id", "kind", "before", "after", "at", "reason", "changed_by")


class CostInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in TYPED])
    cost = serializers.DecimalField(allow_null=True, max_digits=18, decimal_places=4, min_value=0)
    reason = serializers.CharField(max_length=120)


class CostsApi(StageApi):
    """Every change of an item's costs, the latest first; PUT types the standard or the replacement cost."""

    access = {"GET": "orders.view_cost", "PUT": "pricing.edit_price_list"}

    @extend_schema(responses=CostChangeSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        product = selectors.product_of(self.actor, product_id)
        return page(request, selectors.cost_changes(product), CostChangeSerializer)

    @extend_schema(request=CostInput, responses=CostChangeSerializer(many=True))
    def put(self, request: Request, product_id: int) -> Response:
        services.set_cost(product_id=product_id, actor=self.actor, **self.read(CostInput))
        return self.get(request, product_id)

"""REST views of what goes with an item and instead of it."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api.base import StageApi
from orders.core.models import Product
from orders.entry.companions import substitutes
from orders.entry.companions.models import ItemCompanion, Substitute
from orders.entry.companions.selectors import substitutes_of


class ItemCompanionSerializer(serializers.ModelSerializer[ItemCompanion]):
    """``share`` is percent of ``base``: orders that have the item (with), customers that buy it (instead)."""

    sku = serializers.CharField(source="other.sku")

    class Meta:
        model = ItemCompanion
        fields = ("relation", "place", "sku", "both", "base", "share", "lift", "computed_at")


class SubstituteSerializer(serializers.ModelSerializer[Substitute]):
    sku = serializers.CharField(source="other.sku")

    class Meta:
        model = Substitute
        fields = ("id", "sku", "note", "declared_by", "declared_at")


class DeclareSubstituteInput(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=60)
    note = serializers.CharField(max_length=120, required=False, allow_blank=True)


class _OfItem(StageApi):
    def item(self, product_id: int) -> Product:
        found = Product.objects.filter(pk=product_id, company_id=self.actor.company_id).first()
        if found is None:
            raise NotFound(f"There is no item {product_id}.", product_id=product_id)
        return found


class CompanionsApi(_OfItem):
    """What past orders show to be bought with an item, and instead of it; the best first."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_order"}

    @extend_schema(responses=ItemCompanionSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        rows = ItemCompanion.objects.filter(product=self.item(product_id)).select_related("other")
        return Response(ItemCompanionSerializer(rows.order_by("relation", "place"), many=True).data)


class SubstitutesApi(_OfItem):
    """Declared substitutes of an item; declare another."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_order", "POST": substitutes.MAY}
    idempotent = True

    @extend_schema(responses=SubstituteSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        self.item(product_id)
        return Response(SubstituteSerializer(substitutes_of(self.actor, product_id), many=True).data)

    @extend_schema(request=DeclareSubstituteInput, responses={201: SubstituteSerializer})
    def post(self, request: Request, product_id: int) -> Response:
        data = self.read(DeclareSubstituteInput)
        declared = substitutes.declare_substitute(product_id=product_id, actor=self.actor, **data)
        return Response(SubstituteSerializer(declared).data, status=201)


class SubstituteApi(StageApi):
    """Take a declared substitute back."""

    access: ClassVar[dict[str, str]] = {"DELETE": substitutes.MAY}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, substitute_id: int) -> Response:
        substitutes.withdraw_substitute(substitute_id=substitute_id, actor=self.actor)
        return Response(status=204)


urlpatterns = [
    path("products/<int:product_id>/companions/", CompanionsApi.as_view(), name="companions"),
    path("products/<int:product_id>/substitutes/", SubstitutesApi.as_view(), name="substitutes"),
    path("substitutes/<int:substitute_id>/", SubstituteApi.as_view(), name="substitute"),
]

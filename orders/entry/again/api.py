"""REST views of what is ordered again: what a customer bought before, and order templates."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, may_see, page
from orders.entry.again import selectors, services
from orders.entry.again.models import OrderTemplate, TemplateLine


class BoughtBeforeSerializer(serializers.Serializer[Any]):
    """The customer's latest line of an item. Units: ``quantity`` in ``unit``, the price per stock unit."""

    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit = serializers.CharField()
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=4)
    currency = serializers.CharField()
    at = serializers.DateTimeField()
    order = serializers.CharField()
    order_id = serializers.IntegerField()
    times = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """Prices are for those who may see them."""
        fields: dict[str, Any] = super().get_fields()
        if not may_see(self, "orders.view_price"):
            fields.pop("unit_price")
        return fields


class OrderTemplateSerializer(serializers.ModelSerializer[OrderTemplate]):
    customer_code = serializers.CharField(source="customer.code")
    line_count = serializers.IntegerField()

    class Meta:
        model = OrderTemplate
        fields = ("id", "name", "customer", "customer_code", "line_count", "delivery", "version", "kept_by", "kept_at")


class TemplateLineSerializer(serializers.ModelSerializer[TemplateLine]):
    """``ship_to`` is empty where the line goes with the order."""

    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = TemplateLine
        fields = ("position", "kind", "sku", "description", "unit", "quantity", "supply", "ship_to")


class OrderTemplateDetailSerializer(OrderTemplateSerializer):
    lines = TemplateLineSerializer(many=True)

    class Meta(OrderTemplateSerializer.Meta):
        fields = (*OrderTemplateSerializer.Meta.fields, "lines")  # type: ignore[assignment]


class KeepTemplateInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    order_id = serializers.IntegerField(required=False)
    quote_id = serializers.IntegerField(required=False)
    replace = serializers.BooleanField(default=False)


class TemplateQuantityInput(serializers.Serializer[Any]):
    position = serializers.IntegerField(min_value=1)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0)


class ChangeTemplateInput(serializers.Serializer[Any]):
    """Quantities by position; 0 takes the line out, lines that are not named stay."""

    name = serializers.CharField(max_length=60)
    quantities = TemplateQuantityInput(many=True, required=False)


class OrderedAgainSerializer(serializers.Serializer[Any]):
    """The draft that was begun, the items that are no longer sold, and those whose address is not in use any more."""

    order_id = serializers.IntegerField()
    left_out = serializers.ListField(child=serializers.CharField())
    without_place = serializers.ListField(child=serializers.CharField())


class BoughtBeforeApi(StageApi):
    """What a customer bought within two years, the latest first, at most 60 items; ``q`` narrows."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_order"}

    @extend_schema(responses=BoughtBeforeSerializer(many=True), parameters=[OpenApiParameter("q", str)])
    def get(self, request: Request, customer_id: int) -> Response:
        customer = selectors.customer_of(self.actor, customer_id)
        found = selectors.bought_before(self.actor, customer.pk, request.query_params.get("q", "")[:60])
        return Response(BoughtBeforeSerializer(found, many=True, context={"request": request}).data)


class TemplateDoor(StageApi):
    def shown(self, template_id: int, status: int = 200) -> Response:
        template = selectors.template_of(self.actor, template_id)
        data = OrderTemplateDetailSerializer(template).data
        data["lines"] = TemplateLineSerializer(selectors.template_lines(template), many=True).data
        return Response(data, status=status, headers={"ETag": f'"{template.version}"'})


class OrderTemplatesApi(TemplateDoor):
    """Order templates, the newest first (filters: customer, text); keep the lines of an order or quote as one."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_order", "POST": services.KEEP}
    idempotent = True

    @extend_schema(responses=OrderTemplateSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.template_list(self.actor, request.query_params), OrderTemplateSerializer)

    @extend_schema(request=KeepTemplateInput, responses={201: OrderTemplateDetailSerializer})
    def post(self, request: Request) -> Response:
        kept = services.keep_template(actor=self.actor, **self.read(KeepTemplateInput))
        return self.shown(kept.pk, status=201)


class OrderTemplateApi(TemplateDoor):
    """One template with its lines; PUT changes name and quantities, DELETE drops it."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_order", "PUT": services.KEEP, "DELETE": services.KEEP}

    @extend_schema(responses=OrderTemplateDetailSerializer)
    def get(self, request: Request, template_id: int) -> Response:
        return self.shown(template_id)

    @extend_schema(request=ChangeTemplateInput, responses=OrderTemplateDetailSerializer)
    def put(self, request: Request, template_id: int) -> Response:
        data = self.read(ChangeTemplateInput)
        quantities = {row["position"]: row["quantity"] for row in data.get("quantities", [])}
        services.change_template(
            template_id=template_id,
            name=data["name"],
            quantities=quantities,
            version=self.expected_version(),
            actor=self.actor,
        )
        return self.shown(template_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, template_id: int) -> Response:
        services.drop_template(template_id=template_id, actor=self.actor)
        return Response(status=204)


class OrderFromTemplateApi(StageApi):
    """Begin a draft order from a template at today's prices."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    idempotent = True

    @extend_schema(request=None, responses={201: OrderedAgainSerializer})
    def post(self, request: Request, template_id: int) -> Response:
        made = services.order_from_template(template_id=template_id, actor=self.actor)
        answer = {"order_id": made.order.pk, "left_out": made.left_out, "without_place": made.without_place}
        return Response(OrderedAgainSerializer(answer).data, status=201)


urlpatterns = [
    path("customers/<int:customer_id>/bought/", BoughtBeforeApi.as_view(), name="bought"),
    path("templates/", OrderTemplatesApi.as_view(), name="templates"),
    path("templates/<int:template_id>/", OrderTemplateApi.as_view(), name="template"),
    path("templates/<int:template_id>/order/", OrderFromTemplateApi.as_view(), name="order-template"),
]

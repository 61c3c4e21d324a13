"""REST views of prices over time."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, may_see, page
from orders.core.api.serializers import VisibleSerializer
from orders.core.models import Company, OrderLine
from orders.core.selectors.companies import as_of
from orders.pricing.trends import selectors
from orders.pricing.trends.forms import SoldLineFilterForm, TrendForm, VarianceForm
from orders.pricing.trends.sold import DAYS, VARIANCE_DAYS, period_of, scope_of
from orders.pricing.trends.variance import price_variance

VARIANCE_PAGE = 200
_PERIOD = [OpenApiParameter("first", str, description="A day"), OpenApiParameter("last", str, description="A day")]


class PricePointSerializer(serializers.Serializer[Any]):
    """``price``, ``list_price`` and ``cost`` are means: money per stock unit, or index points where no item is named."""

    month = serializers.DateField(allow_null=True)
    lines = serializers.IntegerField()
    quantity = serializers.DecimalField(24, 6, allow_null=True)
    net_base = serializers.DecimalField(18, 2)
    price = serializers.DecimalField(18, 4, allow_null=True)
    list_price = serializers.DecimalField(18, 4, allow_null=True)
    discount_percent = serializers.DecimalField(9, 2, allow_null=True)
    cost = serializers.DecimalField(18, 4, allow_null=True)
    margin_percent = serializers.DecimalField(9, 2, allow_null=True)
    outliers = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        hidden = () if may_see(self, "orders.view_cost") else ("cost", "margin_percent")
        return {name: field for name, field in fields.items() if name not in hidden}


class OutlierSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(source="line.pk")
    order = serializers.IntegerField(source="line.order_id")
    number = serializers.CharField(source="line.order.number")
    sku = serializers.CharField(source="line.product.sku")
    price = serializers.DecimalField(18, 4)
    usual = serializers.DecimalField(18, 4)
    deviations = serializers.DecimalField(9, 1)


class PriceTrendSerializer(serializers.Serializer[Any]):
    first = serializers.DateField(source="scope.first")
    last = serializers.DateField(source="scope.last")
    is_index = serializers.BooleanField()
    months = PricePointSerializer(many=True)
    whole = PricePointSerializer(allow_null=True)
    outliers = OutlierSerializer(many=True)


class VarianceRowSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField()
    lines = serializers.IntegerField()
    differing = serializers.IntegerField()
    without = serializers.IntegerField()
    expected_base = serializers.DecimalField(18, 2)
    charged_base = serializers.DecimalField(18, 2)
    variance_base = serializers.DecimalField(18, 2)
    variance_percent = serializers.DecimalField(9, 2, allow_null=True)


class SoldLineSerializer(VisibleSerializer):
    number = serializers.CharField(source="order.number")
    customer = serializers.IntegerField(source="order.customer_id")
    sku = serializers.CharField(source="product.sku")
    submitted_at = serializers.DateTimeField(source="order.submitted_at")
    quantity = serializers.DecimalField(18, 6, source="sold_quantity")
    expected = serializers.DecimalField(18, 4, allow_null=True)
    charged = serializers.DecimalField(18, 4)
    variance_base = serializers.DecimalField(18, 2)

    class Meta:
        model = OrderLine
        fields = (
            "id", "order", "number", "customer", "sku", "submitted_at", "quantity", "list_price", "expected", "charged",
            "variance_base", "unit_cost",
        )  # fmt: skip


class _OverTime(StageApi):
    access = {"GET": "orders.view_price"}

    def days(self, data: dict[str, Any], length: int) -> tuple[Any, Any]:
        return period_of(data, as_of(Company.objects.get(pk=self.actor.company_id)), length)


def _refuse(form: Any) -> None:
    """Raises: InvalidInput at the first wrong field"""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise InvalidInput(str(errors[0]), field=str(field))


class PriceTrendApi(_OverTime):
    """Prices of an item (``sku``), a customer (``customer``, a code) or both, month by month; two years unless said."""

    @extend_schema(
        parameters=[OpenApiParameter("sku", str), OpenApiParameter("customer", str), *_PERIOD],
        responses=PriceTrendSerializer,
    )
    def get(self, request: Request) -> Response:
        form = TrendForm(request.query_params, company_id=self.actor.company_id)
        _refuse(form)
        product, customer = form.product, form.cleaned_data["customer"]
        if not product and not customer:
            raise InvalidInput("Name an item, a customer, or both.", field="sku")
        first, last = self.days(form.cleaned_data, DAYS)
        ids = {"product_id": product and product.pk, "customer_id": customer and customer.pk}
        found = selectors.price_trend(self.actor, scope_of(self.actor, first, last, **ids))
        return Response(PriceTrendSerializer(found, context={"request": request}).data)


class PriceVarianceApi(_OverTime):
    """Charged against expected by item, the largest difference first; a year unless said. A page has 200 items."""

    @extend_schema(
        parameters=[
            OpenApiParameter("category", int),
            OpenApiParameter("customer", int),
            OpenApiParameter("after", str, description="The cursor of the answer before"),
            *_PERIOD,
        ],
        responses=VarianceRowSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        form = VarianceForm(request.query_params, self.actor)
        _refuse(form)
        data = form.cleaned_data
        first, last = self.days(data, VARIANCE_DAYS)
        scope = scope_of(self.actor, first, last, customer_id=data["customer"] and data["customer"].pk)
        found = price_variance(scope, data["category"] and data["category"].pk, after=data["after"], most=VARIANCE_PAGE)
        rows = VarianceRowSerializer(found.rows, many=True).data
        return Response({"results": rows, "next": found.after or None, "previous": None})


class SoldLinesApi(_OverTime):
    """The lines behind trend and variance, the newest first (filters: product, customer, category, first, last,
    against=differs or unknown)."""

    @extend_schema(responses=SoldLineSerializer(many=True))
    def get(self, request: Request) -> Response:
        form = SoldLineFilterForm(request.query_params, self.actor)
        _refuse(form)
        rows = selectors.sold_lines(self.actor, form.cleaned_data)
        return page(request, rows, SoldLineSerializer, order=("-order__submitted_at", "-id"), actor=self.actor)

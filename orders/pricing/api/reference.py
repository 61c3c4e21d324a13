"""REST views of taxes and exchange rates."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.pricing import services
from orders.pricing.models import ExchangeRate, TaxRule
from orders.pricing.selectors import price_lists as lists


class TaxRuleSerializer(serializers.ModelSerializer[TaxRule]):
    class Meta:
        model = TaxRule
        fields = (
            "id", "code", "name", "country", "region", "tax_class", "category", "rate", "valid_from", "is_active",
        )  # fmt: skip


class TaxRuleInput(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=60)
    country = serializers.CharField(max_length=2, allow_blank=True, default="")
    region = serializers.CharField(max_length=80, allow_blank=True, default="")
    tax_class = serializers.CharField(max_length=20, default="standard")
    category = serializers.ChoiceField(choices=TaxRule.Category.choices, default=TaxRule.Category.STANDARD)
    rate = serializers.DecimalField(max_digits=7, decimal_places=4)
    valid_from = serializers.DateField(required=False, allow_null=True, default=None)
    is_active = serializers.BooleanField(default=True)


class TaxRulesApi(StageApi):
    """Tax rules; add one."""

    access = {"GET": "orders.view_price", "POST": "pricing.edit_price_list"}
    idempotent = True

    @extend_schema(responses=TaxRuleSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, lists.tax_rules(self.actor), TaxRuleSerializer, order=("id",))

    @extend_schema(request=TaxRuleInput, responses={201: TaxRuleSerializer})
    def post(self, request: Request) -> Response:
        rule = services.save_tax_rule(actor=self.actor, **self.read(TaxRuleInput))
        return Response(TaxRuleSerializer(rule).data, status=201)


class TaxRuleApi(StageApi):
    """Change a tax rule."""

    access = {"PUT": "pricing.edit_price_list"}

    @extend_schema(request=TaxRuleInput, responses=TaxRuleSerializer)
    def put(self, request: Request, rule_id: int) -> Response:
        rule = services.save_tax_rule(rule_id=rule_id, actor=self.actor, **self.read(TaxRuleInput))
        return Response(TaxRuleSerializer(rule).data)


class RateSerializer(serializers.ModelSerializer[ExchangeRate]):
    class Meta:
        model = ExchangeRate
        fields = ("id", "currency", "day", "rate")


class RateInput(serializers.Serializer[Any]):
    currency = serializers.CharField(min_length=3, max_length=3)
    day = serializers.DateField()
    rate = serializers.DecimalField(max_digits=18, decimal_places=8)


class RatesApi(StageApi):
    """Exchange rates, the latest day first; enter one."""

    access = {"GET": "orders.view_price", "POST": "pricing.edit_price_list"}
    idempotent = True

    @extend_schema(responses=RateSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, lists.exchange_rates(self.actor), RateSerializer, order=("-day", "currency", "id"))

    @extend_schema(request=RateInput, responses={201: RateSerializer})
    def post(self, request: Request) -> Response:
        rate = services.set_rate(actor=self.actor, **self.read(RateInput))
        return Response(RateSerializer(rate).data, status=201)

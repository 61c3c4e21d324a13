"""REST views of how customers and orders are billed."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.methods import services
from billing.methods.rules import parse_instalments
from billing.methods.selectors import Billing, billing_of_customer, billing_of_order
from billing.models import DepositRule, Every, FreightRule, Method
from omc.lib.errors import NotFound
from orders.core.api.base import StageApi
from orders.core.models import Customer, Order


class BillingValueSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    value = serializers.JSONField()
    origin = serializers.ChoiceField(choices=["order", "customer", "company"])


class BillingRuleInput(serializers.Serializer[Any]):
    """What is left out stays; an empty text or null is as above says."""

    method = serializers.ChoiceField(choices=Method.choices, required=False, allow_blank=True)
    every = serializers.ChoiceField(choices=Every.choices, required=False, allow_blank=True)
    by_purchase_order = serializers.BooleanField(required=False, allow_null=True)
    freight = serializers.ChoiceField(choices=FreightRule.choices, required=False, allow_blank=True)
    deposit_percent = serializers.DecimalField(max_digits=5, decimal_places=2, required=False, allow_null=True)
    deposit_rule = serializers.ChoiceField(choices=DepositRule.choices, required=False, allow_blank=True)
    deposit_holds = serializers.BooleanField(required=False, allow_null=True)
    instalments = serializers.CharField(required=False, allow_blank=True, help_text="percent/days: 50/30, 50/60")

    def validate_instalments(self, text: str) -> list[list[Any]]:
        try:
            return parse_instalments(text)
        except ValueError as wrong:
            raise serializers.ValidationError(str(wrong)) from wrong


def _shown(billing: Billing) -> Response:
    rows = [
        {"field": field, "value": chosen.value, "origin": chosen.origin} for field, chosen in billing.values.items()
    ]
    return Response(BillingValueSerializer(rows, many=True).data)


class CustomerBillingApi(StageApi):
    """How a customer is billed, value by value with its origin."""

    access = {"GET": "billing.view_invoice", "PATCH": "billing.post_invoice"}

    @extend_schema(responses=BillingValueSerializer(many=True))
    def get(self, request: Request, customer_id: int) -> Response:
        customer = Customer.objects.filter(pk=customer_id, company_id=self.actor.company_id).first()
        if customer is None:
            raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
        return _shown(billing_of_customer(customer))

    @extend_schema(request=BillingRuleInput, responses=BillingValueSerializer(many=True))
    def patch(self, request: Request, customer_id: int) -> Response:
        services.set_customer_billing(customer_id=customer_id, values=self.read(BillingRuleInput), actor=self.actor)
        return self.get(request, customer_id)


class OrderBillingApi(StageApi):
    """How an order is billed, value by value with its origin."""

    access = {"GET": "billing.view_invoice", "PATCH": "billing.post_invoice"}

    @extend_schema(responses=BillingValueSerializer(many=True))
    def get(self, request: Request, order_id: int) -> Response:
        order = Order.objects.filter(pk=order_id, company_id=self.actor.company_id).first()
        if order is None:
            raise NotFound(f"There is no order {order_id}.", order_id=order_id)
        return _shown(billing_of_order(order))

    @extend_schema(request=BillingRuleInput, responses=BillingValueSerializer(many=True))
    def patch(self, request: Request, order_id: int) -> Response:
        services.set_order_billing(order_id=order_id, values=self.read(BillingRuleInput), actor=self.actor)
        return self.get(request, order_id)


urlpatterns = [
    path("customers/<int:customer_id>/billing/", CustomerBillingApi.as_view(), name="customer-billing"),
    path("orders/<int:order_id>/billing/", OrderBillingApi.as_view(), name="order-billing"),
]

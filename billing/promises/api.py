"""REST views of promises to pay."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.models import PaymentPromise
from billing.promises.forms import filter_form
from billing.promises.selectors import promises_list
from billing.promises.services import promise_payment
from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, page


class PaymentPromiseSerializer(serializers.ModelSerializer[PaymentPromise]):
    invoice_number = serializers.CharField(source="invoice.number")
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = PaymentPromise
        fields = (
            "id", "invoice", "invoice_number", "customer", "customer_code", "state", "currency", "amount", "promised_on",
            "words", "by_customer", "name", "given_at", "ended_at",
        )  # fmt: skip


class PaymentPromiseInput(serializers.Serializer[Any]):
    """Without ``amount`` all that is open."""

    invoice_id = serializers.IntegerField()
    promised_on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True, default=None)
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class PaymentPromisesApi(StageApi):
    """Promises to pay, the newest first (filters: state, text); write one down."""

    access = {"GET": "billing.view_invoice", "POST": "billing.record_promise"}
    idempotent = True

    @extend_schema(responses=PaymentPromiseSerializer(many=True))
    def get(self, request: Request) -> Response:
        form = filter_form(request.query_params, self.actor)
        if not form.is_valid():
            raise InvalidInput("The filters cannot be read.", field=next(iter(form.errors)))
        return page(request, promises_list(self.actor, form.cleaned_data), PaymentPromiseSerializer)

    @extend_schema(request=PaymentPromiseInput, responses={201: PaymentPromiseSerializer})
    def post(self, request: Request) -> Response:
        given = promise_payment(actor=self.actor, **self.read(PaymentPromiseInput))
        return Response(PaymentPromiseSerializer(given).data, status=201)


urlpatterns = [path("promises/", PaymentPromisesApi.as_view(), name="payment-promises")]

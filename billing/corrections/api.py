"""REST views of corrections."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.corrections import services
from billing.models import Payment, WriteOff
from orders.core.api.base import StageApi

PERMISSION = "billing.record_payment"


class WriteOffSerializer(serializers.ModelSerializer[WriteOff]):
    class Meta:
        model = WriteOff
        fields = ("id", "invoice", "state", "currency", "amount", "amount_base", "reason", "requested_at", "decided_at")


class CorrectedPaymentSerializer(serializers.ModelSerializer[Payment]):
    class Meta:
        model = Payment
        fields = ("id", "number", "state", "currency", "amount", "unapplied_amount", "refunded_amount", "reason")


class CorrectionInput(serializers.Serializer[Any]):
    """Without ``amount`` all that is open, or lies on account."""

    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=300)


class ReversePaymentInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class DecideWriteOffInput(serializers.Serializer[Any]):
    agree = serializers.BooleanField()


class WriteOffApi(StageApi):
    """Give up what is open of an invoice; above the limit of who asks it waits for a second person."""

    access = {"POST": PERMISSION}
    idempotent = True

    @extend_schema(request=CorrectionInput, responses={201: WriteOffSerializer})
    def post(self, request: Request, invoice_id: int) -> Response:
        done = services.write_off(invoice_id=invoice_id, actor=self.actor, **self.read(CorrectionInput))
        return Response(WriteOffSerializer(done).data, status=201)


class DecideWriteOffApi(StageApi):
    """Agree to a colleague's write-off, or refuse it."""

    access = {"POST": PERMISSION}

    @extend_schema(request=DecideWriteOffInput, responses=WriteOffSerializer)
    def post(self, request: Request, write_off_id: int) -> Response:
        done = services.decide_write_off(write_off_id=write_off_id, actor=self.actor, **self.read(DecideWriteOffInput))
        return Response(WriteOffSerializer(done).data)


class ReversePaymentApi(StageApi):
    """Take a payment back; what it settled is open again."""

    access = {"POST": PERMISSION}

    @extend_schema(request=ReversePaymentInput, responses=CorrectedPaymentSerializer)
    def post(self, request: Request, payment_id: int) -> Response:
        done = services.reverse_payment(payment_id=payment_id, actor=self.actor, **self.read(ReversePaymentInput))
        return Response(CorrectedPaymentSerializer(done).data)


class RefundPaymentApi(StageApi):
    """Pay back what of a payment lies on account."""

    access = {"POST": PERMISSION}
    idempotent = True

    @extend_schema(request=CorrectionInput, responses=CorrectedPaymentSerializer)
    def post(self, request: Request, payment_id: int) -> Response:
        done = services.refund_payment(payment_id=payment_id, actor=self.actor, **self.read(CorrectionInput))
        return Response(CorrectedPaymentSerializer(done).data)


urlpatterns = [
    path("invoices/<int:invoice_id>/write-off/", WriteOffApi.as_view(), name="write-off"),
    path("write-offs/<int:write_off_id>/decide/", DecideWriteOffApi.as_view(), name="decide-write-off"),
    path("payments/<int:payment_id>/reverse/", ReversePaymentApi.as_view(), name="reverse-payment"),
    path("payments/<int:payment_id>/refund/", RefundPaymentApi.as_view(), name="refund-payment"),
]

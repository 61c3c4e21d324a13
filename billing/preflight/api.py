"""REST views of the pre-flight."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import selectors
from billing.models import Invoice
from billing.preflight import services
from billing.preflight.selectors import findings_of
from orders.core.api.base import StageApi


class InvoiceFindingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(source="row.code")
    severity = serializers.CharField(source="row.severity")
    position = serializers.IntegerField(source="row.position", allow_null=True)
    expected = serializers.CharField(source="row.expected")
    found = serializers.CharField(source="row.found")
    sentence = serializers.CharField()
    clearable = serializers.BooleanField()
    cleared_at = serializers.DateTimeField(source="row.cleared_at", allow_null=True)
    cleared_because = serializers.CharField(source="row.cleared_because")


class InvoicePreflightSerializer(serializers.ModelSerializer[Invoice]):
    findings = serializers.SerializerMethodField()

    class Meta:
        model = Invoice
        fields = ("id", "number", "state", "preflight", "findings")

    @extend_schema(responses=InvoiceFindingSerializer(many=True))
    def get_findings(self, invoice: Invoice) -> list[dict[str, Any]]:
        return list(InvoiceFindingSerializer(findings_of(invoice), many=True).data)


class ClearInvoiceInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=160)


class InvoicePreflightApi(StageApi):
    """What the pre-flight found in an invoice; POST looks a waiting one over again."""

    access = {"GET": "billing.view_invoice", "POST": "billing.post_invoice"}

    @extend_schema(responses=InvoicePreflightSerializer)
    def get(self, request: Request, invoice_id: int) -> Response:
        return Response(InvoicePreflightSerializer(selectors.invoice_page(invoice_id, self.actor)).data)

    @extend_schema(request=None, responses=InvoicePreflightSerializer)
    def post(self, request: Request, invoice_id: int) -> Response:
        services.check_invoice(invoice_id=invoice_id, actor=self.actor)
        return self.get(request, invoice_id)


class ClearInvoiceApi(StageApi):
    """Answer for posting an invoice in spite of what its pre-flight found."""

    access = {"POST": "billing.override_preflight"}

    @extend_schema(request=ClearInvoiceInput, responses=InvoicePreflightSerializer)
    def post(self, request: Request, invoice_id: int) -> Response:
        services.clear_invoice(invoice_id=invoice_id, actor=self.actor, **self.read(ClearInvoiceInput))
        return Response(InvoicePreflightSerializer(selectors.invoice_page(invoice_id, self.actor)).data)


class PurchaseOrderInput(serializers.Serializer[Any]):
    customer_po = serializers.CharField(max_length=60)


class InvoicePurchaseOrderApi(StageApi):
    """Write the customer's order number on a waiting invoice whose order has none."""

    access = {"POST": "billing.post_invoice"}

    @extend_schema(request=PurchaseOrderInput, responses=InvoicePreflightSerializer)
    def post(self, request: Request, invoice_id: int) -> Response:
        services.name_purchase_order(invoice_id=invoice_id, actor=self.actor, **self.read(PurchaseOrderInput))
        return Response(InvoicePreflightSerializer(selectors.invoice_page(invoice_id, self.actor)).data)


urlpatterns = [
    path("invoices/<int:invoice_id>/preflight/", InvoicePreflightApi.as_view(), name="invoice-preflight"),
    path("invoices/<int:invoice_id>/purchase-order/", InvoicePurchaseOrderApi.as_view(), name="invoice-purchase-order"),
    path("invoices/<int:invoice_id>/clear/", ClearInvoiceApi.as_view(), name="clear-invoice"),
]

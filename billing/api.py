"""REST views of billing: invoices and credit notes, payments, what is owed, and every verb on them."""

from decimal import Decimal
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import selectors, services
from billing.corrections import api as corrections
from billing.disputes import api as disputes
from billing.documents import tax_breakdown
from billing.documents.api import urlpatterns as document_doors
from billing.dues.api import InvoiceDueSerializer, InvoiceTaxSerializer
from billing.methods.api import urlpatterns as methods_urls
from billing.models import Invoice, InvoiceLine, Payment
from billing.preflight.api import urlpatterns as preflight_urls
from billing.promises import api as promises
from billing.together.api import urlpatterns as together_urls
from orders.core.api.base import StageApi, may_see, page
from orders.core.models import Company
from orders.core.selectors.companies import as_of
from orders.core.services.jobs import start_job
from orders.fulfillment.models import Shipment


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    customer_code = serializers.CharField(source="customer.code")
    order_number = serializers.CharField(source="order.number", default=None)

    class Meta:
        model = Invoice
        fields = (
            "id", "number", "kind", "state", "customer", "customer_code", "order", "order_number", "shipment",
            "original", "customer_po", "currency", "currency_rate", "net_amount", "tax_amount", "total_amount",
            "open_amount", "net_base", "total_base", "reason", "invoice_date", "due_date", "posted_at", "paid_at",
        )  # fmt: skip


class InvoiceLineSerializer(serializers.ModelSerializer[InvoiceLine]):
    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = InvoiceLine
        fields = (
            "position", "order_line", "kind", "product", "sku", "description", "quantity", "unit_price", "net_amount",
            "tax_code", "tax_rate", "tax_amount", "cost_base",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """What it cost us is for those who may see costs."""
        fields = super().get_fields()
        if not may_see(self, "orders.view_cost"):
            fields.pop("cost_base")
        return fields


class InvoiceDetailSerializer(InvoiceSerializer):
    lines = serializers.SerializerMethodField()
    taxes = serializers.SerializerMethodField()
    dues = serializers.SerializerMethodField()

    class Meta(InvoiceSerializer.Meta):
        fields: Any = (
            *InvoiceSerializer.Meta.fields, "is_deposit", "discount_amount", "discount_until", "lines", "taxes", "dues",
        )  # fmt: skip

    @extend_schema(responses=InvoiceTaxSerializer(many=True))
    def get_taxes(self, invoice: Invoice) -> list[dict[str, Any]]:
        return list(InvoiceTaxSerializer(tax_breakdown(invoice), many=True).data)

    @extend_schema(responses=InvoiceDueSerializer(many=True))
    def get_dues(self, invoice: Invoice) -> list[dict[str, Any]]:
        return list(InvoiceDueSerializer(invoice.dues.order_by("position"), many=True).data)

    @extend_schema(responses=InvoiceLineSerializer(many=True))
    def get_lines(self, invoice: Invoice) -> list[dict[str, Any]]:
        rows = selectors.invoice_lines(invoice)
        return list(InvoiceLineSerializer(rows, many=True, context=self.context).data)


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = Payment
        fields = (
            "id", "number", "state", "customer", "customer_code", "currency", "currency_rate", "amount",
            "unapplied_amount", "received_on", "method", "reference", "created_at",
        )  # fmt: skip


class ToInvoiceSerializer(serializers.ModelSerializer[Shipment]):
    order_number = serializers.CharField(source="order.number")
    customer_code = serializers.CharField(source="customer.code")
    currency = serializers.CharField(source="order.currency")
    goods_value = serializers.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        model = Shipment
        fields = (
            "id", "number", "order", "order_number", "customer", "customer_code", "shipped_at", "currency",
            "goods_value",
        )  # fmt: skip


class AgeingSerializer(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    current = serializers.DecimalField(max_digits=18, decimal_places=2)
    to_30 = serializers.DecimalField(max_digits=18, decimal_places=2)
    to_60 = serializers.DecimalField(max_digits=18, decimal_places=2)
    to_90 = serializers.DecimalField(max_digits=18, decimal_places=2)
    over_90 = serializers.DecimalField(max_digits=18, decimal_places=2)
    total = serializers.DecimalField(max_digits=18, decimal_places=2)
    on_account = serializers.DecimalField(max_digits=18, decimal_places=2)
    invoices = serializers.IntegerField()
    oldest_days = serializers.IntegerField()


class ApplyInput(serializers.Serializer[Any]):
    invoice_id = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)


class ApplyPaymentInput(serializers.Serializer[Any]):
    """Without ``apply`` the oldest due invoices are settled."""

    apply = ApplyInput(many=True, required=False)


class PaymentInput(ApplyPaymentInput):
    """Without ``apply`` those that the reference names are settled, then the oldest due."""

    customer_id = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    currency = serializers.CharField(max_length=3, required=False, default="")
    received_on = serializers.DateField()
    method = serializers.CharField(max_length=20, required=False, default="transfer")
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class VoidInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=160)


class BillingJobSerializer(serializers.Serializer[Any]):
    job_id = serializers.IntegerField()


class InvoiceDoor(StageApi):
    """Answers with the invoice as it stands now."""

    def shown(self, invoice_id: int, status: int = 200) -> Response:
        invoice = selectors.invoice_page(invoice_id, self.actor)
        return Response(InvoiceDetailSerializer(invoice, context={"actor": self.actor}).data, status=status)


class InvoicesApi(StageApi):
    """Invoices and credit notes, the newest first (filters: state, kind, text)."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses=InvoiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        asked = request.query_params
        rows = selectors.invoices_list(
            self.actor, state=asked.get("state", ""), kind=asked.get("kind", ""), text=asked.get("text", "")
        )
        return page(request, rows, InvoiceSerializer)


class InvoiceApi(InvoiceDoor):
    """One invoice with its lines."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses=InvoiceDetailSerializer)
    def get(self, request: Request, invoice_id: int) -> Response:
        return self.shown(invoice_id)


class VoidInvoiceApi(InvoiceDoor):
    """Throw a draft away."""

    access = {"POST": "billing.post_invoice"}

    @extend_schema(request=VoidInput, responses=InvoiceDetailSerializer)
    def post(self, request: Request, invoice_id: int) -> Response:
        services.void_invoice(invoice_id=invoice_id, actor=self.actor, **self.read(VoidInput))
        return self.shown(invoice_id)


class InvoiceShipmentApi(InvoiceDoor):
    """Invoice what a shipment carried, and post it."""

    access = {"POST": "billing.post_invoice"}
    idempotent = True

    @extend_schema(request=None, responses={201: InvoiceDetailSerializer})
    def post(self, request: Request, shipment_id: int) -> Response:
        return self.shown(services.invoice_shipment(shipment_id=shipment_id, actor=self.actor).pk, status=201)


class DraftInvoiceApi(InvoiceDoor):
    """Prepare the invoice of a shipment without posting it."""

    access = {"POST": "billing.post_invoice"}
    idempotent = True

    @extend_schema(request=None, responses={201: InvoiceDetailSerializer})
    def post(self, request: Request, shipment_id: int) -> Response:
        return self.shown(services.draft_invoice(shipment_id=shipment_id, actor=self.actor).pk, status=201)


class InvoiceOrderApi(InvoiceDoor):
    """Invoice what an order bills without a shipment."""

    access = {"POST": "billing.post_invoice"}
    idempotent = True

    @extend_schema(request=None, responses={201: InvoiceDetailSerializer})
    def post(self, request: Request, order_id: int) -> Response:
        return self.shown(services.invoice_order(order_id=order_id, actor=self.actor).pk, status=201)


class ToInvoiceApi(StageApi):
    """Shipments that have left and are not invoiced; POST starts a job that invoices them all."""

    access = {"GET": "billing.view_invoice", "POST": "billing.post_invoice"}

    @extend_schema(responses=ToInvoiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.shipments_to_invoice(self.actor), ToInvoiceSerializer, order=("id",))

    @extend_schema(request=None, responses={202: BillingJobSerializer})
    def post(self, request: Request) -> Response:
        run = start_job(kind="invoice_shipped", inputs={}, actor=self.actor)
        return Response({"job_id": run.pk}, status=202)


class PaymentsApi(StageApi):
    """Payments, the newest first (filter: customer); record one."""

    access = {"GET": "billing.view_invoice", "POST": "billing.record_payment"}
    idempotent = True

    @extend_schema(responses=PaymentSerializer(many=True))
    def get(self, request: Request) -> Response:
        customer = request.query_params.get("customer", "")
        rows = selectors.payments_list(self.actor, customer_id=int(customer) if customer.isdigit() else None)
        return page(request, rows, PaymentSerializer)

    @extend_schema(request=PaymentInput, responses={201: PaymentSerializer})
    def post(self, request: Request) -> Response:
        data = self.read(PaymentInput)
        payment = services.record_payment(apply=_parts(data.pop("apply", None)), actor=self.actor, **data)
        return Response(PaymentSerializer(payment).data, status=201)


class ApplyPaymentApi(StageApi):
    """Settle invoices with what a payment left on account."""

    access = {"POST": "billing.record_payment"}

    @extend_schema(request=ApplyPaymentInput, responses=PaymentSerializer)
    def post(self, request: Request, payment_id: int) -> Response:
        parts = _parts(self.read(ApplyPaymentInput).get("apply"))
        payment = services.apply_payment(payment_id=payment_id, apply=parts, actor=self.actor)
        return Response(PaymentSerializer(payment).data)


class ReceivablesApi(StageApi):
    """What customers owe in company currency, by days past due; the largest debt first."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses=AgeingSerializer(many=True))
    def get(self, request: Request) -> Response:
        today = as_of(Company.objects.get(pk=self.actor.company_id))
        rows = AgeingSerializer(selectors.ageing(self.actor, today), many=True).data
        return Response({"as_of": today, "results": rows})


def _parts(apply: list[dict[str, Any]] | None) -> dict[int, Decimal] | None:
    return None if apply is None else {part["invoice_id"]: part["amount"] for part in apply}


urlpatterns = [
    *document_doors,
    path("to-invoice/", ToInvoiceApi.as_view(), name="to-invoice"),
    path("invoices/", InvoicesApi.as_view(), name="invoices"),
    path("invoices/<int:invoice_id>/", InvoiceApi.as_view(), name="invoice"),
    *preflight_urls,
    *methods_urls,
    *together_urls,
    path("invoices/<int:invoice_id>/void/", VoidInvoiceApi.as_view(), name="void-invoice"),
    path("shipments/<int:shipment_id>/invoice/", InvoiceShipmentApi.as_view(), name="invoice-shipment"),
    path("shipments/<int:shipment_id>/draft/", DraftInvoiceApi.as_view(), name="draft-invoice"),
    path("orders/<int:order_id>/invoice/", InvoiceOrderApi.as_view(), name="invoice-order"),
    path("payments/", PaymentsApi.as_view(), name="payments"),
    path("payments/<int:payment_id>/apply/", ApplyPaymentApi.as_view(), name="apply-payment"),
    path("receivables/", ReceivablesApi.as_view(), name="receivables"),
    *corrections.urlpatterns,
    *disputes.urlpatterns,
    *promises.urlpatterns,
]

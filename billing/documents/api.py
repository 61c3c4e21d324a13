"""REST views of documents: paper, the forms that programs read, and how a customer wants them."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import selectors
from billing.documents.electronic import facturx_pdf, ubl_xml
from billing.documents.paper import invoice_pdf
from billing.documents.selectors import customer_of, way_of
from billing.documents.services import choose_document_way
from billing.models import DocumentForm, DocumentWay
from orders.core.api.base import StageApi


class DocumentWaySerializer(serializers.ModelSerializer[DocumentWay]):
    class Meta:
        model = DocumentWay
        fields = ("form", "buyer_reference", "endpoint_scheme", "endpoint_id")


class DocumentWayInput(serializers.Serializer[Any]):
    form = serializers.ChoiceField(choices=DocumentForm.choices)
    buyer_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    endpoint_scheme = serializers.CharField(max_length=4, required=False, allow_blank=True, default="")
    endpoint_id = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class InvoicePdfApi(StageApi):
    """The invoice as the customer receives it."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, invoice_id: int) -> HttpResponse:
        invoice = selectors.invoice_page(invoice_id, self.actor)
        return HttpResponse(invoice_pdf(invoice), content_type="application/pdf")


class InvoiceUblApi(StageApi):
    """The invoice as UBL 2.1 by EN 16931; ``electronic_refused`` names what it lacks."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, invoice_id: int) -> HttpResponse:
        invoice = selectors.invoice_page(invoice_id, self.actor)
        return HttpResponse(ubl_xml(invoice), content_type="application/xml")


class InvoiceFacturXApi(StageApi):
    """The invoice as Factur-X, profile EN 16931; ``electronic_refused`` names what it lacks."""

    access = {"GET": "billing.view_invoice"}

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, invoice_id: int) -> HttpResponse:
        invoice = selectors.invoice_page(invoice_id, self.actor)
        return HttpResponse(facturx_pdf(invoice), content_type="application/pdf")


class DocumentWayApi(StageApi):
    """In which form a customer gets invoices and credit notes."""

    access = {"GET": "billing.view_invoice", "PUT": "billing.post_invoice"}

    @extend_schema(responses=DocumentWaySerializer)
    def get(self, request: Request, customer_id: int) -> Response:
        return Response(DocumentWaySerializer(way_of(customer_of(customer_id, self.actor))).data)

    @extend_schema(request=DocumentWayInput, responses=DocumentWaySerializer)
    def put(self, request: Request, customer_id: int) -> Response:
        way = choose_document_way(customer_id=customer_id, actor=self.actor, **self.read(DocumentWayInput))
        return Response(DocumentWaySerializer(way).data)


urlpatterns = [
    path("invoices/<int:invoice_id>/pdf/", InvoicePdfApi.as_view(), name="invoice-pdf"),
    path("invoices/<int:invoice_id>/ubl/", InvoiceUblApi.as_view(), name="invoice-ubl"),
    path("invoices/<int:invoice_id>/factur-x/", InvoiceFacturXApi.as_view(), name="invoice-factur-x"),
    path("customers/<int:customer_id>/documents/", DocumentWayApi.as_view(), name="document-way"),
]

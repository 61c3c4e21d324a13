"""REST views of enquiries."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, may_see, page
from orders.core.models import Channel
from orders.generation import selectors, services
from orders.generation.models import Enquiry, EnquiryLine
from orders.generation.services import EnquiryInput


class EnquirySerializer(serializers.ModelSerializer[Enquiry]):
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = Enquiry
        fields = (
            "id", "number", "state", "customer", "customer_code", "contact", "channel", "subject", "requested_date",
            "value_base", "probability_percent", "order", "close_reason", "taken_by", "created_at",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """What it is worth is for those who may see prices."""
        fields = super().get_fields()
        if not may_see(self, "orders.view_price"):
            fields.pop("value_base")
        return fields


class EnquiryLineSerializer(serializers.ModelSerializer[EnquiryLine]):
    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = EnquiryLine
        fields = ("position", "product", "sku", "text", "quantity")


class EnquiryDetailSerializer(EnquirySerializer):
    lines = EnquiryLineSerializer(many=True)

    class Meta(EnquirySerializer.Meta):
        fields = (*EnquirySerializer.Meta.fields, "body", "lines")  # type: ignore[assignment]


class EnquiryLineInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField(required=False, allow_null=True)
    text = serializers.CharField(required=False, max_length=200, default="")
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)


class RecordEnquiryInput(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()
    subject = serializers.CharField(max_length=160)
    body = serializers.CharField(required=False, allow_blank=True)
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    contact_id = serializers.IntegerField(required=False)
    requested_date = serializers.DateField(required=False)
    value = serializers.DecimalField(required=False, max_digits=14, decimal_places=2)
    probability_percent = serializers.IntegerField(required=False, min_value=0, max_value=100)
    lines = EnquiryLineInput(many=True, required=False)


class CloseInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=120)


class EnquiryDoor(StageApi):
    """Answers with the enquiry as it stands now."""

    def shown(self, enquiry_id: int, status: int = 200) -> Response:
        enquiry = selectors.enquiry_of(self.actor, enquiry_id)
        return Response(EnquiryDetailSerializer(enquiry, context={"actor": self.actor}).data, status=status)


class EnquiriesApi(EnquiryDoor):
    """Enquiries, the newest first (filters: text, state, mine, customer); record one."""

    access = {"GET": "generation.view_enquiry", "POST": "generation.record_enquiry"}
    idempotent = True

    @extend_schema(responses=EnquirySerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.enquiry_list(self.actor, request.query_params)
        return page(request, rows, EnquirySerializer, actor=self.actor)

    @extend_schema(request=RecordEnquiryInput, responses={201: EnquiryDetailSerializer})
    def post(self, request: Request) -> Response:
        data = self.read(RecordEnquiryInput)
        lines = [EnquiryInput(**line) for line in data.pop("lines", [])]
        enquiry = services.record_enquiry(lines=lines, actor=self.actor, **data)
        return self.shown(enquiry.pk, status=201)


class EnquiryApi(EnquiryDoor):
    """One enquiry with its lines."""

    access = {"GET": "generation.view_enquiry"}

    @extend_schema(responses=EnquiryDetailSerializer)
    def get(self, request: Request, enquiry_id: int) -> Response:
        return self.shown(enquiry_id)


class TakeEnquiryApi(EnquiryDoor):
    """Take an enquiry on."""

    access = {"POST": "generation.record_enquiry"}

    @extend_schema(request=None, responses=EnquiryDetailSerializer)
    def post(self, request: Request, enquiry_id: int) -> Response:
        services.take_enquiry(enquiry_id=enquiry_id, actor=self.actor)
        return self.shown(enquiry_id)


class CloseEnquiryApi(EnquiryDoor):
    """Close an enquiry, saying why."""

    access = {"POST": "generation.record_enquiry"}

    @extend_schema(request=CloseInput, responses=EnquiryDetailSerializer)
    def post(self, request: Request, enquiry_id: int) -> Response:
        services.close_enquiry(enquiry_id=enquiry_id, actor=self.actor, **self.read(CloseInput))
        return self.shown(enquiry_id)


urlpatterns = [
    path("enquiries/", EnquiriesApi.as_view(), name="enquiries"),
    path("enquiries/<int:enquiry_id>/", EnquiryApi.as_view(), name="enquiry"),
    path("enquiries/<int:enquiry_id>/take/", TakeEnquiryApi.as_view(), name="take-enquiry"),
    path("enquiries/<int:enquiry_id>/close/", CloseEnquiryApi.as_view(), name="close-enquiry"),
]

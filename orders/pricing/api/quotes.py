"""REST views of quotes."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.api.serializers import VisibleSerializer
from orders.core.inputs import LineInput
from orders.core.links.addresses import address_of
from orders.core.links.selectors import standing_link
from orders.core.links.services import make_link, withdraw_link
from orders.core.models import CustomerLink, Supply
from orders.pricing import selectors, services
from orders.pricing.answers.selectors import PAGE, answers_of
from orders.pricing.answers.services import answer_question
from orders.pricing.models import Quote, QuoteAnswer, QuoteLine, RejectReason


class QuoteSerializer(VisibleSerializer):
    customer_code = serializers.CharField(source="customer.code")

    class Meta:
        model = Quote
        fields = (
            "id", "number", "revision", "state", "customer", "customer_code", "contact", "ship_to", "enquiry", "order",
            "currency", "requested_date", "valid_until", "net_amount", "tax_amount", "total_amount", "net_base",
            "cost_base", "reject_reason", "customer_note", "customer_po", "conversion", "created_at", "sent_at", "decided_at",
        )  # fmt: skip


class QuoteLineSerializer(VisibleSerializer):
    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = QuoteLine
        fields = (
            "id", "position", "kind", "sku", "description", "unit", "unit_factor", "typed_quantity", "quantity", "taken",
            "converted", "supply", "ship_to",
            "list_price", "unit_price", "net_amount", "tax_code", "tax_rate", "tax_amount", "unit_cost", "cost_base",
            "price_steps",
        )  # fmt: skip


class QuoteDetailSerializer(QuoteSerializer):
    lines = QuoteLineSerializer(many=True)

    class Meta(QuoteSerializer.Meta):
        fields = (*QuoteSerializer.Meta.fields, "lines")  # type: ignore[assignment]


class QuoteLineInput(serializers.Serializer[Any]):
    product_id = serializers.IntegerField(required=False)
    sku = serializers.CharField(required=False, max_length=60)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit = serializers.CharField(required=False, max_length=10)
    unit_price = serializers.DecimalField(required=False, max_digits=18, decimal_places=4)
    price_reason = serializers.CharField(required=False, allow_blank=True, max_length=200)
    price_seen = serializers.DecimalField(required=False, max_digits=18, decimal_places=4)
    kind = serializers.ChoiceField(choices=["goods", "service", "charge", "text"], default="goods")
    description = serializers.CharField(required=False, max_length=200)
    supply = serializers.ChoiceField(choices=Supply.choices, required=False)
    ship_to_id = serializers.IntegerField(required=False, allow_null=True)


class ChangeQuoteInput(serializers.Serializer[Any]):
    lines = QuoteLineInput(many=True)
    requested_date = serializers.DateField(required=False)
    valid_until = serializers.DateField(required=False)
    contact_id = serializers.IntegerField(required=False)
    ship_to_id = serializers.IntegerField(required=False)
    customer_note = serializers.CharField(required=False, allow_blank=True)


class WriteQuoteInput(ChangeQuoteInput):
    customer_id = serializers.IntegerField()
    enquiry_id = serializers.IntegerField(required=False)
    currency = serializers.CharField(required=False, min_length=3, max_length=3)


class SendQuoteInput(serializers.Serializer[Any]):
    recipient = serializers.EmailField(required=False)


class TakenQuantityInput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)


class AcceptQuoteInput(serializers.Serializer[Any]):
    """``lines``: the ids of the lines that the customer takes; without them all. ``quantities``: less than all, as typed."""

    lines = serializers.ListField(child=serializers.IntegerField(), required=False)
    quantities = TakenQuantityInput(many=True, required=False)
    customer_po = serializers.CharField(required=False, allow_blank=True, max_length=60)


class RejectQuoteInput(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=RejectReason.choices)


class AnswerQuestionInput(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=2000)


class QuoteAnswerSerializer(serializers.ModelSerializer[QuoteAnswer]):
    """What was said about a quote."""

    class Meta:
        model = QuoteAnswer
        fields = ("id", "kind", "name", "words", "contact", "user", "at")


class QuoteLinkSerializer(serializers.Serializer[CustomerLink]):
    """Where the customer opens the quote, and until when."""

    address = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField()

    def get_address(self, link: CustomerLink) -> str:
        return address_of(link)


class QuoteDoor(StageApi):
    """Answers with the quote as it stands now; ETag is its version."""

    def shown(self, quote_id: int, status: int = 200) -> Response:
        quote = selectors.quote_of(self.actor, quote_id)
        lines = QuoteLine.objects.select_related("product").order_by("position")
        prefetch_related_objects([quote], Prefetch("lines", lines))
        data = QuoteDetailSerializer(quote, context={"request": self.request}).data
        return Response(data, status=status, headers={"ETag": f'"{quote.version}"'})

    def lines(self, data: dict[str, Any]) -> list[LineInput]:
        return [LineInput(**line) for line in data.pop("lines")]


class QuotesApi(QuoteDoor):
    """Quotes, the newest first (filters: text, state, mine, customer); write one."""

    access = {"GET": "pricing.view_quote", "POST": "pricing.write_quote"}
    idempotent = True

    @extend_schema(responses=QuoteSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.quote_list(self.actor, request.query_params), QuoteSerializer)

    @extend_schema(request=WriteQuoteInput, responses={201: QuoteDetailSerializer})
    def post(self, request: Request) -> Response:
        data = self.read(WriteQuoteInput)
        quote = services.write_quote(lines=self.lines(data), actor=self.actor, **data)
        return self.shown(quote.pk, status=201)


class QuoteApi(QuoteDoor):
    """One quote with its lines; PUT writes it anew (a new revision when the customer has seen it)."""

    access = {"GET": "pricing.view_quote", "PUT": "pricing.write_quote"}

    @extend_schema(responses=QuoteDetailSerializer)
    def get(self, request: Request, quote_id: int) -> Response:
        return self.shown(quote_id)

    @extend_schema(request=ChangeQuoteInput, responses=QuoteDetailSerializer)
    def put(self, request: Request, quote_id: int) -> Response:
        data = self.read(ChangeQuoteInput)
        quote = services.change_quote(
            quote_id=quote_id, lines=self.lines(data), actor=self.actor, version=self.expected_version(), **data
        )
        return self.shown(quote.pk)


class SendQuoteApi(QuoteDoor):
    """Send a quote to its contact or to ``recipient``."""

    access = {"POST": "pricing.send_quote"}

    @extend_schema(request=SendQuoteInput, responses=QuoteDetailSerializer)
    def post(self, request: Request, quote_id: int) -> Response:
        services.send_quote(quote_id=quote_id, actor=self.actor, **self.read(SendQuoteInput))
        return self.shown(quote_id)


class AcceptQuoteApi(QuoteDoor):
    """The customer said yes."""

    access = {"POST": "pricing.write_quote"}

    @extend_schema(request=AcceptQuoteInput, responses=QuoteDetailSerializer)
    def post(self, request: Request, quote_id: int) -> Response:
        data = self.read(AcceptQuoteInput)
        quantities = {one["line"]: one["quantity"] for one in data.pop("quantities", [])}
        services.accept_quote(quote_id=quote_id, actor=self.actor, quantities=quantities, **data)
        return self.shown(quote_id)


class RenewedLineSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(source="was.position")
    sku = serializers.CharField(source="was.product.sku", default=None)
    price_before = serializers.DecimalField(18, 4, source="was.unit_price")
    price_after = serializers.DecimalField(18, 4, source="now.unit_price")
    typed_price_asks = serializers.BooleanField(source="asks")
    steps_before = serializers.JSONField(source="was.price_steps")
    steps_after = serializers.JSONField(source="now.price_steps")


class RenewalSerializer(serializers.Serializer[Any]):
    """What a quote that ran out would be today, net of tax in its currency."""

    net_before = serializers.DecimalField(18, 2)
    net_amount = serializers.DecimalField(18, 2)
    lines = RenewedLineSerializer(many=True)


class RenewQuoteInput(serializers.Serializer[Any]):
    net_amount = serializers.DecimalField(18, 2, required=False, help_text="What was seen; other prices by now refuse.")


class RenewQuoteApi(QuoteDoor):
    """What a quote that ran out would cost today, line by line; POST writes it anew, as a draft."""

    access = {"GET": "pricing.write_quote", "POST": "pricing.write_quote"}

    @extend_schema(responses=RenewalSerializer)
    def get(self, request: Request, quote_id: int) -> Response:
        quote = selectors.quote_of(self.actor, quote_id)
        return Response(RenewalSerializer(services.preview_renewal(quote=quote, actor=self.actor)).data)

    @extend_schema(request=RenewQuoteInput, responses={201: QuoteDetailSerializer})
    def post(self, request: Request, quote_id: int) -> Response:
        renewed = services.renew_quote(quote_id=quote_id, actor=self.actor, **self.read(RenewQuoteInput))
        return self.shown(renewed.pk, status=201)


class RejectQuoteApi(QuoteDoor):
    """The customer said no."""

    access = {"POST": "pricing.write_quote"}

    @extend_schema(request=RejectQuoteInput, responses=QuoteDetailSerializer)
    def post(self, request: Request, quote_id: int) -> Response:
        services.reject_quote(quote_id=quote_id, actor=self.actor, **self.read(RejectQuoteInput))
        return self.shown(quote_id)


class CloseQuoteApi(QuoteDoor):
    """The rest of a quote that is ordered in part is not wanted."""

    access = {"POST": "pricing.write_quote"}

    @extend_schema(request=RejectQuoteInput, responses=QuoteDetailSerializer)
    def post(self, request: Request, quote_id: int) -> Response:
        services.close_quote(quote_id=quote_id, actor=self.actor, **self.read(RejectQuoteInput))
        return self.shown(quote_id)


class QuoteAnswersApi(QuoteDoor):
    """What was said about a quote, the newest first; answer what the customer asked."""

    access = {"GET": "pricing.view_quote", "POST": "pricing.write_quote"}
    idempotent = True

    @extend_schema(responses=QuoteAnswerSerializer(many=True))
    def get(self, request: Request, quote_id: int) -> Response:
        said = answers_of(selectors.quote_of(self.actor, quote_id))
        return page(request, said.order_by(), QuoteAnswerSerializer)

    @extend_schema(request=AnswerQuestionInput, responses={201: QuoteAnswerSerializer})
    def post(self, request: Request, quote_id: int) -> Response:
        said = answer_question(quote_id=quote_id, actor=self.actor, **self.read(AnswerQuestionInput))
        return Response(QuoteAnswerSerializer(said).data, status=201)


class QuoteLinkApi(QuoteDoor):
    """The customer's link of a quote; POST makes a new one in its place, DELETE withdraws it."""

    access = {"GET": "orders.view_price", "POST": "orders.tell_customer", "DELETE": "orders.tell_customer"}

    @extend_schema(responses=QuoteLinkSerializer)
    def get(self, request: Request, quote_id: int) -> Response:
        selectors.quote_of(self.actor, quote_id)
        link = standing_link(PAGE, quote_id, self.actor.company_id)
        if link is None:
            raise NotFound("No link opens this quote.")
        return Response(QuoteLinkSerializer(link).data)

    @extend_schema(request=None, responses={201: QuoteLinkSerializer})
    def post(self, request: Request, quote_id: int) -> Response:
        link = make_link(page=PAGE, subject_id=quote_id, actor=self.actor)
        return Response(QuoteLinkSerializer(link).data, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, quote_id: int) -> Response:
        withdraw_link(page=PAGE, subject_id=quote_id, actor=self.actor)
        return Response(status=204)


class QuotePdfApi(StageApi):
    """The quote as the customer receives it."""

    access = {"GET": "orders.view_price"}

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, quote_id: int) -> HttpResponse:
        quote = selectors.quote_of(self.actor, quote_id)
        return HttpResponse(services.quote_pdf(quote), content_type="application/pdf")

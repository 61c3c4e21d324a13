"""REST views of price lists, look-ups and explanations."""

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib import clock
from omc.lib.errors import NotFound
from orders.core.api.base import StageApi, page
from orders.core.inputs import LineInput
from orders.core.models import Company, Customer, OrderLine
from orders.pricing import selectors, services
from orders.pricing.models import PriceBreak, PriceList, PriceListKind
from orders.pricing.selectors import price_lists as lists
from orders.pricing.services import BreakInput


class PriceListSerializer(serializers.ModelSerializer[PriceList]):
    class Meta:
        model = PriceList
        fields = (
            "id", "code", "version", "replaces", "name", "kind", "customer", "price_group", "customer_class", "currency",
            "valid_from", "valid_to", "is_active", "reference", "best_of", "pools_quantity",
        )  # fmt: skip


class NewPriceListInput(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=30)
    name = serializers.CharField(max_length=80, default="")
    kind = serializers.ChoiceField(choices=PriceListKind.choices)
    currency = serializers.CharField(min_length=3, max_length=3)
    customer_id = serializers.IntegerField(required=False)
    price_group = serializers.CharField(required=False, max_length=20)
    customer_class = serializers.ChoiceField(required=False, choices=Customer.CustomerClass.choices)
    valid_from = serializers.DateField(required=False)
    valid_to = serializers.DateField(required=False)
    reference = serializers.CharField(required=False, max_length=60)
    best_of = serializers.BooleanField(required=False)
    pools_quantity = serializers.BooleanField(required=False)


class NextVersionInput(serializers.Serializer[Any]):
    valid_from = serializers.DateField()
    change_percent = serializers.DecimalField(default=Decimal(0), max_digits=6, decimal_places=2)


class BreakSerializer(serializers.ModelSerializer[PriceBreak]):
    sku = serializers.CharField(source="product.sku")

    class Meta:
        model = PriceBreak
        fields = (
            "id", "sku", "min_quantity", "unit", "unit_factor", "unit_price", "percent", "break_group", "valid_from",
            "valid_to", "author", "created_at",
        )  # fmt: skip


class BreakRowInput(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=60)
    min_quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit_price = serializers.DecimalField(required=False, allow_null=True, max_digits=18, decimal_places=4)
    percent = serializers.DecimalField(required=False, allow_null=True, max_digits=7, decimal_places=4)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=10)
    break_group = serializers.CharField(required=False, allow_blank=True, max_length=20)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_to = serializers.DateField(required=False, allow_null=True)


class BreaksInput(serializers.Serializer[Any]):
    rows = BreakRowInput(many=True)
    also = serializers.ListField(child=serializers.CharField(), required=False)


class PriceListsApi(StageApi):
    """Price lists (filters: text, kind); open one."""

    access = {"GET": "orders.view_price", "POST": "pricing.edit_price_list"}
    idempotent = True

    @extend_schema(responses=PriceListSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, lists.price_lists(self.actor, request.query_params), PriceListSerializer)

    @extend_schema(request=NewPriceListInput, responses={201: PriceListSerializer})
    def post(self, request: Request) -> Response:
        made = services.create_price_list(actor=self.actor, **self.read(NewPriceListInput))
        return Response(PriceListSerializer(made).data, status=201)


class NextVersionApi(StageApi):
    """Write the version of a price list that follows it from a day on."""

    access = {"POST": "pricing.edit_price_list"}
    idempotent = True

    @extend_schema(request=NextVersionInput, responses={201: PriceListSerializer})
    def post(self, request: Request, list_id: int) -> Response:
        made = services.write_next_version(list_id=list_id, actor=self.actor, **self.read(NextVersionInput))
        return Response(PriceListSerializer(made).data, status=201)


class BreaksApi(StageApi):
    """The prices in force on a list; PUT makes ``rows`` the prices of the items they name, and empties ``also``."""

    access = {"GET": "orders.view_price", "PUT": "pricing.edit_price_list"}

    @extend_schema(responses=BreakSerializer(many=True))
    def get(self, request: Request, list_id: int) -> Response:
        found = lists.price_list_of(self.actor, list_id)
        rows = lists.breaks_of(found, request.query_params.get("text", ""))
        return page(request, rows, BreakSerializer, order=("product__sku", "min_quantity", "id"))

    @extend_schema(request=BreaksInput, responses=BreakSerializer(many=True))
    def put(self, request: Request, list_id: int) -> Response:
        data = self.read(BreaksInput)
        rows = [BreakInput(**row) for row in data["rows"]]
        services.set_breaks(list_id=list_id, rows=rows, also=data.get("also", ()), actor=self.actor)
        return self.get(request, list_id)


class PriceApi(StageApi):
    """What an item costs: ``?sku=``, and optionally ``customer_id``, ``quantity``, ``unit``, ``on``."""

    access = {"GET": "orders.view_price"}

    class Question(serializers.Serializer[Any]):
        sku = serializers.CharField()
        customer_id = serializers.IntegerField(required=False)
        quantity = serializers.DecimalField(default=Decimal(1), max_digits=18, decimal_places=6)
        unit = serializers.CharField(default="")
        on = serializers.DateField(required=False)

    class PriceAnswer(serializers.Serializer[Any]):
        sku = serializers.CharField()
        currency = serializers.CharField()
        quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
        list_price = serializers.DecimalField(allow_null=True, max_digits=18, decimal_places=4)
        unit_price = serializers.DecimalField(max_digits=18, decimal_places=4)
        price_steps = serializers.ListField(child=serializers.DictField())

    @extend_schema(parameters=[Question], responses=PriceAnswer)
    def get(self, request: Request) -> Response:
        asked = self.Question(data=request.query_params)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        company = Company.objects.get(pk=self.actor.company_id)
        customer = None
        if "customer_id" in data:
            customer = Customer.objects.filter(company=company, pk=data["customer_id"]).first()
            if customer is None:
                raise NotFound("There is no such customer.", field="customer_id")
        found = selectors.look_up(
            company=company,
            customer=customer,
            line=LineInput(sku=data["sku"], quantity=data["quantity"], unit=data["unit"]),
            on=data.get("on") or clock.today(company.time_zone),
        )
        if found.price is None:
            raise services.NoPrice(f"There is no price in {found.currency} for {found.product}.", field="sku")
        answer = {
            "sku": found.product.sku,
            "currency": found.currency,
            "quantity": found.quantity,
            "list_price": found.price.list_price,
            "unit_price": found.price.unit_price,
            "price_steps": [step.row() for step in found.price.steps],
        }
        return Response(self.PriceAnswer(answer).data)


class ExplainApi(StageApi):
    """Why an order line has its price: the steps that add up to it; and why it bears its tax."""

    access = {"GET": "orders.view_price"}

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, line_id: int) -> Response:
        line = (
            OrderLine.objects.filter(pk=line_id, order__company_id=self.actor.company_id)
            .select_related("product", "order__customer", "order__company", "order__ship_to")
            .first()
        )
        if line is None:
            raise NotFound(f"There is no order line {line_id}.")
        tax = selectors.explain_tax(line)
        data: dict[str, Any] = {
            "order": line.order_id,
            "position": line.position,
            "currency": line.order.currency,
            "list_price": None if line.list_price is None else str(line.list_price),
            "unit_price": str(line.unit_price),
            "price_steps": line.price_steps,
            "tax": tax and {"code": tax.code, "rate": str(tax.rate), "because": tax.because, "now": tax.now},
        }
        if self.actor.can("orders.view_cost"):
            cost = selectors.cost_of(line, selectors.discount_on(line))
            data["unit_cost"] = None if cost.unit_cost is None else str(cost.unit_cost)
            data["margin_percent"] = None if cost.margin_percent is None else str(cost.margin_percent)
        return Response(data)

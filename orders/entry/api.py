"""REST views of order entry: write a draft, hand it in, confirm it, take it back."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi
from orders.core.api.serializers import HoldSerializer, OrderDetailSerializer
from orders.core.inputs import LineInput
from orders.core.models import Channel, DeliveryWay, LineKind, OrderLine, ShipRule, Supply
from orders.core.selectors.holds import open_holds
from orders.core.selectors.orders import order_of
from orders.entry import checks_api, services
from orders.entry.again import api as again
from orders.entry.calls import api as calls
from orders.entry.changes import api as changes
from orders.entry.companions import api as companions
from orders.entry.imports import api as imports
from orders.entry.inbox import api as inbox
from orders.entry.inbox import settings_api as inbox_settings
from orders.entry.releases import api as releases


class HeldOrderSerializer(OrderDetailSerializer):
    """The order with its lines and the holds that stand on it."""

    holds = HoldSerializer(many=True, source="standing_holds")

    class Meta(OrderDetailSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *OrderDetailSerializer.Meta.fields, "notes", "ship_to", "bill_to", "contact", "warehouse", "holds",
        )  # fmt: skip


class LineInputSerializer(serializers.Serializer[Any]):
    """One line: an item by ``sku`` or ``product_id``, or a charge or text of its own."""

    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    product_id = serializers.IntegerField(required=False, allow_null=True)
    sku = serializers.CharField(required=False, allow_blank=True, max_length=80)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=10)
    unit_price = serializers.DecimalField(required=False, allow_null=True, max_digits=18, decimal_places=4, min_value=0)
    price_reason = serializers.CharField(required=False, allow_blank=True, max_length=200)
    price_seen = serializers.DecimalField(required=False, allow_null=True, max_digits=18, decimal_places=4)
    kind = serializers.ChoiceField(required=False, choices=LineKind.choices)
    supply = serializers.ChoiceField(required=False, choices=Supply.choices)
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)
    requested_date = serializers.DateField(required=False, allow_null=True)
    warehouse_id = serializers.IntegerField(required=False, allow_null=True)
    ship_to_id = serializers.IntegerField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)


class HeaderInput(serializers.Serializer[Any]):
    """What may be said above the lines; what is left out follows the customer."""

    contact_id = serializers.IntegerField(required=False, allow_null=True)
    bill_to_id = serializers.IntegerField(required=False, allow_null=True)
    ship_to_id = serializers.IntegerField(required=False, allow_null=True)
    warehouse_id = serializers.IntegerField(required=False, allow_null=True)
    terms_id = serializers.IntegerField(required=False, allow_null=True)
    customer_po = serializers.CharField(required=False, allow_blank=True, max_length=60)
    channel = serializers.ChoiceField(required=False, choices=Channel.choices)
    currency = serializers.CharField(required=False, min_length=3, max_length=3)
    ship_rule = serializers.ChoiceField(required=False, choices=ShipRule.choices)
    delivery = serializers.ChoiceField(required=False, choices=DeliveryWay.choices)
    requested_date = serializers.DateField(required=False, allow_null=True)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class EnterOrderInput(HeaderInput):
    customer_id = serializers.IntegerField(required=False)
    customer_code = serializers.CharField(required=False, max_length=30)
    lines = serializers.ListField(child=LineInputSerializer(), max_length=5000)
    submit = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("customer_id") and not attrs.get("customer_code"):
            raise serializers.ValidationError({"customer_code": "Say who orders."})
        return attrs


class SaveDraftInput(HeaderInput):
    customer_id = serializers.IntegerField(required=False)
    lines = serializers.ListField(child=LineInputSerializer(), required=False, max_length=5000)


class ReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


def _lines(rows: list[dict[str, Any]]) -> list[LineInput]:
    return [LineInput(**{name: value for name, value in row.items() if value is not None}) for row in rows]


class EntryApi(StageApi):
    """Answers with the order as it is afterwards; its version is the ETag, which If-Match may carry back."""

    def answer(self, order_id: int, *, status: int = 200) -> Response:
        order = order_of(self.actor, order_id)
        lines = OrderLine.objects.select_related("product").order_by("position")
        prefetch_related_objects([order], Prefetch("lines", lines))
        order.standing_holds = open_holds(order)  # type: ignore[attr-defined]
        data = HeldOrderSerializer(order, context={"request": self.request}).data
        return Response(data, status=status, headers={"ETag": f'"{order.version}"'})


class OrdersApi(EntryApi):
    """Write an order: a draft, or with ``submit`` one that is handed in at once."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    idempotent = True

    @extend_schema(request=EnterOrderInput, responses={201: HeldOrderSerializer})
    def post(self, request: Request) -> Response:
        data = self.read(EnterOrderInput)
        order = services.enter_order(
            customer_id=data.pop("customer_id", None),
            customer_code=data.pop("customer_code", ""),
            lines=_lines(data.pop("lines")),
            submit=data.pop("submit"),
            header=data,
            actor=self.actor,
        )
        return self.answer(order.pk, status=201)


class OrderApi(EntryApi):
    """One order; a draft is written anew with PUT: the fields that are given, and all lines when they are."""

    access: ClassVar[dict[str, str]] = {"GET": "orders.view_order", "PUT": "entry.write_order"}

    @extend_schema(responses=HeldOrderSerializer)
    def get(self, request: Request, order_id: int) -> Response:
        return self.answer(order_id)

    @extend_schema(request=SaveDraftInput, responses=HeldOrderSerializer)
    def put(self, request: Request, order_id: int) -> Response:
        data = self.read(SaveDraftInput)
        rows = data.pop("lines", None)
        services.save_draft(
            order_id=order_id,
            header=data,
            lines=None if rows is None else _lines(rows),
            version=self.expected_version(),
            actor=self.actor,
        )
        return self.answer(order_id)


class SubmitApi(EntryApi):
    """Hand a draft in. It may come back held; ``holds`` says why."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}

    @extend_schema(request=None, responses=HeldOrderSerializer)
    def post(self, request: Request, order_id: int) -> Response:
        services.submit_order(order_id=order_id, version=self.expected_version(), actor=self.actor)
        return self.answer(order_id)


class ConfirmApi(EntryApi):
    """Promise the order to the customer."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.confirm_order"}

    @extend_schema(request=None, responses=HeldOrderSerializer)
    def post(self, request: Request, order_id: int) -> Response:
        services.confirm_order(order_id=order_id, version=self.expected_version(), actor=self.actor)
        return self.answer(order_id)


class _WithReason(EntryApi):
    verb: ClassVar[Callable[..., Any]]

    @extend_schema(request=ReasonInput, responses=HeldOrderSerializer)
    def post(self, request: Request, order_id: int) -> Response:
        type(self).verb(order_id=order_id, reason=self.read(ReasonInput)["reason"], actor=self.actor)
        return self.answer(order_id)


class BackToDraftApi(_WithReason):
    """Take a submitted order back to change it."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    verb = staticmethod(services.return_to_draft)


class CancelApi(_WithReason):
    """Cancel an order of which nothing is picked."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.cancel_order"}
    verb = staticmethod(services.cancel_order)


class CancelRestApi(_WithReason):
    """Cancel what is neither picked nor shipped of an order that is partly done."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.cancel_order"}
    verb = staticmethod(services.cancel_rest)


class RepeatApi(EntryApi):
    """Copy an order as a new draft at today's prices."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    idempotent = True

    @extend_schema(request=None, responses={201: HeldOrderSerializer})
    def post(self, request: Request, order_id: int) -> Response:
        return self.answer(services.repeat_order(order_id=order_id, actor=self.actor).order.pk, status=201)


class QuotePartInput(serializers.Serializer[Any]):
    line_id = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0)


class ConvertQuoteInput(serializers.Serializer[Any]):
    """Without ``lines`` all that is left; with them so much of each, and If-Match with the quote's ETag.

    Past the quote's day ``prices`` says which count where any moved (else 409 prices_to_choose with the difference);
    today's with the ``net_amount`` that was seen.
    """

    lines = QuotePartInput(many=True, required=False)
    prices = serializers.ChoiceField(choices=["quoted", "today"], required=False)
    net_amount = serializers.DecimalField(18, 2, required=False)


class ConvertQuoteApi(EntryApi):
    """Make a quote, or lines and quantities of it, into a draft order; every quantity once."""

    access: ClassVar[dict[str, str]] = {"POST": "entry.write_order"}
    idempotent = True

    @extend_schema(request=ConvertQuoteInput, responses={201: HeldOrderSerializer})
    def post(self, request: Request, quote_id: int) -> Response:
        data = self.read(ConvertQuoteInput)
        lines = data.pop("lines", None)
        order = services.convert_quote(
            quote_id=quote_id,
            actor=self.actor,
            quantities=None if lines is None else {line["line_id"]: line["quantity"] for line in lines},
            version=self.expected_version(),
            **data,
        )
        return self.answer(order.pk, status=201)


urlpatterns = [
    path("orders/", OrdersApi.as_view(), name="orders"),
    path("orders/<int:order_id>/", OrderApi.as_view(), name="order"),
    path("orders/<int:order_id>/submit/", SubmitApi.as_view(), name="submit"),
    path("orders/<int:order_id>/confirm/", ConfirmApi.as_view(), name="confirm"),
    path("orders/<int:order_id>/back-to-draft/", BackToDraftApi.as_view(), name="back"),
    path("orders/<int:order_id>/cancel/", CancelApi.as_view(), name="cancel"),
    path("orders/<int:order_id>/cancel-rest/", CancelRestApi.as_view(), name="cancel-rest"),
    path("orders/<int:order_id>/repeat/", RepeatApi.as_view(), name="repeat"),
    path("quotes/<int:quote_id>/convert/", ConvertQuoteApi.as_view(), name="convert"),
    *changes.urlpatterns,
    *checks_api.urlpatterns,
    *imports.urlpatterns,
    *inbox.urlpatterns,
    *inbox_settings.urlpatterns,
    *calls.urlpatterns,
    *again.urlpatterns,
    *releases.urlpatterns,
    *companions.urlpatterns,
]

"""REST views of blanket agreements."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.core.selectors.companies import as_of
from orders.pricing.agreements import services
from orders.pricing.agreements.models import Agreement, AgreementRevision
from orders.pricing.agreements.selectors import agreements as selectors


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    """``version`` goes back with a change. Amounts are in ``currency``."""

    customer_code = serializers.CharField(source="customer.code")
    version = serializers.IntegerField(source="event_seq")
    agreed_amount = serializers.DecimalField(source="agreed", max_digits=20, decimal_places=2)
    drawn_amount = serializers.DecimalField(source="drawn", max_digits=20, decimal_places=2)

    class Meta:
        model = Agreement
        fields = (
            "id", "number", "revision", "version", "state", "customer", "customer_code", "currency", "customer_po",
            "valid_from", "valid_to", "owner", "note", "closed_because", "agreed_amount", "drawn_amount", "created_at",
            "activated_at", "over_at",
        )  # fmt: skip


class AgreedItemSerializer(serializers.Serializer[Any]):
    """Units: stock unit; ``of_plan_percent`` is what is drawn in percent of the plan so far."""

    id = serializers.IntegerField(source="item.pk")
    sku = serializers.CharField(source="item.product.sku")
    quantity = serializers.DecimalField(source="item.quantity", max_digits=18, decimal_places=6)
    unit_price = serializers.DecimalField(source="item.unit_price", max_digits=18, decimal_places=4)
    drawn = serializers.DecimalField(max_digits=18, decimal_places=6)
    left = serializers.DecimalField(max_digits=18, decimal_places=6)
    left_amount = serializers.DecimalField(max_digits=20, decimal_places=2)
    of_plan_percent = serializers.SerializerMethodField()
    is_behind = serializers.SerializerMethodField()

    def get_of_plan_percent(self, row: selectors.AgreedItem) -> str | None:
        return None if row.pace is None or row.pace.of_plan is None else str(row.pace.of_plan)

    def get_is_behind(self, row: selectors.AgreedItem) -> bool:
        return row.pace is not None and row.pace.is_behind


class AgreementRevisionSerializer(serializers.ModelSerializer[AgreementRevision]):
    class Meta:
        model = AgreementRevision
        fields = ("number", "terms", "reason", "author", "at")


class AgreementDetailSerializer(AgreementSerializer):
    items = serializers.SerializerMethodField()
    revisions = AgreementRevisionSerializer(many=True)

    class Meta(AgreementSerializer.Meta):
        fields = (*AgreementSerializer.Meta.fields, "items", "revisions")  # type: ignore[assignment]

    @extend_schema(responses=AgreedItemSerializer(many=True))
    def get_items(self, agreement: Agreement) -> list[dict[str, Any]]:
        rows = selectors.items_of(agreement, as_of(agreement.company))
        return list(AgreedItemSerializer(rows, many=True).data)


class ReleaseLineSerializer(serializers.Serializer[Any]):
    """A line that draws on an agreement. Units: stock unit."""

    release = serializers.IntegerField(source="release.number")
    at = serializers.DateTimeField(source="release.at")
    order = serializers.IntegerField(source="release.order_id")
    order_number = serializers.CharField(source="release.order.number")
    line = serializers.IntegerField(source="line_id")
    sku = serializers.CharField(source="item.product.sku")
    drawn = serializers.DecimalField(source="wanted", max_digits=18, decimal_places=6)


class AgreedItemInput(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=60)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=4)


class ChangeAgreementInput(serializers.Serializer[Any]):
    items = AgreedItemInput(many=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    customer_po = serializers.CharField(required=False, allow_blank=True, max_length=60)
    owner_id = serializers.IntegerField(required=False)
    note = serializers.CharField(required=False, allow_blank=True)
    reason = serializers.CharField(required=False, max_length=200)
    version = serializers.IntegerField(required=False)


class WriteAgreementInput(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()
    currency = serializers.CharField(required=False, min_length=3, max_length=3)
    items = AgreedItemInput(many=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    customer_po = serializers.CharField(required=False, allow_blank=True, max_length=60)
    owner_id = serializers.IntegerField(required=False)
    note = serializers.CharField(required=False, allow_blank=True)


class CloseAgreementInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class AgreementDoor(StageApi):
    """Answers with the agreement as it stands now."""

    def shown(self, agreement_id: int, status: int = 200) -> Response:
        found = selectors.agreement_of(self.actor, agreement_id)
        return Response(AgreementDetailSerializer(found).data, status=status)

    def typed(self, data: dict[str, Any]) -> dict[str, Any]:
        return data | {"items": [services.AgreedInput(**row) for row in data["items"]]}


class AgreementsApi(AgreementDoor):
    """Blanket agreements (filters: text, state, customer, mine, behind, ends_by); write one as a draft."""

    access = {"GET": "orders.view_price", "POST": "pricing.write_agreement"}
    idempotent = True

    @extend_schema(responses=AgreementSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.agreement_list(self.actor, request.query_params), AgreementSerializer)

    @extend_schema(request=WriteAgreementInput, responses={201: AgreementDetailSerializer})
    def post(self, request: Request) -> Response:
        made = services.write_agreement(actor=self.actor, **self.typed(self.read(WriteAgreementInput)))
        return self.shown(made.pk, status=201)


class AgreementApi(AgreementDoor):
    """One agreement with its items; PUT writes other terms: into a draft, or as the next revision with a reason."""

    access = {"GET": "orders.view_price", "PUT": "pricing.write_agreement"}

    @extend_schema(responses=AgreementDetailSerializer)
    def get(self, request: Request, agreement_id: int) -> Response:
        return self.shown(agreement_id)

    @extend_schema(request=ChangeAgreementInput, responses=AgreementDetailSerializer)
    def put(self, request: Request, agreement_id: int) -> Response:
        data = self.typed(self.read(ChangeAgreementInput))
        services.change_agreement(agreement_id=agreement_id, actor=self.actor, **data)
        return self.shown(agreement_id)


class AgreementReleasesApi(StageApi):
    """The order lines that draw on an agreement, the newest first."""

    access = {"GET": "orders.view_price"}

    @extend_schema(responses=ReleaseLineSerializer(many=True))
    def get(self, request: Request, agreement_id: int) -> Response:
        found = selectors.agreement_of(self.actor, agreement_id)
        return page(request, selectors.draws_of(found), ReleaseLineSerializer)


class ActivateAgreementApi(AgreementDoor):
    """Put a draft in force."""

    access = {"POST": "pricing.edit_price_list"}

    @extend_schema(request=None, responses=AgreementDetailSerializer)
    def post(self, request: Request, agreement_id: int) -> Response:
        services.activate_agreement(agreement_id=agreement_id, actor=self.actor)
        return self.shown(agreement_id)


class CloseAgreementApi(AgreementDoor):
    """End an agreement before its last day, or give a draft up."""

    access = {"POST": "pricing.write_agreement"}

    @extend_schema(request=CloseAgreementInput, responses=AgreementDetailSerializer)
    def post(self, request: Request, agreement_id: int) -> Response:
        services.close_agreement(agreement_id=agreement_id, actor=self.actor, **self.read(CloseAgreementInput))
        return self.shown(agreement_id)

"""REST views of cost warnings; all of it is about costs and margins, so whoever may not see these sees nothing."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.pricing.models import CostWarning, CostWarningItem, CostWarningRow
from orders.pricing.warnings import selectors, services
from orders.pricing.warnings.models import Reach

SEE = "orders.view_cost"


class CostWarningSerializer(serializers.ModelSerializer[CostWarning]):
    price_files = serializers.SerializerMethodField()

    class Meta:
        model = CostWarning
        fields = (
            "id", "reason", "changed_by", "changed_at", "state", "raised_at", "limit_percent", "items", "quotes", "orders",
            "prices", "stake_base", "rise_base", "counted_at", "decided_by", "decided_at", "decision", "price_files",
        )  # fmt: skip

    def get_price_files(self, warning: CostWarning) -> list[int]:
        return [one.price_file_id for one in warning.proposals.all()]


class CostWarningItemSerializer(serializers.ModelSerializer[CostWarningItem]):
    sku = serializers.CharField(source="product.sku")
    change_percent = serializers.DecimalField(12, 2)
    rise_base = serializers.DecimalField(18, 2)

    class Meta:
        model = CostWarningItem
        fields = (
            "id", "product", "sku", "kind", "before", "after", "change_percent", "floor_percent", "year_quantity",
            "rise_base",
        )  # fmt: skip


class CostWarningRowSerializer(serializers.ModelSerializer[CostWarningRow]):
    sku = serializers.CharField(source="product.sku")
    price_list = serializers.IntegerField(source="price_break.price_list_id", default=None)

    class Meta:
        model = CostWarningRow
        fields = (
            "id", "kind", "product", "sku", "customer", "quote", "order", "price_break", "price_list", "quantity", "price",
            "needed_price", "margin_before", "margin_after", "short_base",
        )  # fmt: skip


class DecideWarningInput(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=["acted", "set_aside"])
    decision = serializers.CharField(max_length=300)


class CostWarningsApi(StageApi):
    """Open warnings, the newest first (filter: state, a state or all)."""

    access = {"GET": SEE}

    @extend_schema(parameters=[OpenApiParameter("state", str)], responses=CostWarningSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.warning_list(self.actor, request.query_params).prefetch_related("proposals")
        return page(request, rows, CostWarningSerializer)


class WarningDoor(StageApi):
    """Answers with the warning as it stands now."""

    def shown(self, warning_id: int) -> Response:
        return Response(CostWarningSerializer(selectors.warning_of(self.actor, warning_id)).data)


class CostWarningApi(WarningDoor):
    """One warning."""

    access = {"GET": SEE}

    @extend_schema(responses=CostWarningSerializer)
    def get(self, request: Request, warning_id: int) -> Response:
        return self.shown(warning_id)


class WarningItemsApi(StageApi):
    """The items whose cost rose."""

    access = {"GET": SEE}

    @extend_schema(responses=CostWarningItemSerializer(many=True))
    def get(self, request: Request, warning_id: int) -> Response:
        warning = selectors.warning_of(self.actor, warning_id)
        rows = selectors.moved_items(self.actor, {"warning": warning})
        return page(request, rows, CostWarningItemSerializer, order=("id",))


class WarningRowsApi(StageApi):
    """What lies under the floor, what falls shortest first (filter: kind)."""

    access = {"GET": SEE}

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, enum=Reach.values)], responses=CostWarningRowSerializer(many=True)
    )
    def get(self, request: Request, warning_id: int) -> Response:
        asked = {"warning": selectors.warning_of(self.actor, warning_id), "kind": request.query_params.get("kind")}
        rows = selectors.reached_rows(self.actor, asked)
        return page(request, rows, CostWarningRowSerializer, order=("-short_base", "-id"))


class ProposePricesApi(WarningDoor):
    """Draft the next version of each list with the margin restored; ``price_files`` names the drafts."""

    access = {"POST": services.ANSWER}

    @extend_schema(request=None, responses=CostWarningSerializer)
    def post(self, request: Request, warning_id: int) -> Response:
        services.propose_prices(warning_id=warning_id, actor=self.actor)
        return self.shown(warning_id)


class CountWarningApi(WarningDoor):
    """Count anew what an open warning reaches."""

    access = {"POST": services.ANSWER}

    @extend_schema(request=None, responses=CostWarningSerializer)
    def post(self, request: Request, warning_id: int) -> Response:
        services.count_again(warning_id=warning_id, actor=self.actor)
        return self.shown(warning_id)


class DecideWarningApi(WarningDoor):
    """Say that it is acted on, or set it aside; with words."""

    access = {"POST": services.ANSWER}

    @extend_schema(request=DecideWarningInput, responses=CostWarningSerializer)
    def post(self, request: Request, warning_id: int) -> Response:
        said = self.read(DecideWarningInput)
        run = services.set_aside_warning if said["answer"] == "set_aside" else services.close_warning
        run(warning_id=warning_id, decision=said["decision"], actor=self.actor)
        return self.shown(warning_id)

"""REST views of what-ifs: try a rule, read what it would do, draft the version."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import InvalidInput
from orders.core.api.base import StageApi, may_see, page
from orders.core.api.serializers import VisibleSerializer
from orders.pricing.files.api import PriceFileSerializer
from orders.pricing.whatif import selectors, services
from orders.pricing.whatif.models import By, Change, Rounding, WhatIf, WhatIfLine, WhatIfSum

MAY = "pricing.edit_price_list"


class WhatIfTotalSerializer(serializers.Serializer[Any]):
    """Lines added up, in company currency; margins in percent of the lines whose cost is known."""

    lines = serializers.IntegerField()
    before = serializers.DecimalField(18, 2)
    after = serializers.DecimalField(18, 2)
    change = serializers.DecimalField(18, 2)
    margin_before = serializers.DecimalField(9, 2, allow_null=True)
    margin_after = serializers.DecimalField(9, 2, allow_null=True)
    unknown_lines = serializers.IntegerField(help_text="Lines whose cost is unknown.")
    under_before = serializers.IntegerField()
    under_after = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not may_see(self, "orders.view_cost"):
            for name in ("margin_before", "margin_after"):
                del fields[name]
        return fields


class WhatIfSerializer(serializers.ModelSerializer[WhatIf]):
    """``computed_at`` is empty until its lines are counted."""

    class Meta:
        model = WhatIf
        fields: tuple[str, ...] = (
            "id", "price_list", "valid_from", "tree", "change", "value", "rounding", "min_margin_percent", "lifts",
            "first", "last", "computed_at", "job", "file", "created_by", "created_at",
        )  # fmt: skip


class WhatIfDetailSerializer(WhatIfSerializer):
    """With its totals, none until its lines are counted."""

    whole = serializers.SerializerMethodField()
    moved = serializers.SerializerMethodField()
    by_effect = serializers.SerializerMethodField()

    class Meta(WhatIfSerializer.Meta):
        fields = (*WhatIfSerializer.Meta.fields, "whole", "moved", "by_effect")

    @extend_schema_field(WhatIfTotalSerializer(allow_null=True))
    def get_whole(self, row: WhatIf) -> Any:
        result = self._result(row)
        return self._shown(result.whole) if result else None

    def get_moved(self, row: WhatIf) -> int | None:
        result = self._result(row)
        return result.moved if result else None

    @extend_schema_field(serializers.DictField(child=WhatIfTotalSerializer()))
    def get_by_effect(self, row: WhatIf) -> Any:
        result = self._result(row)
        return {key: self._shown(one) for key, _word, one in result.by_effect} if result else {}

    def _shown(self, total: selectors.Total) -> Any:
        return WhatIfTotalSerializer(total, context=self.context).data

    def _result(self, row: WhatIf) -> selectors.Result | None:
        """Read once for all three."""
        if row.computed_at is None:
            return None
        if not hasattr(self, "_found"):
            self._found = selectors.result_of(row)
        return self._found


class WhatIfLineSerializer(VisibleSerializer):
    order = serializers.CharField(source="line.order")
    customer_code = serializers.CharField(source="customer.code")
    sku = serializers.CharField(source="product.sku")

    class Meta:
        model = WhatIfLine
        fields = (
            "id", "line", "order", "customer", "customer_code", "product", "sku", "effect", "quantity", "price_charged",
            "price_before", "price_after", "before_base", "after_base", "change_base", "known_cost_base",
            "is_under_before", "is_under_after",
        )  # fmt: skip


class WhatIfSumSerializer(VisibleSerializer):
    customer_code = serializers.CharField(source="customer.code", default=None)
    sku = serializers.CharField(source="product.sku", default=None)

    class Meta:
        model = WhatIfSum
        fields = (
            "id", "by", "effect", "customer", "customer_code", "product", "sku", "lines", "moved", "before_base",
            "after_base", "change_base", "known_before_base", "known_after_base", "known_cost_base", "unknown_lines",
            "under_before", "under_after",
        )  # fmt: skip


class RuleInput(serializers.Serializer[Any]):
    change = serializers.ChoiceField(Change.choices)
    value = serializers.DecimalField(12, 4, help_text="Percent, or list currency per stock unit.")
    valid_from = serializers.DateField()
    rounding = serializers.ChoiceField(Rounding.choices, default=Rounding.CENT)
    min_margin_percent = serializers.DecimalField(5, 2, required=False, allow_null=True)
    lifts = serializers.BooleanField(default=False)
    tree = serializers.JSONField(
        default=dict,
        help_text="A condition over item, category and supplier, such as {all: [{any: [{field, op, value}]}]}.",
    )


class NewWhatIfApi(StageApi):
    """Try a rule on a list. Nothing changes; many lines are counted by a job."""

    access = {"POST": MAY}
    idempotent = True

    @extend_schema(request=RuleInput, responses={201: WhatIfDetailSerializer})
    def post(self, request: Request, list_id: int) -> Response:
        rule = services.Rule(**self.read(RuleInput))
        made = services.write_what_if(list_id=list_id, rule=rule, actor=self.actor)
        return Response(WhatIfDetailSerializer(made, context={"request": request}).data, status=201)


class WhatIfsApi(StageApi):
    """What was tried, the newest first."""

    access = {"GET": MAY}

    @extend_schema(responses=WhatIfSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, selectors.what_ifs(self.actor, {}), WhatIfSerializer)


class WhatIfApi(StageApi):
    """One what-if; PUT tries another rule, DELETE throws it away."""

    access = {"GET": MAY, "PUT": MAY, "DELETE": MAY}

    @extend_schema(responses=WhatIfDetailSerializer)
    def get(self, request: Request, what_if_id: int) -> Response:
        found = selectors.what_if_of(self.actor, what_if_id)
        return Response(WhatIfDetailSerializer(found, context={"request": request}).data)

    @extend_schema(request=RuleInput, responses=WhatIfDetailSerializer)
    def put(self, request: Request, what_if_id: int) -> Response:
        rule = services.Rule(**self.read(RuleInput))
        services.change_what_if(what_if_id=what_if_id, rule=rule, actor=self.actor)
        return self.get(request, what_if_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, what_if_id: int) -> Response:
        services.drop_what_if(what_if_id=what_if_id, actor=self.actor)
        return Response(status=204)


class WhatIfLinesApi(StageApi):
    """Its lines, those that move most first."""

    access = {"GET": MAY}

    @extend_schema(
        parameters=[OpenApiParameter("effect", str, description="An effect, or moved, or untouched")],
        responses=WhatIfLineSerializer(many=True),
    )
    def get(self, request: Request, what_if_id: int) -> Response:
        found = selectors.what_if_of(self.actor, what_if_id)
        filters = {"what_if": found, "effect": request.query_params.get("effect", "")}
        rows = selectors.line_list(self.actor, filters)
        return page(request, rows, WhatIfLineSerializer, order=("-change_base", "-id"))


class WhatIfSumsApi(StageApi):
    """Its lines added up by customer, item or effect (``by``), those that move most first."""

    access = {"GET": MAY}

    @extend_schema(parameters=[OpenApiParameter("by", str, enum=By.values)], responses=WhatIfSumSerializer(many=True))
    def get(self, request: Request, what_if_id: int) -> Response:
        found = selectors.what_if_of(self.actor, what_if_id)
        by = request.query_params.get("by", By.CUSTOMER)
        if by not in By.values:
            raise InvalidInput("By customer, item or effect.", field="by")
        return page(request, selectors.sums_of(found, by), WhatIfSumSerializer, order=("-change_base", "-id"))


class DraftWhatIfApi(StageApi):
    """Draft the next version of the list with these prices, as a price file to be read and published."""

    access = {"POST": MAY}

    @extend_schema(request=None, responses={201: PriceFileSerializer})
    def post(self, request: Request, what_if_id: int) -> Response:
        file = services.draft_what_if(what_if_id=what_if_id, actor=self.actor)
        return Response(PriceFileSerializer(file).data, status=201)

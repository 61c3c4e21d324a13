"""REST views of planned releases."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.core.api.base import StageApi, page
from orders.pricing.agreements import services
from orders.pricing.agreements.plan_models import PlannedLine, PlannedRelease
from orders.pricing.agreements.selectors import plan
from orders.pricing.agreements.selectors.agreements import agreement_of
from orders.pricing.agreements.services.planning import PLAN

SEE = "orders.view_price"


class PlannedLineSerializer(serializers.ModelSerializer[PlannedLine]):
    """Units: ``typed_quantity`` in ``unit``, ``quantity`` in the stock unit."""

    sku = serializers.CharField(source="item.product.sku")
    stock_unit = serializers.CharField(source="item.product.stock_unit")

    class Meta:
        model = PlannedLine
        fields = ("id", "sku", "typed_quantity", "unit", "unit_factor", "quantity", "stock_unit")


class PlannedReleaseSerializer(serializers.ModelSerializer[PlannedRelease]):
    """``version`` goes back with a change."""

    agreement_number = serializers.CharField(source="agreement.number")
    customer_code = serializers.CharField(source="customer.code")
    version = serializers.IntegerField(source="event_seq")
    lines = PlannedLineSerializer(many=True)

    class Meta:
        model = PlannedRelease
        fields = (
            "id", "number", "version", "agreement", "agreement_number", "customer", "customer_code", "day", "state",
            "order", "because", "created_at", "lines",
        )  # fmt: skip


class PlannedRowInput(serializers.Serializer[Any]):
    """Units: ``quantity`` in ``unit``; without one in the item's stock unit."""

    day = serializers.DateField()
    sku = serializers.CharField(max_length=60)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=10)


class PlanReleasesInput(serializers.Serializer[Any]):
    rows = PlannedRowInput(many=True)
    version = serializers.IntegerField(required=False)


class PlannedQuantityInput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0)


class MoveReleaseInput(serializers.Serializer[Any]):
    """Quantities by line, as typed; 0 takes the line out, lines that are not named stay."""

    day = serializers.DateField()
    reason = serializers.CharField(max_length=200)
    quantities = PlannedQuantityInput(many=True, required=False)


class SkipReleaseInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class AgreementPlanApi(StageApi):
    """The planned releases of an agreement by day; POST adds some, rows of one day as one release."""

    access: ClassVar[dict[str, str]] = {"GET": SEE, "POST": PLAN}
    idempotent = True

    @extend_schema(responses=PlannedReleaseSerializer(many=True))
    def get(self, request: Request, agreement_id: int) -> Response:
        found = agreement_of(self.actor, agreement_id)
        return page(request, plan.plan_of(found), PlannedReleaseSerializer, order=("day", "id"))

    @extend_schema(request=PlanReleasesInput, responses={201: PlannedReleaseSerializer(many=True)})
    def post(self, request: Request, agreement_id: int) -> Response:
        data = self.read(PlanReleasesInput)
        made = services.plan_releases(
            agreement_id=agreement_id,
            rows=[services.PlannedInput(**row) for row in data["rows"]],
            version=data.get("version"),
            actor=self.actor,
        )
        rows = plan.with_lines(plan.planned_list(self.actor, {})).filter(pk__in=[release.pk for release in made])
        return Response(PlannedReleaseSerializer(rows.order_by("day", "id"), many=True).data, status=201)


class PlannedReleasesApi(StageApi):
    """Planned releases of all agreements by day (filters: text, state, customer, mine, until)."""

    access: ClassVar[dict[str, str]] = {"GET": SEE}

    @extend_schema(responses=PlannedReleaseSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = plan.with_lines(plan.planned_list(self.actor, request.query_params))
        return page(request, rows, PlannedReleaseSerializer, order=("day", "id"))


class PlannedReleaseDoor(StageApi):
    def shown(self, release_id: int) -> Response:
        found = plan.planned_of(self.actor, release_id)
        return Response(PlannedReleaseSerializer(found).data, headers={"ETag": f'"{found.event_seq}"'})


class PlannedReleaseApi(PlannedReleaseDoor):
    """One planned release; PUT moves it to a day or changes its quantities, with a reason (If-Match: its version)."""

    access: ClassVar[dict[str, str]] = {"GET": SEE, "PUT": PLAN}

    @extend_schema(responses=PlannedReleaseSerializer)
    def get(self, request: Request, release_id: int) -> Response:
        return self.shown(release_id)

    @extend_schema(request=MoveReleaseInput, responses=PlannedReleaseSerializer)
    def put(self, request: Request, release_id: int) -> Response:
        data = self.read(MoveReleaseInput)
        quantities = {row["line"]: row["quantity"] for row in data.get("quantities", [])}
        services.move_release(
            release_id=release_id,
            day=data["day"],
            reason=data["reason"],
            quantities=quantities or None,
            version=self.expected_version(),
            actor=self.actor,
        )
        return self.shown(release_id)


class SkipReleaseApi(PlannedReleaseDoor):
    """Take a planned release out of the plan, with a reason."""

    access: ClassVar[dict[str, str]] = {"POST": PLAN}

    @extend_schema(request=SkipReleaseInput, responses=PlannedReleaseSerializer)
    def post(self, request: Request, release_id: int) -> Response:
        data = self.read(SkipReleaseInput)
        services.skip_release(
            release_id=release_id, reason=data["reason"], version=self.expected_version(), actor=self.actor
        )
        return self.shown(release_id)
